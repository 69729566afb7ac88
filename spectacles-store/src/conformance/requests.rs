//! Requests that are not to be done twice.

use super::support::{at, commit, read};
use spectacles_core::model::KeptRequest;
use spectacles_core::store::Store;
use std::sync::Arc;

fn kept(number: u8, moment: i64) -> KeptRequest {
    KeptRequest { fingerprint: [number; 32], location: format!("/api/v1/users/{number}"), at: at(moment) }
}

pub(super) async fn each_actor_has_keys_of_his_own(store: Arc<dyn Store>) {
    commit!(store, tx => {
        tx.keep_request("alice", "key", &kept(1, 5)).await.unwrap();
        tx.keep_request("alice", "Key", &kept(2, 5)).await.unwrap();
        tx.keep_request("bob", "key", &kept(255, 6)).await.unwrap();
    });
    let longest = "k".repeat(255);
    commit!(store, tx => tx.keep_request("alice", &longest, &kept(4, 7)).await.unwrap());
    for (actor, key, found) in [
        ("alice", "key", Some(kept(1, 5))),
        ("alice", "Key", Some(kept(2, 5))),
        ("bob", "key", Some(kept(255, 6))),
        ("alice", longest.as_str(), Some(kept(4, 7))),
        ("bob", "Key", None),
        ("Alice", "key", None),
    ] {
        assert_eq!(read!(store, tx => tx.request(actor, key).await.unwrap()), found, "{actor} {key}");
    }
    // One of the same key takes the place of the older one.
    commit!(store, tx => tx.keep_request("alice", "key", &kept(3, 9)).await.unwrap());
    assert_eq!(read!(store, tx => tx.request("alice", "key").await.unwrap()), Some(kept(3, 9)));
}

pub(super) async fn what_is_not_committed_was_not_done(store: Arc<dyn Store>) {
    drop({
        let mut tx = store.write().await.unwrap();
        tx.keep_request("alice", "key", &kept(1, 5)).await.unwrap();
        assert_eq!(tx.request("alice", "key").await.unwrap(), Some(kept(1, 5)));
        tx
    });
    assert_eq!(read!(store, tx => tx.request("alice", "key").await.unwrap()), None);
}

pub(super) async fn old_ones_are_forgotten(store: Arc<dyn Store>) {
    assert!(!read!(store, tx => tx.has_requests_before(at(100)).await.unwrap()));
    commit!(store, tx => for (number, moment) in [(1, 5), (2, 6), (3, 7)] {
        tx.keep_request("alice", &number.to_string(), &kept(number, moment)).await.unwrap();
    });
    assert!(!read!(store, tx => tx.has_requests_before(at(5)).await.unwrap()));
    assert!(read!(store, tx => tx.has_requests_before(at(6)).await.unwrap()));
    assert_eq!(commit!(store, tx => tx.forget_requests(at(7)).await.unwrap()), 2);
    assert_eq!(commit!(store, tx => tx.forget_requests(at(7)).await.unwrap()), 0);
    assert_eq!(read!(store, tx => tx.request("alice", "2").await.unwrap()), None);
    assert_eq!(read!(store, tx => tx.request("alice", "3").await.unwrap()), Some(kept(3, 7)));
}
