//! Registries.

use super::TokenSettings;
use super::words::words;
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
    /// See [`Registry::created`].
    pub created: Timestamp,
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
