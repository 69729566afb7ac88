//! API tokens.

use super::support::{HASH, World, at, commit, new_namespace, read};
use spectacles_core::access::ApiTokenFacts;
use spectacles_core::id::{ApiTokenId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Ended, Expired, Kind, NewApiToken, SecretHash, StoredApiToken, StoredTokenLimits, Terms};
use spectacles_core::store::{Change, Store, StoreError, Unique, Which};
use std::sync::Arc;

fn new_token(user: UserId, name: &str) -> NewApiToken {
    NewApiToken {
        user,
        name: name.parse().unwrap(),
        hash: HASH,
        created: at(1),
        until: None,
        limits: StoredTokenLimits::default(),
        session: None,
    }
}

fn limited_to(registry: RegistryId, namespace: Option<NamespaceId>) -> StoredTokenLimits {
    StoredTokenLimits { registry: Some(registry), namespace, ..StoredTokenLimits::default() }
}

fn stored(id: ApiTokenId, new: &NewApiToken) -> StoredApiToken {
    let NewApiToken { user, name, hash, created, until, limits, session } = new.clone();
    StoredApiToken { id, user, name, hash, created, until, last_used: None, limits, session }
}

async fn names_of(store: &Arc<dyn Store>, user: UserId) -> Vec<String> {
    let tokens = read!(store, tx => tx.api_tokens_of(user).await.unwrap());
    tokens.into_iter().map(|token| token.name.to_string()).collect()
}

pub(super) async fn every_field_is_kept_and_known(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let most = NewApiToken {
        hash: SecretHash::from_bytes([7; 32]),
        created: at(3),
        until: Some(at(9)),
        limits: StoredTokenLimits { read_only: true, kinds: Kind::ALL.into(), ..limited_to(world.registry, Some(world.team)) },
        ..new_token(world.alice, "Nightly: ünï ✓")
    };
    let least = new_token(world.alice, "least");
    let (most_id, least_id) = commit!(store, tx => (tx.insert_api_token(&most).await.unwrap(), tx.insert_api_token(&least).await.unwrap()));
    let oldest_first = [stored(least_id, &least), stored(most_id, &most)];
    assert_eq!(read!(store, tx => tx.api_tokens_of(world.alice).await.unwrap()), oldest_first);
    assert_eq!(read!(store, tx => tx.api_tokens_of(world.bob).await.unwrap()), []);

    let facts = |id, new: &NewApiToken| ApiTokenFacts {
        id,
        hash: new.hash,
        until: new.until,
        limits: new.limits.clone(),
        is_session: new.session.is_some(),
    };
    let expected = [facts(most_id, &most), facts(least_id, &least)];
    for which in [Which::One(world.alice), Which::Page { after: 0, limit: 10 }] {
        let alice = read!(store, tx => tx.user_facts(which).await.unwrap()).remove(0);
        assert_eq!(*alice.api_tokens, expected, "{which:?}");
    }
    let ended = Ended { what: Expired::ApiToken(world.alice, most_id), terms: Terms { until: Some(at(9)), ..Terms::none() } };
    assert_eq!(read!(store, tx => tx.expired(at(9), 10).await.unwrap()), [ended]);
    assert_eq!(read!(store, tx => tx.expired(at(8), 10).await.unwrap()), []);
}

pub(super) async fn names_are_unique_among_those_of_a_user(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.write().await.unwrap();
    let first = tx.insert_api_token(&new_token(world.alice, "ci")).await.unwrap();
    let second = tx.insert_api_token(&new_token(world.alice, "ci")).await;
    assert!(matches!(second, Err(StoreError::Conflict(Unique::ApiTokenName))), "{second:?}");
    tx.insert_api_token(&new_token(world.alice, "CI")).await.unwrap();
    tx.insert_api_token(&new_token(world.bob, "ci")).await.unwrap();
    assert!(!tx.delete_api_token(world.bob, first).await.unwrap(), "it is not his");
    assert!(tx.delete_api_token(world.alice, first).await.unwrap());
    assert!(!tx.delete_api_token(world.alice, first).await.unwrap());
    let again = tx.insert_api_token(&new_token(world.alice, "ci")).await.unwrap();
    assert_ne!(again, first, "ids do not come again");
    tx.commit().await.unwrap();
    assert_eq!(names_of(&store, world.alice).await, ["CI", "ci"]);
}

