//! What has expired.

use super::support::{HASH, World, at, commit, read, timed, until};
use spectacles_core::model::{Ended, Expired, Grantee, Published, Relation, Terms};
use spectacles_core::right::Right;
use spectacles_core::store::Store;
use std::sync::Arc;

pub(super) async fn everything_that_ends_is_found(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let (registry, app) = (Published::Registry(world.mirror), Published::App(world.portal));
    let only_until = until(10);
    let limited = Terms { networks: ["192.0.2.0/24", "2001:db8::/32"].map(|text| text.parse().unwrap()).into(), ..until(10) };
    let ended = |what, terms: &Terms| Ended { what, terms: terms.clone() };
    let mut expected = vec![ended(Expired::Member(world.operators, world.bob), &only_until)];
    let mut tx = store.write().await.unwrap();
    assert!(tx.add_to_group(world.operators, world.bob, Some(at(10))).await.unwrap());
    for grantee in [Grantee::User(world.alice), Grantee::Group(world.developers), Grantee::Service(world.builder)] {
        assert!(tx.assign(world.team, grantee, &limited).await.unwrap());
        tx.grant(world.team, grantee, Right::Write, &limited).await.unwrap();
        let both = [Expired::Assignment(world.team, grantee), Expired::Grant(world.team, grantee, Right::Write)];
        expected.extend(both.map(|what| ended(what, &limited)));
    }
    for (of, relation) in [(registry, Relation::Responsible), (registry, Relation::Publication), (app, Relation::Publication)] {
        assert!(tx.relate(of, relation, timed(world.operators, 10)).await.unwrap());
        expected.push(ended(Expired::Relation(of, relation, world.operators), &only_until));
    }
    let secret = tx.insert_secret(world.builder, HASH, at(0), &limited).await.unwrap();
    expected.push(ended(Expired::Secret(world.builder, secret), &limited));
    tx.commit().await.unwrap();
    expected.sort_unstable_by_key(|ended| ended.what);

    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.expired(at(9), 100).await.unwrap(), [], "it holds before its end");
    let mut found = tx.expired(at(10), 100).await.unwrap();
    found.sort_unstable_by_key(|ended| ended.what);
    assert_eq!(found, expected, "at its end it does not hold any more");
    for limit in [0, 1, 5, 11, 12] {
        let some = tx.expired(at(11), limit).await.unwrap();
        assert_eq!(some.len(), expected.len().min(limit as usize), "up to {limit}");
        assert!(some.iter().all(|one| expected.contains(one)), "{some:?}");
    }
    // And what the world has until later.
    assert_eq!(tx.expired(at(10_000), 100).await.unwrap().len(), expected.len() + 3);
}

pub(super) async fn what_is_taken_away_or_prolonged_is_not_found_again(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let bob = Grantee::User(world.bob);
    commit!(store, tx => {
        assert!(tx.assign(world.team, bob, &until(10)).await.unwrap());
        tx.grant(world.team, bob, Right::Read, &until(10)).await.unwrap();
    });
    assert_eq!(read!(store, tx => tx.expired(at(10), 100).await.unwrap()).len(), 2);
    commit!(store, tx => {
        assert!(tx.unassign(world.team, bob).await.unwrap());
        tx.grant(world.team, bob, Right::Read, &Terms::none()).await.unwrap();
    });
    assert_eq!(read!(store, tx => tx.expired(at(10), 100).await.unwrap()), []);
}
