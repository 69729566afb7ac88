//! What happened to the content of registries.

use super::super::words::words;
use crate::id::{ActivityId, RegistryId};
use crate::name::{Digest, RepositoryName, TagName};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What happened to the content of a registry.
    ActivityKind, "kind of activity" {
        /// Somebody pushed, as the registry told.
        #[default]
        Push = "push",
        /// Somebody pulled, as the registry told.
        Pull = "pull",
        /// Somebody deleted, as the registry told.
        Delete = "delete",
        /// A tag or a repository was found that was not known.
        Appeared = "appeared",
        /// A tag was found to name another manifest.
        Moved = "moved",
        /// A tag or a repository was not found any more.
        Disappeared = "disappeared",
        /// There are repositories that no namespace governs.
        Ungoverned = "ungoverned",
        /// The registry could not be looked at.
        Failed = "failed",
        /// It can be looked at again.
        Recovered = "recovered",
    }
}

/// Something that happened, to be noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityRecord {
    /// When.
    pub at: Timestamp,
    /// On which registry.
    pub registry: RegistryId,
    /// What.
    pub kind: ActivityKind,
    /// To which repository, unless it is about the registry as a whole.
    pub repository: Option<RepositoryName>,
    /// To which tag.
    pub tag: Option<TagName>,
    /// To which manifest.
    pub digest: Option<Digest>,
    /// Who did it, as the subject of the token says; empty where that is not known.
    pub principal: String,
    /// From where.
    pub address: Option<String>,
    /// With which program.
    pub agent: Option<String>,
    /// What else there is to say, for people.
    pub text: Option<String>,
    /// How the registry calls it. The same is noted once.
    pub event: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Ascending with time, as it was noted.
    pub id: ActivityId,
    /// What.
    pub record: ActivityRecord,
}
