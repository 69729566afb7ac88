//! One pass over one registry.

use super::super::Error;
use super::Discovery;
use super::compare::unsized_of;
use super::feed::Feed;
use super::inspect::Inspector;
use super::look::{Known, Looked, Manifests, SIDE_BY_SIDE};
use super::turn::{RENEWAL, change_state, known};
use crate::id::RegistryId;
use crate::live::LiveFacts;
use crate::model::{ActivityKind, ActivityRecord, Manifest, Registry, Repository, SyncProgress, SyncState};
use crate::name::{Digest, RepositoryName};
use crate::registry::{ClientError, RegistryClient, Trouble};
use crate::store::{Store, StoreError};
use crate::time::{Clock, Timestamp};
use futures_util::stream::{self, StreamExt as _};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// How many repositories are looked at together, and how many known tags these have at most, unless one alone has more.
const GROUP: usize = 64;
const GROUP_TAGS: u64 = 5_000;
/// How many manifests are written together.
const MANIFESTS: usize = 64;
/// How many requests in a row fail before the registry is taken to be down.
const IN_A_ROW: u32 = 24;
/// How often it is told how far the pass has come.
const TELL: Duration = Duration::from_secs(1);

/// Why a pass stops.
pub(super) enum Stop {
    /// The registry cannot be looked at.
    Registry(ClientError),
    /// Somebody else has taken over.
    Lost,
    /// What was learnt cannot be kept.
    Store(Error),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}

