//! Pictures of users.

use super::{MemoryTx, missing};
use async_trait::async_trait;
use spectacles_core::id::UserId;
use spectacles_core::model::{Avatar, AvatarPicture, AvatarSize};
use spectacles_core::store::{AvatarReads, AvatarWrites, StoreError};
use std::sync::Arc;

#[async_trait]
impl AvatarReads for MemoryTx {
    async fn avatar(&mut self, user: UserId, size: AvatarSize) -> Result<Option<AvatarPicture>, StoreError> {
        Ok(self.state.avatars.get(&user).map(|avatar| avatar.picture(size)))
    }
}

#[async_trait]
impl AvatarWrites for MemoryTx {
    async fn set_avatar(&mut self, user: UserId, avatar: &Avatar) -> Result<(), StoreError> {
        if self.state.users.get(user.get()).is_none() {
            return Err(missing("a user"));
        }
        self.state_mut().avatars.insert(user, Arc::new(avatar.clone()));
        Ok(())
    }

    async fn remove_avatar(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.state_mut().avatars.remove(&user).is_some())
    }
}
