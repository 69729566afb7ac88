//! The audit trail.

use super::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use spectacles_core::id::AuditId;
use spectacles_core::model::{AuditEntry, AuditRecord};
use spectacles_core::store::{AuditReads, AuditWrites};

#[async_trait]
impl AuditReads for SqlTx {
    async fn audit_entries(&mut self, before: Option<AuditId>, limit: u32) -> Result<Vec<AuditEntry>, StoreError> {
        let before = before.map_or(i64::MAX, AuditId::get);
        let sql = "SELECT id, happened, actor, action, object, details FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?";
        self.all(sql, &[before.into(), limit.into()], |row| {
            Ok(AuditEntry {
                id: AuditId::new(row.integer()?),
                record: AuditRecord {
                    at: row.timestamp()?,
                    actor: row.text()?,
                    action: row.text()?,
                    object: row.text()?,
                    details: serde_json::from_str(&row.text()?).map_err(broken)?,
                },
            })
        })
        .await
    }
}

#[async_trait]
impl AuditWrites for SqlTx {
    async fn append_audit(&mut self, record: &AuditRecord) -> Result<(), StoreError> {
        let sql = "INSERT INTO audit (happened, actor, action, object, details) VALUES (?, ?, ?, ?, ?)";
        let details = record.details.to_string();
        let values = [
            record.at.into(),
            record.actor.as_str().into(),
            record.action.as_str().into(),
            record.object.as_str().into(),
            details.as_str().into(),
        ];
        self.session.insert(sql, &values).await.map(|_| ())
    }
}
