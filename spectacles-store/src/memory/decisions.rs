//! Recorded decisions.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::id::DecisionId;
use spectacles_core::model::{DecisionEntry, DecisionFilter};
use spectacles_core::store::{DecisionReads, StoreError};

fn fits(entry: &DecisionEntry, filter: &DecisionFilter) -> bool {
    let record = &entry.record;
    filter.before.is_none_or(|before| entry.id < before)
        && filter.since.is_none_or(|since| record.at >= since)
        && filter.principal.as_ref().is_none_or(|principal| record.principal == *principal)
        && filter.outcome.is_none_or(|outcome| record.outcome == outcome)
        && filter.service.as_ref().is_none_or(|service| record.service == *service)
}

#[async_trait]
impl DecisionReads for MemoryTx {
    async fn decisions(&mut self, filter: &DecisionFilter, limit: u32) -> Result<Vec<DecisionEntry>, StoreError> {
        let found = self.log.decisions.iter().rev().filter(|entry| fits(entry, filter));
        Ok(found.take(limit as usize).map(|entry| DecisionEntry::clone(entry)).collect())
    }

    async fn decisions_after(&mut self, after: DecisionId, limit: u32) -> Result<Vec<DecisionEntry>, StoreError> {
        let found = self.log.decisions.iter().skip(self.log.decisions.partition_point(|entry| entry.id <= after));
        Ok(found.take(limit as usize).map(|entry| DecisionEntry::clone(entry)).collect())
    }
}
