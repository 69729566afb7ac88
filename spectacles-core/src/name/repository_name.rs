//! Names of repositories.

use super::grammar::{LONGEST_NAME, is_component, is_host};
use super::{NameError, checked_name};

/// The name of a repository within its registry: `team/app`, `busybox`.
///
/// Clients may write a host in front (`registry.example.com:5000/team/app`). It is kept as given, because the token must repeat
/// the name letter by letter, but it is no path component: no namespace governs such a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepositoryName(Box<str>);

impl RepositoryName {
    fn check(value: &str) -> Result<(), NameError> {
        const WHAT: &str = "repository name";
        if value.len() > LONGEST_NAME {
            return Err(NameError::new(WHAT, value, "at most 255 characters"));
        }
        let path = split_host(value).1;
        if path.split('/').all(is_component) {
            Ok(())
        } else {
            Err(NameError::new(
                WHAT,
                value,
                "components of lower-case letters and digits, with single `.`, `_`, `__` or dashes inside, joined by `/`",
            ))
        }
    }

    /// The host in front of the path, when there is one that cannot be a path component.
    pub fn host(&self) -> Option<&str> {
        split_host(&self.0).0
    }

    /// The path components, without the host.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        split_host(&self.0).1.split('/')
    }
}
checked_name!(RepositoryName);

/// A first part that is a valid component is taken as one, as registries do: their names come from URL paths.
fn split_host(value: &str) -> (Option<&str>, &str) {
    match value.split_once('/') {
        Some((first, rest)) if !is_component(first) && is_host(first) => (Some(first), rest),
        _ => (None, value),
    }
}
