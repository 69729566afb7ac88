//! The stores that need no server keep what every store must.

#![cfg(feature = "conformance")]

use spectacles_core::store::Store;
use spectacles_store::{MemoryStore, conformance};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn memory() {
    conformance::run(|| async { Arc::new(MemoryStore::new()) as Arc<dyn Store> }).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let count = std::sync::atomic::AtomicUsize::new(0);
    conformance::run(|| async {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let url = format!("sqlite:///{}/{number}.db", directory.path().display());
        spectacles_store::open(&url, spectacles_store::Options::default()).await.unwrap()
    })
    .await;
}
