//! Groups and their members.

use super::administration::Administrator;
use super::change::differences;
use super::users::free_text;
use super::{Error, find};
use crate::model::{Group, NewGroup};
use crate::name::{GroupName, UserName};
use crate::store::StoreError;
use serde::Serialize;
use serde_json::json;

/// Use cases of groups.
#[derive(Clone, Copy)]
pub struct Groups<'a>(pub(super) Administrator<'a>);

/// What to change of a group; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct GroupChanges {
    /// A new name.
    pub name: Option<GroupName>,
    /// A new description.
    pub description: Option<String>,
}

/// A group and its members.
#[derive(Debug, Clone, Serialize)]
pub struct GroupView {
    /// The group.
    #[serde(flatten)]
    pub group: Group,
    /// Its members, by name.
    pub members: Vec<UserName>,
}

impl Groups<'_> {
    /// Up to `limit` groups whose names come after `after`, by name.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn list(self, after: Option<&GroupName>, limit: u32) -> Result<Vec<Group>, Error> {
        Ok(self.0.read().await?.groups(after, limit).await?)
    }

    /// A group with its members.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn show(self, name: &GroupName) -> Result<GroupView, Error> {
        let mut tx = self.0.read().await?;
        let group = find::group(tx.as_mut(), name).await?;
        let members = tx.members_of_group(group.id).await?.into_iter().map(|(user, _)| user.name).collect();
        Ok(GroupView { group, members })
    }

    /// Creates a group.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the name is taken.
    pub async fn create(self, name: GroupName, description: String) -> Result<Group, Error> {
        let description = free_text("description", description)?;
        let mut change = self.0.change().await?;
        let new = NewGroup { name, slug: None, description, created: change.at };
        let id = change.tx.insert_group(&new).await.map_err(|error| taken(error, &new.name))?;
        let NewGroup { name, slug, description, created } = new;
        let group = Group { id, name, slug, description, created, updated: created };
        change.commit("group.create", object(&group.name), json!({ "group": group })).await?;
        Ok(group)
    }

    /// Changes a group.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the new name is taken.
    pub async fn set(self, name: &GroupName, changes: GroupChanges) -> Result<Group, Error> {
        let mut change = self.0.change().await?;
        let before = find::group(change.tx.as_mut(), name).await?;
        let mut group = before.clone();
        if let Some(name) = changes.name {
            group.name = name;
        }
        if let Some(text) = changes.description {
            group.description = free_text("description", text)?;
        }
        if group == before {
            change.leave();
            return Ok(group);
        }
        group.updated = change.at;
        change.tx.update_group(&group).await.map_err(|error| taken(error, &group.name))?;
        change.commit("group.set", object(name), differences(&before, &group)).await?;
        Ok(group)
    }

    /// Deletes a group, with its rights. Its members stay.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(self, name: &GroupName) -> Result<(), Error> {
        let mut change = self.0.change().await?;
        let group = find::group(change.tx.as_mut(), name).await?;
        let members: Vec<UserName> = change.tx.members_of_group(group.id).await?.into_iter().map(|(user, _)| user.name).collect();
        change.tx.delete_group(group.id).await?;
        change.commit("group.delete", object(name), json!({ "group": group, "members": members })).await
    }

    /// Puts users into a group: all of them, or none. Those who are in it already stay.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the group or any of the users.
    pub async fn add(self, name: &GroupName, users: &[UserName]) -> Result<GroupView, Error> {
        self.members(name, users, true).await
    }

    /// Takes users out of a group: all of them, or none.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the group or any of the users, or when one of them is not in the group.
    pub async fn remove(self, name: &GroupName, users: &[UserName]) -> Result<GroupView, Error> {
        self.members(name, users, false).await
    }

    async fn members(self, name: &GroupName, users: &[UserName], add: bool) -> Result<GroupView, Error> {
        let mut change = self.0.change().await?;
        let group = find::group(change.tx.as_mut(), name).await?;
        let mut changed = Vec::new();
        for user in users {
            let id = find::user(change.tx.as_mut(), user).await?.id;
            if add {
                if change.tx.add_to_group(group.id, id, None).await? {
                    changed.push(user);
                }
            } else if change.tx.remove_from_group(group.id, id).await? {
                changed.push(user);
            } else {
                return Err(Error::NotFound { what: "member", name: format!("{user}` of group `{name}") });
            }
        }
        let members = change.tx.members_of_group(group.id).await?.into_iter().map(|(user, _)| user.name).collect();
        if !changed.is_empty() {
            let action = if add { "group.add" } else { "group.remove" };
            change.commit(action, object(name), json!({ "users": changed })).await?;
        } else {
            change.leave();
        }
        Ok(GroupView { group, members })
    }
}

fn object(name: &GroupName) -> String {
    format!("group {name}")
}

fn taken(error: StoreError, name: &GroupName) -> Error {
    match error {
        StoreError::Conflict(_) => Error::Conflict(format!("a group `{name}` exists already")),
        StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    }
}
