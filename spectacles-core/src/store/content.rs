//! What is known of the content of registries.

use super::{ReadTx, StoreError};
use crate::id::{NamespaceId, RegistryId, RepositoryId, TagId, UserId};
use crate::model::{
    ActivityRecord, Consumer, Manifest, Pulls, PutTag, Repository, RepositoryDescription, RetentionPolicy, StoredRetention, SyncState, Tag,
};
use crate::name::{Digest, RepositoryName, TagName};
use crate::time::Timestamp;
use async_trait::async_trait;

/// Which repositories a list is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryChoice {
    /// Those of one registry, or of all.
    pub registry: Option<RegistryId>,
    /// Those at or below one of these paths (`team` and `team/app`, not `teamx`), each on its registry; all, where there is nothing said. The
    /// empty path stands for all names of one part.
    pub below: Option<Vec<(RegistryId, String)>>,
}

/// Repositories to be found by a part of their name or of the first line of their description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositorySearch {
    /// Among which.
    pub choice: RepositoryChoice,
    /// The part, in lower case. Empty for all.
    pub term: String,
    /// What was the last one found, to go on behind it: its stars and its name. The exact name comes first and is not found again.
    pub after: Option<(u64, RepositoryName, RegistryId)>,
    /// How many at most.
    pub limit: u32,
    /// Whether `pull_days` are what counts as stars, or `stars`.
    pub by_pulls: bool,
}

