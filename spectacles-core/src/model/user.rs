//! Users and their passwords.

use super::Privileges;
use crate::id::{GroupId, UserId};
use crate::name::{Email, UserName};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A person, or a program that logs in like one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// Never reused, also after the user is deleted.
    pub id: UserId,
    /// What is typed at `docker login`; the `sub` of tokens.
    pub name: UserName,
    /// How people are addressed.
    pub display_name: String,
    /// Where mail goes.
    pub email: Option<Email>,
    /// Never serialised. A user without one cannot log in with a password.
    #[serde(skip)]
    pub password: Option<PasswordHash>,
    /// Administrators may do everything.
    pub admin: bool,
    /// Auditors may read everything, and change nothing but what is their own. It gives them nothing at the registries.
    pub auditor: bool,
    /// A disabled user gets no token and has no rights.
    pub enabled: bool,
    /// What he may do under the path policy.
    pub privileges: Privileges,
    /// The group that answers for the registries he registers, and to which they are published. People read its name, not its number.
    #[serde(skip)]
    pub default_group: Option<GroupId>,
    /// When the user was created.
    pub created: Timestamp,
    /// When anything of this was last changed.
    pub updated: Timestamp,
}

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// See [`User::name`]. Unique.
    pub name: UserName,
    /// See [`User::display_name`].
    pub display_name: String,
    /// See [`User::email`].
    pub email: Option<Email>,
    /// See [`User::password`].
    pub password: Option<PasswordHash>,
    /// See [`User::admin`].
    pub admin: bool,
    /// See [`User::auditor`].
    pub auditor: bool,
    /// See [`User::enabled`].
    pub enabled: bool,
    /// See [`User::privileges`].
    pub privileges: Privileges,
    /// See [`User::default_group`].
    pub default_group: Option<GroupId>,
    /// See [`User::created`].
    pub created: Timestamp,
}

/// A hashed password in PHC string format (`$argon2id$v=19$...`).
///
/// Debug output hides it, and it is not serialisable.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Box<str>);

impl PasswordHash {
    /// Wraps a PHC string, as a hasher made it or a store kept it.
    pub fn from_phc(phc: impl Into<Box<str>>) -> Self {
        Self(phc.into())
    }

    /// The PHC string.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}
