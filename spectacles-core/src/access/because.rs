//! Why a decision is what it is.

use super::Facts;
use crate::id::{GroupId, NamespaceId};
use crate::right::{Right, Rights};
use serde::Serialize;
use std::fmt;

/// The rule that decided, and what it came from. Small and copied: it is made with every decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Because {
    /// The rule.
    pub rule: Rule,
    /// The namespace that governs the repository, where the rule is one of a namespace.
    pub namespace: Option<NamespaceId>,
    /// Whether the rule gave more, and the registry being read-only took it away.
    pub read_only: bool,
}

/// A rule of the decision, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// No registry of this service is known.
    UnknownRegistry,
    /// The registry is disabled.
    RegistryDisabled,
    /// This server itself asked.
    System,
    /// The user is disabled.
    UserDisabled,
    /// The user is an administrator.
    Administrator,
    /// No namespace governs the repository.
    NoNamespace,
    /// No credentials, so that no right applies.
    Nobody,
    /// The user has a custom right.
    UserGrant(Right),
    /// The user owns the namespace.
    Owner,
    /// The user is assigned to the namespace.
    Member(Right),
    /// Groups of the user have custom rights.
    GroupGrants(Rights),
    /// A group of the user is assigned to the namespace.
    AssignedGroup(GroupId, Right),
    /// What everybody else has.
    Others(Right),
    /// The namespace is public and the registry admits anonymous pull.
    Public,
}

impl Because {
    pub(super) const fn plain(rule: Rule) -> Self {
        Self { rule, namespace: None, read_only: false }
    }

    pub(super) const fn namespace(rule: Rule, namespace: NamespaceId) -> Self {
        Self { rule, namespace: Some(namespace), read_only: false }
    }

    /// The same with names instead of ids, for people and for JSON.
    pub fn named(self, facts: &Facts) -> Reason {
        let namespace = self.namespace.map(|id| match facts.namespace(id) {
            Some(namespace) => namespace.path.to_string(),
            None => format!("number {id}"),
        });
        let group = match self.rule {
            Rule::AssignedGroup(id, _) => Some(facts.group(id).map_or_else(|| format!("number {id}"), ToString::to_string)),
            Rule::UnknownRegistry
            | Rule::RegistryDisabled
            | Rule::System
            | Rule::UserDisabled
            | Rule::Administrator
            | Rule::NoNamespace
            | Rule::Nobody
            | Rule::UserGrant(_)
            | Rule::Owner
            | Rule::Member(_)
            | Rule::GroupGrants(_)
            | Rule::Others(_)
            | Rule::Public => None,
        };
        let place = namespace.as_deref().unwrap_or_default();
        let mut text = sentence(self.rule, place, group.as_deref().unwrap_or_default());
        if self.read_only {
            text.push_str("; the registry is read-only, so nobody may push or delete");
        }
        Reason { rule: self.rule.as_str(), namespace, group, read_only: self.read_only, text }
    }
}

impl Rule {
    /// A word for the rule, for JSON and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownRegistry => "unknown-registry",
            Self::RegistryDisabled => "registry-disabled",
            Self::System => "system",
            Self::UserDisabled => "user-disabled",
            Self::Administrator => "administrator",
            Self::NoNamespace => "no-namespace",
            Self::Nobody => "anonymous",
            Self::UserGrant(_) => "user-grant",
            Self::Owner => "owner",
            Self::Member(_) => "member",
            Self::GroupGrants(_) => "group-grants",
            Self::AssignedGroup(..) => "assigned-group",
            Self::Others(_) => "others",
            Self::Public => "public",
        }
    }
}

fn sentence(rule: Rule, namespace: &str, group: &str) -> String {
    match rule {
        Rule::UnknownRegistry => "no registry of this service name is known".to_owned(),
        Rule::RegistryDisabled => "the registry is disabled".to_owned(),
        Rule::System => "this server itself asked".to_owned(),
        Rule::UserDisabled => "the user is disabled".to_owned(),
        Rule::Administrator => "the user is an administrator".to_owned(),
        Rule::NoNamespace => "no namespace governs this repository".to_owned(),
        Rule::Nobody => format!("without credentials there is no right on namespace `{namespace}`"),
        Rule::UserGrant(right) => format!("the user was granted {right} on namespace `{namespace}`"),
        Rule::Owner => format!("the user owns namespace `{namespace}`, which gives FULL"),
        Rule::Member(right) => format!("the user is assigned to namespace `{namespace}`, whose members have {right}"),
        Rule::GroupGrants(rights) => format!("groups of the user were granted {rights} on namespace `{namespace}`"),
        Rule::AssignedGroup(_, right) => {
            format!("group `{group}` is assigned to namespace `{namespace}`, whose groups have {right}")
        }
        Rule::Others(right) => format!("everybody else has {right} on namespace `{namespace}`"),
        Rule::Public => format!("namespace `{namespace}` is public, and the registry admits pulling without credentials"),
    }
}

/// A [`Because`] with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The word for the rule, from [`Rule::as_str`].
    pub rule: &'static str,
    /// The path of the governing namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name of the group that made the difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether the registry being read-only took something away.
    pub read_only: bool,
    /// A sentence for people.
    pub text: String,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
