//! Changing what is known of the content of registries.

use crate::memory::{MemoryTx, missing};
use crate::rules;
use async_trait::async_trait;
use spectacles_core::id::{ActivityId, RegistryId, RepositoryId, TagId, UserId};
use spectacles_core::model::{Activity, ActivityRecord, Manifest, Pulls, PutTag, Repository, RepositoryDescription, SyncState};
use spectacles_core::name::RepositoryName;
use spectacles_core::store::{ContentWrites, StoreError};
use spectacles_core::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

#[async_trait]
impl ContentWrites for MemoryTx {
    async fn meet_repositories(
        &mut self,
        registry: RegistryId,
        names: &[RepositoryName],
        at: Timestamp,
    ) -> Result<Vec<RepositoryId>, StoreError> {
        self.registry_exists(registry)?;
        let content = self.content_mut().await?;
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            let key = (registry, name.clone());
            let known = content.repositories.named(&key).map(|repository| repository.id);
            let make = |id| Repository {
                id: RepositoryId::new(id),
                registry,
                name: name.clone(),
                said: RepositoryDescription::default(),
                stars: 0,
                pulls: 0,
                pull_days: 0,
                tags: 0,
                created: at,
                updated: at,
                pushed: None,
                pulled: None,
                gone: Some(at),
            };
            let id = match known {
                Some(id) => id,
                None => RepositoryId::new(content.repositories.insert(key, make).map_err(|_| missing("a repository"))?),
            };
            ids.push(id);
        }
        Ok(ids)
    }

    async fn describe_repository(&mut self, id: RepositoryId, said: &RepositoryDescription, at: Timestamp) -> Result<bool, StoreError> {
        let content = self.content_mut().await?;
        let found = content.repositories.get(id.get()).is_some();
        content.repositories.change(id.get(), |repository| {
            repository.said = said.clone();
            repository.updated = repository.updated.max(at);
        });
        Ok(found)
    }

    async fn put_tags(&mut self, tags: &[PutTag]) -> Result<(), StoreError> {
        self.content_mut().await?.put_tags(tags)
    }

    async fn remove_tags(&mut self, tags: &[TagId], at: Timestamp) -> Result<u64, StoreError> {
        Ok(self.content_mut().await?.remove_tags(tags, at, |_| true))
    }

    async fn remove_tags_unless_changed(&mut self, tags: &[TagId], before: Timestamp, at: Timestamp) -> Result<u64, StoreError> {
        Ok(self.content_mut().await?.remove_tags(tags, at, |noted| !noted.has_changed_since(before)))
    }

    async fn forget_gone(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        Ok(self.content_mut().await?.forget_gone(before, limit))
    }

    async fn put_manifests(&mut self, registry: RegistryId, manifests: &[Manifest]) -> Result<(), StoreError> {
        self.registry_exists(registry)?;
        let content = self.content_mut().await?;
        for manifest in manifests {
            content.manifests.entry((registry, manifest.digest.clone())).or_insert_with(|| Arc::new(manifest.clone()));
        }
        Ok(())
    }

    async fn count_pulls(&mut self, pulls: &[Pulls]) -> Result<(), StoreError> {
        self.content_mut().await?.count_pulls(pulls);
        Ok(())
    }

    async fn append_activities(&mut self, records: &[ActivityRecord]) -> Result<(), StoreError> {
        for record in records {
            self.registry_exists(record.registry)?;
        }
        let content = self.content_mut().await?;
        for record in records.iter().map(rules::noted) {
            let is_new = record.event.as_ref().is_none_or(|event| content.events.insert((record.registry, event.clone())));
            if is_new {
                content.last_activity += 1;
                let id = content.last_activity;
                content.activities.insert(id, Arc::new(Activity { id: ActivityId::new(id), record }));
            }
        }
        Ok(())
    }

    async fn prune_activities(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let content = self.content_mut().await?;
        let old = content.activities.iter().filter(|(_, activity)| activity.record.at < before);
        let mut old: Vec<_> = old.map(|(id, activity)| (activity.record.at, *id)).collect();
        old.sort_unstable();
        old.truncate(limit as usize);
        for (_, id) in &old {
            if let Some(activity) = content.activities.remove(id)
                && let Some(event) = &activity.record.event
            {
                content.events.remove(&(activity.record.registry, event.clone()));
            }
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }

    async fn put_sync_state(&mut self, state: &SyncState) -> Result<(), StoreError> {
        self.registry_exists(state.registry)?;
        self.content_mut().await?.sync_states.insert(state.registry, state.clone());
        Ok(())
    }

    async fn star(&mut self, repository: RepositoryId, user: UserId, given: bool, _: Timestamp) -> Result<bool, StoreError> {
        let is_user = self.state.users.get(user.get()).is_some();
        let content = self.content_mut().await?;
        if given && !(is_user && content.repositories.get(repository.get()).is_some()) {
            return Err(missing("a repository or a user"));
        }
        let key = (repository, user);
        let changed = if given { content.stars.insert(key) } else { content.stars.remove(&key) };
        if changed {
            content.repositories.change(repository.get(), |repository| {
                repository.stars = if given { repository.stars.saturating_add(1) } else { repository.stars.saturating_sub(1) };
            });
        }
        Ok(changed)
    }

    async fn take_turn(&mut self, registry: RegistryId, holder: &str, now: Timestamp, lifetime: Duration) -> Result<bool, StoreError> {
        self.registry_exists(registry)?;
        let turns = &mut self.content_mut().await?.turns;
        if turns.get(&registry).is_some_and(|(other, until)| other != holder && *until > now) {
            return Ok(false);
        }
        turns.insert(registry, (holder.to_owned(), now.after(lifetime)));
        Ok(true)
    }

    async fn end_turn(&mut self, registry: RegistryId, holder: &str) -> Result<(), StoreError> {
        let turns = &mut self.content_mut().await?.turns;
        if turns.get(&registry).is_some_and(|(of, _)| of == holder) {
            turns.remove(&registry);
        }
        Ok(())
    }
}

impl MemoryTx {
    fn registry_exists(&self, registry: RegistryId) -> Result<(), StoreError> {
        match self.state.registries.get(registry.get()) {
            Some(_) => Ok(()),
            None => Err(missing("a registry")),
        }
    }
}
