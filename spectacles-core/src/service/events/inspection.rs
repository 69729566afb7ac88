//! What is in manifests that were pushed: a notification says that they are there, and no more.
//!
//! They are read a moment later, from the registry, by the process that got the notification. What cannot be read, or is too much, is left to the
//! next look at the registry, which is then wanted soon.

use super::super::discovery::Inspector;
use super::super::{Error, Spectacles};
use super::envelope::Notice;
use crate::id::{RegistryId, RepositoryId};
use crate::model::{PutTag, Registry};
use crate::name::{Digest, MediaType, RepositoryName, TagName};
use crate::time::Timestamp;
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use futures_util::stream;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many manifests may wait to be read. More at once are sooner read by a look at the whole registry.
const LONGEST_QUEUE: usize = 2_000;
/// How many are read together, and how many of these side by side.
const BATCH: usize = 64;
const SIDE_BY_SIDE: usize = 8;

/// A tag that was pushed, whose manifest is not known.
#[derive(Debug, Clone)]
pub(super) struct Pushed {
    registry: RegistryId,
    repository: RepositoryId,
    name: RepositoryName,
    tag: TagName,
    digest: Digest,
    media_type: MediaType,
    at: Timestamp,
}

impl Pushed {
    pub(super) fn new(
        registry: RegistryId,
        repository: RepositoryId,
        notice: &Notice,
        tag: &TagName,
        digest: &Digest,
        media_type: &MediaType,
    ) -> Self {
        let (tag, digest, media_type) = (tag.clone(), digest.clone(), media_type.clone());
        Self { registry, repository, name: notice.repository.clone(), tag, digest, media_type, at: notice.at }
    }
}

/// Manifests that wait to be read.
pub(in crate::service) struct Inspections {
    state: Mutex<State>,
    bell: Mutex<mpsc::Sender<()>>,
    listener: async_lock::Mutex<mpsc::Receiver<()>>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Pushed>,
    /// Registries that are to be looked at instead.
    wanted: BTreeSet<RegistryId>,
}

impl Default for Inspections {
    fn default() -> Self {
        let (bell, listener) = mpsc::channel(0);
        Self { state: Mutex::default(), bell: Mutex::new(bell), listener: async_lock::Mutex::new(listener) }
    }
}

impl Inspections {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, pushed: Vec<Pushed>) {
        if pushed.is_empty() {
            return;
        }
        let mut state = self.state();
        for pushed in pushed {
            if state.waiting.len() < LONGEST_QUEUE {
                state.waiting.push_back(pushed);
            } else {
                state.wanted.insert(pushed.registry);
            }
        }
        drop(state);
        let _ = self.bell.lock().unwrap_or_else(PoisonError::into_inner).try_send(());
    }

    async fn wait(&self) {
        let mut listener = self.listener.lock().await;
        while self.is_empty() {
            listener.next().await;
        }
    }

    fn is_empty(&self) -> bool {
        let state = self.state();
        state.waiting.is_empty() && state.wanted.is_empty()
    }
}

impl Spectacles {
    /// Waits until manifests were pushed that are not known, and reads some of them. To be called again and again, beside everything else.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written. What was pushed is seen by the next look at the registry.
    pub async fn inspect_pushed(&self) -> Result<(), Error> {
        self.inspections().wait().await;
        let (pushed, mut wanted) = {
            let mut state = self.inspections().state();
            let count = state.waiting.len().min(BATCH);
            (state.waiting.drain(..count).collect::<Vec<_>>(), std::mem::take(&mut state.wanted))
        };
        let mut by_registry: BTreeMap<RegistryId, Vec<Pushed>> = BTreeMap::new();
        for pushed in pushed {
            by_registry.entry(pushed.registry).or_default().push(pushed);
        }
        for (id, pushed) in by_registry {
            let Some(registry) = self.administration().read().await?.registry(id).await? else { continue };
            match self.inspect_on(&registry, pushed).await {
                Ok(()) => {}
                // There may be another process that reaches registries.
                Err(error @ (Error::Registry(_) | Error::Refused(_))) => {
                    tracing::debug!(registry = %registry.service, %error, "what was pushed cannot be read now");
                    wanted.insert(id);
                }
                Err(error) => return Err(error),
            }
        }
        for registry in wanted {
            match self.administration().want(registry).await {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn inspect_on(&self, registry: &Registry, mut pushed: Vec<Pushed>) -> Result<(), Error> {
        let client = self.administration().client_of(registry).await?;
        let store = self.administration().store();
        let inspector = Inspector::new(Arc::clone(store), registry.id, client);
        let mut wanted: HashMap<Digest, RepositoryName> = HashMap::new();
        for pushed in &pushed {
            wanted.entry(pushed.digest.clone()).or_insert_with(|| pushed.name.clone());
        }
        let readings = stream::iter(wanted).map(|(digest, repository)| {
            let inspector = &inspector;
            async move { (inspector.inspect(&repository, &digest).await, digest) }
        });
        let readings: Vec<_> = readings.buffer_unordered(SIDE_BY_SIDE).collect().await;
        let (mut sizes, mut manifests, mut trouble) = (HashMap::new(), Vec::new(), None);
        for (read, digest) in readings {
            match read {
                Ok(Some(read)) => {
                    sizes.insert(digest, read.size);
                    manifests.extend(read.manifests);
                }
                Ok(None) => {}
                Err(error) => trouble = Some(error),
            }
        }
        pushed.retain(|pushed| sizes.contains_key(&pushed.digest));
        if !pushed.is_empty() {
            let mut tx = store.content().await?;
            tx.put_manifests(registry.id, &manifests).await?;
            let tags: Vec<_> = pushed.into_iter().map(|pushed| to_put(pushed, &sizes)).collect();
            tx.put_tags(&tags).await?;
            tx.commit().await?;
        }
        trouble.map_or(Ok(()), Err)
    }
}

/// The same tag as before: only what a pull brings is new. If it names something else by now, that was later.
fn to_put(pushed: Pushed, sizes: &HashMap<Digest, u64>) -> PutTag {
    let Pushed { repository, tag, digest, media_type, at, .. } = pushed;
    let size = sizes.get(&digest).copied();
    PutTag { repository, name: tag, digest, media_type, size, at, pushed_by: None, pushed: false }
}