pub(super) async fn they_need_what_they_refer_to(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    for new in [
        new_token(UserId::new(4_711), "x"),
        NewApiToken { limits: limited_to(RegistryId::new(4_711), None), ..new_token(world.alice, "x") },
        NewApiToken { limits: limited_to(world.registry, Some(NamespaceId::new(4_711))), ..new_token(world.alice, "x") },
    ] {
        let mut tx = store.write().await.unwrap();
        let refused = tx.insert_api_token(&new).await;
        assert!(matches!(refused, Err(StoreError::InUse(_))), "{refused:?}");
    }
}

pub(super) async fn they_go_with_what_they_refer_to_and_that_is_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let other = commit!(store, tx => tx.insert_namespace(&new_namespace(world.mirror, "other")).await.unwrap());
    commit!(store, tx => for (user, name, limits) in [
        (world.alice, "free", StoredTokenLimits::default()),
        (world.alice, "registry", limited_to(world.registry, None)),
        (world.alice, "namespace", limited_to(world.registry, Some(world.team))),
        (world.bob, "mirror", limited_to(world.mirror, Some(other))),
        (world.bob, "shared", limited_to(world.registry, Some(world.shared))),
    ] {
        tx.insert_api_token(&NewApiToken { limits, ..new_token(user, name) }).await.unwrap();
    });
    let before = read!(store, tx => tx.revision().await.unwrap());
    assert!(commit!(store, tx => tx.delete_namespace(world.team).await.unwrap()));
    let mut changes = read!(store, tx => tx.changes_since(before).await.unwrap()).unwrap();
    changes.sort_unstable();
    assert_eq!(changes, [Change::User(world.alice), Change::Namespace(world.team)]);
    assert_eq!(names_of(&store, world.alice).await, ["free", "registry"]);

    let before = read!(store, tx => tx.revision().await.unwrap());
    assert!(commit!(store, tx => tx.delete_registry(world.registry).await.unwrap()));
    let mut changes = read!(store, tx => tx.changes_since(before).await.unwrap()).unwrap();
    changes.sort_unstable();
    assert_eq!(changes, [Change::User(world.alice), Change::User(world.bob), Change::Registry(world.registry)]);
    assert_eq!(names_of(&store, world.alice).await, ["free"]);
    assert_eq!(names_of(&store, world.bob).await, ["mirror"]);

    assert!(commit!(store, tx => tx.delete_user(world.bob).await.unwrap()));
    assert_eq!(read!(store, tx => tx.api_tokens_of(world.bob).await.unwrap()), []);
}

pub(super) async fn their_last_use_only_rises_and_is_no_news(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let token = commit!(store, tx => tx.insert_api_token(&new_token(world.alice, "ci")).await.unwrap());
    let revision = read!(store, tx => tx.revision().await.unwrap());
    for (used, expected) in [(5, 5), (3, 5), (8, 8)] {
        let mut tx = store.log().await.unwrap();
        tx.mark_api_tokens_used(&[(token, at(used)), (ApiTokenId::new(4_711), at(used))]).await.unwrap();
        tx.commit().await.unwrap();
        let tokens = read!(store, tx => tx.api_tokens_of(world.alice).await.unwrap());
        assert_eq!(tokens[0].last_used, Some(at(expected)));
    }
    let mut tx = store.log().await.unwrap();
    tx.mark_api_tokens_used(&[(token, at(9))]).await.unwrap();
    drop(tx);
    assert_eq!(read!(store, tx => tx.api_tokens_of(world.alice).await.unwrap())[0].last_used, Some(at(8)), "it was rolled back");
    assert_eq!(read!(store, tx => tx.revision().await.unwrap()), revision);
}
