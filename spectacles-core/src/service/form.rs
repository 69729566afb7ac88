//! How what is to be created or changed is written: as JSON, by those who ask from outside.
//!
//! Of a change, a field that is left out stays; one that is `null` is removed, where it can be. What is said of a thing to be created is the
//! same, and what is left out has its default.

use crate::right::Right;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A field that can be removed: `null` says so, and absence says nothing.
pub(super) fn removable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

pub(super) const fn yes() -> bool {
    true
}

pub(super) const fn full() -> Right {
    Right::Full
}

/// The schema of a secret: written, and never read.
pub(super) struct Secret;

impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password", "writeOnly": true, "minLength": 1, "maxLength": 256, "pattern": crate::name::LINE })
    }
}

/// Secrets come in, and go out only to where they are meant to be known: a client that sends them.
pub(super) mod secret {
    use super::{Deserialize, Deserializer, SecretString};
    use secrecy::ExposeSecret as _;
    use serde::{Serialize as _, Serializer};

    pub(in crate::service) fn serialize<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(|secret| secret.expose_secret()).serialize(serializer)
    }

    pub(in crate::service) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
        Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
    }
}
