//! The store in an SQL database.

mod about;
mod api_tokens;
mod apps;
mod audit;
mod avatars;
mod backend;
mod batches;
mod chain;
mod changes;
mod content;
mod decisions;
mod driver;
mod error;
mod expiry;
mod facts;
mod grantees;
mod groups;
mod keys;
mod leases;
mod listing;
mod log;
#[cfg(feature = "mysql")]
pub(crate) mod mysql;
mod namespaces;
mod password_resets;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;
mod registries;
mod relations;
mod requests;
mod services;
mod spelling;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
mod terms;
mod users;

#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::open::OpenError;
use async_trait::async_trait;
use backend::{Backend, Mode, Row, Session, Value, broken};
use spectacles_core::audit::{Chain, ChainEnds};
use spectacles_core::model::StoreState;
use spectacles_core::store::{Change, ContentTx, LogTx, ReadTx, Revision, Store, StoreError, WriteTx};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// How long the first connection may take. Longer than later ones, because a name may have to be looked up and a server may be starting.
#[cfg(any(feature = "postgres", feature = "mysql"))]
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// Makes the first connection to a server, so that a wrong address or password is an error now and in words.
#[cfg(any(feature = "postgres", feature = "mysql"))]
async fn connect<T>(shown: &str, connecting: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, OpenError> {
    match tokio::time::timeout(LONGEST_CONNECT, connecting).await {
        Ok(connected) => connected.map_err(|error| OpenError::unreachable(shown, error::reason(&error))),
        Err(_) => Err(OpenError::unreachable(shown, "it does not answer")),
    }
}

/// One to read, one to write, one to record and one to learn: none of them may wait for what the others hold.
const LEAST_CONNECTIONS: u32 = 4;

/// A store in an SQL database.
pub(crate) struct SqlStore {
    backend: Box<dyn Backend>,
    /// The writers of this process wait here and not in the database: in the order in which they came, and with no connection each.
    turn: Arc<Mutex<()>>,
    /// The same for those who record: they do not wait for the writers, nor the writers for them.
    log_turn: Arc<Mutex<()>>,
    /// And for those who learn what registries hold.
    content_turn: Arc<Mutex<()>>,
    patience: Duration,
}

impl SqlStore {
    fn new(backend: impl Backend + 'static, patience: Duration) -> Self {
        Self { backend: Box::new(backend), turn: Arc::default(), log_turn: Arc::default(), content_turn: Arc::default(), patience }
    }

    async fn wait_for(&self, turn: &Arc<Mutex<()>>) -> Result<OwnedMutexGuard<()>, StoreError> {
        let turn = tokio::time::timeout(self.patience, Arc::clone(turn).lock_owned()).await;
        turn.map_err(|_| StoreError::Unavailable("another transaction does not end".to_owned()))
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn read(&self) -> Result<Box<dyn ReadTx>, StoreError> {
        Ok(Box::new(SqlTx::begin(self.backend.begin(Mode::Read).await?, None).await?))
    }

    async fn write(&self) -> Result<Box<dyn WriteTx>, StoreError> {
        let turn = self.wait_for(&self.turn).await?;
        let mut session = self.backend.begin(Mode::Write).await?;
        // Locks the row until the end: from here on no other process writes.
        if session.execute("UPDATE revision SET value = value + 1 WHERE id = 1", &[]).await? != 1 {
            return Err(broken("the table `revision` is empty"));
        }
        Ok(Box::new(SqlTx::begin(session, Some(turn)).await?))
    }

    async fn log(&self) -> Result<Box<dyn LogTx>, StoreError> {
        let turn = self.wait_for(&self.log_turn).await?;
        Ok(Box::new(log::SqlLog::begin(self.backend.begin(Mode::Write).await?, turn).await?))
    }

    async fn content(&self) -> Result<Box<dyn ContentTx>, StoreError> {
        let turn = self.wait_for(&self.content_turn).await?;
        let mut session = self.backend.begin(Mode::Write).await?;
        // Before anything is read, so that what the transaction then sees is the latest state.
        content::lock(session.as_mut()).await?;
        Ok(Box::new(SqlTx { has_content: true, ..SqlTx::begin(session, Some(turn)).await? }))
    }

    async fn describe(&self) -> Result<StoreState, StoreError> {
        about::describe(self.backend.begin(Mode::Read).await?.as_mut()).await
    }
}

/// A transaction. As a [`ReadTx`] it only reads.
struct SqlTx {
    session: Box<dyn Session>,
    /// Of what this transaction sees, itself included.
    revision: Revision,
    /// What it has changed, each thing once. Stored when it commits.
    changed: BTreeSet<Change>,
    /// The ends of the chain of changes, when this transaction has added to it. Stored when it commits.
    chain: Option<ChainEnds>,
    /// Whether nobody else changes what is known of content.
    has_content: bool,
    /// Dropped after the session, so that the next writer seldom finds the row still locked.
    _turn: Option<OwnedMutexGuard<()>>,
}

impl ReadTx for SqlTx {}

#[async_trait]
impl WriteTx for SqlTx {
    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        self.store_changes().await?;
        if let Some(ends) = &self.chain {
            chain::store(self.session.as_mut(), Chain::Changes, ends).await?;
        }
        self.session.commit().await
    }
}

impl SqlTx {
    /// The query is the first of a read transaction, and makes the snapshot.
    async fn begin(mut session: Box<dyn Session>, turn: Option<OwnedMutexGuard<()>>) -> Result<Self, StoreError> {
        let rows = session.fetch_all("SELECT value FROM revision WHERE id = 1", &[]).await?;
        let mut row = rows.into_iter().next().ok_or_else(|| broken("the table `revision` is empty"))?;
        Ok(Self { session, revision: Revision(row.integer()?), changed: BTreeSet::new(), chain: None, has_content: false, _turn: turn })
    }

    /// Remembers that something was changed; passes on whether.
    fn changed(&mut self, happened: bool, change: Change) -> bool {
        if happened {
            self.changed.insert(change);
        }
        happened
    }

    /// Runs a statement; whether it has found a row to change.
    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<bool, StoreError> {
        Ok(self.session.execute(sql, values).await? > 0)
    }

    /// Runs a query, and reads each row.
    async fn all<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl Fn(&mut Row) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        let rows = self.session.fetch_all(sql, values).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// Runs a query that has one row or none.
    async fn one<T>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl Fn(&mut Row) -> Result<T, StoreError> + Send,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(sql, values, read).await?.pop())
    }

    /// Runs a query that counts; whether it has counted anything.
    async fn any(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<bool, StoreError> {
        Ok(self.one(sql, values, Row::integer).await?.unwrap_or(0) > 0)
    }
}
