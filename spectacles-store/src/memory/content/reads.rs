//! Reading what is known of the content of registries.

use crate::memory::MemoryTx;
use crate::rules::{LONGEST_KEY, LONGEST_LABEL, key};
use async_trait::async_trait;
use spectacles_core::id::{RegistryId, RepositoryId, UserId};
use spectacles_core::model::{Consumer, Manifest, Repository, SyncState, Tag};
use spectacles_core::name::{Digest, RepositoryName, TagName};
use spectacles_core::store::{ContentReads, RepositorySearch, StoreError};
use std::cmp::Reverse;
use std::ops::Bound;

#[async_trait]
impl ContentReads for MemoryTx {
    async fn repository(&mut self, id: RepositoryId) -> Result<Option<Repository>, StoreError> {
        Ok(self.content.repositories.get(id.get()).cloned())
    }

    async fn repositories_named(&mut self, registry: RegistryId, names: &[RepositoryName]) -> Result<Vec<Repository>, StoreError> {
        let of = |name: &RepositoryName| self.content.repositories.named(&(registry, name.clone())).cloned();
        Ok(names.iter().filter_map(of).collect())
    }

    async fn repositories(
        &mut self,
        registry: RegistryId,
        after: Option<&RepositoryName>,
        limit: u32,
    ) -> Result<Vec<Repository>, StoreError> {
        let after = after.map(|name| (registry, name.clone()));
        let all = self.content.repositories.named_from(after.as_ref().map_or(Bound::Unbounded, Bound::Excluded));
        let there = all.filter(|((of, _), repository)| *of == registry && repository.gone.is_none());
        Ok(there.take(limit as usize).map(|(_, repository)| repository.clone()).collect())
    }

    async fn search_repositories(&mut self, search: &RepositorySearch) -> Result<Vec<Repository>, StoreError> {
        Ok(self.content.search(search))
    }

    async fn tags_of(&mut self, repositories: &[RepositoryId]) -> Result<Vec<Tag>, StoreError> {
        let mut repositories = repositories.to_vec();
        repositories.sort_unstable();
        repositories.dedup();
        Ok(repositories.into_iter().flat_map(|repository| self.content.tags_of(repository)).map(|noted| noted.tag.clone()).collect())
    }

    async fn tag(&mut self, repository: RepositoryId, name: &TagName) -> Result<Option<Tag>, StoreError> {
        Ok(self.content.tags.named(&(repository, name.to_string())).map(|noted| noted.tag.clone()))
    }

    async fn tags_with(&mut self, repository: RepositoryId, digest: &Digest) -> Result<Vec<Tag>, StoreError> {
        let tags = self.content.tags_of(repository).filter(|noted| noted.tag.digest == *digest);
        Ok(tags.map(|noted| noted.tag.clone()).collect())
    }

    async fn find_tags(&mut self, registry: Option<RegistryId>, begin: &str, limit: u32) -> Result<Vec<Tag>, StoreError> {
        let fits = |tag: &Tag| {
            let digits = tag.digest.as_str().strip_prefix("sha256:");
            tag.name.as_str().starts_with(begin) || digits.is_some_and(|digits| digits.starts_with(begin))
        };
        let mut found = self.tags_on(registry, fits);
        found.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn tags_labelled(
        &mut self,
        registry: Option<RegistryId>,
        label: &str,
        value: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Tag>, StoreError> {
        let same = |one: &str, other: &str| key(one, LONGEST_LABEL) == key(other, LONGEST_LABEL);
        let fits = |tag: &Tag| {
            let on = self.content.repositories.get(tag.repository.get()).map(|repository| repository.registry);
            let manifest = on.and_then(|on| self.content.manifests.get(&(on, tag.digest.clone())));
            let mut labels = manifest.into_iter().flat_map(|manifest| &manifest.details.labels);
            labels.any(|(known, has)| same(known, label) && value.is_none_or(|value| same(has, value)))
        };
        let mut found = self.tags_on(registry, fits);
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn manifests(&mut self, registry: RegistryId, digests: &[Digest]) -> Result<Vec<Manifest>, StoreError> {
        let of = |digest: &Digest| self.content.manifests.get(&(registry, digest.clone()));
        Ok(digests.iter().filter_map(of).map(|manifest| Manifest::clone(manifest)).collect())
    }

    async fn consumers(&mut self, repository: RepositoryId, digest: &Digest, limit: u32) -> Result<Vec<Consumer>, StoreError> {
        let there = self.content.consumers.iter().filter(|((of, what, _), _)| *of == repository && what == digest);
        let mut found: Vec<_> = there.map(|(_, consumer)| Consumer::clone(consumer)).collect();
        found.sort_by(|one, other| (Reverse(one.last), &one.principal).cmp(&(Reverse(other.last), &other.principal)));
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn consumers_of_image(&mut self, digest: &Digest, limit: u32) -> Result<Vec<(RepositoryId, Consumer)>, StoreError> {
        let content = &self.content;
        let has_config = |repository: &RepositoryId, manifest: &Digest| {
            let on = content.repositories.get(repository.get()).map(|repository| repository.registry);
            let manifest = on.and_then(|on| content.manifests.get(&(on, manifest.clone())));
            manifest.is_some_and(|manifest| manifest.config.as_ref() == Some(digest))
        };
        let there = content.consumers.iter().filter(|((of, what, _), _)| what == digest || has_config(of, what));
        let mut found: Vec<_> = there.map(|((of, ..), consumer)| (*of, Consumer::clone(consumer))).collect();
        found.sort_by(|(of, one), (other_of, other)| {
            (Reverse(one.last), of, &one.principal).cmp(&(Reverse(other.last), other_of, &other.principal))
        });
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn sync_states(&mut self) -> Result<Vec<SyncState>, StoreError> {
        Ok(self.content.sync_states.values().cloned().collect())
    }

    async fn starred(&mut self, user: UserId, repositories: &[RepositoryId]) -> Result<Vec<RepositoryId>, StoreError> {
        Ok(repositories.iter().filter(|repository| self.content.stars.contains(&(**repository, user))).copied().collect())
    }

    async fn known_events(&mut self, registry: RegistryId, events: &[&str]) -> Result<Vec<String>, StoreError> {
        let known = |event: &&&str| self.content.events.contains(&(registry, key(event, LONGEST_KEY)));
        Ok(events.iter().filter(known).map(|event| (*event).to_owned()).collect())
    }
}

impl MemoryTx {
    /// Tags of one registry or of all, by id.
    fn tags_on(&self, registry: Option<RegistryId>, fits: impl Fn(&Tag) -> bool) -> Vec<Tag> {
        let on = |tag: &Tag| self.content.repositories.get(tag.repository.get()).map(|repository| repository.registry);
        let tags = self.content.tags.rows().map(|noted| &noted.tag);
        tags.filter(|tag| registry.is_none() || on(tag) == registry).filter(|tag| fits(tag)).cloned().collect()
    }
}
