//! Leases.

use super::support::{at, commit};
use spectacles_core::store::Store;
use std::sync::Arc;
use std::time::Duration;

const LIFETIME: Duration = Duration::from_millis(100);

pub(super) async fn one_holder_at_a_time(store: Arc<dyn Store>) {
    assert!(commit!(store, tx => tx.take_lease("clean", "one", at(0), LIFETIME).await.unwrap()));
    assert!(!commit!(store, tx => tx.take_lease("clean", "two", at(50), LIFETIME).await.unwrap()));
    // Who has it renews it; another lease is another lease.
    assert!(commit!(store, tx => tx.take_lease("clean", "one", at(60), LIFETIME).await.unwrap()));
    assert!(commit!(store, tx => tx.take_lease("Clean", "two", at(60), LIFETIME).await.unwrap()));
    assert!(!commit!(store, tx => tx.take_lease("clean", "two", at(159), LIFETIME).await.unwrap()));
    // What is not committed is not taken.
    drop({
        let mut tx = store.write().await.unwrap();
        assert!(tx.take_lease("other", "one", at(0), LIFETIME).await.unwrap());
        tx
    });
    assert!(commit!(store, tx => tx.take_lease("other", "two", at(1), LIFETIME).await.unwrap()));
    // A store that tells of itself tells who has what.
    let told = store.describe().await.unwrap();
    let held: Vec<_> = told.leases.iter().map(|lease| (lease.name.as_str(), lease.holder.as_str(), lease.until)).collect();
    let expected = [("Clean", "two", at(160)), ("clean", "one", at(160)), ("other", "two", at(101))];
    assert!(told.kind.is_empty() || expected.iter().all(|lease| held.contains(lease)), "{held:?}");
}

pub(super) async fn a_lease_ends(store: Arc<dyn Store>) {
    assert!(commit!(store, tx => tx.take_lease("clean", "one", at(0), LIFETIME).await.unwrap()));
    assert!(!commit!(store, tx => tx.take_lease("clean", "two", at(99), LIFETIME).await.unwrap()));
    assert!(commit!(store, tx => tx.take_lease("clean", "two", at(100), LIFETIME).await.unwrap()));
    assert!(!commit!(store, tx => tx.take_lease("clean", "one", at(101), LIFETIME).await.unwrap()));
    // The longest imaginable one does no harm.
    assert!(commit!(store, tx => tx.take_lease("clean", "two", at(102), Duration::MAX).await.unwrap()));
    assert!(!commit!(store, tx => tx.take_lease("clean", "one", at(1_000_000), LIFETIME).await.unwrap()));
}

pub(super) async fn a_lease_is_given_up_by_its_holder_only(store: Arc<dyn Store>) {
    assert!(commit!(store, tx => tx.take_lease("clean", "one", at(0), LIFETIME).await.unwrap()));
    commit!(store, tx => tx.release_lease("clean", "two").await.unwrap());
    commit!(store, tx => tx.release_lease("nothing", "two").await.unwrap());
    assert!(!commit!(store, tx => tx.take_lease("clean", "two", at(1), LIFETIME).await.unwrap()));
    commit!(store, tx => tx.release_lease("clean", "one").await.unwrap());
    assert!(commit!(store, tx => tx.take_lease("clean", "two", at(2), LIFETIME).await.unwrap()));
}
