//! Policies of retention.

use crate::conformance::support::{World, at, commit, read};
use spectacles_core::id::NamespaceId;
use spectacles_core::model::{RetentionPolicy, RetentionRule, StoredRetention};
use spectacles_core::store::{Store, StoreError};
use std::sync::Arc;

fn policy() -> RetentionPolicy {
    RetentionPolicy {
        enabled: true,
        keep: vec![
            RetentionRule::Last(3),
            RetentionRule::PushedWithinDays(30),
            RetentionRule::PulledWithinDays(u32::MAX),
            RetentionRule::Matching(vec!["v*".to_owned(), "\"größer\"".to_owned()]),
        ],
        immutable: vec!["release-?".to_owned()],
        repositories: vec!["team/*".to_owned()],
    }
}

pub(in crate::conformance) async fn they_come_change_and_go(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let none = RetentionPolicy { enabled: false, keep: vec![], immutable: vec![], repositories: vec![] };
    assert_eq!(read!(store, tx => tx.retention(world.team).await.unwrap()), None);
    assert!(!commit!(store, tx => tx.mark_retained(world.team, at(1)).await.unwrap()));
    commit!(store, tx => {
        tx.put_retention(world.shared, &none, at(1)).await.unwrap();
        tx.put_retention(world.team, &none, at(1)).await.unwrap();
    });
    assert!(commit!(store, tx => tx.mark_retained(world.team, at(2)).await.unwrap()));
    commit!(store, tx => tx.put_retention(world.team, &policy(), at(3)).await.unwrap());
    let team = StoredRetention { namespace: world.team, policy: policy(), updated: at(3), carried_out: Some(at(2)) };
    let shared = StoredRetention { namespace: world.shared, policy: none, updated: at(1), carried_out: None };
    assert_eq!(read!(store, tx => tx.retention(world.team).await.unwrap()), Some(team.clone()));
    assert_eq!(read!(store, tx => tx.retentions().await.unwrap()), [team, shared.clone()]);
    assert!(commit!(store, tx => tx.delete_retention(world.team).await.unwrap()));
    assert!(!commit!(store, tx => tx.delete_retention(world.team).await.unwrap()));
    assert_eq!(read!(store, tx => tx.retentions().await.unwrap()), [shared]);
    let nowhere = store.write().await.unwrap().put_retention(NamespaceId::new(i64::MAX), &policy(), at(1)).await;
    assert!(matches!(nowhere, Err(StoreError::InUse(_))), "{nowhere:?}");
}

pub(in crate::conformance) async fn they_go_with_their_namespace(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    commit!(store, tx => {
        tx.put_retention(world.shared, &policy(), at(1)).await.unwrap();
        tx.put_retention(world.team, &policy(), at(1)).await.unwrap();
    });
    assert!(commit!(store, tx => tx.delete_namespace(world.team).await.unwrap()));
    assert_eq!(read!(store, tx => tx.retentions().await.unwrap()).len(), 1);
    assert!(commit!(store, tx => tx.delete_registry(world.registry).await.unwrap()));
    assert_eq!(read!(store, tx => tx.retentions().await.unwrap()), []);
}
