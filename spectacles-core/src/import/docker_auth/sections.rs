//! What else there is in the file: settings of the server, and other ways to know users and rights.

use super::Options;
use crate::declarative::Tree;
use crate::import::tree::{entries, field, line, scalar};
use crate::import::{Import, Outcome};
use crate::model::TokenLifetime;

const AUTHENTICATORS: [&str; 12] = [
    "google_auth",
    "github_auth",
    "gitlab_auth",
    "gitea_auth",
    "oidc_auth",
    "bitbucket_auth",
    "ldap_auth",
    "mongo_auth",
    "xorm_auth",
    "ext_auth",
    "plugin_authn",
    "http_auth",
];

/// Whether users are known to something else than the file.
pub(super) fn knows_other_users(tree: &Tree) -> bool {
    AUTHENTICATORS.iter().any(|section| field(tree, section).is_some())
}

pub(super) fn report(tree: &Tree, options: &Options, import: &mut Import) {
    for (key, section) in entries(tree) {
        let at = key.at.map(|at| at.line);
        let name = key.name.as_str();
        match name {
            "users" | "acl" => {}
            "server" => server(section, import),
            "token" => token(section, options, import),
            _ if AUTHENTICATORS.contains(&name) => {
                import.report.add(Outcome::Unmapped, at, name, "users whom it knows are not in the file, and are not created");
            }
            "acl_mongo" | "acl_xorm" | "ext_authz" | "plugin_authz" | "casbin_authz" => {
                import.report.add(Outcome::Unmapped, at, name, "the rules that it knows are not in the file; nobody gets a right by them");
            }
            other => import.report.add(Outcome::Unmapped, at, crate::name::excerpt(other), "nothing here corresponds to it"),
        }
    }
}

fn server(section: &Tree, import: &mut Import) {
    for (key, value) in entries(section) {
        let text = crate::name::excerpt(scalar(value).unwrap_or_default());
        let advice = match key.name.as_str() {
            "addr" => format!("`spectacles serve --listen {text}` listens there, and SPECTACLES_LISTEN says the same"),
            "certificate" => format!("SPECTACLES_WEB_TLS_CERT_PATH={text} makes the server speak HTTPS, together with the key"),
            "key" => format!(
                "SPECTACLES_WEB_TLS_KEY_PATH={text}; it signed the tokens too, unless `token` has a key: see SPECTACLES_PRIV_KEY_PATH"
            ),
            "real_ip_header" => "name the proxy with SPECTACLES_TRUSTED_PROXIES; its X-Forwarded-For then counts".to_owned(),
            "path_prefix" => format!("WEB_ROOT={text} puts everything below that path"),
            _ => {
                import.report.add(
                    Outcome::Unmapped,
                    line(value),
                    format!("server.{}", crate::name::excerpt(&key.name)),
                    "nothing here corresponds to it",
                );
                continue;
            }
        };
        import.report.add(Outcome::Advice, line(value), format!("server.{}", key.name), advice);
    }
}

fn token(section: &Tree, options: &Options, import: &mut Import) {
    for (key, value) in entries(section) {
        let text = crate::name::excerpt(scalar(value).unwrap_or_default());
        let what = format!("token.{}", crate::name::excerpt(&key.name));
        let advice = match key.name.as_str() {
            "issuer" => format!("start the server with SPECTACLES_ISSUER_NAME=\"{text}\", as the configuration of the registry says it"),
            "expiration" => expiration(&text, options, import),
            "certificate" => {
                "the registry can go on with it when the key is taken over; `spectacles registry config` names the certificate".to_owned()
            }
            "key" => format!("SPECTACLES_PRIV_KEY_PATH={text} signs with the same key"),
            _ => {
                import.report.add(Outcome::Unmapped, line(value), what, "nothing here corresponds to it");
                continue;
            }
        };
        import.report.add(Outcome::Advice, line(value), what, advice);
    }
}

fn expiration(text: &str, options: &Options, import: &mut Import) -> String {
    let lifetime = text.parse().ok().and_then(|seconds| TokenLifetime::from_seconds(seconds).ok());
    match (lifetime, &options.url) {
        (None, _) => {
            "tokens live from 60 to 86400 seconds here; `spectacles registry set SERVICE --token-seconds` says how long".to_owned()
        }
        (Some(lifetime), None) => format!("`spectacles registry set SERVICE --token-seconds {}` says the same", lifetime.seconds()),
        (Some(lifetime), Some(_)) => {
            for registry in import.document.registries.values_mut() {
                registry.token_seconds = lifetime.seconds();
            }
            "the tokens of the registry live as long".to_owned()
        }
    }
}
