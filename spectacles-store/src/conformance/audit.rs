//! The audit trail.

use super::support::{at, commit, new_user, read};
use spectacles_core::audit::{self, Chain, ChainEnds, Link};
use spectacles_core::id::AuditId;
use spectacles_core::model::{AuditEntry, AuditRecord};
use spectacles_core::store::{ReadTx, Store};
use std::sync::Arc;

fn record(number: i64) -> AuditRecord {
    AuditRecord {
        at: at(number),
        actor: "alice".to_owned(),
        action: "user.update".to_owned(),
        object: format!("user bob-{number}"),
        details: format!(r#"{{"before":{{"name":"böb \"b\""}},"after":[1,2.5,null,true,{number}]}}"#).parse().unwrap(),
    }
}

/// Follows the chain from its beginning to its end, and returns how many entries there are.
async fn follow(tx: &mut dyn ReadTx) -> usize {
    let ends = tx.chain_ends(Chain::Changes).await.unwrap();
    let entries = tx.audit_entries_after(AuditId::new(ends.before_first), 10_000).await.unwrap();
    let (mut place, mut link) = (ends.before_first, ends.first_link);
    for entry in &entries {
        place += 1;
        link = audit::change(link, place, &entry.record);
        assert_eq!((entry.id.get(), entry.link), (place, Some(link)), "{entry:?}");
    }
    assert_eq!((place, link), (ends.last, ends.last_link));
    entries.len()
}

pub(super) async fn entries_are_read_newest_first(store: Arc<dyn Store>) {
    assert_eq!(read!(store, tx => tx.audit_entries(None, 10).await.unwrap()), []);
    // By the order of the changes, not of their times: clocks go back.
    for number in [3, 1, 4, 2, 5] {
        commit!(store, tx => tx.append_audit(&record(number)).await.unwrap());
    }
    let mut tx = store.read().await.unwrap();
    let all = tx.audit_entries(None, 10).await.unwrap();
    assert_eq!(all.iter().map(|entry| entry.record.clone()).collect::<Vec<_>>(), [5, 2, 4, 1, 3].map(record));
    assert!(all.windows(2).all(|pair| pair[0].id > pair[1].id));
    assert_eq!(tx.audit_entries(None, 2).await.unwrap(), all[..2]);
    assert_eq!(tx.audit_entries(Some(all[1].id), 2).await.unwrap(), all[2..4]);
    assert_eq!(tx.audit_entries(Some(all[3].id), 10).await.unwrap(), all[4..]);
    assert_eq!(tx.audit_entries(Some(all[4].id), 10).await.unwrap(), []);
    assert_eq!(tx.audit_entries(Some(AuditId::new(i64::MAX)), 10).await.unwrap(), all);
}

pub(super) async fn entries_are_read_oldest_first(store: Arc<dyn Store>) {
    commit!(store, tx => for number in 1..=5 {
        tx.append_audit(&record(number)).await.unwrap();
    });
    let mut tx = store.read().await.unwrap();
    let all = tx.audit_entries_after(AuditId::new(0), 10).await.unwrap();
    assert_eq!(all.iter().map(|entry| entry.record.clone()).collect::<Vec<_>>(), [1, 2, 3, 4, 5].map(record));
    assert_eq!(tx.audit_entries_after(all[0].id, 2).await.unwrap(), all[1..3]);
    assert_eq!(tx.audit_entries_after(all[4].id, 2).await.unwrap(), []);
}

pub(super) async fn entries_are_part_of_the_change(store: Arc<dyn Store>) {
    commit!(store, tx => tx.append_audit(&record(1)).await.unwrap());
    let before = read!(store, tx => tx.chain_ends(Chain::Changes).await.unwrap());
    let mut tx = store.write().await.unwrap();
    tx.insert_user(&new_user("alice")).await.unwrap();
    tx.append_audit(&record(2)).await.unwrap();
    drop(tx);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.audit_entries(None, 10).await.unwrap().len(), 1);
    assert_eq!(tx.chain_ends(Chain::Changes).await.unwrap(), before, "a rolled back transaction leaves the chain as it was");
    drop(tx);
    commit!(store, tx => tx.append_audit(&record(3)).await.unwrap());
    assert_eq!(read!(store, tx => follow(tx.as_mut()).await), 2);
}

pub(super) async fn entries_form_a_chain(store: Arc<dyn Store>) {
    let mut tx = store.read().await.unwrap();
    for chain in Chain::ALL {
        assert_eq!(tx.chain_ends(chain).await.unwrap(), ChainEnds::default(), "an empty store");
    }
    drop(tx);
    commit!(store, tx => tx.append_audit(&record(1)).await.unwrap());
    let mut tx = store.write().await.unwrap();
    for number in 2..=4 {
        tx.append_audit(&record(number)).await.unwrap();
        let ends = tx.chain_ends(Chain::Changes).await.unwrap();
        assert_eq!(ends.last, number, "it sees what it has added");
    }
    tx.commit().await.unwrap();
    // One that adds nothing does no harm.
    commit!(store, tx => tx.insert_user(&new_user("alice")).await.unwrap());
    commit!(store, tx => tx.append_audit(&record(5)).await.unwrap());
    let mut tx = store.read().await.unwrap();
    assert_eq!(follow(tx.as_mut()).await, 5);
    let first = tx.audit_entries_after(AuditId::new(0), 1).await.unwrap().remove(0);
    let link = audit::change(Link::default(), 1, &record(1));
    assert_eq!(first, AuditEntry { id: AuditId::new(1), record: record(1), link: Some(link) });
    assert_eq!(tx.chain_ends(Chain::Decisions).await.unwrap(), ChainEnds::default(), "the other chain is another chain");
}

pub(super) async fn writers_at_once_form_one_chain(store: Arc<dyn Store>) {
    let writing: Vec<_> = (0..10)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                commit!(store, tx => for part in 0..2 {
                    tx.append_audit(&record(2 * number + part)).await.unwrap();
                    tokio::task::yield_now().await;
                });
            })
        })
        .collect();
    for writer in writing {
        writer.await.unwrap();
    }
    assert_eq!(read!(store, tx => follow(tx.as_mut()).await), 20);
}
