//! Service accounts.

use super::actor::Actor;
use super::change::{Change, differences};
use super::names::Names;
use super::secrets::SecretView;
use super::users::free_text;
use super::{Error, find, form, holdings, known};
use crate::id::ServiceAccountId;
use crate::listing::NamedService;
use crate::model::{Grantee, NewServiceAccount, ServiceAccount};
use crate::name::{AppName, ServiceAccountName, UserName};
use crate::store::{ReadTx, StoreError};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Use cases of service accounts.
#[derive(Clone, Copy)]
pub struct Services<'a>(pub(super) Actor<'a>);

/// A service account to be created. Only the name is needed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreateService {
    /// See [`ServiceAccount::name`].
    pub name: ServiceAccountName,
    /// See [`ServiceAccount::app`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppName>,
    /// See [`ServiceAccount::owner`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserName>,
    /// See [`ServiceAccount::description`].
    #[serde(default)]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: String,
    /// See [`ServiceAccount::enabled`].
    #[serde(default = "form::yes")]
    pub enabled: bool,
}

impl CreateService {
    /// An enabled service account without app and owner.
    pub fn named(name: ServiceAccountName) -> Self {
        Self { name, app: None, owner: None, description: String::new(), enabled: true }
    }
}

/// What to change of a service account; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct ServiceChanges {
    /// See [`ServiceAccount::app`]; `null` removes it.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub app: Option<Option<AppName>>,
    /// See [`ServiceAccount::owner`]; `null` removes him.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub owner: Option<Option<UserName>>,
    /// See [`ServiceAccount::description`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: Option<String>,
    /// See [`ServiceAccount::enabled`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// A service account with names instead of ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceView {
    /// Never reused.
    pub id: ServiceAccountId,
    /// What it logs in as: `<name>@<node>` or `robot$<name>`.
    pub name: ServiceAccountName,
    /// What it runs, for the path policy.
    pub app: Option<AppName>,
    /// Who looks after it.
    pub owner: Option<UserName>,
    /// What it is for.
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: String,
    /// A disabled one gets no token and has no rights.
    pub enabled: bool,
    /// When it was created.
    pub created: Timestamp,
    /// When anything but its secrets was last changed.
    pub updated: Timestamp,
}

impl Services<'_> {
    /// A service account.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for users who do not own it.
    pub async fn show(self, name: &ServiceAccountName) -> Result<ServiceView, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let service = known::service(tx.as_mut(), &standing, name).await?;
        view(tx.as_mut(), &mut Names::default(), service).await
    }

    /// Creates a service account, without a secret.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the name is taken; [`Error::NotFound`] for the app or the owner.
    pub async fn create(self, service: CreateService) -> Result<ServiceView, Error> {
        let description = free_text("description", service.description)?;
        let mut change = self.0.change().await?;
        let app = match &service.app {
            Some(name) => Some(find::app(change.tx.as_mut(), name).await?.id),
            None => None,
        };
        let owner = find::owner(change.tx.as_mut(), service.owner.as_ref()).await?;
        let (name, enabled, created) = (service.name, service.enabled, change.at);
        let new = NewServiceAccount { name, app, owner, description, enabled, created };
        let id = change.tx.insert_service_account(&new).await.map_err(|error| match error {
            StoreError::Conflict(_) => Error::Conflict(format!("a service account `{}` exists already", new.name)),
            StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
        })?;
        let NewServiceAccount { name, app, owner, description, enabled, created } = new;
        let service = ServiceAccount { id, name, app, owner, description, enabled, created, updated: created };
        let view = view(change.tx.as_mut(), &mut Names::default(), service).await?;
        change.commit("service.create", object(&view.name), json!({ "service": view })).await?;
        Ok(view)
    }

    /// Changes a service account.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the service account, the app or the owner; [`Error::Denied`] for owners, of what decides about rights.
    pub async fn set(self, name: &ServiceAccountName, changes: ServiceChanges) -> Result<ServiceView, Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let known = known::service(change.tx.as_mut(), &standing, name).await?;
        if changes.app.is_some() || changes.owner.is_some() {
            // The app is what gives it rights under the path policy.
            standing.check_everything()?;
        }
        let mut service = known.clone();
        if let Some(app) = changes.app {
            service.app = match app {
                Some(name) => Some(find::app(change.tx.as_mut(), &name).await?.id),
                None => None,
            };
        }
        if let Some(owner) = changes.owner {
            service.owner = find::owner(change.tx.as_mut(), owner.as_ref()).await?;
        }
        if let Some(text) = changes.description {
            service.description = free_text("description", text)?;
        }
        service.enabled = changes.enabled.unwrap_or(service.enabled);
        let mut names = Names::default();
        if service == known {
            let view = view(change.tx.as_mut(), &mut names, known).await?;
            change.leave();
            return Ok(view);
        }
        service.updated = change.at;
        change.tx.update_service_account(&service).await?;
        let before = view(change.tx.as_mut(), &mut names, known).await?;
        let after = view(change.tx.as_mut(), &mut names, service).await?;
        change.commit("service.set", object(name), differences(&before, &after)).await?;
        Ok(after)
    }

    /// Deletes a service account with its secrets and rights.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(self, name: &ServiceAccountName) -> Result<(), Error> {
        let (mut change, standing) = self.0.change_own().await?;
        known::service(change.tx.as_mut(), &standing, name).await?;
        standing.check_everything()?;
        let (service, secrets) = with_secrets(&mut change, name).await?;
        let id = service.id;
        let view = view(change.tx.as_mut(), &mut Names::default(), service).await?;
        let rights = holdings::rights(change.tx.as_mut(), Grantee::Service(id)).await?;
        change.tx.delete_service_account(id).await?;
        change.commit("service.delete", object(name), json!({ "service": view, "secrets": secrets, "rights": rights })).await
    }
}

async fn with_secrets(change: &mut Change, name: &ServiceAccountName) -> Result<(ServiceAccount, Vec<SecretView>), Error> {
    let service = find::service(change.tx.as_mut(), name).await?;
    let secrets = change.tx.secrets_of(service.id).await?;
    let at = change.at;
    Ok((service, secrets.into_iter().map(|secret| SecretView::new(secret, at)).collect()))
}

async fn view(tx: &mut dyn ReadTx, names: &mut Names, service: ServiceAccount) -> Result<ServiceView, Error> {
    let app = match service.app {
        Some(id) => Some(names.app(tx, id).await?),
        None => None,
    };
    let owner = names.owner(tx, service.owner).await?;
    Ok(NamedService { service, app, owner }.into())
}

impl From<NamedService> for ServiceView {
    fn from(named: NamedService) -> Self {
        let NamedService { service: ServiceAccount { id, name, description, enabled, created, updated, .. }, app, owner } = named;
        Self { id, name, app, owner, description, enabled, created, updated }
    }
}

pub(super) fn object(name: &ServiceAccountName) -> String {
    format!("service {name}")
}
