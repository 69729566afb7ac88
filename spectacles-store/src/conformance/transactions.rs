//! What transactions keep.

use super::support::{World, commit, new_group, new_namespace, new_user, read};
use spectacles_core::id::UserId;
use spectacles_core::store::{Change, Revision, Store, StoreError, Which};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn dropping_rolls_everything_back(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let before = read!(store, tx => tx.revision().await.unwrap());
    let mut tx = store.write().await.unwrap();
    tx.insert_user(&new_user("carol")).await.unwrap();
    tx.insert_namespace(&new_namespace(world.mirror, "new")).await.unwrap();
    assert!(tx.delete_group(world.operators).await.unwrap());
    assert!(tx.delete_user(world.bob).await.unwrap());
    drop(tx);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.revision().await.unwrap(), before);
    assert_eq!(tx.changes_since(before).await.unwrap(), Some(vec![]));
    assert_eq!(tx.user_named(&"carol".parse().unwrap()).await.unwrap(), None);
    assert_eq!(tx.namespaces(world.mirror, None, 10).await.unwrap(), []);
    assert_eq!(tx.groups_of_user(world.bob).await.unwrap().len(), 2);
    assert_eq!(tx.grants(world.shared).await.unwrap().len(), 4);
    drop(tx);
    // And the next writer comes in, with a state as if nothing had been.
    let changed = commit!(store, tx => {
        tx.insert_user(&new_user("carol")).await.unwrap()
    });
    assert_eq!(read!(store, tx => tx.changes_since(before).await.unwrap()), Some(vec![Change::User(changed)]));
}

pub(super) async fn a_writer_sees_what_it_wrote_and_others_do_not(store: Arc<dyn Store>) {
    let mut tx = store.write().await.unwrap();
    let id = tx.insert_user(&new_user("alice")).await.unwrap();
    assert!(tx.user(id).await.unwrap().is_some());
    assert_eq!(tx.user_facts(Which::One(id)).await.unwrap().len(), 1);
    assert_eq!(tx.revision().await.unwrap(), Revision(1), "it counts itself");
    assert_eq!(tx.changes_since(Revision(0)).await.unwrap(), Some(vec![Change::User(id)]));
    assert_eq!(read!(store, other => other.user(id).await.unwrap()), None);
    assert_eq!(read!(store, other => other.revision().await.unwrap()), Revision(0));
    tx.commit().await.unwrap();
    assert!(read!(store, other => other.user(id).await.unwrap()).is_some());
}

pub(super) async fn every_commit_raises_the_revision_by_one(store: Arc<dyn Store>) {
    assert_eq!(read!(store, tx => tx.revision().await.unwrap()), Revision(0), "an empty store");
    for expected in 1..=3 {
        // Whether it changes anything or not.
        commit!(store, tx => if expected == 2 {
            tx.insert_user(&new_user("alice")).await.unwrap();
        });
        assert_eq!(read!(store, tx => tx.revision().await.unwrap()), Revision(expected));
        drop(store.write().await.unwrap());
    }
}

pub(super) async fn a_reader_sees_one_moment(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    // Nothing is read before the change: the moment is that of the beginning.
    let mut reader = store.read().await.unwrap();
    commit!(store, tx => {
        assert!(tx.delete_group(world.operators).await.unwrap());
        let mut bob = tx.user(world.bob).await.unwrap().unwrap();
        bob.name = "robert".parse().unwrap();
        assert!(tx.update_user(&bob).await.unwrap());
        tx.insert_user(&new_user("carol")).await.unwrap();
    });
    for _ in 0..2 {
        assert_eq!(reader.revision().await.unwrap(), Revision(1));
        assert_eq!(reader.user(world.bob).await.unwrap().unwrap().name.as_str(), "bob");
        assert_eq!(reader.groups_of_user(world.bob).await.unwrap().len(), 2);
        assert_eq!(reader.users(None, 10).await.unwrap().len(), 2);
        assert_eq!(reader.group_facts(Which::Page { after: 0, limit: 10 }).await.unwrap().len(), 2);
        assert_eq!(reader.changes_since(Revision(1)).await.unwrap(), Some(vec![]));
        assert_eq!(reader.changes_since(Revision(2)).await.unwrap(), None, "that moment has not come yet");
    }
    drop(reader);
    assert_eq!(read!(store, tx => tx.user(world.bob).await.unwrap()).unwrap().name.as_str(), "robert");
}

/// Reads the number in the name of a user, and writes the next one.
async fn increment(store: Arc<dyn Store>, id: UserId) {
    let mut tx = store.write().await.expect("a writer waits for a moment, and no longer");
    let mut user = tx.user(id).await.unwrap().unwrap();
    let number: u32 = user.display_name.parse().unwrap();
    tokio::task::yield_now().await;
    user.display_name = (number + 1).to_string();
    assert!(tx.update_user(&user).await.unwrap());
    tx.commit().await.unwrap();
}

pub(super) async fn writers_do_not_lose_each_others_changes(store: Arc<dyn Store>) {
    let mut counter = new_user("counter");
    counter.display_name = "0".to_owned();
    let id = commit!(store, tx => tx.insert_user(&counter).await.unwrap());
    let writers: Vec<_> = (0..20).map(|_| tokio::spawn(increment(Arc::clone(&store), id))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(read!(store, tx => tx.user(id).await.unwrap()).unwrap().display_name, "20");
    assert_eq!(read!(store, tx => tx.revision().await.unwrap()), Revision(21));
}

pub(super) async fn a_writer_waits_for_the_one_before(store: Arc<dyn Store>) {
    let mut first = store.write().await.unwrap();
    first.insert_user(&new_user("alice")).await.unwrap();
    let other = Arc::clone(&store);
    let second = tokio::spawn(async move {
        let mut tx = other.write().await.expect("it waits");
        tx.user_named(&"alice".parse().unwrap()).await.unwrap().is_some()
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!second.is_finished(), "the first has not ended");
    first.commit().await.unwrap();
    assert!(second.await.unwrap(), "it sees the latest state");
}

pub(super) async fn a_conflict_leaves_the_transaction_usable(store: Arc<dyn Store>) {
    commit!(store, tx => {
        tx.insert_group(&new_group("one")).await.unwrap();
        for _ in 0..2 {
            let conflict = tx.insert_group(&new_group("one")).await;
            assert!(matches!(conflict, Err(StoreError::Conflict(_))), "{conflict:?}");
        }
        tx.insert_group(&new_group("two")).await.unwrap();
    });
    assert_eq!(read!(store, tx => tx.groups(None, 10).await.unwrap()).len(), 2);
}

pub(super) async fn a_writer_that_is_aborted_does_all_or_nothing(store: Arc<dyn Store>) {
    // As when a client goes away in the middle of a request. Wherever that is, nothing stays locked and nothing is half done.
    for number in 0..60 {
        let store = Arc::clone(&store);
        let writer = tokio::spawn(async move {
            commit!(store, tx => tx.insert_group(&new_group(&format!("group {number}"))).await.unwrap());
        });
        tokio::time::sleep(Duration::from_micros(100 * number)).await;
        writer.abort();
    }
    commit!(store, tx => tx.insert_group(&new_group("last")).await.unwrap());
    let mut tx = store.read().await.unwrap();
    let groups = tx.groups(None, 100).await.unwrap().len();
    assert_eq!(tx.revision().await.unwrap(), Revision(i64::try_from(groups).unwrap()), "one group for each commit");
    assert_eq!(tx.changes_since(Revision(0)).await.unwrap().unwrap().len(), groups);
}
