//! What notifications change of what is known.

use super::super::Spectacles;
use super::super::discovery::change_state;
use super::super::rooms::Rooms;
use super::envelope::{Notice, What};
use super::inspection::Pushed;
use super::queue::Waiting;
use crate::id::{RegistryId, RepositoryId, TagId};
use crate::model::{ActivityKind, ActivityRecord, Pulls, PutTag};
use crate::name::{Digest, RepositoryName};
use crate::store::{ContentTx, StoreError};
use crate::time::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

/// How exactly it is noted when a registry was last heard of.
const HEARD: Duration = Duration::from_secs(5);

impl Spectacles {
    /// Writes what came in, in one transaction.
    pub(super) async fn apply_events(&self, waiting: &[Waiting]) -> Result<(), StoreError> {
        let mut by_registry: BTreeMap<RegistryId, Vec<&Notice>> = BTreeMap::new();
        for waiting in waiting {
            by_registry.entry(waiting.registry).or_default().extend(&waiting.notices);
        }
        by_registry.retain(|_, notices| !notices.is_empty());
        if by_registry.is_empty() {
            return Ok(());
        }
        let now = self.clock().now();
        let mut tx = self.administration().store().content().await?;
        let mut pushed = Vec::new();
        for (registry, notices) in by_registry {
            apply(tx.as_mut(), self.administration().rooms(), registry, notices, now, &mut pushed).await?;
            let is_old = |heard: Option<Timestamp>| heard.is_none_or(|heard| heard.after(HEARD) <= now);
            change_state(tx.as_mut(), registry, |state| {
                if is_old(state.heard) {
                    state.heard = Some(now);
                }
            })
            .await?;
        }
        tx.commit().await?;
        self.inspections().add(pushed);
        Ok(())
    }
}

async fn apply(
    tx: &mut dyn ContentTx,
    rooms: &Rooms,
    registry: RegistryId,
    mut notices: Vec<&Notice>,
    now: Timestamp,
    pushed: &mut Vec<Pushed>,
) -> Result<(), StoreError> {
    let ids: Vec<&str> = notices.iter().filter_map(|notice| notice.id.as_deref()).collect();
    let known: HashSet<String> = tx.known_events(registry, &ids).await?.into_iter().collect();
    notices.retain(|notice| notice.id.as_ref().is_none_or(|id| !known.contains(id)));
    // As things happened, which is not always as they came.
    notices.sort_by_key(|notice| notice.at);
    let repositories = repositories(tx, rooms, registry, &notices, now).await?;
    let sizes = sizes(tx, registry, &notices).await?;
    let mut puts: Vec<PutTag> = Vec::new();
    let mut pulls: BTreeMap<(RepositoryId, Option<&str>, &Digest, &str), Pulls> = BTreeMap::new();
    let mut activities = Activities { registry, records: Vec::new(), pulls: HashMap::new() };
    for notice in &notices {
        let repository = repositories.get(&notice.repository).copied();
        match &notice.what {
            // What an index leads to. The index comes next.
            What::Push { tag: None, .. } => {}
            What::Push { tag: Some(tag), digest, media_type } => {
                let Some(repository) = repository else { continue };
                let size = sizes.get(digest).copied();
                puts.push(PutTag {
                    repository,
                    name: tag.clone(),
                    digest: digest.clone(),
                    media_type: media_type.clone(),
                    size,
                    at: notice.at,
                    pushed_by: Some(notice.principal.clone()).filter(|name| !name.is_empty()),
                    pushed: true,
                });
                if size.is_none() {
                    pushed.push(Pushed::new(registry, repository, notice, tag, digest, media_type));
                }
                activities.add(notice, ActivityKind::Push);
            }
            What::Pull { tag, digest } => {
                activities.add_pull(notice);
                let Some(repository) = repository else { continue };
                let key = (repository, tag.as_ref().map(|tag| tag.as_str()), digest, notice.principal.as_str());
                let pulls = pulls.entry(key).or_insert_with(|| Pulls {
                    repository,
                    tag: tag.clone(),
                    digest: digest.clone(),
                    principal: notice.principal.clone(),
                    address: None,
                    count: 0,
                    at: notice.at,
                });
                pulls.count = pulls.count.saturating_add(1);
                (pulls.at, pulls.address) = (notice.at, notice.address.clone());
            }
            What::Delete(digest) => {
                flush(tx, &mut puts).await?;
                activities.add(notice, ActivityKind::Delete);
                let Some(repository) = repository else { continue };
                let tags: Vec<_> = tx.tags_with(repository, digest).await?.into_iter().map(|tag| tag.id).collect();
                remove(tx, &tags, notice.at).await?;
            }
            What::Untag(tag) => {
                flush(tx, &mut puts).await?;
                activities.add(notice, ActivityKind::Delete);
                let Some(repository) = repository else { continue };
                let tags: Vec<_> = tx.tag(repository, tag).await?.into_iter().map(|tag| tag.id).collect();
                remove(tx, &tags, notice.at).await?;
            }
        }
    }
    flush(tx, &mut puts).await?;
    // After the pushes: what was pushed and pulled at once counts.
    if !pulls.is_empty() {
        tx.count_pulls(&pulls.into_values().collect::<Vec<_>>()).await?;
    }
    if !activities.records.is_empty() {
        tx.append_activities(&activities.records).await?;
    }
    Ok(())
}

