//! A store in memory, for tests and for those who embed Spectacles and need nothing to last.

mod api_tokens;
mod apps;
mod audit;
mod avatars;
mod batches;
mod content;
mod decisions;
mod expiry;
mod facts;
mod groups;
mod keys;
mod leases;
mod listing;
mod log;
mod namespaces;
mod password_resets;
mod registries;
mod relations;
mod requests;
mod services;
mod table;
mod users;

use async_trait::async_trait;
use content::Content;
use log::{Log, MemoryLog};
use spectacles_core::audit::ChainEnds;
use spectacles_core::id::{ApiTokenId, GroupId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use spectacles_core::model::{
    App, AuditEntry, Avatar, Grantee, Group, HeldLease, KeptRequest, Namespace, PasswordReset, Published, Registry, Relation,
    ServiceAccount, ServiceSecret, StoreState, StoredApiToken, StoredKey, StoredRetention, Terms, User,
};
use spectacles_core::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};
use spectacles_core::right::Right;
use spectacles_core::store::{Change, ContentTx, LogTx, ReadTx, Store, StoreError, WriteTx};
use spectacles_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use table::Table;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Of how many write transactions the changes are kept.
const KEPT: i64 = 10_000;

/// The last committed state. Replaced as a whole, so that a reader keeps the one it has.
type Shared<T> = Arc<RwLock<Arc<T>>>;

/// A store in memory. It keeps what every store must, until it is dropped.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    state: Shared<State>,
    turn: Arc<Mutex<()>>,
    /// What is recorded. Apart from the state, so that recording does not wait for writers and is not undone by them.
    log: Shared<Log>,
    log_turn: Arc<Mutex<()>>,
    /// What is known of the content of registries, apart from the state for the same reason.
    content: Shared<Content>,
    content_turn: Arc<Mutex<()>>,
    patience: Duration,
}

impl MemoryStore {
    /// An empty store. Writers wait up to five seconds for each other.
    pub fn new() -> Self {
        Self::with_patience(Duration::from_secs(5))
    }

    /// An empty store whose writers wait so long for each other.
    pub fn with_patience(patience: Duration) -> Self {
        Self {
            state: Arc::default(),
            turn: Arc::default(),
            log: Arc::default(),
            log_turn: Arc::default(),
            content: Arc::default(),
            content_turn: Arc::default(),
            patience,
        }
    }

    async fn wait_for(&self, turn: &Arc<Mutex<()>>) -> Result<OwnedMutexGuard<()>, StoreError> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(turn).lock_owned()).await;
        turn.map_err(|_| StoreError::Unavailable("another transaction does not end".to_owned()))
    }

    fn begin(&self, turn: Option<OwnedMutexGuard<()>>) -> MemoryTx {
        MemoryTx {
            state: latest(&self.state),
            log: latest(&self.log),
            content: latest(&self.content),
            changed: BTreeSet::new(),
            store: self.clone(),
            content_turn: None,
            _turn: turn,
        }
    }
}

fn latest<T>(shared: &Shared<T>) -> Arc<T> {
    // Nothing panics while it holds the lock.
    Arc::clone(&shared.read().unwrap_or_else(PoisonError::into_inner))
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn read(&self) -> Result<Box<dyn ReadTx>, StoreError> {
        Ok(Box::new(self.begin(None)))
    }

    async fn write(&self) -> Result<Box<dyn WriteTx>, StoreError> {
        let mut tx = self.begin(Some(self.wait_for(&self.turn).await?));
        tx.state_mut().revision += 1;
        Ok(Box::new(tx))
    }

    async fn log(&self) -> Result<Box<dyn LogTx>, StoreError> {
        let turn = self.wait_for(&self.log_turn).await?;
        Ok(Box::new(MemoryLog::begin(Arc::clone(&self.log), Arc::clone(&self.state), turn)))
    }

    async fn content(&self) -> Result<Box<dyn ContentTx>, StoreError> {
        let turn = self.wait_for(&self.content_turn).await?;
        Ok(Box::new(MemoryTx { content_turn: Some(turn), ..self.begin(None) }))
    }

    async fn describe(&self) -> Result<StoreState, StoreError> {
        let state = latest(&self.state);
        let lease = |(name, (holder, until)): (&String, &(String, Timestamp))| HeldLease {
            name: name.clone(),
            holder: holder.clone(),
            until: *until,
        };
        let leases = state.leases.iter().map(lease).collect();
        Ok(StoreState { kind: "memory".to_owned(), leases, ..StoreState::default() })
    }
}

