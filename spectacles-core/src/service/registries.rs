//! Registries.

use super::administration::Administrator;
use super::change::differences;
use super::{Error, find};
use crate::model::{Anonymous, KidStyle, NewRegistry, Policy, Registry, TokenLifetime, TokenSettings};
use crate::name::{RegistryUrl, ServiceName};
use crate::store::StoreError;
use serde_json::json;

/// Use cases of registries.
#[derive(Clone, Copy)]
pub struct Registries<'a>(pub(super) Administrator<'a>);

/// A registry to be registered. Only service and URL are needed.
#[derive(Debug, Clone)]
pub struct CreateRegistry {
    /// See [`Registry::service`].
    pub service: ServiceName,
    /// See [`Registry::url`].
    pub url: RegistryUrl,
    /// See [`Registry::external_url`].
    pub external_url: Option<RegistryUrl>,
    /// See [`Registry::enabled`].
    pub enabled: bool,
    /// See [`Registry::read_only`].
    pub read_only: bool,
    /// See [`Registry::delete_enabled`].
    pub delete_enabled: bool,
    /// See [`Registry::anonymous`].
    pub anonymous: Anonymous,
    /// See [`Registry::policy`].
    pub policy: Policy,
    /// See [`Registry::restricted`].
    pub restricted: bool,
    /// See [`Registry::token`].
    pub token: TokenSettings,
}

impl CreateRegistry {
    /// An enabled registry that admits nobody without credentials, and whose images can be deleted.
    pub fn new(service: ServiceName, url: RegistryUrl) -> Self {
        Self {
            service,
            url,
            external_url: None,
            enabled: true,
            read_only: false,
            delete_enabled: true,
            anonymous: Anonymous::Off,
            policy: Policy::Both,
            restricted: true,
            token: TokenSettings::default(),
        }
    }
}

/// What to change of a registry; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct RegistryChanges {
    /// See [`Registry::service`]. The registry must be told, or it refuses every token.
    pub service: Option<ServiceName>,
    /// See [`Registry::url`].
    pub url: Option<RegistryUrl>,
    /// See [`Registry::external_url`]; `Some(None)` removes it.
    pub external_url: Option<Option<RegistryUrl>>,
    /// See [`Registry::enabled`].
    pub enabled: Option<bool>,
    /// See [`Registry::read_only`].
    pub read_only: Option<bool>,
    /// See [`Registry::delete_enabled`].
    pub delete_enabled: Option<bool>,
    /// See [`Registry::anonymous`].
    pub anonymous: Option<Anonymous>,
    /// See [`Registry::policy`].
    pub policy: Option<Policy>,
    /// See [`Registry::restricted`].
    pub restricted: Option<bool>,
    /// See [`TokenSettings::lifetime`].
    pub lifetime: Option<TokenLifetime>,
    /// See [`TokenSettings::kid_style`].
    pub kid_style: Option<KidStyle>,
}

impl Registries<'_> {
    /// Up to `limit` registries whose services come after `after`, by service.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn list(self, after: Option<&ServiceName>, limit: u32) -> Result<Vec<Registry>, Error> {
        Ok(self.0.read().await?.registries(after, limit).await?)
    }

    /// A registry.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn show(self, service: &ServiceName) -> Result<Registry, Error> {
        find::registry(self.0.read().await?.as_mut(), service).await
    }

    /// Registers a registry.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the service is taken.
    pub async fn create(self, registry: CreateRegistry) -> Result<Registry, Error> {
        let mut change = self.0.change().await?;
        let created = change.at;
        let CreateRegistry { service, url, external_url, enabled, read_only, delete_enabled, anonymous, policy, restricted, token } = registry;
        let new = NewRegistry { service, url, external_url, enabled, read_only, delete_enabled, anonymous, policy, restricted, token, created };
        let id = change.tx.insert_registry(&new).await.map_err(|error| taken(error, &new.service))?;
        let NewRegistry { service, url, external_url, .. } = new;
        let registry =
            Registry { id, service, url, external_url, enabled, read_only, delete_enabled, anonymous, policy, restricted, token, created, updated: created };
        change.commit("registry.create", object(&registry.service), json!({ "registry": registry })).await?;
        Ok(registry)
    }

    /// Changes a registry.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the new service is taken.
    pub async fn set(self, service: &ServiceName, changes: RegistryChanges) -> Result<Registry, Error> {
        let mut change = self.0.change().await?;
        let before = find::registry(change.tx.as_mut(), service).await?;
        let known = before.clone();
        let mut registry = Registry {
            id: known.id,
            service: changes.service.unwrap_or(known.service),
            url: changes.url.unwrap_or(known.url),
            external_url: changes.external_url.unwrap_or(known.external_url),
            enabled: changes.enabled.unwrap_or(known.enabled),
            read_only: changes.read_only.unwrap_or(known.read_only),
            delete_enabled: changes.delete_enabled.unwrap_or(known.delete_enabled),
            anonymous: changes.anonymous.unwrap_or(known.anonymous),
            policy: changes.policy.unwrap_or(known.policy),
            restricted: changes.restricted.unwrap_or(known.restricted),
            token: TokenSettings {
                lifetime: changes.lifetime.unwrap_or(known.token.lifetime),
                kid_style: changes.kid_style.unwrap_or(known.token.kid_style),
            },
            created: known.created,
            updated: known.updated,
        };
        if registry == before {
            change.leave();
            return Ok(registry);
        }
        registry.updated = change.at;
        change.tx.update_registry(&registry).await.map_err(|error| taken(error, &registry.service))?;
        change.commit("registry.set", object(service), differences(&before, &registry)).await?;
        Ok(registry)
    }

    /// Forgets a registry, with its namespaces and their rights. The registry itself is not touched.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(self, service: &ServiceName) -> Result<(), Error> {
        let mut change = self.0.change().await?;
        let registry = find::registry(change.tx.as_mut(), service).await?;
        change.tx.delete_registry(registry.id).await?;
        change.commit("registry.delete", object(service), json!({ "registry": registry })).await
    }
}

fn object(service: &ServiceName) -> String {
    format!("registry {service}")
}

fn taken(error: StoreError, service: &ServiceName) -> Error {
    match error {
        StoreError::Conflict(_) => Error::Conflict(format!("a registry `{service}` exists already")),
        StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    }
}
