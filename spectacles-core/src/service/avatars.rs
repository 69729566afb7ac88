//! Pictures of users.

use super::actor::{Actor, Standing};
use super::known;
use super::users::{Users, object};
use super::{Error, find};
use crate::model::{Avatar, AvatarPicture, AvatarSize, User, is_current};
use crate::name::UserName;
use crate::store::ReadTx;
use serde_json::json;

impl Users<'_> {
    /// The picture of a user in this size; nothing, where there is none. Users see it of themselves and of those they share a group with, whose
    /// names they read there, administrators and auditors of everybody.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for users whose picture is not shown.
    pub async fn avatar(self, name: &UserName, size: AvatarSize) -> Result<Option<AvatarPicture>, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let user = self.0.seen(tx.as_mut(), &standing, name).await?;
        Ok(tx.avatar(user.id, size).await?)
    }

    /// Whether whoever asks may change the picture of a user. To be asked before a picture is made, which costs something.
    ///
    /// # Errors
    /// As [`set_avatar`](Self::set_avatar).
    pub async fn check_avatar(self, name: &UserName) -> Result<(), Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing_to_change(tx.as_mut()).await?;
        changeable(tx.as_mut(), &standing, name).await.map(|_| ())
    }

    /// Gives a user another picture. Everybody does so for himself, administrators for anybody.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for ordinary users who are not he; [`Error::Denied`] for auditors, of somebody else's.
    pub async fn set_avatar(self, name: &UserName, avatar: &Avatar) -> Result<(), Error> {
        let (mut change, standing) = self.0.change_oneself().await?;
        let user = changeable(change.tx.as_mut(), &standing, name).await?;
        change.tx.set_avatar(user.id, avatar).await?;
        change.commit("user.avatar.set", object(name), json!({ "tag": avatar.tag })).await
    }

    /// Takes the picture of a user away, where there is one.
    ///
    /// # Errors
    /// As [`set_avatar`](Self::set_avatar).
    pub async fn remove_avatar(self, name: &UserName) -> Result<(), Error> {
        let (mut change, standing) = self.0.change_oneself().await?;
        let user = changeable(change.tx.as_mut(), &standing, name).await?;
        if !change.tx.remove_avatar(user.id).await? {
            change.leave();
            return Ok(());
        }
        change.commit("user.avatar.remove", object(name), json!({})).await
    }
}

impl Actor<'_> {
    /// A user whose name he may know, and whose face.
    async fn seen(self, tx: &mut dyn ReadTx, standing: &Standing, name: &UserName) -> Result<User, Error> {
        let Standing::Own(person) = standing else { return find::user(tx, name).await };
        if person.user.name == *name {
            return Ok(person.user.clone());
        }
        let hidden = || Error::not_found("user", name);
        let user = tx.user_named(name).await?.ok_or_else(hidden)?;
        let groups = tx.groups_of_user(user.id).await?;
        let shared = groups.iter().any(|(group, until)| is_current(*until, self.now()) && person.is_in(group.id));
        if shared { Ok(user) } else { Err(hidden()) }
    }
}

/// A user whose picture somebody may change.
async fn changeable(tx: &mut dyn ReadTx, standing: &Standing, name: &UserName) -> Result<User, Error> {
    if let Standing::Own(person) = standing
        && person.user.name != *name
    {
        // Auditors know that there are others.
        standing.check_no_auditor()?;
    }
    known::user(tx, standing, name).await
}
