//! Codes by which new passwords are set.

use super::services::read_hash;
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use spectacles_core::id::UserId;
use spectacles_core::model::PasswordReset;
use spectacles_core::store::{PasswordResetReads, PasswordResetWrites};

#[async_trait]
impl PasswordResetReads for SqlTx {
    async fn password_reset(&mut self, user: UserId) -> Result<Option<PasswordReset>, StoreError> {
        let sql = "SELECT hash, created, valid_until FROM password_resets WHERE user_id = ?";
        self.one(sql, &[user.get().into()], move |row| {
            Ok(PasswordReset { user, hash: read_hash(row)?, created: row.timestamp()?, until: row.timestamp()? })
        })
        .await
    }
}

#[async_trait]
impl PasswordResetWrites for SqlTx {
    async fn keep_password_reset(&mut self, reset: &PasswordReset) -> Result<(), StoreError> {
        self.end_password_reset(reset.user).await?;
        let sql = "INSERT INTO password_resets (user_id, hash, created, valid_until) VALUES (?, ?, ?, ?)";
        let hash = HEXLOWER.encode(reset.hash.as_bytes());
        let values = [reset.user.get().into(), hash.as_str().into(), reset.created.into(), reset.until.into()];
        self.execute(sql, &values).await.map(|_| ())
    }

    async fn end_password_reset(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.execute("DELETE FROM password_resets WHERE user_id = ?", &[user.get().into()]).await
    }
}
