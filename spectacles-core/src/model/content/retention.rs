//! Which tags stay.

use crate::id::NamespaceId;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which tags of the repositories of a namespace stay. A tag that nothing here keeps is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetentionPolicy {
    /// Whether it is carried out by itself.
    pub enabled: bool,
    /// What keeps a tag: any of them.
    pub keep: Vec<RetentionRule>,
    /// Tags that are never deleted through this server, by whomever: patterns with `*` and `?`.
    pub immutable: Vec<String>,
    /// Repositories it is for: patterns with `*` and `?`; all, where there are none.
    pub repositories: Vec<String>,
}

/// What keeps a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RetentionRule {
    /// It is among so many of its repository that were pushed last.
    Last(u32),
    /// It was pushed within so many days.
    PushedWithinDays(u32),
    /// It was pulled within so many days.
    PulledWithinDays(u32),
    /// Its name fits one of these patterns, with `*` and `?`.
    Matching(Vec<String>),
}

/// A policy as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRetention {
    /// Of which namespace.
    pub namespace: NamespaceId,
    /// The policy.
    pub policy: RetentionPolicy,
    /// When it was last changed.
    pub updated: Timestamp,
    /// When it was last carried out to the end.
    pub carried_out: Option<Timestamp>,
}

/// A policy, as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Retention {
    /// The policy.
    #[serde(flatten)]
    pub policy: RetentionPolicy,
    /// When it was last changed.
    pub updated: Timestamp,
    /// When it was last carried out to the end.
    pub carried_out: Option<Timestamp>,
}
