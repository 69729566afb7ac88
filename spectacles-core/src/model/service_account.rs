//! Service accounts: programs that log in.

use super::Terms;
use crate::id::{AppId, SecretId, ServiceAccountId, UserId};
use crate::name::ServiceAccountName;
use crate::time::Timestamp;
use serde::Serialize;
use std::fmt;

/// A program that logs in, with secrets of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceAccount {
    /// Never reused.
    pub id: ServiceAccountId,
    /// Unique. Logs in as `<name>@<node>` or as `robot$<name>`.
    pub name: ServiceAccountName,
    /// What it runs, for the path policy.
    pub app: Option<AppId>,
    /// Who looks after it.
    pub owner: Option<UserId>,
    /// What it is for.
    pub description: String,
    /// A disabled one gets no token and has no rights.
    pub enabled: bool,
    /// When it was created.
    pub created: Timestamp,
    /// When anything of this was last changed. Secrets have no part in it.
    pub updated: Timestamp,
}

/// A service account to be created.
#[derive(Debug, Clone)]
pub struct NewServiceAccount {
    /// See [`ServiceAccount::name`].
    pub name: ServiceAccountName,
    /// See [`ServiceAccount::app`].
    pub app: Option<AppId>,
    /// See [`ServiceAccount::owner`].
    pub owner: Option<UserId>,
    /// See [`ServiceAccount::description`].
    pub description: String,
    /// See [`ServiceAccount::enabled`].
    pub enabled: bool,
    /// See [`ServiceAccount::created`].
    pub created: Timestamp,
}

/// One of the secrets of a service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceSecret {
    /// Never reused.
    pub id: SecretId,
    /// Never serialised.
    #[serde(skip)]
    pub hash: SecretHash,
    /// When it was made.
    pub created: Timestamp,
    /// About when it was last used.
    pub last_used: Option<Timestamp>,
    /// How long, and from where, it is accepted.
    #[serde(flatten)]
    pub terms: Terms,
}

/// SHA-256 of a secret. Enough for one of 128 random bits and more: nobody can try them all.
///
/// Debug output hides it, and it is not serialisable.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Wraps a hash that was made of a secret.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}
