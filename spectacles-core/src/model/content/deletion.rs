//! What is to be deleted, and what came of it.

use super::super::words::words;
use crate::name::{Digest, TagName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which tags of a repository are to be deleted: those that are named, and those that all of the rest fits, where any of it is said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeleteTags {
    /// These.
    #[schemars(length(max = 10_000))]
    pub tags: Vec<TagName>,
    /// Those whose names fit one of these patterns, where `*` stands for any text and `?` for one character.
    #[schemars(with = "Vec<crate::schema::Glob>", length(max = 100))]
    pub matching: Vec<String>,
    /// Those that were pushed, or first seen to be as they are, longer ago than that.
    #[schemars(range(max = 36_500))]
    pub older_than_days: Option<u32>,
    /// Not so many of them that were pushed last.
    pub keep_last: Option<u32>,
    /// Whether other tags of the same manifests may go with them. Registries that delete by digest only leave no choice.
    pub with_siblings: bool,
    /// Whether only to say what would be deleted.
    pub dry_run: bool,
}

/// What came of deleting tags, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deletions {
    /// Whether nothing was done.
    pub dry_run: bool,
    /// Each tag that was chosen, by name.
    pub tags: Vec<TagDeletion>,
    /// What else there is to know.
    pub note: String,
}

/// What came of deleting a tag, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TagDeletion {
    /// The tag.
    pub tag: TagName,
    /// What it names, as far as was known.
    pub digest: Option<Digest>,
    /// Other tags of the same manifest, that were not chosen. Of one that is deleted: those that went with it.
    pub siblings: Vec<TagName>,
    /// What came of it.
    pub outcome: DeletionOutcome,
    /// Why, where it was not deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

words! {
    /// What came of deleting a tag.
    DeletionOutcome, "outcome of a deletion" {
        /// It would be deleted.
        #[default]
        Planned = "planned",
        /// The registry has deleted it.
        Deleted = "deleted",
        /// The registry did not have it any more.
        Absent = "absent",
        /// It must not be deleted, and is still there.
        Refused = "refused",
        /// The registry could not do it. What is known of it stays as it was.
        Failed = "failed",
    }
}

impl Deletions {
    /// What everybody should know who deletes.
    pub const NOTE: &str = "Space comes back when the garbage collection of the registry runs.";

    /// Whether something was to be deleted and was not.
    pub fn fell_short(&self) -> bool {
        self.tags.iter().any(|tag| matches!(tag.outcome, DeletionOutcome::Refused | DeletionOutcome::Failed))
    }
}
