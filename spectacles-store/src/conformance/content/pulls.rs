//! Pulls, and who pulled.

use super::manifests::image;
use super::place::{digest, learn, meet, pulled, put, registry, repository, seen, tags};
use crate::conformance::support::{at, read};
use spectacles_core::id::RepositoryId;
use spectacles_core::model::{Consumer, Pulls};
use spectacles_core::store::Store;
use std::sync::Arc;

/// In milliseconds.
const DAY: i64 = 86_400_000;

pub(in crate::conformance) async fn they_are_counted(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["a"], at(0)).await[0];
    put(store.as_ref(), &[seen(id, "latest", 1, at(0)), seen(id, "other", 2, at(0))]).await;
    let batch = [
        pulled(id, "latest", 1, at(20), "alice"),
        Pulls { count: 4, address: Some("2001:db8::1".to_owned()), ..pulled(id, "latest", 1, at(30), "alice") },
        Pulls { tag: None, address: None, ..pulled(id, "latest", 1, at(40), "alice") },
        pulled(id, "other", 1, at(10), "alice"),
        pulled(id, "unknown", 9, at(5), ""),
        pulled(RepositoryId::new(i64::MAX), "latest", 1, at(99), "alice"),
        Pulls { count: 0, ..pulled(id, "latest", 1, at(99), "nobody") },
    ];
    learn!(store, tx => tx.count_pulls(&batch).await.unwrap());
    let there = repository(store.as_ref(), id).await;
    assert_eq!((there.pulls, there.pulled, there.pull_days), (8, Some(at(40)), 2));
    assert_eq!((there.tags, there.updated), (2, at(0)), "to pull changes nothing");
    let counted: Vec<_> = tags(store.as_ref(), id).await.into_iter().map(|tag| (tag.pulls, tag.pulled)).collect();
    assert_eq!(counted, [(5, Some(at(30))), (1, Some(at(10)))]);
    let alice = Consumer {
        principal: "alice".to_owned(),
        address: None,
        tag: Some("latest".parse().unwrap()),
        pulls: 7,
        first: at(10),
        last: at(40),
    };
    assert_eq!(read!(store, tx => tx.consumers(id, &digest(1), 10).await.unwrap()), [alice]);
    assert_eq!(read!(store, tx => tx.consumers(id, &digest(9), 10).await.unwrap())[0].principal, "");
    assert_eq!(read!(store, tx => tx.consumers(id, &digest(2), 10).await.unwrap()), []);
}

pub(in crate::conformance) async fn each_who_pulls_counts_once_a_day(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let ids = meet(store.as_ref(), registry, &["a", "b"], at(0)).await;
    let days = async |id| repository(store.as_ref(), id).await.pull_days;
    let pull = async |id, what, moment: i64, by: &str| {
        learn!(store, tx => tx.count_pulls(&[pulled(id, "latest", what, at(moment), by)]).await.unwrap());
    };
    // The day of the first moment began 22 hours and 13 minutes before.
    for (what, moment, by, counted) in [
        (1, 0, "alice", 1),
        (2, 1, "alice", 1),
        (1, 0, "bob", 2),
        (1, DAY, "alice", 3),
        (1, 2 * DAY, "alice", 4),
        // Late, and of a day that was counted, and of one that was not.
        (3, DAY + 5, "alice", 4),
        (1, -DAY, "alice", 5),
        (1, -DAY + 1, "alice", 5),
        (1, 90 * DAY, "alice", 6),
        (1, 60 * DAY, "alice", 7),
        (1, 60 * DAY + 1, "alice", 7),
        (1, DAY, "Alice", 8),
    ] {
        pull(ids[0], what, moment, by).await;
        assert_eq!(days(ids[0]).await, counted, "{what} at {moment} by {by}");
    }
    pull(ids[1], 1, 0, "alice").await;
    assert_eq!((days(ids[0]).await, days(ids[1]).await), (8, 1));
}

pub(in crate::conformance) async fn who_pulled_last_comes_first(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let a = meet(store.as_ref(), one, &["a"], at(0)).await[0];
    let b = meet(store.as_ref(), other, &["b"], at(0)).await[0];
    learn!(store, tx => {
        tx.put_manifests(one, &[image(1, 50), image(2, 50)]).await.unwrap();
        tx.count_pulls(&[
            pulled(a, "v1", 1, at(10), "alice"),
            pulled(a, "v1", 1, at(30), "bob"),
            pulled(a, "v2", 2, at(20), "alice"),
            pulled(b, "v1", 1, at(40), "carol"),
            pulled(b, "v3", 3, at(50), "carol"),
        ]).await.unwrap();
    });
    let mut tx = store.read().await.unwrap();
    let who = |consumers: Vec<Consumer>| consumers.into_iter().map(|consumer| consumer.principal).collect::<Vec<_>>();
    assert_eq!(who(tx.consumers(a, &digest(1), 10).await.unwrap()), ["bob", "alice"]);
    assert_eq!(who(tx.consumers(a, &digest(1), 1).await.unwrap()), ["bob"]);
    let of_image = |found: Vec<(RepositoryId, Consumer)>| {
        found.into_iter().map(|(of, consumer)| format!("{} {}", of == a, consumer.principal)).collect::<Vec<_>>()
    };
    assert_eq!(of_image(tx.consumers_of_image(&digest(1), 10).await.unwrap()), ["false carol", "true bob", "true alice"]);
    // By the configuration, which is what a host shows of a container; on the other registry nobody knows the manifest.
    assert_eq!(of_image(tx.consumers_of_image(&digest(50), 10).await.unwrap()), ["true bob", "true alice", "true alice"]);
    assert_eq!(of_image(tx.consumers_of_image(&digest(50), 2).await.unwrap()), ["true bob", "true alice"]);
    assert_eq!(of_image(tx.consumers_of_image(&digest(99), 10).await.unwrap()), Vec::<String>::new());
}

pub(in crate::conformance) async fn names_from_outside_may_be_anything(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["a"], at(0)).await[0];
    let names = ["a\0b".to_owned(), "ä".repeat(4_000), " ".to_owned(), "'\"%_\\\u{1f980}".to_owned()];
    let batch: Vec<_> = names.iter().map(|name| Pulls { address: Some(name.clone()), ..pulled(id, "latest", 1, at(0), name) }).collect();
    learn!(store, tx => {
        tx.count_pulls(&batch).await.unwrap();
        tx.count_pulls(&batch).await.unwrap();
    });
    let there = read!(store, tx => tx.consumers(id, &digest(1), 10).await.unwrap());
    assert_eq!((there.len(), there.iter().map(|consumer| consumer.pulls).sum::<u64>()), (4, 8), "{there:?}");
    assert_eq!(repository(store.as_ref(), id).await.pull_days, 4);
}
