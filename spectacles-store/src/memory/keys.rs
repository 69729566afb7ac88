//! Signing keys.

use super::{MemoryTx, next_id};
use async_trait::async_trait;
use spectacles_core::id::KeyId;
use spectacles_core::model::StoredKey;
use spectacles_core::store::{Change, KeyReads, KeyWrites, StoreError};
use std::sync::Arc;

#[async_trait]
impl KeyReads for MemoryTx {
    async fn keys(&mut self) -> Result<Vec<StoredKey>, StoreError> {
        let mut keys: Vec<_> = self.state.keys.iter().map(|key| StoredKey::clone(key)).collect();
        keys.sort_by_key(|key| (key.created, key.id));
        Ok(keys)
    }
}

#[async_trait]
impl KeyWrites for MemoryTx {
    async fn insert_key(&mut self, key: &StoredKey) -> Result<KeyId, StoreError> {
        let keys = &mut self.state_mut().keys;
        let id = KeyId::new(next_id(keys.len()));
        keys.push(Arc::new(StoredKey { id, ..key.clone() }));
        self.changed(true, Change::Keys);
        Ok(id)
    }
}
