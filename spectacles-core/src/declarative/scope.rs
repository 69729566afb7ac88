//! What a document owns.

use super::{Kind, Object};
use crate::name::ServiceName;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A part of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Every user.
    Users,
    /// Every group.
    Groups,
    /// Every app.
    Apps,
    /// Every service account.
    Services,
    /// Every registry with its namespaces.
    Registries,
    /// One registry with its namespaces.
    Registry(ServiceName),
}

impl Scope {
    /// Everything.
    pub const ALL: [Self; 5] = [Self::Users, Self::Groups, Self::Apps, Self::Services, Self::Registries];

    /// Whether a thing is a part of it.
    pub fn has(&self, object: &Object) -> bool {
        match (self, object.kind) {
            (Self::Users, Kind::User) | (Self::Groups, Kind::Group) | (Self::Apps, Kind::App) | (Self::Services, Kind::Service) => true,
            (Self::Registries, Kind::Registry | Kind::Namespace) => true,
            (Self::Registry(service), Kind::Registry | Kind::Namespace) => object.registry() == service.as_str(),
            (Self::Users | Self::Groups | Self::Apps | Self::Services | Self::Registries | Self::Registry(_), _) => false,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Users => f.write_str("users"),
            Self::Groups => f.write_str("groups"),
            Self::Apps => f.write_str("apps"),
            Self::Services => f.write_str("services"),
            Self::Registries => f.write_str("registries"),
            Self::Registry(service) => write!(f, "registries/{service}"),
        }
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(service) = text.strip_prefix("registries/") {
            return service.parse().map(Self::Registry).map_err(|error: crate::name::NameError| error.to_string());
        }
        Self::ALL.into_iter().find(|scope| scope.to_string() == text).ok_or_else(|| {
            let text = crate::name::excerpt(text);
            format!("`{text}` is no scope; choose users, groups, apps, services, registries or registries/SERVICE")
        })
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Scope {
    fn schema_name() -> Cow<'static, str> {
        "Scope".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(users|groups|apps|services|registries|registries/.+)$" })
    }
}
