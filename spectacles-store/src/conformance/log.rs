//! Signing keys, and the audit trail.

use super::support::{at, commit, new_user, read};
use spectacles_core::id::{AuditId, KeyId};
use spectacles_core::model::{AuditRecord, StoredKey};
use spectacles_core::store::Store;
use std::sync::Arc;

pub(super) async fn keys_are_kept_oldest_first(store: Arc<dyn Store>) {
    assert_eq!(read!(store, tx => tx.keys().await.unwrap()), []);
    // The id is the store's, whatever is asked for.
    let key = |name: &str, created| StoredKey {
        id: KeyId::new(99),
        private_pem: format!("-----BEGIN PRIVATE KEY-----\n{name}\n-----END PRIVATE KEY-----\n"),
        certificate_pem: if name == "new" { String::new() } else { format!("certificate of {name}") },
        created: at(created),
    };
    let mut new = key("new", 5);
    let mut old = key("old", 1);
    new.id = commit!(store, tx => tx.insert_key(&new).await.unwrap());
    old.id = commit!(store, tx => tx.insert_key(&old).await.unwrap());
    assert_ne!(new.id, old.id);
    assert_eq!(read!(store, tx => tx.keys().await.unwrap()), [old, new]);
}

fn record(number: i64) -> AuditRecord {
    AuditRecord {
        at: at(number),
        actor: "alice".to_owned(),
        action: "user.update".to_owned(),
        object: format!("user bob-{number}"),
        details: format!(r#"{{"before":{{"name":"böb \"b\""}},"after":[1,2.5,null,true,{number}]}}"#).parse().unwrap(),
    }
}

pub(super) async fn audit_entries_are_read_newest_first(store: Arc<dyn Store>) {
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

pub(super) async fn audit_entries_are_part_of_the_change(store: Arc<dyn Store>) {
    let mut tx = store.write().await.unwrap();
    tx.insert_user(&new_user("alice")).await.unwrap();
    tx.append_audit(&record(1)).await.unwrap();
    drop(tx);
    assert_eq!(read!(store, tx => tx.audit_entries(None, 10).await.unwrap()), []);
}
