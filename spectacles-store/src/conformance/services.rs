//! Service accounts and their secrets.

use super::support::{HASH, ORDERED, World, at, commit, in_order, limited, new_service, read, shuffled, until};
use spectacles_core::access::SecretFacts;
use spectacles_core::id::{SecretId, ServiceAccountId};
use spectacles_core::model::{Grantee, NewServiceAccount, SecretHash, ServiceAccount, ServiceSecret, Terms};
use spectacles_core::name::ServiceAccountName;
use spectacles_core::store::{Revision, Store, StoreError, Unique, Which};
use std::sync::Arc;

pub(super) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let new = NewServiceAccount {
        name: "ci/deploy".parse().unwrap(),
        app: Some(world.portal),
        owner: Some(world.alice),
        description: "Déploie".to_owned(),
        enabled: false,
        created: at(1),
    };
    let id = commit!(store, tx => tx.insert_service_account(&new).await.unwrap());
    let mut service = ServiceAccount {
        id,
        name: new.name,
        app: new.app,
        owner: new.owner,
        description: new.description,
        enabled: false,
        created: at(1),
        updated: at(1),
    };
    assert_eq!(read!(store, tx => tx.service_account(id).await.unwrap()).as_ref(), Some(&service));
    assert_eq!(read!(store, tx => tx.service_account_named(&service.name).await.unwrap()).as_ref(), Some(&service));
    service.name = "deploy".parse().unwrap();
    service.app = None;
    service.owner = None;
    service.description = String::new();
    service.enabled = true;
    service.updated = at(2);
    let update = ServiceAccount { created: at(9), ..service.clone() };
    assert!(commit!(store, tx => tx.update_service_account(&update).await.unwrap()));
    assert_eq!(read!(store, tx => tx.service_account(id).await.unwrap()).as_ref(), Some(&service));
    assert_eq!(read!(store, tx => tx.service_account_named(&"ci/deploy".parse().unwrap()).await.unwrap()), None);
}

pub(super) async fn names_are_unique(store: Arc<dyn Store>) {
    World::make(store.as_ref()).await;
    let mut tx = store.write().await.unwrap();
    let again = tx.insert_service_account(&new_service("ci/builder")).await;
    assert!(matches!(again, Err(StoreError::Conflict(Unique::ServiceAccountName))), "{again:?}");
    let id = tx.insert_service_account(&new_service("builder")).await.unwrap();
    let mut other = tx.service_account(id).await.unwrap().unwrap();
    assert!(tx.update_service_account(&other).await.unwrap());
    other.name = "ci/builder".parse().unwrap();
    let renamed = tx.update_service_account(&other).await;
    assert!(matches!(renamed, Err(StoreError::Conflict(Unique::ServiceAccountName))), "{renamed:?}");
    tx.commit().await.unwrap();
}

pub(super) async fn what_does_not_exist_is_neither_updated_nor_deleted(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let none = ServiceAccountId::new(4_711);
    let mut tx = store.write().await.unwrap();
    let known = tx.service_account(world.builder).await.unwrap().unwrap();
    assert!(!tx.update_service_account(&ServiceAccount { id: none, ..known }).await.unwrap());
    assert!(!tx.delete_service_account(none).await.unwrap());
    assert!(!tx.delete_secret(none, world.secret).await.unwrap(), "the secret of somebody else");
    assert!(!tx.delete_secret(world.builder, SecretId::new(4_711)).await.unwrap());
    assert_eq!(tx.service_account(none).await.unwrap(), None);
    assert_eq!(tx.secrets_of(none).await.unwrap(), []);
    assert_eq!(tx.secrets_of(world.builder).await.unwrap().len(), 1);
}

pub(super) async fn lists_are_pages_in_the_order_of_bytes(store: Arc<dyn Store>) {
    let parts = ["a/b", "a/a", "ab/c"];
    commit!(store, tx => for name in shuffled().chain(parts) {
        tx.insert_service_account(&new_service(name)).await.unwrap();
    });
    let mut tx = store.read().await.unwrap();
    let mut after: Option<ServiceAccountName> = None;
    let mut paged = Vec::new();
    loop {
        let page = tx.service_accounts(after.as_ref(), 5).await.unwrap();
        assert!(page.len() <= 5);
        let Some(last) = page.last() else { break };
        after = Some(last.name.clone());
        paged.extend(page.into_iter().map(|service| service.name.to_string()));
    }
    assert_eq!(paged, in_order(ORDERED.into_iter().chain(parts)));
}

