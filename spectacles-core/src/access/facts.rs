//! What a decision needs to know, and nothing more.

use crate::id::{GroupId, NamespaceId, RegistryId, UserId};
use crate::model::{Anonymous, PasswordHash, TokenSettings};
use crate::name::{NamespacePath, ServiceName, UserName};
use crate::right::Right;

/// What is known of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFacts {
    /// The user.
    pub id: UserId,
    /// His name.
    pub name: UserName,
    /// Whether he is an administrator.
    pub admin: bool,
    /// Whether he may do anything at all.
    pub enabled: bool,
    /// What his password is checked against.
    pub password: Option<PasswordHash>,
    /// The groups he is in.
    pub groups: Box<[GroupId]>,
}

/// What is known of a registry, its namespaces aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFacts {
    /// The registry.
    pub id: RegistryId,
    /// What it calls itself.
    pub service: ServiceName,
    /// Whether anything is allowed on it.
    pub enabled: bool,
    /// Whether push and delete are taken away from everybody.
    pub read_only: bool,
    /// What those without credentials may do.
    pub anonymous: Anonymous,
    /// How its tokens are made.
    pub token: TokenSettings,
}

/// What is known of a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceFacts {
    /// The namespace.
    pub id: NamespaceId,
    /// Where it is.
    pub registry: RegistryId,
    /// What it governs.
    pub path: NamespacePath,
    /// Who owns it.
    pub owner: Option<UserId>,
    /// Whether everybody may pull, where the registry admits that.
    pub public: bool,
    /// What assigned members may.
    pub members_right: Right,
    /// What the members of assigned groups may.
    pub groups_right: Right,
    /// What every other authenticated user may.
    pub others_right: Right,
    /// Assigned members.
    pub members: Box<[UserId]>,
    /// Assigned groups.
    pub groups: Box<[GroupId]>,
    /// Custom rights of users.
    pub user_grants: Box<[(UserId, Right)]>,
    /// Custom rights of groups.
    pub group_grants: Box<[(GroupId, Right)]>,
}
