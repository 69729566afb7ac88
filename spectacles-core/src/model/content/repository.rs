//! Repositories.

use super::super::words::words;
use crate::id::{RegistryId, RepositoryId};
use crate::name::RepositoryName;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A repository of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Repository {
    /// Never reused.
    pub id: RepositoryId,
    /// The registry it is on.
    pub registry: RegistryId,
    /// Unique on its registry.
    pub name: RepositoryName,
    /// What people say of it.
    #[serde(flatten)]
    pub said: RepositoryDescription,
    /// How many users have given it a star.
    pub stars: u64,
    /// How often it was pulled from, as far as its registry told.
    pub pulls: u64,
    /// On how many days somebody pulled from it, each who did counted once a day.
    pub pull_days: u64,
    /// How many tags it has.
    pub tags: u64,
    /// When it was first seen.
    pub created: Timestamp,
    /// When a tag was last added, moved or removed, or the description changed.
    pub updated: Timestamp,
    /// When something was last pushed to it, as far as its registry told.
    pub pushed: Option<Timestamp>,
    /// When something was last pulled from it, as far as its registry told.
    pub pulled: Option<Timestamp>,
    /// Since when it has no tags. It is not listed then, and what was said of it is kept for a while, in case it comes back.
    pub gone: Option<Timestamp>,
}

/// What people say of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryDescription {
    /// Markdown, at most 25,000 bytes. The first line is what lists show.
    pub description: String,
    /// Whether those who answer for the registry vouch for it.
    pub official: bool,
    /// Whether a machine builds it.
    pub automated: bool,
}

impl RepositoryDescription {
    /// How long a description may be, in bytes.
    pub const LONGEST: usize = 25_000;

    /// What lists show of the description: its first line with text on it, without the signs of a heading, at most 255 characters.
    pub fn summary(&self) -> String {
        let line = self.description.lines().map(|line| line.trim_start_matches('#').trim()).find(|line| !line.is_empty());
        line.unwrap_or_default().chars().take(255).collect()
    }
}

words! {
    /// What counts as a star of a repository, where docker and podman search.
    Stars, "way to count stars" {
        /// What users have given.
        #[default]
        Votes = "votes",
        /// Days on which somebody pulled, each who did counted once a day.
        Pulls = "pulls",
    }
}
