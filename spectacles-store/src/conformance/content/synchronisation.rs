//! How it goes with looking at registries, and who does it.

use super::place::{learn, registry};
use crate::conformance::support::{at, read};
use spectacles_core::id::RegistryId;
use spectacles_core::model::{SyncProgress, SyncState};
use spectacles_core::store::{Store, StoreError};
use std::sync::Arc;
use std::time::Duration;

const LIFETIME: Duration = Duration::from_millis(100);

pub(in crate::conformance) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let state = SyncState {
        registry: one,
        begun: Some(at(1)),
        succeeded: Some(at(2)),
        took_ms: Some(3),
        failed: Some(at(4)),
        error: Some("it does not \"answer\" – größer".to_owned()),
        failures: 5,
        repositories: 1_000_000,
        tags: 1 << 40,
        wanted: Some(at(6)),
        progress: Some(SyncProgress { repositories: 7, of: 8, tags: 9, at: at(10) }),
        heard: Some(at(11)),
    };
    learn!(store, tx => {
        tx.put_sync_state(&SyncState::new(other)).await.unwrap();
        tx.put_sync_state(&SyncState::new(one)).await.unwrap();
        tx.put_sync_state(&state).await.unwrap();
        tx.put_sync_state(&state).await.unwrap();
    });
    assert_eq!(read!(store, tx => tx.sync_states().await.unwrap()), [state, SyncState::new(other)]);
    let nowhere = store.content().await.unwrap().put_sync_state(&SyncState::new(RegistryId::new(i64::MAX))).await;
    assert!(matches!(nowhere, Err(StoreError::InUse(_))), "{nowhere:?}");
}

pub(in crate::conformance) async fn one_looks_at_a_time(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let take = async |registry, who: &str, moment| learn!(store, tx => tx.take_turn(registry, who, at(moment), LIFETIME).await.unwrap());
    assert!(take(one, "me", 0).await);
    assert!(!take(one, "you", 50).await);
    assert!(take(one, "me", 60).await, "who has it renews it");
    assert!(take(other, "you", 60).await, "another registry is another turn");
    assert!(!take(one, "you", 159).await);
    assert!(take(one, "you", 160).await, "it is over");
    assert!(!take(one, "me", 161).await);
    learn!(store, tx => tx.end_turn(one, "me").await.unwrap());
    assert!(!take(one, "me", 162).await, "it is given up by its holder only");
    learn!(store, tx => tx.end_turn(one, "you").await.unwrap());
    assert!(take(one, "me", 163).await);
    let nowhere = store.content().await.unwrap().take_turn(RegistryId::new(i64::MAX), "me", at(0), LIFETIME).await;
    assert!(matches!(nowhere, Err(StoreError::InUse(_))), "{nowhere:?}");
}
