//! Codes by which new passwords are set.

use super::{MemoryTx, missing};
use async_trait::async_trait;
use spectacles_core::id::UserId;
use spectacles_core::model::PasswordReset;
use spectacles_core::store::{PasswordResetReads, PasswordResetWrites, StoreError};

#[async_trait]
impl PasswordResetReads for MemoryTx {
    async fn password_reset(&mut self, user: UserId) -> Result<Option<PasswordReset>, StoreError> {
        Ok(self.state.password_resets.get(&user).copied())
    }
}

#[async_trait]
impl PasswordResetWrites for MemoryTx {
    async fn keep_password_reset(&mut self, reset: &PasswordReset) -> Result<(), StoreError> {
        if self.state.users.get(reset.user.get()).is_none() {
            return Err(missing("a user"));
        }
        self.state_mut().password_resets.insert(reset.user, *reset);
        Ok(())
    }

    async fn end_password_reset(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.state_mut().password_resets.remove(&user).is_some())
    }
}
