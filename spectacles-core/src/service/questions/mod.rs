//! The questions people ask about access, by name, and the answers as they are shown.
//!
//! What is answered is said by [`access::questions`](crate::access::questions); here names are found, and everything gets a form that can be
//! serialised.

mod explanation;
mod lists;
mod matrix;
mod replay;

pub use explanation::{Asker, Explanation, explain};
pub use lists::{AreaAnswer, Given, GroupAnswer, PrincipalAnswer, WhatChanges, WhoCan, what_can, what_changes, who_can};
pub use matrix::{Matrix, MatrixRow, matrix};
pub use replay::{Replayed, replay};

use super::Error;
use crate::access::questions::Questions;
use crate::access::{Facts, RegistryState, Subject};
use crate::name::{ServiceAccountName, ServiceName, UserName};
use serde::Serialize;
use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// Whom a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A user.
    User(UserName),
    /// A service account.
    Service(ServiceAccountName),
    /// Somebody without credentials.
    Anonymous,
}

/// Whom an answer is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Principal {
    /// `user`, `service` or `anonymous`.
    pub kind: Cow<'static, str>,
    /// His name; none for somebody without credentials.
    pub name: Option<String>,
}

impl Who {
    fn subject<'f>(&self, questions: &Questions<'f>) -> Result<Subject<'f>, Error> {
        match self {
            Self::User(name) => {
                let user = questions.facts.user(name.as_str()).ok_or_else(|| Error::not_found("user", name))?;
                Ok(questions.subject(user))
            }
            Self::Service(name) => {
                let service = questions.facts.service(name.as_str()).ok_or_else(|| Error::not_found("service account", name))?;
                Ok(Subject::Service(service))
            }
            Self::Anonymous => Ok(Subject::Anonymous),
        }
    }
}

impl From<Subject<'_>> for Principal {
    fn from(subject: Subject<'_>) -> Self {
        let (kind, name) = match subject {
            Subject::System => ("system", None),
            Subject::Administrator(user) | Subject::User(user) => ("user", Some(user.name.to_string())),
            Subject::Service(service) => ("service", Some(service.name.to_string())),
            Subject::Anonymous => ("anonymous", None),
        };
        Self { kind: kind.into(), name }
    }
}

/// As it is displayed.
impl FromStr for Principal {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (kind, name) = text.split_once(' ').map_or((text, None), |(kind, name)| (kind, Some(name.to_owned())));
        Ok(Self { kind: kind.to_owned().into(), name })
    }
}

/// `user alice`, `service ci`, `anonymous`.
impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} {name}", self.kind),
            None => f.write_str(&self.kind),
        }
    }
}

/// For what is said only where it is so.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

fn registry<'f>(facts: &'f Facts, service: &ServiceName) -> Result<&'f RegistryState, Error> {
    facts.registry(service.as_str()).ok_or_else(|| Error::not_found("registry", service))
}

/// One registry, or all of them by service.
fn registries<'f>(facts: &'f Facts, service: Option<&ServiceName>) -> Result<Vec<&'f RegistryState>, Error> {
    if let Some(service) = service {
        return Ok(vec![registry(facts, service)?]);
    }
    let mut all: Vec<_> = facts.registries().collect();
    all.sort_unstable_by(|one, other| one.facts.service.cmp(&other.facts.service));
    Ok(all)
}
