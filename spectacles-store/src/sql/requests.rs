//! Requests that are not to be done twice.

use super::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use spectacles_core::model::KeptRequest;
use spectacles_core::store::{RequestReads, RequestWrites};
use spectacles_core::time::Timestamp;

#[async_trait]
impl RequestReads for SqlTx {
    async fn request(&mut self, actor: &str, key: &str) -> Result<Option<KeptRequest>, StoreError> {
        let sql = "SELECT fingerprint, location, happened FROM requests WHERE actor = ? AND request_key = ?";
        self.one(sql, &[actor.into(), key.into()], |row| {
            let fingerprint = HEXLOWER.decode(row.text()?.as_bytes()).map_err(broken)?;
            let fingerprint = fingerprint.try_into().map_err(|_| broken("a fingerprint has another length"))?;
            Ok(KeptRequest { fingerprint, location: row.text()?, at: row.timestamp()? })
        })
        .await
    }

    async fn has_requests_before(&mut self, before: Timestamp) -> Result<bool, StoreError> {
        let sql = "SELECT happened FROM requests WHERE happened < ? ORDER BY happened LIMIT 1";
        Ok(self.one(sql, &[before.into()], super::backend::Row::timestamp).await?.is_some())
    }
}

#[async_trait]
impl RequestWrites for SqlTx {
    async fn keep_request(&mut self, actor: &str, key: &str, request: &KeptRequest) -> Result<(), StoreError> {
        self.execute("DELETE FROM requests WHERE actor = ? AND request_key = ?", &[actor.into(), key.into()]).await?;
        let sql = "INSERT INTO requests (actor, request_key, fingerprint, location, happened) VALUES (?, ?, ?, ?, ?)";
        let fingerprint = HEXLOWER.encode(&request.fingerprint);
        let values = [actor.into(), key.into(), fingerprint.as_str().into(), request.location.as_str().into(), request.at.into()];
        self.execute(sql, &values).await.map(|_| ())
    }

    async fn forget_requests(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.session.execute("DELETE FROM requests WHERE happened < ?", &[before.into()]).await
    }
}
