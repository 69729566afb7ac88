//! Identifiers.
//!
//! An id is a positive 64-bit integer that the store hands out and never hands out again. People see ids in repository paths
//! (`users/1/...`), so they come from a database sequence and stay small.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Wraps a number that a store handed out.
            pub const fn new(id: i64) -> Self {
                Self(id)
            }

            /// The number itself.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// Identifies a user.
    UserId
    /// Identifies a group.
    GroupId
    /// Identifies an app.
    AppId
    /// Identifies a service account.
    ServiceAccountId
    /// Identifies a secret of a service account.
    SecretId
    /// Identifies an API token of a user.
    ApiTokenId
    /// Identifies a registry.
    RegistryId
    /// Identifies a namespace.
    NamespaceId
    /// Identifies a repository.
    RepositoryId
    /// Identifies a tag of a repository. One that is deleted and comes back is another one.
    TagId
    /// Identifies an entry of what happened to the content of registries.
    ActivityId
    /// Identifies a signing key of this installation. Not the `kid` of a token.
    KeyId
    /// Identifies an entry of the audit trail: its place in the chain.
    AuditId
    /// Identifies a recorded decision: its place in the chain.
    DecisionId
}
