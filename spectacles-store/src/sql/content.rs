//! Not yet.
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::id::{NamespaceId, RegistryId, RepositoryId, TagId, UserId};
use spectacles_core::model::{
    ActivityRecord, Consumer, Manifest, Pulls, PutTag, Repository, RepositoryDescription, RetentionPolicy, StoredRetention, SyncState, Tag,
};
use spectacles_core::name::{Digest, RepositoryName, TagName};
use spectacles_core::store::{ContentReads, ContentWrites, RepositorySearch, RetentionReads, RetentionWrites};
use spectacles_core::time::Timestamp;

fn not_yet<T>() -> Result<T, StoreError> {
    Err(StoreError::Unavailable("not yet".to_owned()))
}

#[async_trait]
impl ContentReads for SqlTx {
    async fn repository(&mut self, _: RepositoryId) -> Result<Option<Repository>, StoreError> {
        not_yet()
    }
    async fn repositories_named(&mut self, _: RegistryId, _: &[RepositoryName]) -> Result<Vec<Repository>, StoreError> {
        not_yet()
    }
    async fn repositories(&mut self, _: RegistryId, _: Option<&RepositoryName>, _: u32) -> Result<Vec<Repository>, StoreError> {
        not_yet()
    }
    async fn search_repositories(&mut self, _: &RepositorySearch) -> Result<Vec<Repository>, StoreError> {
        not_yet()
    }
    async fn tags_of(&mut self, _: &[RepositoryId]) -> Result<Vec<Tag>, StoreError> {
        not_yet()
    }
    async fn tag(&mut self, _: RepositoryId, _: &TagName) -> Result<Option<Tag>, StoreError> {
        not_yet()
    }
    async fn tags_with(&mut self, _: RepositoryId, _: &Digest) -> Result<Vec<Tag>, StoreError> {
        not_yet()
    }
    async fn find_tags(&mut self, _: Option<RegistryId>, _: &str, _: u32) -> Result<Vec<Tag>, StoreError> {
        not_yet()
    }
    async fn tags_labelled(&mut self, _: Option<RegistryId>, _: &str, _: Option<&str>, _: u32) -> Result<Vec<Tag>, StoreError> {
        not_yet()
    }
    async fn manifests(&mut self, _: RegistryId, _: &[Digest]) -> Result<Vec<Manifest>, StoreError> {
        not_yet()
    }
    async fn consumers(&mut self, _: RepositoryId, _: &Digest, _: u32) -> Result<Vec<Consumer>, StoreError> {
        not_yet()
    }
    async fn consumers_of_image(&mut self, _: &Digest, _: u32) -> Result<Vec<(RepositoryId, Consumer)>, StoreError> {
        not_yet()
    }
    async fn sync_states(&mut self) -> Result<Vec<SyncState>, StoreError> {
        not_yet()
    }
    async fn starred(&mut self, _: UserId, _: &[RepositoryId]) -> Result<Vec<RepositoryId>, StoreError> {
        not_yet()
    }
    async fn known_events(&mut self, _: RegistryId, _: &[&str]) -> Result<Vec<String>, StoreError> {
        not_yet()
    }
}

#[async_trait]
impl ContentWrites for SqlTx {
    async fn meet_repositories(&mut self, _: RegistryId, _: &[RepositoryName], _: Timestamp) -> Result<Vec<RepositoryId>, StoreError> {
        not_yet()
    }
    async fn describe_repository(&mut self, _: RepositoryId, _: &RepositoryDescription, _: Timestamp) -> Result<bool, StoreError> {
        not_yet()
    }
    async fn put_tags(&mut self, _: &[PutTag]) -> Result<(), StoreError> {
        not_yet()
    }
    async fn remove_tags(&mut self, _: &[TagId], _: Timestamp) -> Result<u64, StoreError> {
        not_yet()
    }
    async fn remove_tags_unless_changed(&mut self, _: &[TagId], _: Timestamp, _: Timestamp) -> Result<u64, StoreError> {
        not_yet()
    }
    async fn forget_gone(&mut self, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        not_yet()
    }
    async fn put_manifests(&mut self, _: RegistryId, _: &[Manifest]) -> Result<(), StoreError> {
        not_yet()
    }
    async fn count_pulls(&mut self, _: &[Pulls]) -> Result<(), StoreError> {
        not_yet()
    }
    async fn append_activities(&mut self, _: &[ActivityRecord]) -> Result<(), StoreError> {
        not_yet()
    }
    async fn prune_activities(&mut self, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        not_yet()
    }
    async fn put_sync_state(&mut self, _: &SyncState) -> Result<(), StoreError> {
        not_yet()
    }
    async fn star(&mut self, _: RepositoryId, _: UserId, _: bool, _: Timestamp) -> Result<bool, StoreError> {
        not_yet()
    }
    async fn take_turn(&mut self, _: RegistryId, _: &str, _: Timestamp, _: std::time::Duration) -> Result<bool, StoreError> {
        not_yet()
    }
    async fn end_turn(&mut self, _: RegistryId, _: &str) -> Result<(), StoreError> {
        not_yet()
    }
}

#[async_trait]
impl RetentionReads for SqlTx {
    async fn retention(&mut self, _: NamespaceId) -> Result<Option<StoredRetention>, StoreError> {
        not_yet()
    }
    async fn retentions(&mut self) -> Result<Vec<StoredRetention>, StoreError> {
        not_yet()
    }
}

#[async_trait]
impl RetentionWrites for SqlTx {
    async fn put_retention(&mut self, _: NamespaceId, _: &RetentionPolicy, _: Timestamp) -> Result<(), StoreError> {
        not_yet()
    }
    async fn delete_retention(&mut self, _: NamespaceId) -> Result<bool, StoreError> {
        not_yet()
    }
    async fn mark_retained(&mut self, _: NamespaceId, _: Timestamp) -> Result<bool, StoreError> {
        not_yet()
    }
}
