//! The configuration of docker_auth: static users, and a list of rules of which the first that matches counts.
//!
//! Rules match by patterns in an order, and rights here are said of namespaces; so the rules are not translated one by one. The names of
//! repositories are divided into regions on which no pattern of whole components changes, the rules are read on each of them for each user,
//! and what they allow becomes the rights on a namespace. Where a rule applies to a part of a region only, what is allowed on all of it is
//! taken.

mod config;
mod findings;
mod glob;
mod pattern;
mod prune;
mod regions;
mod rights;
mod rules;
mod sections;
mod write;

use super::{Import, Outcome, Report, refused_user};
use crate::auth::bcrypt_hash;
use crate::declarative::{DeclaredUser, Problem, Tree};
use crate::name::{RegistryUrl, ServiceName, UserName};
use config::{Account, Config, Labels};
use std::collections::BTreeSet;

/// What is not in the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// For which registry, where the rules do not name some.
    pub registry: Option<ServiceName>,
    /// How this server reaches it. Without it, the registry must be there already.
    pub url: Option<RegistryUrl>,
}

/// Takes over a configuration.
///
/// # Errors
/// What docker_auth itself would refuse; when no registry is named, or there are more patterns than namespaces can be made for.
pub fn import(tree: &Tree, options: &Options) -> Result<Import, Vec<Problem>> {
    let config = Config::read(tree)?;
    let mut import = Import::default();
    let users = users(&config, tree, &mut import);
    for service in services(&config, options, tree)? {
        write::registry(&config, &users, &service, options, &mut import)
            .map_err(|message| vec![super::tree::problem(tree, "acl", message)])?;
    }
    sections::report(tree, options, &mut import);
    Ok(import)
}

/// The registries that rules are read for.
fn services(config: &Config, options: &Options, tree: &Tree) -> Result<Vec<ServiceName>, Vec<Problem>> {
    if let Some(service) = &options.registry {
        return Ok(vec![service.clone()]);
    }
    let plain = |text: &&String| !text.contains(['*', '?', '[', '\\', '/', '$']);
    let named: BTreeSet<&String> = config.rules.iter().filter_map(|rule| rule.service.as_ref()).filter(plain).collect();
    let services: Vec<ServiceName> = named.iter().filter_map(|name| name.parse().ok()).collect();
    if services.is_empty() {
        return Err(vec![super::tree::problem(tree, "acl", "no rule names the service of a registry; name the registry with --registry")]);
    }
    if services.len() > 1 && options.url.is_some() {
        return Err(vec![super::tree::problem(tree, "acl", "the rules name several registries; with a URL, name one with --registry")]);
    }
    Ok(services)
}

/// Everybody who gets rights: those of the static list, and those whom rules name where something else knows their passwords.
fn users(config: &Config, tree: &Tree, import: &mut Import) -> Vec<(UserName, Labels)> {
    let mut users = Vec::new();
    for (name, account) in &config.users {
        match name.parse::<UserName>() {
            Ok(user) => {
                credential(&user, account, import);
                import.document.users.insert(user.clone(), DeclaredUser::default());
                users.push((user, account.labels.clone()));
            }
            Err(error) => {
                let message = refused_user(name, error.rule());
                import.report.add(Outcome::Unmapped, account.line, format!("users.{}", crate::name::excerpt(name)), message);
            }
        }
    }
    let elsewhere = sections::knows_other_users(tree);
    for rule in &config.rules {
        let Some(account) = rule.account.as_ref().filter(|account| !account.contains(['*', '?', '[', '\\', '/', '$'])) else { continue };
        if account.is_empty() || config.users.contains_key(account) {
            continue;
        }
        let what = format!("account {}", crate::name::excerpt(account));
        match account.parse::<UserName>() {
            Ok(user) if elsewhere && !import.document.users.contains_key(&user) => {
                import.document.users.insert(user.clone(), DeclaredUser::default());
                let message = "his password was checked by another program; he is created without one, and cannot log in yet";
                import.report.add(Outcome::Advice, rule.line, what, message);
                users.push((user, Labels::new()));
            }
            Ok(_) if elsewhere => {}
            Ok(_) => import.report.add(Outcome::Unmapped, rule.line, what, "nobody of this name is among the users: he could never log in"),
            Err(error) => import.report.add(Outcome::Unmapped, rule.line, what, refused_user(account, error.rule())),
        }
    }
    users
}

fn credential(user: &UserName, account: &Account, import: &mut Import) {
    let what = format!("users.{user}");
    let Some(password) = &account.password else {
        let message = "he could log in with any password; here he has none, and cannot log in until he gets one";
        return import.report.add(Outcome::Unmapped, account.line, what, message);
    };
    match bcrypt_hash(&password.0) {
        Ok(hash) => {
            import.credentials.put(user.clone(), hash);
            import.report.add(Outcome::Mapped, account.line, what, "his password stays");
        }
        Err(error) => import.report.add(Outcome::Unmapped, account.line, what, error.to_string()),
    }
}

/// How reports call somebody.
fn called(user: &UserName) -> String {
    if user.as_str() == Report::ANONYMOUS { format!("user {user}") } else { user.to_string() }
}
