//! Signing keys.

use super::support::{at, commit, read};
use spectacles_core::id::KeyId;
use spectacles_core::model::StoredKey;
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
