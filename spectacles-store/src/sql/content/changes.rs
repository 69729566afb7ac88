//! Changing what is known of the content of registries.

use crate::sql::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use spectacles_core::id::{RegistryId, RepositoryId, TagId, UserId};
use spectacles_core::model::{ActivityRecord, Manifest, Pulls, PutTag, RepositoryDescription, SyncState};
use spectacles_core::name::RepositoryName;
use spectacles_core::store::ContentWrites;
use spectacles_core::time::Timestamp;
use std::time::Duration;

#[async_trait]
impl ContentWrites for SqlTx {
    async fn meet_repositories(
        &mut self,
        registry: RegistryId,
        names: &[RepositoryName],
        at: Timestamp,
    ) -> Result<Vec<RepositoryId>, StoreError> {
        self.meet(registry, names, at).await
    }

    async fn describe_repository(&mut self, id: RepositoryId, said: &RepositoryDescription, at: Timestamp) -> Result<bool, StoreError> {
        self.describe(id, said, at).await
    }

    async fn put_tags(&mut self, tags: &[PutTag]) -> Result<(), StoreError> {
        self.note_tags(tags).await
    }

    async fn remove_tags(&mut self, tags: &[TagId], at: Timestamp) -> Result<u64, StoreError> {
        self.take_tags(tags, at, |_| true).await
    }

    async fn remove_tags_unless_changed(&mut self, tags: &[TagId], before: Timestamp, at: Timestamp) -> Result<u64, StoreError> {
        self.take_tags(tags, at, |noted| !noted.has_changed_since(before)).await
    }

    async fn forget_gone(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.forget(before, limit).await
    }

    async fn put_manifests(&mut self, registry: RegistryId, manifests: &[Manifest]) -> Result<(), StoreError> {
        self.note_manifests(registry, manifests).await
    }

    async fn count_pulls(&mut self, pulls: &[Pulls]) -> Result<(), StoreError> {
        self.note_pulls(pulls).await
    }

    async fn append_activities(&mut self, records: &[ActivityRecord]) -> Result<(), StoreError> {
        self.note_activities(records).await
    }

    async fn prune_activities(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.lock_content().await?;
        // MySQL wants the inner one to have a name, or would not take the limit.
        let sql = "DELETE FROM activities WHERE id IN \
                   (SELECT id FROM (SELECT id FROM activities WHERE happened < ? ORDER BY happened, id LIMIT ?) AS oldest)";
        self.session.execute(sql, &[before.into(), limit.into()]).await
    }

    async fn put_sync_state(&mut self, state: &SyncState) -> Result<(), StoreError> {
        self.lock_content().await?;
        let text = serde_json::to_string(state).map_err(broken)?;
        let values = [text.as_str().into(), state.registry.get().into()];
        if !self.execute("UPDATE sync_states SET state = ? WHERE registry_id = ?", &values).await? {
            self.execute("INSERT INTO sync_states (state, registry_id) VALUES (?, ?)", &values).await?;
        }
        Ok(())
    }

    async fn star(&mut self, repository: RepositoryId, user: UserId, given: bool, at: Timestamp) -> Result<bool, StoreError> {
        self.give_star(repository, user, given, at).await
    }

    async fn take_turn(&mut self, registry: RegistryId, holder: &str, now: Timestamp, lifetime: Duration) -> Result<bool, StoreError> {
        self.lock_content().await?;
        // One that is over, or his own, makes room. What is stored now, and not what a snapshot shows, decides.
        let sql = "DELETE FROM sync_turns WHERE registry_id = ? AND (holder = ? OR valid_until <= ?)";
        self.execute(sql, &[registry.get().into(), holder.into(), now.into()]).await?;
        let sql = format!("SELECT registry_id FROM sync_turns WHERE registry_id = ? {}", self.session.spelling().latest);
        if !self.session.fetch(sql, &[registry.get().into()], true).await?.is_empty() {
            return Ok(false);
        }
        let sql = "INSERT INTO sync_turns (registry_id, holder, valid_until) VALUES (?, ?, ?)";
        self.execute(sql, &[registry.get().into(), holder.into(), now.after(lifetime).into()]).await
    }

    async fn end_turn(&mut self, registry: RegistryId, holder: &str) -> Result<(), StoreError> {
        self.lock_content().await?;
        let sql = "DELETE FROM sync_turns WHERE registry_id = ? AND holder = ?";
        self.execute(sql, &[registry.get().into(), holder.into()]).await.map(|_| ())
    }
}
