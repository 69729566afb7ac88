//! Facts held in memory and kept right.
//!
//! Tokens are decided by facts in memory: no request waits for the database. They follow the database by its [revision](Revision): whoever
//! changes something [refreshes](LiveFacts::refresh) at once, and every process asks for news several times a second. Facts that could
//! not be compared with the database for a while are [not vouched for](LiveFacts::vouched) any more.

use crate::access::Facts;
use crate::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use crate::store::{Change, ReadTx, Revision, Store, StoreError, Which};
use crate::time::Clock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// The facts of a store, in memory.
pub struct LiveFacts {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    state: RwLock<State>,
    /// Monotonic milliseconds of the last moment at which the facts were those of the store.
    vouched_at: AtomicU64,
}

#[derive(Default)]
struct State {
    facts: Facts,
    revision: Revision,
    /// The revision at which signing keys were last seen to change.
    keys: Revision,
}

/// A thing that has changed, with what is known of it now; nothing when it is gone.
#[derive(Debug, Clone)]
pub enum News {
    /// A user.
    User(UserId, Option<crate::access::UserFacts>),
    /// A group.
    Group(GroupId, Option<crate::access::GroupFacts>),
    /// An app.
    App(AppId, Option<crate::access::AppFacts>),
    /// A service account.
    Service(ServiceAccountId, Option<crate::access::ServiceAccountFacts>),
    /// A registry.
    Registry(RegistryId, Option<crate::access::RegistryFacts>),
    /// A namespace.
    Namespace(NamespaceId, Option<crate::access::NamespaceFacts>),
}

