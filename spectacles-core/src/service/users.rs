//! Users.

use super::administration::Administrator;
use super::change::{Change, differences};
use super::{Error, find};
use crate::model::{Namespace, NewUser, User};
use crate::name::{Email, GroupName, UserName};
use crate::store::StoreError;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;

/// Use cases of users.
#[derive(Clone, Copy)]
pub struct Users<'a>(pub(super) Administrator<'a>);

/// A user to be created. Only the name is needed.
#[derive(Debug, Clone)]
pub struct CreateUser {
    /// The name.
    pub name: UserName,
    /// How he is addressed; the name, where nothing is said.
    pub display_name: Option<String>,
    /// Where mail goes.
    pub email: Option<Email>,
    /// Without one he cannot log in.
    pub password: Option<SecretString>,
    /// Whether he is an administrator.
    pub admin: bool,
    /// Whether he may do anything.
    pub enabled: bool,
}

impl CreateUser {
    /// A user who is no administrator and has no password yet.
    pub fn named(name: UserName) -> Self {
        Self { name, display_name: None, email: None, password: None, admin: false, enabled: true }
    }
}

/// What to change of a user; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct UserChanges {
    /// See [`User::display_name`].
    pub display_name: Option<String>,
    /// See [`User::email`]; `Some(None)` removes it.
    pub email: Option<Option<Email>>,
    /// A new password.
    pub password: Option<SecretString>,
    /// See [`User::admin`].
    pub admin: Option<bool>,
    /// See [`User::enabled`].
    pub enabled: Option<bool>,
}

/// A user and what belongs to him.
#[derive(Debug, Clone, Serialize)]
pub struct UserView {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// Whether he can log in with a password.
    pub has_password: bool,
    /// The groups he is in, by name.
    pub groups: Vec<GroupName>,
}

impl Users<'_> {
    /// Up to `limit` users whose names come after `after`, by name.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn list(self, after: Option<&UserName>, limit: u32) -> Result<Vec<User>, Error> {
        Ok(self.0.read().await?.users(after, limit).await?)
    }

    /// A user with his groups.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn show(self, name: &UserName) -> Result<UserView, Error> {
        let mut tx = self.0.read().await?;
        let user = find::user(tx.as_mut(), name).await?;
        let groups = tx.groups_of_user(user.id).await?.into_iter().map(|(group, _)| group.name).collect();
        Ok(UserView { has_password: user.password.is_some(), user, groups })
    }

    /// Creates a user.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the name is taken, [`Error::Invalid`] when the password or a text cannot be used.
    pub async fn create(self, user: CreateUser) -> Result<User, Error> {
        let password = match user.password {
            Some(password) => Some(self.0.hash(user.name.as_str(), password).await?),
            None => None,
        };
        let display_name = match user.display_name {
            Some(text) => free_text("display name", text)?,
            None => user.name.to_string(),
        };
        let mut change = self.0.change().await?;
        let (name, email) = (user.name, user.email);
        let new = NewUser { name, display_name, email, password, admin: user.admin, enabled: user.enabled, privileges: crate::model::Privileges::NONE, default_group: None, created: change.at };
        let id = change.tx.insert_user(&new).await.map_err(|error| match error {
            StoreError::Conflict(_) => Error::Conflict(format!("a user `{}` exists already", new.name)),
            StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
        })?;
        let NewUser { name, display_name, email, password, admin, enabled, privileges, default_group, created } = new;
        let user = User { id, name, display_name, email, password, admin, enabled, privileges, default_group, created, updated: created };
        change.commit("user.create", object(&user.name), json!({ "user": user })).await?;
        Ok(user)
    }

    /// Changes a user.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] as for creating; [`Error::Refused`] when the last administrator would be lost.
    pub async fn set(self, name: &UserName, changes: UserChanges) -> Result<User, Error> {
        let password = match changes.password {
            Some(password) => Some(self.0.hash(name.as_str(), password).await?),
            None => None,
        };
        let mut change = self.0.change().await?;
        let before = find::user(change.tx.as_mut(), name).await?;
        let mut user = before.clone();
        let mut details = json!({});
        if let Some(hash) = password {
            user.password = Some(hash);
            details = json!({ "password": "changed" });
        }
        if let Some(text) = changes.display_name {
            user.display_name = free_text("display name", text)?;
        }
        user.email = changes.email.unwrap_or(user.email);
        user.admin = changes.admin.unwrap_or(user.admin);
        user.enabled = changes.enabled.unwrap_or(user.enabled);
        if user == before {
            change.leave();
            return Ok(user);
        }
        if !(user.admin && user.enabled) {
            keep_an_administrator(&mut change, &before).await?;
        }
        user.updated = change.at;
        change.tx.update_user(&user).await?;
        if let (Some(details), Some(fields)) = (details.as_object_mut(), differences(&before, &user).as_object_mut()) {
            details.append(fields);
        }
        change.commit("user.set", object(name), details).await?;
        Ok(user)
    }

    /// Deletes a user. Namespaces he owns go to `heir`.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] when he is the last administrator, or owns namespaces and there is no heir.
    pub async fn delete(self, name: &UserName, heir: Option<&UserName>) -> Result<(), Error> {
        let mut change = self.0.change().await?;
        let user = find::user(change.tx.as_mut(), name).await?;
        keep_an_administrator(&mut change, &user).await?;
        let owned = change.tx.namespaces_owned_by(user.id).await?;
        match heir {
            Some(heir) => {
                let heir = find::user(change.tx.as_mut(), heir).await?;
                if heir.id == user.id {
                    return Err(Error::Refused(format!("`{name}` cannot inherit from himself")));
                }
                for namespace in &owned {
                    let namespace = Namespace { owner: Some(heir.id), updated: change.at, ..namespace.clone() };
                    change.tx.update_namespace(&namespace).await?;
                }
            }
            None if owned.is_empty() => {}
            None => {
                let paths: Vec<&str> = owned.iter().map(|namespace| namespace.path.as_str()).take(5).collect();
                return Err(Error::Refused(format!(
                    "user `{name}` owns {} namespace(s), among them {}: transfer them to somebody else or delete them first",
                    owned.len(),
                    paths.join(", ")
                )));
            }
        }
        change.tx.delete_user(user.id).await?;
        let transferred: Vec<_> = owned.iter().map(|namespace| namespace.path.as_str()).collect();
        let details = json!({ "user": user, "transferred_to": heir, "namespaces": transferred });
        change.commit("user.delete", object(name), details).await
    }
}

fn object(name: &UserName) -> String {
    format!("user {name}")
}

/// Refuses to go on when `user` is the only administrator left.
async fn keep_an_administrator(change: &mut Change, user: &User) -> Result<(), Error> {
    if user.admin && user.enabled && change.tx.count_administrators().await? <= 1 {
        let message = format!("`{}` is the last administrator; make somebody else an administrator first", user.name);
        return Err(Error::Refused(message));
    }
    Ok(())
}

/// Text for people: up to 1000 characters, no control characters.
pub(super) fn free_text(what: &str, text: String) -> Result<String, Error> {
    if text.chars().count() > 1000 {
        return Err(Error::Invalid(format!("the {what} is longer than 1000 characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::Invalid(format!("the {what} contains control characters")));
    }
    Ok(text)
}
