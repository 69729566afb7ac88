//! Noting tags, and taking them away.

use super::Content;
use crate::memory::missing;
use crate::rules::{Noted, is_push, later};
use spectacles_core::id::{RegistryId, RepositoryId, TagId};
use spectacles_core::model::PutTag;
use spectacles_core::name::Digest;
use spectacles_core::store::StoreError;
use spectacles_core::time::Timestamp;
use std::collections::BTreeSet;

impl Content {
    pub(super) fn put_tags(&mut self, tags: &[PutTag]) -> Result<(), StoreError> {
        if tags.iter().any(|put| self.repositories.get(put.repository.get()).is_none()) {
            return Err(missing("a repository"));
        }
        for put in tags {
            let mut moved = false;
            let name = (put.repository, put.name.to_string());
            let known = self.tags.named(&name).map(|noted| noted.tag.id.get());
            match known {
                Some(id) => self.tags.change(id, |noted| moved = noted.note(put)),
                None => {
                    let inserted = self.tags.insert(name, |id| Noted::new(TagId::new(id), put));
                    moved = inserted.is_ok();
                }
            }
            self.repositories.change(put.repository.get(), |repository| {
                repository.tags = if known.is_none() { repository.tags.saturating_add(1) } else { repository.tags };
                repository.gone = None;
                repository.updated = if moved { repository.updated.max(put.at) } else { repository.updated };
                repository.pushed = if is_push(put) { later(repository.pushed, put.at) } else { repository.pushed };
            });
        }
        Ok(())
    }

    /// Takes those away that are meant.
    pub(super) fn remove_tags(&mut self, tags: &[TagId], at: Timestamp, meant: impl Fn(&Noted) -> bool) -> u64 {
        let mut removed = 0;
        for id in tags {
            let Some(noted) = self.tags.get(id.get()).filter(|noted| meant(noted)) else { continue };
            let (repository, name) = (noted.tag.repository, noted.tag.name.to_string());
            self.tags.remove_named(&(repository, name));
            removed += 1;
            self.repositories.change(repository.get(), |repository| {
                repository.tags = repository.tags.saturating_sub(1);
                repository.updated = repository.updated.max(at);
                repository.gone = (repository.tags == 0).then_some(at);
            });
        }
        removed
    }

    pub(super) fn forget_gone(&mut self, before: Timestamp, limit: u32) -> u64 {
        let gone = self.repositories.rows().filter(|repository| repository.gone.is_some_and(|gone| gone < before));
        let gone: Vec<RepositoryId> = gone.take(limit as usize).map(|repository| repository.id).collect();
        for repository in &gone {
            self.forget_repository(*repository);
        }
        let mut forgotten = gone.len();
        // What a manifest led to that is forgotten may be forgotten then.
        loop {
            let loose = self.loose((limit as usize).saturating_sub(forgotten.saturating_sub(gone.len())));
            if loose.is_empty() {
                return u64::try_from(forgotten).unwrap_or(u64::MAX);
            }
            forgotten = forgotten.saturating_add(loose.len());
            for key in &loose {
                self.manifests.remove(key);
            }
        }
    }

    /// Some of the manifests that nothing leads to.
    fn loose(&self, limit: usize) -> Vec<(RegistryId, Digest)> {
        let named = self.tags.rows().filter_map(|noted| {
            let registry = self.repositories.get(noted.tag.repository.get())?.registry;
            Some((registry, noted.tag.digest.clone()))
        });
        let parts = self.manifests.iter().flat_map(|((registry, _), manifest)| {
            let platforms = manifest.details.platforms.iter();
            platforms.filter_map(|platform| Some((*registry, platform.digest.clone()?)))
        });
        let led_to: BTreeSet<(_, Digest)> = named.chain(parts).collect();
        self.manifests.keys().filter(|key| !led_to.contains(key)).take(limit).cloned().collect()
    }
}
