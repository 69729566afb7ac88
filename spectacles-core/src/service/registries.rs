//! Registries.

use super::actor::{Actor, Answers, Standing, answers};
use super::change::differences;
use super::connection::{ConnectionChanges, NewConnection};
use super::limits::Related;
use super::{Error, form, managing};
use crate::model::{
    Anonymous, Connection, KidStyle, NewRegistry, Policy, Published, Registry, Relation, TimedGroup, TokenLifetime, TokenSettings,
};
use crate::name::{NamespacePath, RegistryUrl, ServiceName};
use crate::store::{ReadTx, StoreError};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Use cases of registries.
#[derive(Clone, Copy)]
pub struct Registries<'a>(pub(super) Actor<'a>);

/// A registry to be registered. Only service and URL are needed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreateRegistry {
    /// See [`Registry::service`].
    pub service: ServiceName,
    /// See [`Registry::url`].
    pub url: RegistryUrl,
    /// See [`Registry::external_url`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_url: Option<RegistryUrl>,
    /// See [`Registry::enabled`].
    #[serde(default = "form::yes")]
    pub enabled: bool,
    /// See [`Registry::read_only`].
    #[serde(default)]
    pub read_only: bool,
    /// See [`Registry::delete_enabled`].
    #[serde(default = "form::yes")]
    pub delete_enabled: bool,
    /// See [`Registry::anonymous`].
    #[serde(default)]
    pub anonymous: Anonymous,
    /// See [`Registry::policy`].
    #[serde(default)]
    pub policy: Policy,
    /// See [`Registry::restricted`].
    #[serde(default = "form::yes")]
    pub restricted: bool,
    /// See [`Registry::token`].
    #[serde(flatten)]
    pub token: TokenSettings,
    /// See [`Registry::connection`].
    #[serde(flatten)]
    pub connection: NewConnection,
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
            connection: NewConnection::default(),
        }
    }
}

/// What to change of a registry; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct RegistryChanges {
    /// See [`Registry::service`]. The registry must be told, or it refuses every token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceName>,
    /// See [`Registry::url`]. For administrators: what this server sends goes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<RegistryUrl>,
    /// See [`Registry::external_url`]; `null` removes it.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub external_url: Option<Option<RegistryUrl>>,
    /// See [`Registry::enabled`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// See [`Registry::read_only`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// See [`Registry::delete_enabled`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_enabled: Option<bool>,
    /// See [`Registry::anonymous`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous: Option<Anonymous>,
    /// See [`Registry::policy`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// See [`Registry::restricted`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<bool>,
    /// How long a token is valid.
    #[serde(rename = "token_seconds", default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<TokenLifetime>,
    /// How the registry finds the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid_style: Option<KidStyle>,
    /// How it is reached.
    #[serde(flatten)]
    pub connection: ConnectionChanges,
}

/// A registry, and the groups that have to do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegistryView {
    /// The registry.
    #[serde(flatten)]
    pub registry: Registry,
    /// The groups that have to do with it.
    #[serde(flatten)]
    pub related: Related,
}

