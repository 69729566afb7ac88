//! The configuration of the first registry, docker-registry: flavors, variables, storage.
//!
//! Its successor is two programs: a registry of version 2 or 3, for which a configuration is made, and this server, which knows users.

mod flavors;
mod registry;
#[cfg(test)]
mod tests;

use super::{Import, Outcome};
use crate::declarative::{DeclaredRegistry, Problem, Tree};
use crate::name::{RegistryUrl, ServiceName};
use serde_json::Value;

/// What is not in the file.
pub struct Options<'o> {
    /// Which flavor; `dev`, where nothing is said.
    pub profile: Option<&'o str>,
    /// A registry to be made, by its service name, and how it is reached.
    pub registry: Option<(ServiceName, RegistryUrl)>,
    /// What a variable of the environment holds.
    pub variable: &'o dyn Fn(&str) -> Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub struct Migration {
    /// For this server.
    pub import: Import,
    /// For CNCF Distribution, as its config.yml has it.
    pub config: Value,
    /// Whether something was used that nothing today can do.
    pub without_successor: bool,
}

/// Takes over a configuration.
///
/// # Errors
/// What is wrong with it: an unknown flavor, a variable that is not set, a storage without what it needs.
pub fn import(tree: &Tree, options: &Options<'_>) -> Result<Migration, Vec<Problem>> {
    let flat = flavors::chosen(tree, options.profile.unwrap_or(flavors::USUAL), options.variable)?;
    let mut import = Import::default();
    let (config, without_successor) = registry::config(&flat, tree, &mut import)?;
    settings(&flat, &mut import);
    if let Some((service, url)) = &options.registry {
        let registry = DeclaredRegistry { url: Some(url.clone()), ..DeclaredRegistry::default() };
        import.document.registries.insert(service.clone(), registry);
        let message = format!("as registry {service}; `spectacles registry config {service}` writes how it asks this server");
        import.report.add(Outcome::Mapped, None, "registry", message);
    }
    Ok(Migration { import, config, without_successor })
}

/// What concerned the server itself.
fn settings(flat: &flavors::Flat, import: &mut Import) {
    for (key, setting) in flat.iter() {
        let advice = match key.as_str() {
            "loglevel" => "the same names say it in config.yml; this server has LOG_LEVEL",
            "standalone" => "this server asks nobody outside, and anonymous pulling is a setting of each registry",
            "index_endpoint" => "this server is the index now: the realm in config.yml is where it is reached",
            "disable_token_auth" => {
                "config.yml asks this server for tokens; leave `auth` out where something before the registry checks people"
            }
            "secret_key" => "registries have `http.secret`; a new one is made, because it need not stay the same",
            "privileged_key" => "requests signed with a key do not exist any more: a service account has secrets that end",
            "email_exceptions" | "smtp_host" | "from_addr" | "to_addr" => {
                "errors are in the log; have it watched by what sends mail already"
            }
            "search_backend" | "sqlalchemy_index_database" => "what was pushed is found again by looking into the registry",
            "issue" | "bugsnag" | "newrelic" | "new_relic" | "cors" | "mirroring" | "mirrors" | "debug" | "debug_versions" => {
                "nothing here corresponds to it"
            }
            _ => continue,
        };
        import.report.add(Outcome::Advice, setting.line, key, advice);
    }
}