pub(super) async fn secrets_come_and_go(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    // Every byte there is, and those that text could take for something else.
    let hashes = [std::array::from_fn(|index| u8::try_from(index * 8).unwrap()), [0; 32], [255; 32]].map(SecretHash::from_bytes);
    let mut expected = Vec::new();
    for (hash, created, terms) in [(hashes[0], 3, Terms::none()), (hashes[1], 1, until(5)), (hashes[2], 2, limited(-5))] {
        let id = commit!(store, tx => tx.insert_secret(world.builder, hash, at(created), &terms).await.unwrap());
        expected.push(ServiceSecret { id, hash, created: at(created), last_used: None, terms });
    }
    let first = ServiceSecret { id: world.secret, hash: HASH, created: at(0), last_used: None, terms: limited(2_000) };
    let by_age = [first.clone(), expected[1].clone(), expected[2].clone(), expected[0].clone()];
    assert_eq!(read!(store, tx => tx.secrets_of(world.builder).await.unwrap()), by_age, "oldest first");
    let facts = read!(store, tx => tx.service_facts(Which::One(world.builder)).await.unwrap()).remove(0);
    let by_id = [&first, &expected[0], &expected[1], &expected[2]];
    let by_id = by_id.map(|secret| SecretFacts { id: secret.id, hash: secret.hash, terms: secret.terms.clone() });
    assert_eq!(*facts.secrets, by_id, "also what has ended");
    let mut tx = store.write().await.unwrap();
    assert!(tx.delete_secret(world.builder, expected[1].id).await.unwrap());
    assert!(!tx.delete_secret(world.builder, expected[1].id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(read!(store, tx => tx.secrets_of(world.builder).await.unwrap()).len(), 3);
    let id = commit!(store, tx => tx.insert_secret(world.builder, HASH, at(9), &Terms::none()).await.unwrap());
    assert!(expected.iter().all(|secret| secret.id != id), "{id} comes again");
}

pub(super) async fn the_last_use_of_secrets_only_rises(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let other = commit!(store, tx => tx.insert_secret(world.builder, HASH, at(1), &Terms::none()).await.unwrap());
    let revision = read!(store, tx => tx.revision().await.unwrap());
    for (used, expected) in [(5, 5), (3, 5), (8, 8)] {
        let mut tx = store.log().await.unwrap();
        tx.mark_secrets_used(&[(world.secret, at(used)), (SecretId::new(4_711), at(used))]).await.unwrap();
        tx.commit().await.unwrap();
        let secrets = read!(store, tx => tx.secrets_of(world.builder).await.unwrap());
        let last: Vec<_> = secrets.iter().map(|secret| (secret.id, secret.last_used)).collect();
        assert_eq!(last, [(world.secret, Some(at(expected))), (other, None)]);
    }
    let mut tx = store.log().await.unwrap();
    tx.mark_secrets_used(&[(world.secret, at(9))]).await.unwrap();
    drop(tx);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.secrets_of(world.builder).await.unwrap()[0].last_used, Some(at(8)), "it was rolled back");
    assert_eq!(tx.revision().await.unwrap(), revision);
    assert_eq!(tx.changes_since(Revision(revision.0)).await.unwrap(), Some(vec![]));
}

pub(super) async fn deletion_takes_secrets_assignments_and_grants(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    assert!(commit!(store, tx => tx.delete_service_account(world.builder).await.unwrap()));
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.service_account(world.builder).await.unwrap(), None);
    assert_eq!(tx.secrets_of(world.builder).await.unwrap(), []);
    let gone = Grantee::Service(world.builder);
    let assigned = tx.assigned(world.shared).await.unwrap();
    assert!(assigned.len() == 3 && assigned.iter().all(|assignment| assignment.grantee != gone), "{assigned:?}");
    let grants = tx.grants(world.shared).await.unwrap();
    assert!(grants.len() == 3 && grants.iter().all(|grant| grant.grantee != gone), "{grants:?}");
}

pub(super) async fn they_outlive_their_owners(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let before = read!(store, tx => tx.service_account(world.builder).await.unwrap()).unwrap();
    assert_eq!(before.owner, Some(world.bob));
    assert!(commit!(store, tx => tx.delete_user(world.bob).await.unwrap()));
    let after = read!(store, tx => tx.service_account(world.builder).await.unwrap());
    assert_eq!(after, Some(ServiceAccount { owner: None, ..before }));
    assert_eq!(read!(store, tx => tx.secrets_of(world.builder).await.unwrap()).len(), 1);
}

pub(super) async fn ids_are_never_used_again(store: Arc<dyn Store>) {
    let (mut known, mut secrets) = (Vec::new(), Vec::new());
    for round in 0..3 {
        let id = commit!(store, tx => tx.insert_service_account(&new_service("builder")).await.unwrap());
        assert!(id.get() > 0 && !known.contains(&id), "round {round}: {id} after {known:?}");
        known.push(id);
        let secret = commit!(store, tx => tx.insert_secret(id, HASH, at(0), &Terms::none()).await.unwrap());
        assert!(secret.get() > 0 && !secrets.contains(&secret), "round {round}: {secret} after {secrets:?}");
        secrets.push(secret);
        assert!(commit!(store, tx => tx.delete_service_account(id).await.unwrap()));
    }
}
