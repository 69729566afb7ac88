//! JSON Schemas of what is written as text or as a number: names, moments, rights, links.
//!
//! Everything that is shown has its form here or beside its definition, so that the documents made from it (the state file, the REST API) cannot
//! say something else. Patterns are as exact as regular expressions get; what they cannot say, such as reserved names, is refused all the same.
//! They are spelled as ECMA-262, Python and Rust read them alike, without classes of Unicode: whoever generates a client has one of these.

use crate::access::questions::Pattern;
use crate::audit::Link;
use crate::id::{
    ActivityId, ApiTokenId, AppId, AuditId, DecisionId, GroupId, KeyId, NamespaceId, RegistryId, RepositoryId, SecretId, ServiceAccountId,
    TagId, UserId,
};
use crate::model::Privileges;
use crate::name::{
    ApiTokenName, AppName, Digest, Email, GroupName, MediaType, NamespacePath, NodeName, Reference, RegistryUrl, RepositoryName,
    ServiceAccountName, ServiceName, Slug, TagName, UserName,
};
use crate::right::Actions;
use crate::time::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// A network or an address, as rights are limited to.
pub(crate) struct Network;

/// A pattern of names, where `*` stands for any text and `?` for one character.
pub(crate) struct Glob;

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
/// The same without the names that are reserved.
const USER_NAME: &str =
    "^(?!(spectacles|anonymous|system|operator|background|users|groups|apps)$)(?=.*[a-z._-])[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*$";
/// Text without white space at its ends and without control characters that is no number.
const TEXT_NAME: &str = r"^(?![0-9]+$)[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$";
/// A host by name, by IPv4 or by IPv6, perhaps a port and a path.
const REGISTRY_URL: &str = "^https?://(([A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?\\.)*[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?\
    |((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])|\\[[0-9A-Fa-f:.]+\\])\
    (:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(/[A-Za-z0-9._-]+)*/?$";

written! {
    Glob = { "type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[^\\x00-\\x20\\x7f-\\x9f]+$", "examples": ["v*"] };
    UserName = { "type": "string", "minLength": 1, "maxLength": 48, "pattern": USER_NAME, "examples": ["alice"] };
    Slug = { "type": "string", "minLength": 1, "maxLength": 48, "pattern": COMPONENT_NAME, "examples": ["devs"] };
    GroupName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": TEXT_NAME, "examples": ["devs"] };
    AppName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": TEXT_NAME, "examples": ["shop"] };
    ServiceAccountName = {
        "type": "string", "minLength": 1, "maxLength": 128,
        "pattern": "^(?=.*[a-z._/-])[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$",
        "examples": ["ci"]
    };
    ApiTokenName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": TEXT_NAME, "examples": ["ci"] };
    NodeName = { "type": "string", "minLength": 1, "maxLength": 253, "pattern": "^[A-Za-z0-9._-]+$", "examples": ["node1"] };
    ServiceName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[^\\s\\x00-\\x1f\\x7f-\\x9f\"\\\\]([^\\x00-\\x1f\\x7f-\\x9f\"\\\\]*[^\\s\\x00-\\x1f\\x7f-\\x9f\"\\\\])?$", "examples": ["registry.example.com"] };
    RegistryUrl = {
        "type": "string", "format": "uri", "maxLength": 128,
        "pattern": REGISTRY_URL,
        "examples": ["http://registry:5000"]
    };
    Email = { "type": "string", "minLength": 3, "maxLength": 128, "pattern": "^[^\\s\\x00-\\x1f\\x7f-\\x9f<>,;\"@]+@[^\\s\\x00-\\x1f\\x7f-\\x9f<>,;\"@]+$", "examples": ["alice@example.com"] };
    NamespacePath = {
        "type": "string", "minLength": 1, "maxLength": 255,
        "pattern": "^(/|(\\*|[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)(/(\\*|[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*))*)$",
        "examples": ["team"]
    };
    RepositoryName = { "type": "string", "minLength": 1, "maxLength": 255, "format": "repository-name", "examples": ["team/app"] };
    TagName = { "type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]*$", "examples": ["v1.2"] };
    Digest = {
        "type": "string", "pattern": "^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$",
        "examples": ["sha256:8c0f1f6ad5b3c3a4c5b6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9012345"]
    };
    Reference = { "type": "string", "minLength": 1, "maxLength": 135, "examples": ["v1.2"] };
    MediaType = {
        "type": "string", "maxLength": 255, "pattern": "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$",
        "examples": ["application/vnd.oci.image.manifest.v1+json"]
    };
    Pattern = { "type": "string", "examples": ["team/…"] };
    Network = { "type": "string", "format": "ip-network", "examples": ["192.0.2.0/24", "2001:db8::/32", "192.0.2.7"] };
    Timestamp = { "type": "string", "format": "date-time", "examples": ["2030-01-31T12:00:00Z"] };
    Link = { "type": "string", "pattern": "^[0-9a-f]{64}$", "examples": ["8c0f1f6ad5b3c3a4c5b6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9012345"] };
    Actions = { "type": "array", "items": { "type": "string", "enum": ["pull", "push", "delete"] }, "uniqueItems": true, "examples": [["pull", "push"]] };
    Privileges = { "type": "array", "items": { "type": "string", "enum": ["puller", "pusher", "manager"] }, "uniqueItems": true, "examples": [["puller"]] };
    UserId = { "type": "integer", "minimum": 1 };
    GroupId = { "type": "integer", "minimum": 1 };
    AppId = { "type": "integer", "minimum": 1 };
    ServiceAccountId = { "type": "integer", "minimum": 1 };
    ApiTokenId = { "type": "integer", "minimum": 1 };
    SecretId = { "type": "integer", "minimum": 1 };
    RegistryId = { "type": "integer", "minimum": 1 };
    RepositoryId = { "type": "integer", "minimum": 1 };
    TagId = { "type": "integer", "minimum": 1 };
    ActivityId = { "type": "integer", "minimum": 1 };
    NamespaceId = { "type": "integer", "minimum": 1 };
    KeyId = { "type": "integer", "minimum": 1 };
    AuditId = { "type": "integer", "minimum": 1 };
    DecisionId = { "type": "integer", "minimum": 1 };
}
