//! The audit trail.

use super::backend::Row;
use super::{SqlTx, StoreError, broken, chain};
use async_trait::async_trait;
use spectacles_core::audit::{self, Chain, ChainEnds};
use spectacles_core::id::AuditId;
use spectacles_core::model::{AuditEntry, AuditRecord};
use spectacles_core::store::{AuditReads, AuditWrites};

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, happened, actor, action, object, details, link FROM audit ", $rest)
    };
}

/// A query for all of them, to go on with.
pub(super) const ALL: &str = select!("");

pub(super) fn read(row: &mut Row) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        id: AuditId::new(row.integer()?),
        record: AuditRecord {
            at: row.timestamp()?,
            actor: row.text()?,
            action: row.text()?,
            object: row.text()?,
            details: serde_json::from_str(&row.text()?).map_err(broken)?,
        },
        link: row.optional_parsed()?,
    })
}

#[async_trait]
impl AuditReads for SqlTx {
    async fn audit_entries(&mut self, before: Option<AuditId>, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let before = before.map_or(i64::MAX, AuditId::get);
        self.all(select!("WHERE id < ? ORDER BY id DESC LIMIT ?"), &[before.into(), limit.into()], read).await
    }

    async fn audit_entries_after(&mut self, after: AuditId, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        self.all(select!("WHERE id > ? ORDER BY id LIMIT ?"), &[after.get().into(), limit.into()], read).await
    }

    async fn chain_ends(&mut self, chain: Chain) -> Result<ChainEnds, StoreError> {
        match (chain, self.chain) {
            (Chain::Changes, Some(ends)) => Ok(ends),
            (Chain::Changes, None) | (Chain::Decisions, _) => chain::read(self.session.as_mut(), chain).await,
        }
    }
}

#[async_trait]
impl AuditWrites for SqlTx {
    async fn append_audit(&mut self, record: &AuditRecord) -> Result<(), StoreError> {
        let ends = match self.chain {
            Some(ends) => ends,
            None => chain::read_to_append(self.session.as_mut(), Chain::Changes).await?,
        };
        let place = ends.last.saturating_add(1);
        let last_link = audit::change(ends.last_link, place, record);
        let sql = "INSERT INTO audit (id, happened, actor, action, object, details, link) VALUES (?, ?, ?, ?, ?, ?, ?)";
        let (details, link) = (record.details.to_string(), last_link.to_string());
        let values = [
            place.into(),
            record.at.into(),
            record.actor.as_str().into(),
            record.action.as_str().into(),
            record.object.as_str().into(),
            details.as_str().into(),
            link.as_str().into(),
        ];
        self.session.execute(sql, &values).await?;
        self.chain = Some(ChainEnds { last: place, last_link, ..ends });
        Ok(())
    }
}
