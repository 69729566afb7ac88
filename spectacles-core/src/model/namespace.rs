//! Namespaces and the rights on them.

use super::Terms;
use crate::id::{GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use crate::name::NamespacePath;
use crate::right::Right;
use crate::time::Timestamp;
use serde::Serialize;

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
    /// One service account.
    Service(ServiceAccountId),
}

/// An assignment to a namespace: whoever is assigned has what the namespace gives its members, or its groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// Who.
    pub grantee: Grantee,
    /// How long and from where.
    #[serde(flatten)]
    pub terms: Terms,
}

/// A custom right on a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// What. NONE is a right too: it stops the search.
    pub right: Right,
    /// How long and from where.
    #[serde(flatten)]
    pub terms: Terms,
}
