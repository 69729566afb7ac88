//! Which tags stay.

use super::TagDeletion;
use crate::id::NamespaceId;
use crate::name::{Digest, RepositoryName, TagName};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which tags of the repositories of a namespace stay. A tag that nothing here keeps is deleted; a policy without rules keeps all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionPolicy {
    /// Whether it is carried out by itself.
    pub enabled: bool,
    /// What keeps a tag: any of them.
    #[schemars(length(max = 50))]
    pub keep: Vec<RetentionRule>,
    /// Tags that are never deleted through this server, by whomever: patterns with `*` and `?`.
    #[schemars(with = "Vec<crate::schema::Glob>", length(max = 100))]
    pub immutable: Vec<String>,
    /// Repositories it is for: patterns with `*` and `?`; all, where there are none.
    #[schemars(with = "Vec<crate::schema::Glob>", length(max = 100))]
    pub repositories: Vec<String>,
}

/// What keeps a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RetentionRule {
    /// It is among so many of its repository that were pushed last.
    Last(#[schemars(range(min = 1, max = 1_000_000))] u32),
    /// It was pushed within so many days.
    PushedWithinDays(#[schemars(range(min = 1, max = 36_500))] u32),
    /// It was pulled within so many days.
    PulledWithinDays(#[schemars(range(min = 1, max = 36_500))] u32),
    /// Its name fits one of these patterns, with `*` and `?`.
    Matching(#[schemars(with = "Vec<crate::schema::Glob>", length(max = 100))] Vec<String>),
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
    pub policy: RetentionPolicy,
    /// When it was last changed.
    pub updated: Timestamp,
    /// When it was last carried out to the end.
    pub carried_out: Option<Timestamp>,
}

/// What came of carrying a policy out, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetentionRun {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// Whether it came to its end: otherwise something failed, or there was not enough time, and it goes on another time.
    pub complete: bool,
    /// Each repository of which something was deleted; of what was only tried, each that the policy is for.
    pub repositories: Vec<RepositoryRetention>,
}

/// What a policy means for a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryRetention {
    /// The repository.
    pub repository: RepositoryName,
    /// How many tags stay.
    pub kept: u64,
    /// What keeps each tag, or that nothing does, where it is only tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<RetentionVerdict>,
    /// What came of each tag that nothing keeps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<TagDeletion>,
}

/// What keeps a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetentionVerdict {
    /// The tag.
    pub tag: TagName,
    /// What it names.
    pub digest: Digest,
    /// What keeps it; nothing, where it would be deleted.
    pub kept_by: Option<String>,
}
