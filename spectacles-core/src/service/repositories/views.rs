//! Repositories and tags as they are shown.

use super::Eye;
use crate::id::{RepositoryId, TagId};
use crate::listing::NamedRepository;
use crate::model::{Manifest, Platform, Registry, Repository, Tag};
use crate::name::{Digest, MediaType, NamespacePath, RepositoryName, ServiceName, TagName};
use crate::right::Actions;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A repository, and what whoever asks may do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryView {
    /// Never reused.
    pub id: RepositoryId,
    /// The service of its registry.
    pub registry: ServiceName,
    /// Unique on its registry.
    pub name: RepositoryName,
    /// What to pull: `registry.example.com/team/app`.
    pub address: String,
    /// The first line of the description.
    pub summary: String,
    /// What people say of it, in Markdown. Lists leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether those who answer for the registry vouch for it.
    pub official: bool,
    /// Whether a machine builds it.
    pub automated: bool,
    /// How many users have given it a star.
    pub stars: u64,
    /// Whether whoever asks has.
    pub starred: bool,
    /// How often it was pulled from, as far as its registry told.
    pub pulls: u64,
    /// On how many days somebody pulled from it, each who did counted once a day.
    pub pull_days: u64,
    /// How many tags it has.
    pub tags: u64,
    /// The namespace that governs it.
    pub namespace: Option<NamespacePath>,
    /// What whoever asks may do with it.
    pub actions: Actions,
    /// When it was first seen.
    pub created: Timestamp,
    /// When a tag was last added, moved or removed, or the description changed.
    pub updated: Timestamp,
    /// When something was last pushed to it, as far as its registry told.
    pub pushed: Option<Timestamp>,
    /// When something was last pulled from it, as far as its registry told.
    pub pulled: Option<Timestamp>,
}

impl RepositoryView {
    pub(super) fn new(
        registry: &Registry,
        repository: Repository,
        (actions, namespace): (Actions, Option<NamespacePath>),
        starred: bool,
    ) -> Self {
        Self {
            id: repository.id,
            registry: registry.service.clone(),
            address: address(registry, &repository.name),
            name: repository.name,
            summary: repository.said.summary(),
            description: Some(repository.said.description),
            official: repository.said.official,
            automated: repository.said.automated,
            stars: repository.stars,
            starred,
            pulls: repository.pulls,
            pull_days: repository.pull_days,
            tags: repository.tags,
            namespace,
            actions,
            created: repository.created,
            updated: repository.updated,
            pushed: repository.pushed,
            pulled: repository.pulled,
        }
    }

    /// As lists have it.
    pub(super) fn in_list(self) -> Self {
        Self { description: None, ..self }
    }
}

/// What clients call a repository of a registry: `registry.example.com/team/app`.
pub(in crate::service) fn address(registry: &Registry, name: &RepositoryName) -> String {
    format!("{}/{name}", registry.external_url.as_ref().unwrap_or(&registry.url).host())
}

/// A tag, and what is known of what it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TagView {
    /// Never reused.
    pub id: TagId,
    /// The service of its registry.
    pub registry: ServiceName,
    /// The repository it is in.
    pub repository: RepositoryName,
    /// Unique in its repository.
    pub name: TagName,
    /// What to pull: `registry.example.com/team/app:1.0`.
    pub address: String,
    /// The manifest it names.
    pub digest: Digest,
    /// What kind of manifest that is.
    pub media_type: MediaType,
    /// What a pull brings, in bytes. Absent while it is not known.
    pub size: Option<u64>,
    /// Other tags of the same manifest. Where a registry deletes by digest only, they go together.
    pub siblings: Vec<TagName>,
    /// For which platforms it is; nothing while that is not known.
    pub platforms: Vec<Platform>,
    /// When the image was made, by its own account.
    pub built: Option<Timestamp>,
    /// Of the configuration, for images: by it a running container is known (`docker images --no-trunc`).
    pub config: Option<Digest>,
    /// Whether a policy of the namespace keeps it from being deleted.
    pub immutable: bool,
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

impl TagView {
    pub(super) fn new(
        registry: &Registry,
        repository: &RepositoryName,
        tag: Tag,
        siblings: Vec<TagName>,
        manifest: Option<&Manifest>,
        immutable: bool,
    ) -> Self {
        Self {
            id: tag.id,
            registry: registry.service.clone(),
            repository: repository.clone(),
            address: format!("{}:{}", address(registry, repository), tag.name),
            name: tag.name,
            digest: tag.digest,
            media_type: tag.media_type,
            size: tag.size,
            siblings,
            platforms: manifest.map(|manifest| manifest.details.platforms.clone()).unwrap_or_default(),
            built: manifest.and_then(|manifest| manifest.details.created),
            config: manifest.and_then(|manifest| manifest.config.clone()),
            immutable,
            created: tag.created,
            updated: tag.updated,
            pushed_by: tag.pushed_by,
            pushed: tag.pushed,
            pulled: tag.pulled,
            pulls: tag.pulls,
        }
    }
}

/// Where a repository is.
pub(super) fn place(row: &NamedRepository) -> (crate::id::RegistryId, &RepositoryName) {
    (row.repository.registry, &row.repository.name)
}

/// What an eye says of many repositories.
pub(super) fn looks(eye: &Eye, rows: &[NamedRepository]) -> Vec<(Actions, Option<NamespacePath>)> {
    eye.look_at(rows.iter().map(place))
}