/// Reading what is known of the content of registries. Repositories that are gone are there, unless something else is said.
#[async_trait]
pub trait ContentReads {
    /// The repository with this id.
    async fn repository(&mut self, id: RepositoryId) -> Result<Option<Repository>, StoreError>;
    /// The repositories with these names on a registry, in no order.
    async fn repositories_named(&mut self, registry: RegistryId, names: &[RepositoryName]) -> Result<Vec<Repository>, StoreError>;
    /// Up to `limit` repositories of a registry that are not gone and whose names come after `after`, by name.
    async fn repositories(
        &mut self,
        registry: RegistryId,
        after: Option<&RepositoryName>,
        limit: u32,
    ) -> Result<Vec<Repository>, StoreError>;
    /// Up to `limit` repositories that are not gone and fit: by descending stars, then by name, then by registry. Of one that fits it is
    /// said in time that does not grow with the number of repositories, wherever the database has an index for it.
    async fn search_repositories(&mut self, search: &RepositorySearch) -> Result<Vec<Repository>, StoreError>;
    /// The tags of repositories: by repository, then by name.
    async fn tags_of(&mut self, repositories: &[RepositoryId]) -> Result<Vec<Tag>, StoreError>;
    /// A tag.
    async fn tag(&mut self, repository: RepositoryId, name: &TagName) -> Result<Option<Tag>, StoreError>;
    /// The tags of a repository that name a manifest, by name.
    async fn tags_with(&mut self, repository: RepositoryId, digest: &Digest) -> Result<Vec<Tag>, StoreError>;
    /// Up to `limit` tags whose names, or whose digests behind `sha256:`, begin with this: by name, then by id.
    async fn find_tags(&mut self, registry: Option<RegistryId>, begin: &str, limit: u32) -> Result<Vec<Tag>, StoreError>;
    /// Up to `limit` tags whose manifest has this label, by id; with this value, where one is given.
    async fn tags_labelled(
        &mut self,
        registry: Option<RegistryId>,
        label: &str,
        value: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Tag>, StoreError>;
    /// What is known of these manifests of a registry, in no order.
    async fn manifests(&mut self, registry: RegistryId, digests: &[Digest]) -> Result<Vec<Manifest>, StoreError>;
    /// Who pulled a manifest, those first who did so last.
    async fn consumers(&mut self, repository: RepositoryId, digest: &Digest, limit: u32) -> Result<Vec<Consumer>, StoreError>;
    /// Who pulled what has this digest, as a manifest or as the configuration of one, from anywhere: those first who did so last.
    async fn consumers_of_image(&mut self, digest: &Digest, limit: u32) -> Result<Vec<(RepositoryId, Consumer)>, StoreError>;
    /// How it goes with looking at registries: those that somebody has looked at, by id.
    async fn sync_states(&mut self) -> Result<Vec<SyncState>, StoreError>;
    /// Which of these repositories the user has given a star, in no order.
    async fn starred(&mut self, user: UserId, repositories: &[RepositoryId]) -> Result<Vec<RepositoryId>, StoreError>;
    /// Which of these notifications of a registry were noted already.
    async fn known_events(&mut self, registry: RegistryId, events: &[&str]) -> Result<Vec<String>, StoreError>;
}

/// Changing what is known of the content of registries. Registries that do not exist any more are [`StoreError::InUse`].
#[async_trait]
pub trait ContentWrites {
    /// The ids of these repositories, in the order of the names, each of which comes once. Those that were not known are created, and gone until
    /// they have a tag.
    async fn meet_repositories(
        &mut self,
        registry: RegistryId,
        names: &[RepositoryName],
        at: Timestamp,
    ) -> Result<Vec<RepositoryId>, StoreError>;
    /// Changes what is said of a repository.
    async fn describe_repository(&mut self, id: RepositoryId, said: &RepositoryDescription, at: Timestamp) -> Result<bool, StoreError>;
    /// Notes what tags name: creates them or changes them. A later moment wins: of a tag that is known to have named something else at a later
    /// moment nothing is changed. Their repositories are not gone any more; their `tags`, `updated` and `pushed` follow.
    async fn put_tags(&mut self, tags: &[PutTag]) -> Result<(), StoreError>;
    /// Takes tags away; how many there were. Repositories without tags are gone from then on; their `tags` and `updated` follow.
    async fn remove_tags(&mut self, tags: &[TagId], at: Timestamp) -> Result<u64, StoreError>;
    /// Takes tags away that were last seen to change before `before`; the rest as [`remove_tags`](Self::remove_tags).
    async fn remove_tags_unless_changed(&mut self, tags: &[TagId], before: Timestamp, at: Timestamp) -> Result<u64, StoreError>;
    /// Forgets repositories that have been gone since before that moment, and what is known of manifests that no tag, and no other manifest,
    /// leads to; up to `limit` of each. How many.
    async fn forget_gone(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
    /// Notes what manifests hold; what is known already stays.
    async fn put_manifests(&mut self, registry: RegistryId, manifests: &[Manifest]) -> Result<(), StoreError>;
    /// Counts pulls: of repositories, tags and consumers. Repositories and tags that do not exist are left out.
    async fn count_pulls(&mut self, pulls: &[Pulls]) -> Result<(), StoreError>;
    /// Notes what happened. What has an `event` that was noted already is left out.
    async fn append_activities(&mut self, records: &[ActivityRecord]) -> Result<(), StoreError>;
    /// Forgets what happened before that moment, up to `limit` of it. How much that was.
    async fn prune_activities(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
    /// Notes how it goes with looking at a registry, in place of what was noted.
    async fn put_sync_state(&mut self, state: &SyncState) -> Result<(), StoreError>;
    /// Gives a star, or takes it back; `false` when that is so already.
    async fn star(&mut self, repository: RepositoryId, user: UserId, given: bool, at: Timestamp) -> Result<bool, StoreError>;
    /// Takes or renews the right to look at a registry for `holder` until `now + lifetime`. `false` while somebody else's is not over.
    async fn take_turn(
        &mut self,
        registry: RegistryId,
        holder: &str,
        now: Timestamp,
        lifetime: std::time::Duration,
    ) -> Result<bool, StoreError>;
    /// Gives that right up, when `holder` has it.
    async fn end_turn(&mut self, registry: RegistryId, holder: &str) -> Result<(), StoreError>;
}

/// A transaction that changes what is known of the content of registries. Dropping it rolls it back.
#[async_trait]
pub trait ContentTx: ReadTx + ContentWrites {
    /// Makes the changes last, all of them or none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database did not confirm; nothing was changed then, as far as can be known.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// Reading policies of retention.
#[async_trait]
pub trait RetentionReads {
    /// The policy of a namespace.
    async fn retention(&mut self, namespace: NamespaceId) -> Result<Option<StoredRetention>, StoreError>;
    /// Every policy, by namespace.
    async fn retentions(&mut self) -> Result<Vec<StoredRetention>, StoreError>;
}

/// Changing policies of retention. They go with their namespace.
#[async_trait]
pub trait RetentionWrites {
    /// Stores the policy of a namespace, which must exist, in place of the one it had.
    async fn put_retention(&mut self, namespace: NamespaceId, policy: &RetentionPolicy, at: Timestamp) -> Result<(), StoreError>;
    /// Takes the policy of a namespace away.
    async fn delete_retention(&mut self, namespace: NamespaceId) -> Result<bool, StoreError>;
    /// Notes that a policy was carried out to the end.
    async fn mark_retained(&mut self, namespace: NamespaceId, at: Timestamp) -> Result<bool, StoreError>;
}
