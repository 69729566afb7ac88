//! What is only ever added to, signing keys and the audit trail, and leases.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::id::{AuditId, KeyId};
use spectacles_core::model::{AuditEntry, AuditRecord, StoredKey};
use spectacles_core::store::{AuditReads, AuditWrites, Change, KeyReads, KeyWrites, LeaseWrites, StoreError};
use spectacles_core::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The id of the next of so many.
fn next_id(count: usize) -> i64 {
    i64::try_from(count).map_or(i64::MAX, |count| count.saturating_add(1))
}

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

#[async_trait]
impl AuditReads for MemoryTx {
    async fn audit_entries(&mut self, before: Option<AuditId>, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let entries = self.state.audit.iter().rev().filter(|entry| before.is_none_or(|before| entry.id < before));
        Ok(entries.take(limit as usize).map(|entry| AuditEntry::clone(entry)).collect())
    }
}

#[async_trait]
impl AuditWrites for MemoryTx {
    async fn append_audit(&mut self, record: &AuditRecord) -> Result<(), StoreError> {
        let audit = &mut self.state_mut().audit;
        let id = AuditId::new(next_id(audit.len()));
        audit.push(Arc::new(AuditEntry { id, record: record.clone() }));
        Ok(())
    }
}

#[async_trait]
impl LeaseWrites for MemoryTx {
    async fn take_lease(&mut self, name: &str, holder: &str, now: Timestamp, lifetime: Duration) -> Result<bool, StoreError> {
        let leases = &mut self.state_mut().leases;
        if leases.get(name).is_some_and(|(other, expires)| other != holder && *expires > now) {
            return Ok(false);
        }
        leases.insert(name.to_owned(), (holder.to_owned(), now.after(lifetime)));
        Ok(true)
    }

    async fn release_lease(&mut self, name: &str, holder: &str) -> Result<(), StoreError> {
        let leases = &mut self.state_mut().leases;
        if leases.get(name).is_some_and(|(of, _)| of == holder) {
            leases.remove(name);
        }
        Ok(())
    }
}
