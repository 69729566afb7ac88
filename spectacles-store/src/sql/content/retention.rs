//! Policies of retention.

use crate::sql::backend::Row;
use crate::sql::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use spectacles_core::id::NamespaceId;
use spectacles_core::model::{RetentionPolicy, StoredRetention};
use spectacles_core::store::{RetentionReads, RetentionWrites};
use spectacles_core::time::Timestamp;

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT namespace_id, policy, updated, carried_out FROM retentions ", $rest)
    };
}

fn read(row: &mut Row) -> Result<StoredRetention, StoreError> {
    Ok(StoredRetention {
        namespace: NamespaceId::new(row.integer()?),
        policy: serde_json::from_str(&row.text()?).map_err(broken)?,
        updated: row.timestamp()?,
        carried_out: row.optional_timestamp()?,
    })
}

#[async_trait]
impl RetentionReads for SqlTx {
    async fn retention(&mut self, namespace: NamespaceId) -> Result<Option<StoredRetention>, StoreError> {
        self.one(select!("WHERE namespace_id = ?"), &[namespace.get().into()], read).await
    }

    async fn retentions(&mut self) -> Result<Vec<StoredRetention>, StoreError> {
        self.all(select!("ORDER BY namespace_id"), &[], read).await
    }
}

#[async_trait]
impl RetentionWrites for SqlTx {
    async fn put_retention(&mut self, namespace: NamespaceId, policy: &RetentionPolicy, at: Timestamp) -> Result<(), StoreError> {
        let policy = serde_json::to_string(policy).map_err(broken)?;
        let values = [policy.as_str().into(), at.into(), namespace.get().into()];
        let sql = "UPDATE retentions SET policy = ?, updated = ? WHERE namespace_id = ?";
        if !self.execute(sql, &values).await? {
            self.execute("INSERT INTO retentions (policy, updated, namespace_id) VALUES (?, ?, ?)", &values).await?;
        }
        Ok(())
    }

    async fn delete_retention(&mut self, namespace: NamespaceId) -> Result<bool, StoreError> {
        self.execute("DELETE FROM retentions WHERE namespace_id = ?", &[namespace.get().into()]).await
    }

    async fn mark_retained(&mut self, namespace: NamespaceId, at: Timestamp) -> Result<bool, StoreError> {
        self.execute("UPDATE retentions SET carried_out = ? WHERE namespace_id = ?", &[at.into(), namespace.get().into()]).await
    }
}
