//! Taking over from other programs.
//!
//! One importer is one module: from what the other program has, to an [`Import`]. It is pure, and what comes of it is a
//! [`Document`] like any other: it is checked, planned and applied by the same code as a file. Passwords travel beside the document, as
//! hashes.
//!
//! An importer gives nobody more than he had. Where the other program says something that cannot be said here, the narrower reading is
//! taken, and the [`Report`] names who is affected.
//!
//! | module | from |
//! |---|---|
//! | [`docker_auth`] | the configuration of docker_auth: users and access rules |
//! | [`htpasswd`] | a file of users and passwords |
//! | [`original`] | the rows of the original Spectacles |
//! | [`registry_v1`] | the configuration of the first registry, docker-registry |

pub mod docker_auth;
pub mod htpasswd;
pub mod original;
pub mod registry_v1;
mod report;
mod tree;

pub use report::{Finding, Outcome, Report};

use crate::declarative::Document;
use crate::model::PasswordHash;
use crate::name::UserName;
use std::collections::BTreeMap;

/// What an importer made of its source.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// What is to be applied.
    pub document: Document,
    /// Passwords of users that are created by it.
    pub credentials: Credentials,
    /// What was taken over, what only nearly, and what not.
    pub report: Report,
}

/// Password hashes by user.
///
/// Debug output hides them, and they are not serialisable.
#[derive(Clone, Default)]
pub struct Credentials(BTreeMap<UserName, PasswordHash>);

impl Credentials {
    /// No passwords.
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds the password of a user.
    pub fn put(&mut self, user: UserName, hash: PasswordHash) {
        self.0.insert(user, hash);
    }

    /// The password of a user.
    pub fn get(&self, user: &UserName) -> Option<&PasswordHash> {
        self.0.get(user)
    }

    /// How many users have one.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nobody has one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A name that could be used in the place of one that cannot.
pub(crate) fn suggested_user(name: &str) -> Option<UserName> {
    let mut suggestion = String::new();
    for character in name.to_lowercase().chars() {
        match character {
            'a'..='z' | '0'..='9' => suggestion.push(character),
            _ if suggestion.is_empty() || suggestion.ends_with('-') => {}
            _ => suggestion.push('-'),
        }
    }
    let suggestion: String = suggestion.chars().take(40).collect();
    let suggestion = suggestion.trim_end_matches('-');
    suggestion.parse().or_else(|_| format!("user-{suggestion}").trim_end_matches('-').parse()).ok()
}

/// Why somebody was not taken over, and what he could be called.
pub(crate) fn refused_user(name: &str, rule: &str) -> String {
    let suggestion = suggested_user(name).map(|name| format!("; he could be called `{name}`")).unwrap_or_default();
    format!("a user cannot be called `{}`: {rule}{suggestion}", crate::name::excerpt(name))
}
