//! The configuration of a registry that asks this server: CNCF Distribution 2.8 and 3.

mod template;
mod yaml;

pub use template::{auth, json, notifications, yaml};

use serde::Serialize;
use spectacles_core::model::Registry;
use spectacles_core::name::RegistryUrl;

/// What its configuration is called.
pub const CONFIG: &str = "config.yml";
/// What the certificates of the keys are called, beside it.
pub const BUNDLE: &str = "spectacles.pem";
/// What the keys as a JWK set are called, beside it.
pub const JWKS: &str = "jwks.json";

/// What there is of CNCF Distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Generation {
    /// 2.8. Registries from 3.0 on understand its configuration, too.
    #[default]
    V2,
    /// From 3.0 on.
    V3,
}

/// Everything that differs from one configuration to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// For which registries.
    #[serde(skip)]
    pub generation: Generation,
    /// Clients reach the registry by HTTPS, so something must speak it.
    #[serde(skip)]
    pub https: bool,
    /// Where it listens.
    pub listen: String,
    /// Where its images are.
    pub storage: String,
    /// Whether anything can be deleted.
    pub delete_enabled: bool,
    /// Where clients get their tokens.
    pub realm: String,
    /// What it calls itself.
    pub service: String,
    /// What this server calls itself.
    pub issuer: String,
    /// The file with the certificates of the keys.
    pub rootcertbundle: String,
    /// The file with the keys as a JWK set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<String>,
    /// Where it tells what happens, if it is to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Events>,
}

/// Where notifications go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Events {
    /// The address.
    pub url: String,
    /// `Bearer`, and the secret.
    pub authorization: String,
}

impl Generation {
    /// Where registries of this generation look for their configuration, when they run in a container.
    pub const fn usual_directory(self) -> &'static str {
        match self {
            Self::V2 => "/etc/docker/registry",
            Self::V3 => "/etc/distribution",
        }
    }
}

impl Settings {
    /// Those of a registry in a container.
    pub fn usual(generation: Generation, registry: &Registry, realm: String, issuer: String) -> Self {
        let place = generation.usual_directory();
        Self {
            generation,
            https: registry.url.as_str().starts_with("https:"),
            listen: format!(":{}", port(&registry.url)),
            storage: "/var/lib/registry".to_owned(),
            delete_enabled: registry.delete_enabled,
            realm,
            service: registry.service.to_string(),
            issuer,
            rootcertbundle: format!("{place}/{BUNDLE}"),
            jwks: matches!(generation, Generation::V3).then(|| format!("{place}/{JWKS}")),
            events: None,
        }
    }
}

/// The port of a URL. Behind HTTPS without a port there is a proxy: 5000 is where registries usually listen then.
fn port(url: &RegistryUrl) -> u16 {
    let written = url.host().rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    written.unwrap_or(if url.as_str().starts_with("https:") { 5000 } else { 80 })
}

#[cfg(test)]
mod tests {
    use super::port;

    #[test]
    fn the_registry_listens_at_the_port_of_its_url() {
        for (url, expected) in
            [("http://r:5001", 5001), ("http://[::1]:5002/x", 5002), ("http://r", 80), ("https://r", 5000), ("https://r:443", 443)]
        {
            assert_eq!(port(&url.parse().unwrap()), expected, "{url}");
        }
    }
}
