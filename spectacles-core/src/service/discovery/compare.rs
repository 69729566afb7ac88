//! What differs from what was known, and writing it down.

use super::feed::Event;
use super::look::{Known, Looked, Seen};
use super::pass::{Pass, Stop};
use super::turn::known;
use crate::id::{RepositoryId, TagId};
use crate::model::{PutTag, Tag};
use crate::name::{Digest, RepositoryName, TagName};
use crate::store::ContentTx;
use crate::time::Timestamp;
use std::collections::{HashMap, HashSet, VecDeque};

/// How many changes of tags are one transaction: others wait for it.
const AT_ONCE: usize = 500;

/// What is to be done about a repository.
struct Difference<'l> {
    put: Vec<&'l Seen>,
    remove: Vec<TagId>,
}

/// What is different from `known`; nothing in most cases. A tag whose size is known names a manifest that is known.
fn difference<'l>(looked: &'l Looked, known: Option<&Known>, sizes: &HashMap<Digest, u64>) -> Option<Difference<'l>> {
    let tags = known.map(|known| &known.tags);
    let differs = |seen: &&Seen| match tags.and_then(|tags| tags.get(&seen.name)) {
        Some(tag) if tag.digest == seen.digest => tag.size.is_none() && sizes.contains_key(&seen.digest),
        Some(_) | None => true,
    };
    let put: Vec<_> = looked.seen.iter().filter(differs).collect();
    let mut remove = Vec::new();
    if looked.complete
        && let Some(tags) = tags
        && (looked.seen.len() < tags.len() || !looked.seen.iter().all(|seen| tags.contains_key(&seen.name)))
    {
        let there: HashSet<_> = looked.seen.iter().map(|seen| &seen.name).collect();
        remove = tags.values().filter(|tag| !there.contains(&tag.name)).map(|tag| tag.id).collect();
    }
    (!put.is_empty() || !remove.is_empty()).then_some(Difference { put, remove })
}

impl Known {
    /// The same as it is now, without whatever has changed since: notifications were faster, and know better.
    fn unless_changed(&self, now: Vec<Tag>) -> (Self, Vec<TagName>) {
        let (mut tags, mut changed) = (HashMap::new(), Vec::new());
        for tag in now {
            match self.tags.get(&tag.name) {
                Some(before) if before.digest == tag.digest && before.id == tag.id => _ = tags.insert(tag.name.clone(), tag),
                Some(_) | None => changed.push(tag.name),
            }
        }
        (Self { id: self.id, gone: self.gone, tags }, changed)
    }
}

impl Pass {
    /// Writes what differs.
    pub(super) async fn write(&mut self, group: &[Looked], sizes: &HashMap<Digest, u64>) -> Result<(), Stop> {
        let mut waiting: VecDeque<&Looked> =
            group.iter().filter(|looked| difference(looked, looked.known.as_ref(), sizes).is_some()).collect();
        while !waiting.is_empty() {
            let registry = self.registry();
            let mut tx = self.store().content().await?;
            let (mut events, mut written) = (Vec::new(), 0);
            while written < AT_ONCE
                && let Some(looked) = waiting.pop_front()
            {
                written += self.write_one(tx.as_mut(), looked, sizes, &mut events).await?;
            }
            let records = self.feed().records(events);
            if !records.is_empty() {
                tx.append_activities(&records).await.map_err(known(registry))?;
            }
            tx.commit().await?;
            self.tick().await?;
        }
        Ok(())
    }

    /// Writes what differs of one repository, and says how much that was.
    async fn write_one(
        &mut self,
        tx: &mut dyn ContentTx,
        looked: &Looked,
        sizes: &HashMap<Digest, u64>,
        events: &mut Vec<Event>,
    ) -> Result<usize, Stop> {
        let registry = self.registry();
        // In the transaction: notifications have none of their own at the same time.
        let (id, now, changed) = match &looked.known {
            Some(known) => {
                let (now, changed) = known.unless_changed(tx.tags_of(&[known.id]).await?);
                (known.id, now, changed)
            }
            None => {
                if self.feed().rooms().take(tx, registry, 1).await? == 0 {
                    return Ok(0);
                }
                let met =
                    tx.meet_repositories(registry, std::slice::from_ref(&looked.name), self.begun()).await.map_err(known(registry))?;
                let Some(id) = met.first().copied() else { return Ok(0) };
                let none = Known { id, gone: true, tags: HashMap::new() };
                let (now, changed) = none.unless_changed(tx.tags_of(&[id]).await?);
                (id, now, changed)
            }
        };
        let Some(Difference { mut put, remove }) = difference(looked, Some(&now), sizes) else { return Ok(0) };
        put.retain(|seen| !changed.contains(&seen.name));
        for some in put.chunks(AT_ONCE) {
            let tags: Vec<PutTag> = some.iter().map(|seen| to_put(id, seen, sizes)).collect();
            tx.put_tags(&tags).await.map_err(known(registry))?;
        }
        if !remove.is_empty() {
            let at = self.clock().now();
            tx.remove_tags_unless_changed(&remove, self.begun(), at).await.map_err(known(registry))?;
        }
        tell(looked, &now, &changed, &put, &remove, self.begun(), events);
        Ok(put.len().saturating_add(remove.len()))
    }
}

/// What was seen of which it is not known what a pull brings.
pub(super) fn unsized_of(looked: &Looked) -> impl Iterator<Item = &Seen> {
    let tags = looked.known.as_ref().map(|known| &known.tags);
    let is_known =
        move |seen: &&Seen| tags.and_then(|tags| tags.get(&seen.name)).is_some_and(|tag| tag.digest == seen.digest && tag.size.is_some());
    looked.seen.iter().filter(move |seen| !is_known(seen))
}

fn to_put(repository: RepositoryId, seen: &Seen, sizes: &HashMap<Digest, u64>) -> PutTag {
    PutTag {
        repository,
        name: seen.name.clone(),
        digest: seen.digest.clone(),
        media_type: seen.media_type.clone(),
        size: sizes.get(&seen.digest).copied(),
        at: seen.at,
        pushed_by: None,
        pushed: false,
    }
}

/// What people are told of it.
fn tell(looked: &Looked, now: &Known, changed: &[TagName], put: &[&Seen], remove: &[TagId], begun: Timestamp, events: &mut Vec<Event>) {
    let repository = || -> RepositoryName { looked.name.clone() };
    let removed: Vec<&Tag> = now.tags.values().filter(|tag| remove.contains(&tag.id) && tag.updated < begun).collect();
    let is_new = looked.known.as_ref().is_none_or(|known| known.gone) && now.tags.is_empty() && changed.is_empty();
    if is_new && !put.is_empty() {
        events.push(Event::NewRepository(repository(), put.len(), put.first().map(|seen| (seen.name.clone(), seen.digest.clone()))));
        return;
    }
    if !removed.is_empty() && removed.len() == now.tags.len() && put.is_empty() && changed.is_empty() {
        events.push(Event::LostRepository(repository(), removed.len()));
        return;
    }
    for seen in put {
        match now.tags.get(&seen.name) {
            // Only its size was not known.
            Some(tag) if tag.digest == seen.digest => {}
            Some(_) => events.push(Event::MovedTag(repository(), seen.name.clone(), seen.digest.clone())),
            None => events.push(Event::NewTag(repository(), seen.name.clone(), seen.digest.clone())),
        }
    }
    events.extend(removed.into_iter().map(|tag| Event::LostTag(repository(), tag.name.clone(), tag.digest.clone())));
}
