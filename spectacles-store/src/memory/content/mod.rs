//! What is known of the content of registries. Apart from the state, so that what is learnt of it does not wait for writers.

mod changes;
mod listing;
mod pulls;
mod reads;
mod retention;
mod search;
mod tags;

use super::table::Table;
use crate::rules::{Days, Noted};
use spectacles_core::id::{RegistryId, RepositoryId, UserId};
use spectacles_core::model::{Activity, Consumer, Manifest, Repository, SyncState};
use spectacles_core::name::{Digest, RepositoryName};
use spectacles_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

/// All of it at one moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    repositories: Table<(RegistryId, RepositoryName), Repository>,
    tags: Table<(RepositoryId, String), Noted>,
    manifests: BTreeMap<(RegistryId, Digest), Arc<Manifest>>,
    consumers: BTreeMap<(RepositoryId, Digest, String), Arc<Consumer>>,
    /// On which days somebody has pulled.
    days: BTreeMap<(RepositoryId, String), Days>,
    stars: BTreeSet<(RepositoryId, UserId)>,
    activities: BTreeMap<i64, Arc<Activity>>,
    /// Only rises, so that no id comes twice.
    last_activity: i64,
    /// How registries call what happened.
    events: BTreeSet<(RegistryId, String)>,
    sync_states: BTreeMap<RegistryId, SyncState>,
    turns: BTreeMap<RegistryId, (String, Timestamp)>,
}

impl Content {
    /// The tags of a repository, by name.
    fn tags_of(&self, repository: RepositoryId) -> impl Iterator<Item = &Noted> {
        let from = (repository, String::new());
        let from: Vec<_> =
            self.tags.named_from(Bound::Included(&from)).map_while(move |((of, _), noted)| (*of == repository).then_some(noted)).collect();
        from.into_iter()
    }

    /// Forgets everything on a registry.
    pub(super) fn forget_registry(&mut self, registry: RegistryId) {
        let there = self.repositories.rows().filter(|repository| repository.registry == registry);
        let repositories: Vec<_> = there.map(|repository| repository.id).collect();
        for repository in repositories {
            self.forget_repository(repository);
        }
        self.manifests.retain(|(of, _), _| *of != registry);
        self.activities.retain(|_, activity| activity.record.registry != registry);
        self.events.retain(|(of, _)| *of != registry);
        self.sync_states.remove(&registry);
        self.turns.remove(&registry);
    }

    fn forget_repository(&mut self, id: RepositoryId) {
        let Some(repository) = self.repositories.get(id.get()) else { return };
        let name = (repository.registry, repository.name.clone());
        let tags: Vec<_> = self.tags_of(id).map(|noted| noted.tag.name.to_string()).collect();
        for tag in tags {
            self.tags.remove_named(&(id, tag));
        }
        self.consumers.retain(|(of, ..), _| *of != id);
        self.days.retain(|(of, _), _| *of != id);
        self.stars.retain(|(of, _)| *of != id);
        self.repositories.remove_named(&name);
    }

    /// Takes the stars back that a user has given.
    pub(super) fn forget_user(&mut self, user: UserId) {
        let given: Vec<_> = self.stars.iter().filter(|(_, by)| *by == user).copied().collect();
        for star in given {
            self.stars.remove(&star);
            self.repositories.change(star.0.get(), |repository| repository.stars = repository.stars.saturating_sub(1));
        }
    }
}
