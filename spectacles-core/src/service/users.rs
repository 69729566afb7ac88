//! Users.

use super::actor::{Actor, Standing, current_groups};
use super::change::{Change, differences};
use super::user_view::{UserView, view};
use super::{Error, Policies, find, form, holdings, known, personal, resets, sessions};
use crate::id::GroupId;
use crate::model::{Grantee, Namespace, NewUser, PasswordHash, Privileges, User};
use crate::name::{Email, GroupName, UserName};
use crate::store::{ReadTx, StoreError};
use crate::time::Timestamp;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ops::DerefMut as _;

/// Use cases of users.
#[derive(Clone, Copy)]
pub struct Users<'a>(pub(super) Actor<'a>);

/// A user to be created. Only the name is needed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreateUser {
    /// The name.
    pub name: UserName,
    /// How he is addressed; the name, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub display_name: Option<String>,
    /// Where mail goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Without one he cannot log in.
    #[serde(default, with = "form::secret", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<form::Secret>")]
    pub password: Option<SecretString>,
    /// Whether he is an administrator.
    #[serde(default)]
    pub admin: bool,
    /// Whether he may read everything.
    #[serde(default)]
    pub auditor: bool,
    /// Whether he may do anything.
    #[serde(default = "form::yes")]
    pub enabled: bool,
    /// What he may do under the path policy; the default of the installation, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privileges: Option<Privileges>,
    /// The group that answers for the registries he registers. He is put into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_group: Option<GroupName>,
}

impl CreateUser {
    /// A user who is no administrator and has no password yet.
    pub fn named(name: UserName) -> Self {
        Self {
            name,
            display_name: None,
            email: None,
            password: None,
            admin: false,
            auditor: false,
            enabled: true,
            privileges: None,
            default_group: None,
        }
    }
}

/// What to change of a user; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct UserChanges {
    /// See [`User::display_name`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub display_name: Option<String>,
    /// See [`User::email`]; `null` removes it.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub email: Option<Option<Email>>,
    /// A new password.
    #[serde(default, with = "form::secret", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<form::Secret>")]
    pub password: Option<SecretString>,
    /// See [`User::admin`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<bool>,
    /// See [`User::auditor`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auditor: Option<bool>,
    /// See [`User::enabled`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// See [`User::privileges`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privileges: Option<Privileges>,
    /// See [`User::default_group`]: one that he is in. `null` removes it.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub default_group: Option<Option<GroupName>>,
}