impl From<ClientError> for Stop {
    fn from(error: ClientError) -> Self {
        Self::Registry(error)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// A pass that is under way.
pub(super) struct Pass {
    discovery: Discovery,
    registry: Registry,
    client: Result<Arc<dyn RegistryClient>, ClientError>,
    facts: Arc<LiveFacts>,
    /// How it went before.
    before: SyncState,
    begun: Timestamp,
    begun_monotonic: Duration,
    feed: Feed,
    inspector: Option<Arc<Inspector>>,
    progress: SyncProgress,
    /// How many repositories have tags.
    found: u64,
    troubles: Troubles,
    told: Duration,
    renewed: Duration,
}

/// What went wrong with repositories.
#[derive(Default)]
struct Troubles {
    repositories: HashSet<u64>,
    first: Option<String>,
    in_a_row: u32,
}

impl Pass {
    pub(super) async fn begin(discovery: Discovery, registry: Registry) -> Result<Self, Error> {
        let administration = &discovery.administration;
        let (begun, monotonic) = (administration.clock().now(), administration.clock().monotonic());
        let progress = SyncProgress { repositories: 0, of: 0, tags: 0, at: begun };
        let mut tx = administration.store().content().await?;
        let mut before = SyncState::new(registry.id);
        change_state(tx.as_mut(), registry.id, |state| {
            before = state.clone();
            (state.begun, state.wanted, state.progress) = (Some(begun), None, Some(progress));
        })
        .await
        .map_err(known(registry.id))?;
        tx.commit().await?;
        let client = match administration.client_of(&registry).await {
            Ok(client) => Ok(client),
            // What is wrong with what is known of the registry is told like what is wrong with the registry.
            Err(Error::Registry(error)) => Err(error),
            Err(error) => return Err(error),
        };
        let feed = Feed::new(registry.id, begun, before.succeeded.is_none());
        let facts = administration.live_facts().await?;
        let (begun_monotonic, told, renewed) = (monotonic, monotonic, monotonic);
        let (inspector, troubles) = (None, Troubles::default());
        Ok(Self {
            discovery,
            registry,
            client,
            facts,
            before,
            begun,
            begun_monotonic,
            feed,
            inspector,
            progress,
            found: 0,
            troubles,
            told,
            renewed,
        })
    }

    pub(super) fn registry(&self) -> RegistryId {
        self.registry.id
    }

    pub(super) fn client(&self) -> Result<Arc<dyn RegistryClient>, Stop> {
        Ok(self.client.clone()?)
    }

    fn inspector(&mut self) -> Result<Arc<Inspector>, Stop> {
        if let Some(inspector) = &self.inspector {
            return Ok(Arc::clone(inspector));
        }
        let store = Arc::clone(self.discovery.administration.store());
        let inspector = Arc::new(Inspector::new(store, self.registry.id, self.client()?));
        self.inspector = Some(Arc::clone(&inspector));
        Ok(inspector)
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        self.discovery.administration.shared_clock()
    }

    pub(super) fn store(&self) -> &dyn Store {
        self.discovery.administration.store().as_ref()
    }

    pub(super) const fn begun(&self) -> Timestamp {
        self.begun
    }

    pub(super) fn feed(&mut self) -> &mut Feed {
        &mut self.feed
    }

    /// Looks at everything, and notes what came of it. `None` when somebody else has taken over.
    pub(super) async fn run(mut self) -> Result<Option<SyncState>, Error> {
        let stopped = match self.look_at_all().await {
            Ok(()) => None,
            Err(Stop::Registry(error)) => Some(error.to_string()),
            Err(Stop::Lost) => return Ok(None),
            Err(Stop::Store(error)) => return Err(error),
        };
        self.end(stopped).await.map(Some)
    }

    async fn look_at_all(&mut self) -> Result<(), Stop> {
        let mut met = HashSet::new();
        let (client, mut after, mut idle) = (self.client()?, None, 0);
        loop {
            let page = client.catalog(after.as_ref()).await?;
            self.went_well();
            let names: Vec<_> = page.items.into_iter().filter(|name| met.insert(short(name))).collect();
            // Links that lead in a circle.
            idle = if names.is_empty() { idle + 1 } else { 0 };
            if idle > 3 && page.next.is_some() {
                return Err(ClientError::new(Trouble::Garbage, "the catalog has no end").into());
            }
            self.look_at(names).await?;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        // Now that the whole catalog is there: what it has no more. Nothing goes that has tags all the same.
        let mut after: Option<RepositoryName> = None;
        loop {
            const PAGE: u32 = 500;
            let page = self.store().read().await?.repositories(self.registry.id, after.as_ref(), PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            after = page.last().map(|repository| repository.name.clone());
            let names = page.into_iter().map(|repository| repository.name).filter(|name| !met.contains(&short(name)));
            self.look_at(names.collect()).await?;
            if is_last {
                return Ok(());
            }
        }
    }

    /// Looks at repositories, some of them at a time.
    async fn look_at(&mut self, names: Vec<RepositoryName>) -> Result<(), Stop> {
        if names.is_empty() {
            return Ok(());
        }
        self.progress.of = self.progress.of.saturating_add(u64::try_from(names.len()).unwrap_or_default());
        let known = self.store().read().await?.repositories_named(self.registry.id, &names).await?;
        let mut known: HashMap<RepositoryName, Repository> =
            known.into_iter().map(|repository| (repository.name.clone(), repository)).collect();
        let (mut group, mut tags) = (Vec::new(), 0_u64);
        for name in names {
            let repository = known.remove(&name);
            tags = tags.saturating_add(repository.as_ref().map_or(0, |repository| repository.tags));
            group.push((name, repository));
            if group.len() >= GROUP || tags >= GROUP_TAGS {
                self.look_at_group(std::mem::take(&mut group)).await?;
                tags = 0;
            }
        }
        self.look_at_group(group).await
    }

    async fn look_at_group(&mut self, group: Vec<(RepositoryName, Option<Repository>)>) -> Result<(), Stop> {
        if group.is_empty() {
            return Ok(());
        }
        let count = u64::try_from(group.len()).unwrap_or_default();
        let ids: Vec<_> = group.iter().filter_map(|(_, known)| known.as_ref().map(|known| known.id)).collect();
        let mut tags: HashMap<_, HashMap<_, _>> = HashMap::new();
        if !ids.is_empty() {
            for tag in self.store().read().await?.tags_of(&ids).await? {
                tags.entry(tag.repository).or_default().insert(tag.name.clone(), tag);
            }
        }
        let group = group.into_iter().map(|(name, known)| {
            let known =
                known.map(|known| Known { id: known.id, gone: known.gone.is_some(), tags: tags.remove(&known.id).unwrap_or_default() });
            (name, known)
        });
        let (looked, manifests) = self.look(group.collect()).await?;
        let sizes = self.sizes(&looked, manifests).await?;
        for looked in looked.iter().filter(|looked| !looked.seen.is_empty()) {
            self.found = self.found.saturating_add(1);
            if looked.known.as_ref().is_none_or(|known| known.gone) {
                let feed = &mut self.feed;
                self.facts.read(|facts| feed.check(&looked.name, facts));
            }
        }
        self.write(&looked, &sizes).await?;
        self.progress.repositories = self.progress.repositories.saturating_add(count);
        self.tick().await
    }

    /// What pulls bring of whatever is new here. Manifests that are not known are noted; those that were not read yet are read.
    async fn sizes(&mut self, group: &[Looked], mut read: Manifests) -> Result<HashMap<Digest, u64>, Stop> {
        let mut wanted: HashMap<Digest, RepositoryName> = HashMap::new();
        for looked in group {
            for seen in unsized_of(looked) {
                wanted.entry(seen.digest.clone()).or_insert_with(|| looked.name.clone());
            }
        }
        let mut sizes = HashMap::new();
        let mut digests: Vec<_> = wanted.keys().cloned().collect();
        while !digests.is_empty() {
            let some = digests.split_off(digests.len().saturating_sub(500));
            let known = self.store().read().await?.manifests(self.registry.id, &some).await?;
            for manifest in known {
                wanted.remove(&manifest.digest);
                sizes.insert(manifest.digest, manifest.size);
            }
        }
        let inspector = self.inspector()?;
        let readings = stream::iter(wanted).map(|(digest, repository)| {
            let (inspector, raw) = (Arc::clone(&inspector), read.remove(&digest));
            async move {
                let read = match raw {
                    Some(raw) => inspector.inspect_read(&repository, raw).await.map(Some),
                    None => inspector.inspect(&repository, &digest).await,
                };
                (repository, digest, read)
            }
        });
        let mut readings = pin!(readings.buffer_unordered(SIDE_BY_SIDE));
        let mut manifests = Vec::new();
        while let Some((repository, digest, read)) = readings.next().await {
            match read {
                Ok(Some(read)) => {
                    self.went_well();
                    sizes.insert(digest, read.size);
                    manifests.extend(read.manifests);
                }
                Ok(None) => {}
                Err(Error::Registry(error)) => self.went_wrong(&repository, error)?,
                Err(error) => return Err(error.into()),
            }
            if manifests.len() >= MANIFESTS {
                self.put_manifests(std::mem::take(&mut manifests)).await?;
            }
            self.tick().await?;
        }
        self.put_manifests(manifests).await?;
        Ok(sizes)
    }

    async fn put_manifests(&self, manifests: Vec<Manifest>) -> Result<(), Stop> {
        if manifests.is_empty() {
            return Ok(());
        }
        let mut tx = self.store().content().await?;
        tx.put_manifests(self.registry.id, &manifests).await.map_err(known(self.registry.id))?;
        Ok(tx.commit().await?)
    }

    pub(super) fn count_tag(&mut self) {
        self.progress.tags = self.progress.tags.saturating_add(1);
    }

    pub(super) fn went_well(&mut self) {
        self.troubles.in_a_row = 0;
    }

    /// Notes what went wrong with a repository, unless it is the registry that is in trouble.
    pub(super) fn went_wrong(&mut self, repository: &RepositoryName, error: ClientError) -> Result<(), Stop> {
        self.troubles.in_a_row = self.troubles.in_a_row.saturating_add(1);
        if concerns_all(error.trouble) || self.troubles.in_a_row >= IN_A_ROW {
            return Err(error.into());
        }
        tracing::debug!(registry = %self.registry.service, %repository, %error, "a repository cannot be looked at");
        self.troubles.repositories.insert(short(repository));
        self.troubles.first.get_or_insert_with(|| format!("`{repository}`: {error}"));
        Ok(())
    }

    /// Tells how far the pass has come, and keeps others from looking at the same registry.
    pub(super) async fn tick(&mut self) -> Result<(), Stop> {
        let now = self.discovery.administration.clock().monotonic();
        if now.saturating_sub(self.renewed) >= RENEWAL {
            if !self.discovery.take_turn(self.registry.id).await? {
                return Err(Stop::Lost);
            }
            self.renewed = now;
        }
        if now.saturating_sub(self.told) >= TELL {
            self.told = now;
            self.progress.at = self.clock().now();
            let progress = self.progress;
            let mut tx = self.store().content().await?;
            change_state(tx.as_mut(), self.registry.id, |state| state.progress = Some(progress)).await.map_err(known(self.registry.id))?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Notes what came of the pass.
    async fn end(mut self, stopped: Option<String>) -> Result<SyncState, Error> {
        let now = self.discovery.administration.clock().now();
        let took = self.discovery.administration.clock().monotonic().saturating_sub(self.begun_monotonic);
        let (repositories, tags) = (self.found, self.progress.tags);
        let is_stopped = stopped.is_some();
        let error = stopped.or_else(|| {
            let first = self.troubles.first.take()?;
            Some(match self.troubles.repositories.len() {
                1 => format!("a repository could not be looked at, {first}"),
                count => format!("{count} repositories could not be looked at; the first one was {first}"),
            })
        });
        // The error may be worded differently each time: what is told is that there is one now, or none any more.
        let told = match (&self.before.error, &error) {
            (None, Some(error)) => Some((ActivityKind::Failed, error.clone())),
            (Some(_), None) => Some((ActivityKind::Recovered, "this registry can be looked at again".to_owned())),
            (None, None) | (Some(_), Some(_)) => None,
        };
        let mut records = self.feed.last(repositories, tags);
        records.extend(told.map(|(kind, text)| ActivityRecord {
            at: now,
            registry: self.registry.id,
            kind,
            repository: None,
            tag: None,
            digest: None,
            principal: String::new(),
            address: None,
            agent: None,
            text: Some(text),
            event: None,
        }));
        let service = &self.registry.service;
        match (&self.before.error, &error) {
            (None, Some(error)) => tracing::warn!(%service, error, "a registry could not be looked at"),
            (Some(_), Some(error)) => tracing::debug!(%service, error, "a registry still could not be looked at"),
            (Some(_), None) => tracing::info!(%service, "a registry could be looked at again"),
            (None, None) => tracing::debug!(%service, repositories, tags, "a registry was looked at"),
        }
        let mut tx = self.store().content().await?;
        let id = self.registry.id;
        let state = change_state(tx.as_mut(), id, |state| {
            state.progress = None;
            match error {
                None => {
                    state.succeeded = Some(now);
                    state.took_ms = u64::try_from(took.as_millis()).ok();
                    (state.failed, state.error, state.failures) = (None, None, 0);
                    (state.repositories, state.tags) = (repositories, tags);
                }
                Some(error) => {
                    (state.failed, state.error) = (Some(now), Some(error));
                    // A repository that cannot be read is no reason to look at the others more seldom.
                    state.failures = if is_stopped { state.failures.saturating_add(1) } else { 0 };
                }
            }
        })
        .await
        .map_err(known(id))?;
        if !records.is_empty() {
            tx.append_activities(&records).await.map_err(known(id))?;
        }
        tx.commit().await?;
        Ok(state)
    }
}

/// Whether it is of no use to ask for the next repository.
const fn concerns_all(trouble: Trouble) -> bool {
    match trouble {
        Trouble::Misconfigured
        | Trouble::Forbidden
        | Trouble::Unreachable
        | Trouble::Certificate
        | Trouble::Unauthorized
        | Trouble::Redirected => true,
        Trouble::Slow
        | Trouble::Denied
        | Trouble::Busy
        | Trouble::Failed
        | Trouble::Refused
        | Trouble::TooLarge
        | Trouble::Garbage
        | Trouble::WrongDigest => false,
    }
}

/// Eight bytes for a name: all that is kept of those that were met. Should two names ever have the same, one that is gone is taken to be there.
fn short(name: &RepositoryName) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