impl Registries<'_> {
    /// A registry, with the groups that have to do with it. Users who do not answer for it see of those the ones they are in, and nothing of how
    /// it is reached.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn show(self, service: &ServiceName) -> Result<RegistryView, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let registry = self.0.known_registry(tx.as_mut(), &standing, service).await?;
        let now = self.0.now();
        match &standing {
            Standing::Own(person) if answers(tx.as_mut(), person, &registry, now).await? == Answers::Not => {
                let related = Related::read_some(tx.as_mut(), Published::Registry(registry.id), now, |group| person.is_in(group)).await?;
                Ok(RegistryView { registry: unconnected(registry), related })
            }
            Standing::Own(_) | Standing::Everything => view(tx.as_mut(), registry, now).await,
        }
    }

    /// Registers a registry. The default group of whoever does it answers for it, and it is published to that group.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the service is taken, and for managers when the host is; [`Error::Denied`] for users who are no managers, or answer
    /// for as many as the policies admit, and for what of it they may not choose; [`Error::Refused`] for those without a default group.
    pub async fn create(self, registry: CreateRegistry) -> Result<RegistryView, Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let group = self.creators_group(&mut change, &standing).await?;
        self.check_quota(&mut change, &standing).await?;
        let created = change.at;
        let CreateRegistry {
            service,
            url,
            external_url,
            enabled,
            read_only,
            delete_enabled,
            anonymous,
            policy,
            restricted,
            token,
            connection,
        } = registry;
        let new = NewRegistry {
            service,
            url,
            external_url,
            enabled,
            read_only,
            delete_enabled,
            anonymous,
            policy,
            restricted,
            token,
            connection: connection.checked()?,
            created,
        };
        managing::check_new(&standing, &new)?;
        managing::check_hosts(change.tx.as_mut(), &standing, None, [Some(&new.url), new.external_url.as_ref()]).await?;
        let id = change.tx.insert_registry(&new).await.map_err(|error| taken(error, &new.service))?;
        if let Some(group) = group {
            for relation in [Relation::Responsible, Relation::Publication] {
                change.tx.relate(Published::Registry(id), relation, TimedGroup::always(group.id)).await?;
            }
        }
        let registry = change.tx.registry(id).await?.ok_or_else(|| Error::not_found("registry", &new.service))?;
        let view = view(change.tx.as_mut(), registry, created).await?;
        change.commit("registry.create", object(&view.registry.service), json!({ "registry": view })).await?;
        Ok(view)
    }

    /// Changes a registry.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the new service is taken; [`Error::Denied`] for users who do not answer for it,
    /// and for what is for administrators to choose: who has which rights, and which registry it is.
    pub async fn set(self, service: &ServiceName, changes: RegistryChanges) -> Result<RegistryView, Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let (before, _) = self.0.own_registry(change.tx.as_mut(), &standing, service).await?;
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
            connection: changes.connection.apply(known.connection)?,
            event_secret: known.event_secret,
            created: known.created,
            updated: known.updated,
        };
        let at = change.at;
        if registry == before {
            let view = view(change.tx.as_mut(), registry, at).await?;
            change.leave();
            return Ok(view);
        }
        managing::check_set(&standing, &before, &registry)?;
        if before.external_url != registry.external_url {
            managing::check_hosts(change.tx.as_mut(), &standing, Some(registry.id), [None, registry.external_url.as_ref()]).await?;
        }
        registry.updated = at;
        change.tx.update_registry(&registry).await.map_err(|error| taken(error, &registry.service))?;
        let mut details = differences(&before, &registry);
        // What it is, nobody is told.
        if before.connection.password != registry.connection.password
            && let Some(details) = details.as_object_mut()
        {
            details.insert("password".to_owned(), json!("changed"));
        }
        let view = view(change.tx.as_mut(), registry, at).await?;
        change.commit("registry.set", object(service), details).await?;
        Ok(view)
    }

    /// Forgets a registry, with its namespaces and their rights. The registry itself is not touched.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] for users who do not answer for it for ever, and where it is not theirs alone.
    pub async fn delete(self, service: &ServiceName) -> Result<(), Error> {
        /// The trail need not hold more than somebody would read.
        const NAMED: u32 = 1000;
        let (mut change, standing) = self.0.change_own().await?;
        let (registry, answers) = self.0.own_registry(change.tx.as_mut(), &standing, service).await?;
        managing::check_delete(change.tx.as_mut(), &standing, answers, &registry).await?;
        let (id, at) = (registry.id, change.at);
        let namespaces: Vec<NamespacePath> =
            change.tx.namespaces(id, None, NAMED).await?.into_iter().map(|namespace| namespace.path).collect();
        let view = view(change.tx.as_mut(), registry, at).await?;
        change.tx.delete_registry(id).await?;
        change.commit("registry.delete", object(service), json!({ "registry": view, "namespaces": namespaces })).await
    }
}

pub(super) async fn view(tx: &mut dyn ReadTx, registry: Registry, now: Timestamp) -> Result<RegistryView, Error> {
    let related = Related::read(tx, Published::Registry(registry.id), now).await?;
    Ok(RegistryView { registry, related })
}

/// A registry as those see it who do not answer for it.
pub(super) fn unconnected(registry: Registry) -> Registry {
    Registry { connection: Connection::default(), ..registry }
}

pub(super) fn object(service: &ServiceName) -> String {
    format!("registry {service}")
}

fn taken(error: StoreError, service: &ServiceName) -> Error {
    match error {
        StoreError::Conflict(_) => Error::Conflict(format!("a registry `{service}` exists already")),
        StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    }
}