impl Users<'_> {
    /// A user with his groups.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for ordinary users who are not he.
    pub async fn show(self, name: &UserName) -> Result<UserView, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let user = known::user(tx.as_mut(), &standing, name).await?;
        view(tx.as_mut(), user, self.0.now()).await
    }

    /// Creates a user.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the name is taken, [`Error::Invalid`] when the password or a text cannot be used, [`Error::NotFound`] for the
    /// group.
    pub async fn create(self, mut user: CreateUser) -> Result<UserView, Error> {
        let password = match user.password.take() {
            Some(password) => Some(self.hash(&user.name, password).await?),
            None => None,
        };
        let mut change = self.0.change().await?;
        let view = insert(&mut change, self.0.administration.policies(), user, password).await?;
        change.commit("user.create", object(&view.user.name), json!({ "user": view })).await?;
        Ok(view)
    }

    /// Changes a user. Of themselves, ordinary users change how they are addressed, where mail goes and their default group, and auditors the
    /// first two. Their password is another use case, which asks for the current one.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] as for creating; [`Error::Refused`] when the last administrator would be lost, or the default
    /// group is none of his, which is not there for himself; [`Error::Denied`] for what is for administrators to change.
    pub async fn set(self, name: &UserName, changes: UserChanges) -> Result<UserView, Error> {
        let password = match changes.password {
            Some(password) => Some(self.hash(name, password).await?),
            None => None,
        };
        let (mut change, standing) = self.0.change_oneself().await?;
        let at = change.at;
        if let Standing::Own(person) = &standing
            && person.user.name != *name
        {
            // Auditors know that there are others.
            standing.check_no_auditor()?;
        }
        let known = known::user(change.tx.as_mut(), &standing, name).await?;
        if changes.default_group.is_some() {
            standing.check_no_auditor()?;
        }
        if [changes.admin, changes.auditor, changes.enabled].iter().any(Option::is_some)
            || changes.privileges.is_some()
            || password.is_some()
        {
            standing.check_everything()?;
        }
        let before = view(change.tx.as_mut(), known.clone(), at).await?;
        let mut user = known.clone();
        if let Some(text) = changes.display_name {
            user.display_name = free_text("display name", text)?;
        }
        user.email = changes.email.unwrap_or(user.email);
        user.admin = changes.admin.unwrap_or(user.admin);
        user.auditor = changes.auditor.unwrap_or(user.auditor);
        user.enabled = changes.enabled.unwrap_or(user.enabled);
        user.privileges = changes.privileges.unwrap_or(user.privileges);
        if let Some(group) = changes.default_group {
            user.default_group = match group {
                Some(group) => Some(own_group(change.tx.as_mut(), &standing, &user, &group, at).await?),
                None => None,
            };
        }
        let has_new_password = password.is_some();
        if has_new_password {
            sessions::end_all(change.tx.deref_mut(), user.id).await?;
        }
        user.password = password.or(user.password);
        if user == known {
            change.leave();
            return Ok(before);
        }
        if !(user.admin && user.enabled) {
            keep_an_administrator(&mut change, &known).await?;
        }
        user.updated = at;
        change.tx.update_user(&user).await?;
        if resets::ends_with(&known, &user) {
            change.tx.end_password_reset(user.id).await?;
        }
        let after = view(change.tx.as_mut(), user, at).await?;
        let mut details = differences(&before, &after);
        if let (true, Some(details)) = (has_new_password, details.as_object_mut()) {
            details.insert("password".to_owned(), "changed".into());
        }
        change.commit("user.set", object(name), details).await?;
        Ok(after)
    }

    /// Hashes a password that somebody gives somebody, which costs too much to be done for whoever asks.
    async fn hash(self, name: &UserName, password: SecretString) -> Result<PasswordHash, Error> {
        let mut tx = self.0.read().await?;
        self.0.check_administrator(tx.as_mut()).await?;
        drop(tx);
        self.0.administration.hash(name.as_str(), password).await
    }

    /// Deletes a user. Namespaces he owns go to `heir`; service accounts he owns have no owner any more.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`] when he is the last administrator, or owns namespaces and there is no heir.
    pub async fn delete(self, name: &UserName, heir: Option<&UserName>) -> Result<(), Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let at = change.at;
        let user = known::user(change.tx.as_mut(), &standing, name).await?;
        standing.check_everything()?;
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
        let id = user.id;
        let services = find::services(change.tx.as_mut(), |service| service.owner == Some(id)).await?;
        let services: Vec<_> = services.into_iter().map(|service| service.name).collect();
        let view = view(change.tx.as_mut(), user, at).await?;
        let mut transferred = Vec::new();
        for namespace in owned {
            let registry = change.tx.registry(namespace.registry).await?.map(|registry| registry.service);
            transferred.push(json!({ "registry": registry, "path": namespace.path }));
        }
        let rights = holdings::rights(change.tx.as_mut(), Grantee::User(id)).await?;
        let tokens = change.tx.api_tokens_of(id).await?.into_iter().filter(|token| token.session.is_none());
        let tokens: Vec<_> = tokens.map(|token| token.name).collect();
        change.tx.delete_user(id).await?;
        let details = json!({
            "user": view,
            "rights": rights,
            "api_tokens": tokens,
            "transferred_to": heir,
            "namespaces": transferred,
            "services_without_owner": services,
        });
        change.commit("user.delete", object(name), details).await
    }
}

/// Creates a user with whatever the policies give him.
pub(super) async fn insert(
    change: &mut Change,
    policies: &Policies,
    user: CreateUser,
    password: Option<PasswordHash>,
) -> Result<UserView, Error> {
    let display_name = match user.display_name {
        Some(text) => free_text("display name", text)?,
        None => user.name.to_string(),
    };
    let default_group = match &user.default_group {
        Some(group) => Some(find::group(change.tx.as_mut(), group).await?.id),
        None => None,
    };
    let new = NewUser {
        name: user.name,
        display_name,
        email: user.email,
        password,
        admin: user.admin,
        auditor: user.auditor,
        enabled: user.enabled,
        privileges: user.privileges.unwrap_or(policies.default_privileges),
        default_group,
        created: change.at,
    };
    let id = change.tx.insert_user(&new).await.map_err(|error| match error {
        StoreError::Conflict(_) => Error::Conflict(format!("a user `{}` exists already", new.name)),
        StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    })?;
    if let Some(group) = default_group {
        change.tx.add_to_group(group, id, None).await?;
    }
    personal::create(change, policies.personal_namespaces, id, &new.name).await?;
    let NewUser { name, display_name, email, password, admin, auditor, enabled, privileges, default_group, created } = new;
    let user =
        User { id, name, display_name, email, password, admin, auditor, enabled, privileges, default_group, created, updated: created };
    view(change.tx.as_mut(), user, created).await
}

/// A group for somebody's default: one that he is in. He himself does not learn of others whether they exist.
async fn own_group(tx: &mut dyn ReadTx, standing: &Standing, user: &User, name: &GroupName, now: Timestamp) -> Result<GroupId, Error> {
    let group = known::group(tx, standing, name).await?.id;
    if current_groups(tx, user, now).await?.iter().any(|own| own.id == group) {
        return Ok(group);
    }
    Err(Error::Refused(format!("user `{}` is not in group `{name}`: put him into it first", user.name)))
}

pub(super) fn object(name: &UserName) -> String {
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