/// Everything there is at one moment.
#[derive(Debug, Clone, Default)]
struct State {
    revision: i64,
    changes: BTreeMap<i64, Arc<BTreeSet<Change>>>,
    users: Table<UserName, User>,
    groups: Table<GroupName, Group>,
    apps: Table<AppName, App>,
    services: Table<ServiceAccountName, ServiceAccount>,
    registries: Table<ServiceName, Registry>,
    namespaces: Table<(RegistryId, NamespacePath), Namespace>,
    /// Until when.
    members: BTreeMap<(GroupId, UserId), Option<Timestamp>>,
    /// The same the other way round.
    memberships: BTreeMap<(UserId, GroupId), Option<Timestamp>>,
    relations: BTreeMap<(Published, Relation, GroupId), Option<Timestamp>>,
    assigned: BTreeMap<(NamespaceId, Grantee), Terms>,
    grants: BTreeMap<(NamespaceId, Grantee), (Right, Terms)>,
    /// When they were last used is in the log.
    secrets: BTreeMap<(ServiceAccountId, SecretId), ServiceSecret>,
    /// Only rises, so that no id comes twice.
    last_secret: i64,
    /// When they were last used is in the log.
    api_tokens: BTreeMap<(UserId, ApiTokenId), StoredApiToken>,
    last_api_token: i64,
    password_resets: BTreeMap<UserId, PasswordReset>,
    avatars: BTreeMap<UserId, Arc<Avatar>>,
    keys: Vec<Arc<StoredKey>>,
    audit: Vec<Arc<AuditEntry>>,
    /// The ends of the chain of `audit`.
    chain: ChainEnds,
    requests: BTreeMap<(String, String), KeptRequest>,
    leases: BTreeMap<String, (String, Timestamp)>,
    retentions: BTreeMap<NamespaceId, StoredRetention>,
}

/// A transaction: the state as it was, or a copy of it that is being changed.
struct MemoryTx {
    state: Arc<State>,
    log: Arc<Log>,
    content: Arc<Content>,
    changed: BTreeSet<Change>,
    /// Where the copies go when they are committed.
    store: MemoryStore,
    /// The turn to change the content; a write transaction takes it when it begins to.
    content_turn: Option<OwnedMutexGuard<()>>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl MemoryTx {
    /// Copies the state when others see it too.
    fn state_mut(&mut self) -> &mut State {
        Arc::make_mut(&mut self.state)
    }

    /// Waits for the turn to change the content, and copies it when others see it too.
    async fn content_mut(&mut self) -> Result<&mut Content, StoreError> {
        if self.content_turn.is_none() {
            self.content_turn = Some(self.store.wait_for(&self.store.content_turn).await?);
            self.content = latest(&self.store.content);
        }
        Ok(Arc::make_mut(&mut self.content))
    }

    /// Makes what was changed of the content the latest.
    fn commit_content(&self) {
        if self.content_turn.is_some() {
            *self.store.content.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&self.content);
        }
    }

    fn changed(&mut self, happened: bool, change: Change) -> bool {
        if happened {
            self.changed.insert(change);
        }
        happened
    }
}

impl ReadTx for MemoryTx {}

#[async_trait]
impl WriteTx for MemoryTx {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        let changed = Arc::new(std::mem::take(&mut self.changed));
        let state = self.state_mut();
        let revision = state.revision;
        state.changes.insert(revision, changed);
        state.changes.remove(&(revision - KEPT));
        *self.store.state.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&self.state);
        self.commit_content();
        Ok(())
    }
}

#[async_trait]
impl ContentTx for MemoryTx {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.commit_content();
        Ok(())
    }
}

fn missing(what: &str) -> StoreError {
    StoreError::InUse(format!("a reference would lead nowhere ({what})"))
}

/// The id of the next of so many.
fn next_id(count: usize) -> i64 {
    i64::try_from(count).map_or(i64::MAX, |count| count.saturating_add(1))
}