/// The ids of the repositories that are meant. What was pushed or pulled is there, known or not; what was deleted need not be met for that.
async fn repositories(
    tx: &mut dyn ContentTx,
    rooms: &Rooms,
    registry: RegistryId,
    notices: &[&Notice],
    now: Timestamp,
) -> Result<HashMap<RepositoryName, RepositoryId>, StoreError> {
    let (mut names, mut met) = (HashSet::new(), HashSet::new());
    for notice in notices {
        names.insert(&notice.repository);
        match notice.what {
            What::Push { tag: Some(_), .. } | What::Pull { .. } => _ = met.insert(&notice.repository),
            What::Push { tag: None, .. } | What::Delete(_) | What::Untag(_) => {}
        }
    }
    let names: Vec<_> = names.into_iter().cloned().collect();
    let known = tx.repositories_named(registry, &names).await?;
    let mut ids: HashMap<_, _> = known.into_iter().map(|repository| (repository.name, repository.id)).collect();
    let mut new: Vec<RepositoryName> = met.into_iter().filter(|name| !ids.contains_key(*name)).cloned().collect();
    if !new.is_empty() {
        new.truncate(rooms.take(tx, registry, new.len()).await?);
    }
    if !new.is_empty() {
        let new_ids = tx.meet_repositories(registry, &new, now).await?;
        ids.extend(new.into_iter().zip(new_ids));
    }
    Ok(ids)
}

/// What pulls bring of the manifests that were pushed, as far as they are known.
async fn sizes(tx: &mut dyn ContentTx, registry: RegistryId, notices: &[&Notice]) -> Result<HashMap<Digest, u64>, StoreError> {
    let mut digests = HashSet::new();
    for notice in notices {
        if let What::Push { tag: Some(_), digest, .. } = &notice.what {
            digests.insert(digest.clone());
        }
    }
    if digests.is_empty() {
        return Ok(HashMap::new());
    }
    let digests: Vec<_> = digests.into_iter().collect();
    Ok(tx.manifests(registry, &digests).await?.into_iter().map(|manifest| (manifest.digest, manifest.size)).collect())
}

async fn flush(tx: &mut dyn ContentTx, puts: &mut Vec<PutTag>) -> Result<(), StoreError> {
    if puts.is_empty() {
        return Ok(());
    }
    tx.put_tags(puts).await?;
    puts.clear();
    Ok(())
}

/// Takes tags away that were not pushed again after that moment.
async fn remove(tx: &mut dyn ContentTx, tags: &[TagId], at: Timestamp) -> Result<(), StoreError> {
    const TICK: Duration = Duration::from_millis(1);
    if !tags.is_empty() {
        tx.remove_tags_unless_changed(tags, at.after(TICK), at).await?;
    }
    Ok(())
}

/// What is told of a batch. Pulls of the same by the same are told together.
struct Activities<'n> {
    registry: RegistryId,
    records: Vec<ActivityRecord>,
    /// Where they are, and how many.
    pulls: HashMap<(&'n RepositoryName, &'n What, &'n str), (usize, u64)>,
}

impl<'n> Activities<'n> {
    fn add(&mut self, notice: &Notice, kind: ActivityKind) {
        let (tag, digest) = match &notice.what {
            What::Push { tag, digest, .. } | What::Pull { tag, digest } => (tag.clone(), Some(digest.clone())),
            What::Delete(digest) => (None, Some(digest.clone())),
            What::Untag(tag) => (Some(tag.clone()), None),
        };
        self.records.push(ActivityRecord {
            at: notice.at,
            registry: self.registry,
            kind,
            repository: Some(notice.repository.clone()),
            tag,
            digest,
            principal: notice.principal.clone(),
            address: notice.address.clone(),
            agent: notice.agent.clone(),
            text: None,
            event: notice.id.clone(),
        });
    }

    fn add_pull(&mut self, notice: &'n Notice) {
        let key = (&notice.repository, &notice.what, notice.principal.as_str());
        if let Some((place, count)) = self.pulls.get_mut(&key) {
            *count = count.saturating_add(1);
            if let Some(record) = self.records.get_mut(*place) {
                record.at = notice.at;
                record.text = Some(format!("{count} times"));
            }
            return;
        }
        self.pulls.insert(key, (self.records.len(), 1));
        self.add(notice, ActivityKind::Pull);
    }
}