impl LiveFacts {
    /// Reads all facts of a store.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn load(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let begun = clock.monotonic();
        let mut tx = store.read().await?;
        let state = load_all(tx.as_mut()).await?;
        drop(tx);
        let live = Self { store, clock, state: RwLock::new(state), vouched_at: AtomicU64::new(0) };
        live.vouch(begun);
        Ok(live)
    }

    /// Looks at the facts. They do not change meanwhile, so do not take long, and never wait.
    pub fn read<T>(&self, look: impl FnOnce(&Facts) -> T) -> T {
        // A panic while the facts were written is impossible: nothing in there can.
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner).facts)
    }

    /// Whether the facts were those of the store at some moment of the last `grace`.
    pub fn vouched(&self, grace: Duration) -> bool {
        let vouched_at = Duration::from_millis(self.vouched_at.load(Ordering::Relaxed));
        self.clock.monotonic().saturating_sub(vouched_at) <= grace
    }

    fn vouch(&self, at: Duration) {
        self.vouched_at.fetch_max(u64::try_from(at.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The revision at which signing keys were last seen to change. Whoever holds keys of an earlier one reads them again.
    pub fn keys_revision(&self) -> Revision {
        self.state.read().unwrap_or_else(PoisonError::into_inner).keys
    }

    /// The revision of the facts.
    pub fn revision(&self) -> Revision {
        self.state.read().unwrap_or_else(PoisonError::into_inner).revision
    }

    /// Asks the store what has changed, and takes it over. Says whether anything has.
    ///
    /// Several may do this at once: what was read is taken over only when it is newer than what is there.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read; the facts stay as they were.
    pub async fn refresh(&self) -> Result<bool, StoreError> {
        let begun = self.clock.monotonic();
        let known = self.revision();
        let mut tx = self.store.read().await?;
        let revision = tx.revision().await?;
        if revision != known {
            match tx.changes_since(known).await? {
                Some(changes) => {
                    let news = read_news(tx.as_mut(), &changes).await?;
                    self.take_over(revision, |state| {
                        news.into_iter().for_each(|news| state.facts.apply(news));
                        if changes.contains(&Change::Keys) {
                            state.keys = revision;
                        }
                    });
                }
                // Too much has happened, or the database was put back to an earlier state.
                None => {
                    let loaded = load_all(tx.as_mut()).await?;
                    drop(self.put(loaded, known));
                }
            }
        }
        self.vouch(begun);
        Ok(revision != known)
    }

    /// Puts all facts in place of those there, unless newer ones were taken over meanwhile. Gives back what is not needed any more: to be
    /// dropped when nobody has to wait for that.
    fn put(&self, loaded: State, known: Revision) -> State {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if state.revision == known || loaded.revision > state.revision {
            return std::mem::replace(&mut *state, loaded);
        }
        loaded
    }

    fn take_over(&self, revision: Revision, change: impl FnOnce(&mut State)) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if revision > state.revision {
            change(&mut state);
            state.revision = revision;
        }
    }
}

/// All facts that a transaction sees.
pub(crate) async fn load(tx: &mut dyn ReadTx) -> Result<Facts, StoreError> {
    Ok(load_all(tx).await?.facts)
}

async fn load_all(tx: &mut dyn ReadTx) -> Result<State, StoreError> {
    const PAGE: u32 = 10_000;
    /// Reads page by page, handing each thing over, until a page is not full.
    macro_rules! each_page {
        ($read:ident, $id:expr, $put:expr) => {{
            let mut after = 0;
            loop {
                let page = tx.$read(Which::Page { after, limit: PAGE }).await?;
                let full = page.len() >= PAGE as usize;
                for thing in page {
                    after = $id(&thing);
                    $put(thing);
                }
                if !full {
                    break;
                }
            }
        }};
    }
    let mut facts = Facts::default();
    let revision = tx.revision().await?;
    each_page!(user_facts, |user: &crate::access::UserFacts| user.id.get(), |user| facts.put_user(user));
    each_page!(group_facts, |group: &crate::access::GroupFacts| group.id.get(), |group| facts.put_group(group));
    each_page!(app_facts, |app: &crate::access::AppFacts| app.id.get(), |app| facts.put_app(app));
    each_page!(service_facts, |service: &crate::access::ServiceAccountFacts| service.id.get(), |service| facts.put_service(service));
    each_page!(registry_facts, |registry: &crate::access::RegistryFacts| registry.id.get(), |registry| facts.put_registry(registry));
    each_page!(namespace_facts, |namespace: &crate::access::NamespaceFacts| namespace.id.get(), |namespace| facts.put_namespace(namespace));
    Ok(State { facts, revision, keys: revision })
}

/// What is known now of what has changed; registries before namespaces, which are kept only where their registry is known.
pub(crate) async fn read_news(tx: &mut (dyn ReadTx + '_), changes: &[Change]) -> Result<Vec<News>, StoreError> {
    let mut news = Vec::with_capacity(changes.len());
    let mut later = Vec::new();
    for change in changes {
        match *change {
            Change::User(id) => news.push(News::User(id, tx.user_facts(Which::One(id)).await?.pop())),
            Change::Group(id) => news.push(News::Group(id, tx.group_facts(Which::One(id)).await?.pop())),
            Change::App(id) => news.push(News::App(id, tx.app_facts(Which::One(id)).await?.pop())),
            Change::Service(id) => news.push(News::Service(id, tx.service_facts(Which::One(id)).await?.pop())),
            Change::Registry(id) => news.push(News::Registry(id, tx.registry_facts(Which::One(id)).await?.pop())),
            Change::Namespace(id) => later.push(News::Namespace(id, tx.namespace_facts(Which::One(id)).await?.pop())),
            Change::Keys => {}
        }
    }
    news.append(&mut later);
    Ok(news)
}

impl Facts {
    /// Takes news over.
    pub fn apply(&mut self, news: News) {
        match news {
            News::User(_, Some(user)) => self.put_user(user),
            News::User(id, None) => self.remove_user(id),
            News::Group(_, Some(group)) => self.put_group(group),
            News::Group(id, None) => self.remove_group(id),
            News::App(_, Some(app)) => self.put_app(app),
            News::App(id, None) => self.remove_app(id),
            News::Service(_, Some(service)) => self.put_service(service),
            News::Service(id, None) => self.remove_service(id),
            News::Registry(_, Some(registry)) => self.put_registry(registry),
            News::Registry(id, None) => self.remove_registry(id),
            News::Namespace(_, Some(namespace)) => self.put_namespace(namespace),
            News::Namespace(id, None) => self.remove_namespace(id),
        }
    }
}
