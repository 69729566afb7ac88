//! A store of your own: one that can be closed for changes, say while its database is moved, and goes on answering meanwhile.
//!
//! It hands out the transactions of the store it stands before. A store that keeps its data itself implements the ports of
//! `spectacles_core::store` as well. Either way the conformance suite tells whether it keeps what a store must.
#![allow(clippy::print_stdout, reason = "it shows what it does")]

use async_trait::async_trait;
use spectacles_core::listing::Listing;
use spectacles_core::service::{CreateUser, Error as Refusal, Spectacles};
use spectacles_core::store::{ContentTx, LogTx, ReadTx, Store, StoreError, WriteTx};
use spectacles_store::{MemoryStore, conformance};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stands before another store.
struct Closable {
    behind: Arc<dyn Store>,
    closed: AtomicBool,
}

impl Closable {
    fn new(behind: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self { behind, closed: AtomicBool::new(false) })
    }
}

#[async_trait]
impl Store for Closable {
    async fn read(&self) -> Result<Box<dyn ReadTx>, StoreError> {
        self.behind.read().await
    }

    async fn write(&self) -> Result<Box<dyn WriteTx>, StoreError> {
        // `Unavailable` says that it may work later: people are told to try again, and nothing is taken for broken.
        if self.closed.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable("it is closed for changes".to_owned()));
        }
        self.behind.write().await
    }

    // What is recorded beside changes nothing.
    async fn log(&self) -> Result<Box<dyn LogTx>, StoreError> {
        self.behind.log().await
    }

    async fn content(&self) -> Result<Box<dyn ContentTx>, StoreError> {
        self.behind.content().await
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Each check gets an empty store. It panics with the names of those that fail.
    conformance::run(|| async { Closable::new(Arc::new(MemoryStore::new())) as Arc<dyn Store> }).await;
    println!("keeps what a store must: {} checks", conformance::CHECKS.len());

    let store = Closable::new(Arc::new(MemoryStore::new()));
    let spectacles = Spectacles::builder(store.clone()).start().await?;
    let users = spectacles.administration().operator().users();
    users.create(CreateUser::named("alice".parse()?)).await?;

    store.closed.store(true, Ordering::Relaxed);
    let refusal = users.create(CreateUser::named("bob".parse()?)).await.err().ok_or("a closed store was changed")?;
    println!("while it is closed:      {refusal}");
    assert!(matches!(refusal, Refusal::Unavailable(_)));
    // Reading goes on, and so do tokens, which are decided by what is in memory and follow by reading.
    spectacles.refresh().await?;
    println!("meanwhile:               {} user", users.page(&Listing::default()).await?.items.len());

    store.closed.store(false, Ordering::Relaxed);
    users.create(CreateUser::named("bob".parse()?)).await?;
    println!("open again:              {} users", users.page(&Listing::default()).await?.items.len());
    Ok(())
}
