//! The things Spectacles knows, as stores keep them and people see them.
//!
//! Plain data: whatever a field's type admits is valid. `New...` is what a store needs to create one; the store adds the id.

use crate::id::{AuditId, GroupId, KeyId, NamespaceId, RegistryId, UserId};
use crate::name::{Email, GroupName, NamespacePath, RegistryUrl, ServiceName, UserName};
use crate::right::Right;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A person, or a program that logs in like one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    /// A disabled user gets no token and has no rights.
    pub enabled: bool,
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
    /// See [`User::enabled`].
    pub enabled: bool,
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

/// Users who get rights together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Never reused.
    pub id: GroupId,
    /// Unique.
    pub name: GroupName,
    /// What the group is for.
    pub description: String,
    /// When the group was created.
    pub created: Timestamp,
    /// When its name or description was last changed.
    pub updated: Timestamp,
}

/// A group to be created.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// See [`Group::name`].
    pub name: GroupName,
    /// See [`Group::description`].
    pub description: String,
    /// See [`Group::created`].
    pub created: Timestamp,
}

/// A registry that asks us who may do what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    /// See [`Registry::token`].
    pub token: TokenSettings,
    /// See [`Registry::created`].
    pub created: Timestamp,
}

/// A closed set of words, stored, shown and parsed by one spelling.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word).ok_or_else(|| UnknownWord {
                    what: $what,
                    word: crate::name::excerpt(word),
                    known: &[$($word),*],
                })
            }
        }
    };
}

/// A word that is none of those a setting admits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no {what}; choose one of {}", known.join(", "))]
pub struct UnknownWord {
    what: &'static str,
    word: String,
    known: &'static [&'static str],
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
    /// How the `kid` header of a token is made. Every token carries its certificate as well, where there is one.
    KidStyle, "key id style" {
        /// The fingerprint that registries up to 2.8 compute (libtrust).
        #[default]
        Libtrust = "libtrust",
        /// The thumbprint of RFC 7638, which registries from 3.0 on compute.
        Rfc7638 = "rfc7638",
    }
}

words! {
    /// The algorithm of a signing key, by its JWS name (RFC 7518, RFC 8037).
    Algorithm, "signing algorithm" {
        /// RSA, 2048 to 4096 bits, PKCS#1 v1.5 with SHA-256.
        Rs256 = "RS256",
        /// ECDSA on P-256 with SHA-256.
        #[default]
        Es256 = "ES256",
        /// ECDSA on P-384 with SHA-384.
        Es384 = "ES384",
        /// Ed25519. Registries before 3.0 refuse it, and 2.8 does not even start with such a certificate.
        EdDsa = "EdDSA",
    }
}

/// How tokens for one registry are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenSettings {
    /// How long a token is valid.
    #[serde(rename = "token_seconds", with = "seconds")]
    pub lifetime: TokenLifetime,
    /// How the registry finds the key.
    pub kid_style: KidStyle,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self { lifetime: TokenLifetime::DEFAULT, kid_style: KidStyle::default() }
    }
}

/// How long a token is valid: whole seconds, one minute to one day.
///
/// Clients assume one minute when nothing is said, so less would be used after it has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLifetime(u32);

impl TokenLifetime {
    /// Five minutes.
    pub const DEFAULT: Self = Self(300);

    /// That many seconds.
    ///
    /// # Errors
    /// [`BadLifetime`] outside of 60 to 86400.
    pub const fn from_seconds(seconds: u32) -> Result<Self, BadLifetime> {
        if seconds < 60 || seconds > 86_400 { Err(BadLifetime(seconds)) } else { Ok(Self(seconds)) }
    }

    /// The number of seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

/// A token lifetime out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token cannot be valid for {0} seconds; choose 60 to 86400")]
pub struct BadLifetime(u32);

mod seconds {
    use super::TokenLifetime;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(lifetime: &TokenLifetime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(lifetime.seconds())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TokenLifetime, D::Error> {
        TokenLifetime::from_seconds(u32::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A part of a registry with an owner and rights of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Namespace {
    /// Never reused.
    pub id: NamespaceId,
    /// Where it is.
    pub registry: RegistryId,
    /// Unique within its registry.
    pub path: NamespacePath,
    /// Has FULL, unless a custom right of his says otherwise.
    pub owner: Option<UserId>,
    /// What it is for.
    pub description: String,
    /// Everybody may pull, where the registry admits anonymous pull.
    pub public: bool,
    /// What assigned members may.
    pub members_right: Right,
    /// What the members of assigned groups may.
    pub groups_right: Right,
    /// What every other authenticated user may.
    pub others_right: Right,
    /// When it was created.
    pub created: Timestamp,
    /// When anything of this was last changed. Grants and assignments have no part in it.
    pub updated: Timestamp,
}

/// A namespace to be created.
#[derive(Debug, Clone)]
pub struct NewNamespace {
    /// See [`Namespace::registry`].
    pub registry: RegistryId,
    /// See [`Namespace::path`].
    pub path: NamespacePath,
    /// See [`Namespace::owner`].
    pub owner: Option<UserId>,
    /// See [`Namespace::description`].
    pub description: String,
    /// See [`Namespace::public`].
    pub public: bool,
    /// See [`Namespace::members_right`].
    pub members_right: Right,
    /// See [`Namespace::groups_right`].
    pub groups_right: Right,
    /// See [`Namespace::others_right`].
    pub others_right: Right,
    /// See [`Namespace::created`].
    pub created: Timestamp,
}

/// Who holds a custom right or is assigned to a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grantee {
    /// One user.
    User(UserId),
    /// Everybody in a group.
    Group(GroupId),
}

/// A custom right on a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// What. NONE is a right too: it stops the search.
    pub right: Right,
}

/// A signing key as the store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Never reused.
    pub id: KeyId,
    /// The private key, PKCS#8 in PEM.
    pub private_pem: String,
    /// The certificate, or a chain with the leaf first, in PEM. Empty when there is none.
    pub certificate_pem: String,
    /// When it was made.
    pub created: Timestamp,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey").field("id", &self.id).field("created", &self.created).finish_non_exhaustive()
    }
}

/// One change, as the audit trail keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// Ascending in the order of the changes.
    pub id: AuditId,
    /// What happened.
    #[serde(flatten)]
    pub record: AuditRecord,
}

/// What an audit entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditRecord {
    /// When.
    pub at: Timestamp,
    /// Who: a user's name, or `operator` for somebody at the machine itself.
    pub actor: String,
    /// What was done: `user.create`, `namespace.grant`, ...
    pub action: String,
    /// To what: `user alice`, `namespace registry.example.com team/app`.
    pub object: String,
    /// What was before and after, without secrets.
    pub details: serde_json::Value,
}
