//! Leases.

use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::store::LeaseWrites;
use spectacles_core::time::Timestamp;
use std::time::Duration;

#[async_trait]
impl LeaseWrites for SqlTx {
    async fn take_lease(&mut self, name: &str, holder: &str, now: Timestamp, lifetime: Duration) -> Result<bool, StoreError> {
        let sql = "SELECT holder, expires FROM leases WHERE name = ?";
        let there = self.one(sql, &[name.into()], |row| Ok((row.text()?, row.timestamp()?))).await?;
        let values = [holder.into(), now.after(lifetime).into(), name.into()];
        match there {
            None => self.execute("INSERT INTO leases (holder, expires, name) VALUES (?, ?, ?)", &values).await,
            Some((other, expires)) if other != holder && expires > now => Ok(false),
            Some(_) => self.execute("UPDATE leases SET holder = ?, expires = ? WHERE name = ?", &values).await,
        }
    }

    async fn release_lease(&mut self, name: &str, holder: &str) -> Result<(), StoreError> {
        self.execute("DELETE FROM leases WHERE name = ? AND holder = ?", &[name.into(), holder.into()]).await.map(|_| ())
    }
}
