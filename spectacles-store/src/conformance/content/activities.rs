//! What happened.

use super::place::{digest, learn, registry};
use crate::conformance::support::{at, read};
use spectacles_core::id::RegistryId;
use spectacles_core::listing::{Given, Listing, NamedActivity};
use spectacles_core::model::{ActivityKind, ActivityRecord};
use spectacles_core::store::{Store, StoreError};
use std::sync::Arc;

/// One of many, all of which differ.
pub(in crate::conformance) fn record(registry: RegistryId, number: i64) -> ActivityRecord {
    let every = |one: i64| number % one == 0;
    ActivityRecord {
        at: at(number),
        registry,
        kind: ActivityKind::ALL[usize::try_from(number).unwrap() % ActivityKind::ALL.len()],
        repository: (!every(7)).then(|| format!("team/app{}", number % 3).parse().unwrap()),
        tag: (!every(5)).then(|| format!("V{number}").parse().unwrap()),
        digest: (!every(3)).then(|| digest(number)),
        principal: ["alice", "", "service:ci/builder@größer"][usize::try_from(number % 3).unwrap()].to_owned(),
        address: every(2).then(|| "2001:db8::1".to_owned()),
        agent: every(4).then(|| "docker/28".to_owned()),
        text: every(6).then(|| "'\"\\%\u{1f980}".repeat(1_000)),
        event: (!every(11)).then(|| format!("event {number}")),
    }
}

async fn all(store: &Arc<dyn Store>) -> Vec<NamedActivity> {
    let listing = Listing::read(Given { order: Some("id"), limit: Some("0"), ..Given::default() }).unwrap();
    read!(store, tx => tx.list_activities(&listing.query(at(0), None)).await.unwrap())
}

pub(in crate::conformance) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let records: Vec<_> = (0..1_000).map(|number| record(registry, number)).collect();
    learn!(store, tx => tx.append_activities(&records).await.unwrap());
    learn!(store, tx => tx.append_activities(&[]).await.unwrap());
    let there = all(&store).await;
    assert_eq!(there.iter().map(|one| one.activity.record.clone()).collect::<Vec<_>>(), records, "in the order in which they came");
    assert!(there.iter().all(|one| one.registry.as_str() == "registry"));
    let nowhere = store.content().await.unwrap().append_activities(&[record(RegistryId::new(i64::MAX), 1)]).await;
    assert!(matches!(nowhere, Err(StoreError::InUse(_))), "{nowhere:?}");
}

pub(in crate::conformance) async fn the_same_is_noted_once(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let named = |registry, event: Option<&str>| ActivityRecord { event: event.map(str::to_owned), ..record(registry, 1) };
    let long = "e".repeat(2_000);
    learn!(store, tx => tx.append_activities(&[named(one, Some("a")), named(one, Some("a")), named(one, None), named(one, None)]).await.unwrap());
    learn!(store, tx => {
        tx.append_activities(&[named(one, Some("a")), named(one, Some("A")), named(other, Some("a")), named(one, Some(&long))]).await.unwrap();
        tx.append_activities(&[named(one, Some(&long)), named(one, Some("nul\0")), named(one, Some("nul\0"))]).await.unwrap();
    });
    let there: Vec<_> = all(&store).await.into_iter().map(|one| (one.registry.to_string(), one.activity.record.event)).collect();
    assert_eq!(there.len(), 7, "{there:?}");
    let mut known = read!(store, tx => tx.known_events(one, &["a", "A", "b", &long, "nul\0"]).await.unwrap());
    known.sort_unstable();
    assert_eq!(known, ["A", "a", long.as_str(), "nul\0"], "as they were asked for");
    assert_eq!(read!(store, tx => tx.known_events(other, &["A", "a"]).await.unwrap()), ["a"]);
    assert_eq!(read!(store, tx => tx.known_events(other, &[]).await.unwrap()), Vec::<String>::new());
}

pub(in crate::conformance) async fn what_is_old_is_forgotten(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let records: Vec<_> = [5, 1, 4, 2, 3].map(|number| record(registry, number)).into();
    learn!(store, tx => tx.append_activities(&records).await.unwrap());
    let prune = async |moment, limit| learn!(store, tx => tx.prune_activities(at(moment), limit).await.unwrap());
    let left = async || all(&store).await.into_iter().map(|one| one.activity.record.at).collect::<Vec<_>>();
    let last = all(&store).await.last().unwrap().activity.id;
    assert_eq!(prune(1, 10).await, 0);
    assert_eq!((prune(4, 2).await, left().await), (2, vec![at(5), at(4), at(3)]), "the oldest first");
    assert_eq!((prune(4, 2).await, left().await), (1, vec![at(5), at(4)]));
    assert_eq!(prune(100, 10).await, 2);
    // What is forgotten may be noted again.
    learn!(store, tx => tx.append_activities(&records[..1]).await.unwrap());
    assert!(all(&store).await[0].activity.id > last, "ids are never used again");
}
