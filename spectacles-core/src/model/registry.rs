//! Registries.

use super::words::words;
use super::{SecretHash, TokenSettings};
use crate::id::RegistryId;
use crate::name::{RegistryUrl, ServiceName};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A registry that asks us who may do what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Registry {
    /// Never reused.
    pub id: RegistryId,
    /// What the registry calls itself. Unique; the audience of its tokens.
    pub service: ServiceName,
    /// How this server reaches the registry: `http://registry:5000`.
    pub url: RegistryUrl,
    /// How clients reach it, where that differs from `url`.
    pub external_url: Option<RegistryUrl>,
    /// A disabled registry gets no tokens with rights.
    pub enabled: bool,
    /// Nobody pushes or deletes, administrators included.
    pub read_only: bool,
    /// Whether the registry's own configuration permits deletion.
    pub delete_enabled: bool,
    /// What those without credentials may do.
    pub anonymous: Anonymous,
    /// By which policies rights are given.
    pub policy: Policy,
    /// Only members of the groups that answer for this registry push by the path policy. Where it is not restricted, those to whom it is
    /// published push to their own repositories as well.
    pub restricted: bool,
    /// How its tokens are made.
    #[serde(flatten)]
    pub token: TokenSettings,
    /// How this server reaches it.
    #[serde(flatten)]
    pub connection: Connection,
    /// By which notifications are known to come from it.
    #[serde(skip)]
    pub event_secret: Option<SecretHash>,
    /// When it was registered.
    pub created: Timestamp,
    /// When anything of this was last changed.
    pub updated: Timestamp,
}

/// A registry to be registered.
#[derive(Debug, Clone)]
pub struct NewRegistry {
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
    /// See [`Registry::connection`].
    pub connection: Connection,
    /// See [`Registry::created`].
    pub created: Timestamp,
}

/// How this server reaches a registry, to look at it and to delete.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Connection {
    /// Whether any certificate of the registry will do.
    pub insecure: bool,
    /// Certificates (PEM) of authorities that are trusted besides those of the system.
    pub ca: Option<String>,
    /// How this server proves who it is.
    pub login: LoginKind,
    /// With which name, where that is by name and password.
    pub username: Option<String>,
    /// With which password. Never shown.
    #[serde(skip)]
    pub password: Option<RegistryPassword>,
    /// After how many seconds it is looked at again; 0 for never.
    pub sync_seconds: SyncSeconds,
}

/// A password for a registry. Debug output hides it, and it is not serialisable.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistryPassword(String);

impl RegistryPassword {
    /// Wraps a password.
    pub const fn new(password: String) -> Self {
        Self(password)
    }

    /// The password, for the registry and for the store.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for RegistryPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RegistryPassword(..)")
    }
}

/// After how many seconds a registry is looked at again: 5 seconds to a week, or 0 for never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SyncSeconds(u32);

impl SyncSeconds {
    /// Never by itself.
    pub const NEVER: Self = Self(0);

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// Half a minute.
impl Default for SyncSeconds {
    fn default() -> Self {
        Self(30)
    }
}

impl From<SyncSeconds> for u32 {
    fn from(value: SyncSeconds) -> Self {
        value.0
    }
}

/// Not a number of seconds after which a registry can be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a registry is looked at every 5 to 604800 seconds, or with 0 never")]
pub struct BadSyncSeconds;

impl TryFrom<u32> for SyncSeconds {
    type Error = BadSyncSeconds;

    fn try_from(value: u32) -> Result<Self, BadSyncSeconds> {
        if value == 0 || (5..=604_800).contains(&value) { Ok(Self(value)) } else { Err(BadSyncSeconds) }
    }
}

impl std::str::FromStr for SyncSeconds {
    type Err = BadSyncSeconds;

    fn from_str(value: &str) -> Result<Self, BadSyncSeconds> {
        value.parse::<u32>().map_err(|_| BadSyncSeconds)?.try_into()
    }
}

impl std::fmt::Display for SyncSeconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl JsonSchema for SyncSeconds {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SyncSeconds".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "anyOf": [{ "const": 0 }, { "minimum": 5, "maximum": 604_800 }], "default": 30 })
    }
}

words! {
    /// How this server proves to a registry who it is.
    LoginKind, "way to log in to a registry" {
        /// By tokens that it issues itself, as the registry asks for.
        #[default]
        Token = "token",
        /// By name and password.
        Basic = "basic",
        /// Not at all.
        None = "none",
    }
}

words! {
    /// What those without credentials may do on a registry.
    Anonymous, "setting for anonymous access" {
        /// Nothing: they are asked for credentials.
        #[default]
        Off = "off",
        /// Pull from namespaces that are public.
        Pull = "pull",
    }
}

words! {
    /// By which policies rights are given on a registry.
    Policy, "access policy" {
        /// By the rights on namespaces.
        Namespaces = "namespaces",
        /// By the first components of the path: `users/`, `groups/`, `apps/`, others.
        Paths = "paths",
        /// By both: what either gives is given.
        #[default]
        Both = "both",
    }
}

impl Policy {
    /// Whether rights on namespaces count.
    pub const fn has_namespaces(self) -> bool {
        matches!(self, Self::Namespaces | Self::Both)
    }

    /// Whether paths count.
    pub const fn has_paths(self) -> bool {
        matches!(self, Self::Paths | Self::Both)
    }
}
