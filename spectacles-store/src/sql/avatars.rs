//! Pictures of users.

use super::backend::Row;
use super::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use data_encoding::BASE64;
use spectacles_core::id::UserId;
use spectacles_core::model::{Avatar, AvatarPicture, AvatarSize};
use spectacles_core::store::{AvatarReads, AvatarWrites};

fn read(row: &mut Row) -> Result<AvatarPicture, StoreError> {
    Ok(AvatarPicture { tag: row.text()?, png: BASE64.decode(row.text()?.as_bytes()).map_err(broken)? })
}

#[async_trait]
impl AvatarReads for SqlTx {
    async fn avatar(&mut self, user: UserId, size: AvatarSize) -> Result<Option<AvatarPicture>, StoreError> {
        let sql = match size {
            AvatarSize::Small => "SELECT tag, small FROM avatars WHERE user_id = ?",
            AvatarSize::Medium => "SELECT tag, medium FROM avatars WHERE user_id = ?",
            AvatarSize::Large => "SELECT tag, large FROM avatars WHERE user_id = ?",
        };
        self.one(sql, &[user.get().into()], read).await
    }
}

#[async_trait]
impl AvatarWrites for SqlTx {
    async fn set_avatar(&mut self, user: UserId, avatar: &Avatar) -> Result<(), StoreError> {
        self.remove_avatar(user).await?;
        let sql = "INSERT INTO avatars (user_id, tag, small, medium, large) VALUES (?, ?, ?, ?, ?)";
        let [small, medium, large] = [&avatar.small, &avatar.medium, &avatar.large].map(|png| BASE64.encode(png));
        let values = [user.get().into(), avatar.tag.as_str().into(), small.as_str().into(), medium.as_str().into(), large.as_str().into()];
        self.execute(sql, &values).await.map(|_| ())
    }

    async fn remove_avatar(&mut self, user: UserId) -> Result<bool, StoreError> {
        self.execute("DELETE FROM avatars WHERE user_id = ?", &[user.get().into()]).await
    }
}
