//! Policies of retention.

use crate::memory::{MemoryTx, missing};
use async_trait::async_trait;
use spectacles_core::id::NamespaceId;
use spectacles_core::model::{RetentionPolicy, StoredRetention};
use spectacles_core::store::{RetentionReads, RetentionWrites, StoreError};
use spectacles_core::time::Timestamp;

#[async_trait]
impl RetentionReads for MemoryTx {
    async fn retention(&mut self, namespace: NamespaceId) -> Result<Option<StoredRetention>, StoreError> {
        Ok(self.state.retentions.get(&namespace).cloned())
    }

    async fn retentions(&mut self) -> Result<Vec<StoredRetention>, StoreError> {
        Ok(self.state.retentions.values().cloned().collect())
    }
}

#[async_trait]
impl RetentionWrites for MemoryTx {
    async fn put_retention(&mut self, namespace: NamespaceId, policy: &RetentionPolicy, at: Timestamp) -> Result<(), StoreError> {
        let state = self.state_mut();
        if state.namespaces.get(namespace.get()).is_none() {
            return Err(missing("a namespace"));
        }
        let carried_out = state.retentions.get(&namespace).and_then(|known| known.carried_out);
        let stored = StoredRetention { namespace, policy: policy.clone(), updated: at, carried_out };
        state.retentions.insert(namespace, stored);
        Ok(())
    }

    async fn delete_retention(&mut self, namespace: NamespaceId) -> Result<bool, StoreError> {
        Ok(self.state_mut().retentions.remove(&namespace).is_some())
    }

    async fn mark_retained(&mut self, namespace: NamespaceId, at: Timestamp) -> Result<bool, StoreError> {
        let known = self.state_mut().retentions.get_mut(&namespace);
        Ok(known.map(|known| known.carried_out = Some(at)).is_some())
    }
}
