//! config.yml.

use super::yaml::quoted;
use super::{Events, Generation, Settings};
use serde_json::{Value, json};

/// The configuration with comments, as the registry reads it.
pub fn yaml(settings: &Settings) -> String {
    let Settings { generation, https, listen, storage, delete_enabled, events, .. } = settings;
    let generation = match generation {
        Generation::V2 => "2.8 (registries from 3.0 on understand it, too)",
        Generation::V3 => "3",
    };
    let tls = if *https { TLS } else { "" };
    let auth = auth(settings);
    let events = events.as_ref().map(|events| format!("\n{}", notifications(events))).unwrap_or_default();
    let [listen, storage] = [listen, storage].map(|text| quoted(text));
    format!(
        r#"# A registry that asks Spectacles who may do what: CNCF Distribution {generation}.
# Written by `spectacles registry config`.
version: 0.1

log:
  level: info

# Where images are kept.
storage:
  filesystem:
    rootdirectory: {storage}
  cache:
    blobdescriptor: inmemory
  # Whether anything can be deleted at all. Who may delete what, Spectacles decides.
  delete:
    enabled: {delete_enabled}

# Where clients reach the registry.
http:
  addr: {listen}
{tls}  headers:
    X-Content-Type-Options: [nosniff]

{auth}{events}"#
    )
}

/// Whom the registry believes: what makes it ask this server.
pub fn auth(settings: &Settings) -> String {
    let Settings { realm, service, issuer, rootcertbundle, jwks, .. } = settings;
    let jwks = jwks.as_ref().map(|path| format!("    # The same keys as a JWK set.\n    jwks: {}\n", quoted(path))).unwrap_or_default();
    let [realm, service, issuer, rootcertbundle] = [realm, service, issuer, rootcertbundle].map(|text| quoted(text));
    format!(
        r#"# Whom the registry believes.
auth:
  token:
    # Where clients get their tokens; the address is one that they can reach.
    realm: {realm}
    # What this registry calls itself. Spectacles knows it by this name.
    service: {service}
    # What Spectacles calls itself, letter by letter.
    issuer: {issuer}
    # The certificates of the keys that Spectacles signs tokens with: `spectacles key show --bundle` prints them.
    rootcertbundle: {rootcertbundle}
{jwks}"#
    )
}

/// Where the registry tells what happens. It waits for each answer, and sends the same again until there is one.
pub fn notifications(Events { url, authorization }: &Events) -> String {
    let [url, authorization] = [url, authorization].map(|text| quoted(text));
    format!(
        r#"# Tells Spectacles what is pushed, pulled and deleted. Whoever knows this secret can tell it anything: let nobody else read this file.
notifications:
  endpoints:
    - name: spectacles
      url: {url}
      headers:
        Authorization: [{authorization}]
      timeout: 2s
      threshold: 5
      backoff: 1s
      # Layers are of no interest, and most of what happens.
      ignore:
        mediatypes: [application/octet-stream]
"#
    )
}

const TLS: &str = "  # The registry is known by an https:// address. Let a proxy in front speak HTTPS, or the registry itself:
  # tls:
  #   certificate: /path/to/certificate.pem
  #   key: /path/to/key.pem
";

/// The same for programs.
pub fn json(settings: &Settings) -> Value {
    let Settings { generation: _, https: _, listen, storage, delete_enabled, realm, service, issuer, rootcertbundle, jwks, events } =
        settings;
    let mut token = json!({ "realm": realm, "service": service, "issuer": issuer, "rootcertbundle": rootcertbundle });
    if let (Some(jwks), Some(token)) = (jwks, token.as_object_mut()) {
        token.insert("jwks".to_owned(), json!(jwks));
    }
    let mut configuration = json!({
        "version": "0.1",
        "log": { "level": "info" },
        "storage": {
            "filesystem": { "rootdirectory": storage },
            "cache": { "blobdescriptor": "inmemory" },
            "delete": { "enabled": delete_enabled },
        },
        "http": { "addr": listen, "headers": { "X-Content-Type-Options": ["nosniff"] } },
        "auth": { "token": token },
    });
    if let (Some(Events { url, authorization }), Some(configuration)) = (events, configuration.as_object_mut()) {
        let endpoint = json!({
            "name": "spectacles",
            "url": url,
            "headers": { "Authorization": [authorization] },
            "timeout": "2s",
            "threshold": 5,
            "backoff": "1s",
            "ignore": { "mediatypes": ["application/octet-stream"] },
        });
        configuration.insert("notifications".to_owned(), json!({ "endpoints": [endpoint] }));
    }
    configuration
}
