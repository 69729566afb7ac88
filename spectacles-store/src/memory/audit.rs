//! The audit trail.

use super::{MemoryTx, next_id};
use async_trait::async_trait;
use spectacles_core::id::AuditId;
use spectacles_core::model::{AuditEntry, AuditRecord};
use spectacles_core::store::{AuditReads, AuditWrites, StoreError};
use std::sync::Arc;

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
