//! The audit trail.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::audit::{self, Chain, ChainEnds};
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

    async fn audit_entries_after(&mut self, after: AuditId, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let entries = self.state.audit.iter().filter(|entry| entry.id > after);
        Ok(entries.take(limit as usize).map(|entry| AuditEntry::clone(entry)).collect())
    }

    async fn chain_ends(&mut self, chain: Chain) -> Result<ChainEnds, StoreError> {
        Ok(match chain {
            Chain::Changes => self.state.chain,
            Chain::Decisions => self.log.ends,
        })
    }
}

#[async_trait]
impl AuditWrites for MemoryTx {
    async fn append_audit(&mut self, record: &AuditRecord) -> Result<(), StoreError> {
        let state = self.state_mut();
        let ends = &mut state.chain;
        ends.last = ends.last.saturating_add(1);
        ends.last_link = audit::change(ends.last_link, ends.last, record);
        let entry = AuditEntry { id: AuditId::new(ends.last), record: record.clone(), link: Some(ends.last_link) };
        state.audit.push(Arc::new(entry));
        Ok(())
    }
}
