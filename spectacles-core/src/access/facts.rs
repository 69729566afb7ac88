//! What a decision needs to know, and nothing more.

use crate::id::{ApiTokenId, AppId, GroupId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use crate::model::{
    Anonymous, Assignment, Grant, PasswordHash, Policy, Privileges, SecretHash, StoredTokenLimits, Terms, TimedGroup, TokenSettings,
};
use crate::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, Slug, UserName};
use crate::right::Right;
use crate::time::Timestamp;

/// What is known of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFacts {
    /// The user.
    pub id: UserId,
    /// His name.
    pub name: UserName,
    /// Whether he is an administrator.
    pub admin: bool,
    /// Whether he may read everything that is administered. No decision rests on it.
    pub auditor: bool,
    /// Whether he may do anything at all.
    pub enabled: bool,
    /// What he may do under the path policy.
    pub privileges: Privileges,
    /// What his password is checked against.
    pub password: Option<PasswordHash>,
    /// The groups he is in, each once.
    pub groups: Box<[TimedGroup]>,
    /// What his API tokens are checked against.
    pub api_tokens: Box<[ApiTokenFacts]>,
}

/// What is known of an API token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiTokenFacts {
    /// The token.
    pub id: ApiTokenId,
    /// The hash of its secret.
    pub hash: SecretHash,
    /// Accepted before this moment; for ever where there is none.
    pub until: Option<Timestamp>,
    /// What it is good for.
    pub limits: StoredTokenLimits,
    /// Whether it is a session of the web interface.
    pub is_session: bool,
}

impl UserFacts {
    /// An enabled user without password, groups and privileges.
    pub fn new(id: UserId, name: UserName) -> Self {
        Self {
            id,
            name,
            admin: false,
            auditor: false,
            enabled: true,
            privileges: Privileges::NONE,
            password: None,
            groups: [].into(),
            api_tokens: [].into(),
        }
    }
}

/// What is known of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupFacts {
    /// The group.
    pub id: GroupId,
    /// Its name.
    pub name: GroupName,
    /// What `groups/<slug>/...` calls it.
    pub slug: Option<Slug>,
}

/// What is known of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppFacts {
    /// The app.
    pub id: AppId,
    /// Its name.
    pub name: AppName,
    /// What `apps/<slug>/...` calls it.
    pub slug: Option<Slug>,
    /// The groups that answer for it.
    pub responsibles: Box<[TimedGroup]>,
    /// The groups it is published to.
    pub publications: Box<[TimedGroup]>,
}

/// What is known of a service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccountFacts {
    /// The service account.
    pub id: ServiceAccountId,
    /// Its name.
    pub name: ServiceAccountName,
    /// What it runs.
    pub app: Option<AppId>,
    /// Whether it may do anything at all.
    pub enabled: bool,
    /// What its secret is checked against.
    pub secrets: Box<[SecretFacts]>,
}

/// What is known of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFacts {
    /// The secret.
    pub id: SecretId,
    /// Its hash.
    pub hash: SecretHash,
    /// How long and from where it is accepted.
    pub terms: Terms,
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
    /// By which policies rights are given.
    pub policy: Policy,
    /// Whether only members of responsible groups push by the path policy.
    pub restricted: bool,
    /// The groups that answer for it.
    pub responsibles: Box<[TimedGroup]>,
    /// The groups it is published to.
    pub publications: Box<[TimedGroup]>,
    /// How its tokens are made.
    pub token: TokenSettings,
    /// By which notifications are known to come from it.
    pub event_secret: Option<SecretHash>,
    /// The name by which this server logs in there, where it does so by a name and a password.
    pub login: Option<Box<str>>,
}

impl RegistryFacts {
    /// An enabled registry with the settings that a new one gets, published to nobody.
    pub fn new(id: RegistryId, service: ServiceName) -> Self {
        Self {
            id,
            service,
            enabled: true,
            read_only: false,
            anonymous: Anonymous::Off,
            policy: Policy::Both,
            restricted: true,
            responsibles: [].into(),
            publications: [].into(),
            token: TokenSettings::default(),
            event_secret: None,
            login: None,
        }
    }
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
    /// What every other authenticated user or service may.
    pub others_right: Right,
    /// Who is assigned, each once.
    pub assigned: Box<[Assignment]>,
    /// Custom rights, one for each who has any.
    pub grants: Box<[Grant]>,
}

impl NamespaceFacts {
    /// A namespace without owner and assignments, as a new one is.
    pub fn new(id: NamespaceId, registry: RegistryId, path: NamespacePath) -> Self {
        Self {
            id,
            registry,
            path,
            owner: None,
            public: false,
            members_right: Right::Full,
            groups_right: Right::None,
            others_right: Right::None,
            assigned: [].into(),
            grants: [].into(),
        }
    }
}
