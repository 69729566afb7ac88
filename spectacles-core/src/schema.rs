//! JSON Schemas of what is written as text or as a number: names, moments, rights, links.
//!
//! Everything that is shown has its form here or beside its definition, so that the documents made from it (the state file, the REST API) cannot
//! say something else. Patterns are as exact as regular expressions get; what they cannot say, such as reserved names, is refused all the same.

use crate::access::questions::Pattern;
use crate::audit::Link;
use crate::id::{ApiTokenId, AppId, AuditId, DecisionId, GroupId, KeyId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use crate::model::Privileges;
use crate::name::{
    ApiTokenName, AppName, Email, GroupName, NamespacePath, NodeName, RegistryUrl, RepositoryName, ServiceAccountName, ServiceName, Slug,
    UserName,
};
use crate::right::Actions;
use crate::time::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// What has a schema of its own, which is repeated wherever it is used.
macro_rules! written {
    ($($name:ident = $schema:tt;)*) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

/// One repository path component that is no number.
const COMPONENT_NAME: &str = "^(?=.*[a-z._-])[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*$";
/// Text without white space at its ends and without control characters that is no number.
const TEXT_NAME: &str = r"^(?!\d+$)[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$";

written! {
    UserName = { "type": "string", "minLength": 1, "maxLength": 48, "pattern": COMPONENT_NAME };
    Slug = { "type": "string", "minLength": 1, "maxLength": 48, "pattern": COMPONENT_NAME };
    GroupName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": TEXT_NAME };
    AppName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": TEXT_NAME };
    ServiceAccountName = {
        "type": "string", "minLength": 1, "maxLength": 128,
        "pattern": "^(?=.*[a-z._/-])[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$"
    };
    ApiTokenName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": TEXT_NAME };
    NodeName = { "type": "string", "minLength": 1, "maxLength": 253, "pattern": "^[A-Za-z0-9._-]+$" };
    ServiceName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[^\\s\\p{Cc}\"\\\\]([^\\p{Cc}\"\\\\]*[^\\s\\p{Cc}\"\\\\])?$" };
    RegistryUrl = {
        "type": "string", "format": "uri", "maxLength": 128,
        "pattern": "^https?://[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(:[0-9]{1,4})?(/[A-Za-z0-9._-]+)*/?$"
    };
    Email = { "type": "string", "minLength": 3, "maxLength": 128, "pattern": "^[^\\s\\p{Cc}<>,;\"@]+@[^\\s\\p{Cc}<>,;\"@]+$" };
    NamespacePath = {
        "type": "string", "minLength": 1, "maxLength": 255,
        "pattern": "^(/|(\\*|[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)(/(\\*|[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*))*)$"
    };
    RepositoryName = { "type": "string", "minLength": 1, "maxLength": 255 };
    Pattern = { "type": "string" };
    Timestamp = { "type": "string", "format": "date-time" };
    Link = { "type": "string", "pattern": "^[0-9a-f]{64}$" };
    Actions = { "type": "array", "items": { "type": "string", "enum": ["pull", "push", "delete"] }, "uniqueItems": true };
    Privileges = { "type": "array", "items": { "type": "string", "enum": ["puller", "pusher", "manager"] }, "uniqueItems": true };
    UserId = { "type": "integer", "minimum": 1 };
    GroupId = { "type": "integer", "minimum": 1 };
    AppId = { "type": "integer", "minimum": 1 };
    ServiceAccountId = { "type": "integer", "minimum": 1 };
    ApiTokenId = { "type": "integer", "minimum": 1 };
    SecretId = { "type": "integer", "minimum": 1 };
    RegistryId = { "type": "integer", "minimum": 1 };
    NamespaceId = { "type": "integer", "minimum": 1 };
    KeyId = { "type": "integer", "minimum": 1 };
    AuditId = { "type": "integer", "minimum": 1 };
    DecisionId = { "type": "integer", "minimum": 1 };
}
