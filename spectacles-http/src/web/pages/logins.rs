//! How programs log in with a secret that was just made.

use crate::client::{Client, Wanted};
use crate::web::visit::Trouble;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use spectacles_core::name::ServiceAccountName;
use spectacles_core::service::RegistryView;

/// What to type, and what to put into files.
pub(super) struct Logins {
    pub(super) secret: String,
    /// What the program calls itself.
    pub(super) name: String,
    pub(super) docker: String,
    pub(super) podman: String,
    pub(super) config: String,
    pub(super) kubernetes: String,
}

/// The registries to log in at: those that are shown here, as clients reach them.
pub(super) async fn hosts(client: &Client) -> Result<Vec<String>, Trouble> {
    /// More would be of no use to anybody.
    const MOST: u32 = 20;
    let wanted = Wanted { limit: Some(MOST), ..Wanted::filter("enabled true") };
    let mut hosts: Vec<String> = client.registries().page(&wanted).await?.items.iter().map(host).collect();
    if hosts.is_empty() {
        hosts.push("registry.example.com".to_owned());
    }
    Ok(hosts)
}

/// The host and the port at which clients reach a registry.
fn host(view: &RegistryView) -> String {
    let url = view.registry.external_url.as_ref().unwrap_or(&view.registry.url).to_string();
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

impl Logins {
    /// At these hosts; the commands are for the first.
    pub(super) fn new(service: &ServiceAccountName, secret: &str, hosts: &[String]) -> Self {
        let name = format!("robot${service}");
        let auth = STANDARD.encode(format!("{name}:{secret}"));
        let auths: Map<String, Value> = hosts.iter().map(|host| (host.clone(), json!({ "auth": auth }))).collect();
        let file = json!({ "auths": auths });
        let config = serde_json::to_string_pretty(&file).unwrap_or_default();
        let first = hosts.first().map(String::as_str).unwrap_or_default();
        // A shell would take what follows the `$` for a variable.
        let command = |program: &str| format!("{program} login --username '{name}' {first}");
        let called = service.as_str().replace(['/', '_'], "-");
        let kubernetes = format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: registry-{called}\ntype: kubernetes.io/dockerconfigjson\ndata:\n  \
             .dockerconfigjson: {}\n",
            STANDARD.encode(file.to_string())
        );
        Self { secret: secret.to_owned(), docker: command("docker"), podman: command("podman"), name, config, kubernetes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_hold_what_the_commands_would_write() {
        let hosts = ["registry.test:5000".to_owned(), "other.test".to_owned()];
        let logins = Logins::new(&"team/ci".parse().unwrap(), "s3cret", &hosts);
        assert_eq!(logins.docker, "docker login --username 'robot$team/ci' registry.test:5000");
        assert_eq!(logins.podman, "podman login --username 'robot$team/ci' registry.test:5000");
        let config: Value = serde_json::from_str(&logins.config).unwrap();
        let auth = STANDARD.encode("robot$team/ci:s3cret");
        assert_eq!(config, json!({ "auths": { "registry.test:5000": { "auth": auth }, "other.test": { "auth": auth } } }));
        let data = logins.kubernetes.trim_end().rsplit(' ').next().unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&STANDARD.decode(data).unwrap()).unwrap(), config);
        assert!(logins.kubernetes.contains("\n  name: registry-team-ci\n"), "{}", logins.kubernetes);
        assert!(!logins.docker.contains("s3cret"), "commands are kept in histories");
    }
}
