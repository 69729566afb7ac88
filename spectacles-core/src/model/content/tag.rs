//! Tags.

use crate::id::{RepositoryId, TagId};
use crate::name::{Digest, MediaType, TagName};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A tag of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tag {
    /// Never reused.
    pub id: TagId,
    /// The repository it is in.
    pub repository: RepositoryId,
    /// Unique in its repository.
    pub name: TagName,
    /// The manifest it names: of an index where it names one, not of one of its platforms.
    pub digest: Digest,
    /// What kind of manifest that is.
    pub media_type: MediaType,
    /// What a pull brings, in bytes: manifest, configuration and layers, of an index those of all its platforms. Absent while it is not known.
    pub size: Option<u64>,
    /// When it was first seen.
    pub created: Timestamp,
    /// When it was first seen to name this manifest.
    pub updated: Timestamp,
    /// Who pushed it last, as far as its registry told.
    pub pushed_by: Option<String>,
    /// When it was last pushed, as far as its registry told.
    pub pushed: Option<Timestamp>,
    /// When it was last pulled by its name, as far as its registry told.
    pub pulled: Option<Timestamp>,
    /// How often it was pulled by its name.
    pub pulls: u64,
}

/// What a tag names, to be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutTag {
    /// In which repository, which exists.
    pub repository: RepositoryId,
    /// Which tag.
    pub name: TagName,
    /// See [`Tag::digest`].
    pub digest: Digest,
    /// See [`Tag::media_type`].
    pub media_type: MediaType,
    /// See [`Tag::size`]; what is absent leaves the size as it is, if the digest stays.
    pub size: Option<u64>,
    /// When this was so.
    pub at: Timestamp,
    /// Who pushed it, where that is known: then it was pushed at that moment.
    pub pushed_by: Option<String>,
    /// Whether it was pushed at that moment, or only seen.
    pub pushed: bool,
}

/// Pulls of one manifest by one principal, to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulls {
    /// From which repository.
    pub repository: RepositoryId,
    /// By which tag, where it was by one.
    pub tag: Option<TagName>,
    /// What.
    pub digest: Digest,
    /// Who, as the subject of the token says; empty for somebody without credentials.
    pub principal: String,
    /// The address of the last pull.
    pub address: Option<String>,
    /// How often.
    pub count: u64,
    /// The last time.
    pub at: Timestamp,
}

/// Who pulled a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consumer {
    /// As the subject of the token says: a user, `service:<name>@<node>`; empty for somebody without credentials.
    pub principal: String,
    /// Where the last pull came from.
    pub address: Option<String>,
    /// The tag by which it was last pulled by one.
    pub tag: Option<TagName>,
    /// How often.
    pub pulls: u64,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
}
