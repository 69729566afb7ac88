//! A store in memory, for tests and for those who embed Spectacles and need nothing to last.

mod audit;
mod facts;
mod groups;
mod keys;
mod leases;
mod namespaces;
mod registries;
mod table;
mod users;

use async_trait::async_trait;
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{AuditEntry, Grantee, Group, Namespace, Registry, StoredKey, User};
use spectacles_core::name::{GroupName, NamespacePath, ServiceName, UserName};
use spectacles_core::right::Right;
use spectacles_core::store::{Change, ReadTx, Store, StoreError, WriteTx};
use spectacles_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use table::Table;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Of how many write transactions the changes are kept.
const KEPT: i64 = 10_000;

/// The last committed state. Replaced as a whole, so that a reader keeps the one it has.
type Shared = Arc<RwLock<Arc<State>>>;

/// A store in memory. It keeps what every store must, until it is dropped.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    state: Shared,
    turn: Arc<Mutex<()>>,
    patience: Duration,
}

impl MemoryStore {
    /// An empty store. Writers wait up to five seconds for each other.
    pub fn new() -> Self {
        Self::with_patience(Duration::from_secs(5))
    }

    /// An empty store whose writers wait so long for each other.
    pub fn with_patience(patience: Duration) -> Self {
        Self { state: Arc::default(), turn: Arc::default(), patience }
    }

    fn state(&self) -> Arc<State> {
        // Nothing panics while it holds the lock: the state is replaced as a whole.
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn read(&self) -> Result<Box<dyn ReadTx>, StoreError> {
        Ok(Box::new(MemoryTx { state: self.state(), changed: BTreeSet::new(), home: None }))
    }

    async fn write(&self) -> Result<Box<dyn WriteTx>, StoreError> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(&self.turn).lock_owned()).await;
        let turn = turn.map_err(|_| StoreError::Unavailable("another transaction does not end".to_owned()))?;
        let mut tx = MemoryTx { state: self.state(), changed: BTreeSet::new(), home: Some((Arc::clone(&self.state), turn)) };
        tx.state_mut().revision += 1;
        Ok(Box::new(tx))
    }
}

/// Everything there is at one moment.
#[derive(Debug, Clone, Default)]
struct State {
    revision: i64,
    changes: BTreeMap<i64, Arc<BTreeSet<Change>>>,
    users: Table<UserName, User>,
    groups: Table<GroupName, Group>,
    registries: Table<ServiceName, Registry>,
    namespaces: Table<(RegistryId, NamespacePath), Namespace>,
    members: BTreeSet<(GroupId, UserId)>,
    /// The same the other way round.
    memberships: BTreeSet<(UserId, GroupId)>,
    assigned: BTreeSet<(NamespaceId, Grantee)>,
    grants: BTreeMap<(NamespaceId, Grantee), Right>,
    keys: Vec<Arc<StoredKey>>,
    audit: Vec<Arc<AuditEntry>>,
    leases: BTreeMap<String, (String, Timestamp)>,
}

/// A transaction: the state as it was, or a copy of it that is being changed.
struct MemoryTx {
    state: Arc<State>,
    changed: BTreeSet<Change>,
    /// Where the copy goes when it is committed, and the turn to write.
    home: Option<(Shared, OwnedMutexGuard<()>)>,
}

impl MemoryTx {
    /// Copies the state when others see it too.
    fn state_mut(&mut self) -> &mut State {
        Arc::make_mut(&mut self.state)
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
        if let Some((home, _turn)) = &self.home {
            *home.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&self.state);
        }
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
