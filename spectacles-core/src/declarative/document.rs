//! What is in a document.

use super::items::{self, Assigned, Grants, Members, RelatedGroups};
use super::scope::Scope;
use crate::model::{Anonymous, KidStyle, Policy, Privileges};
use crate::name::{AppName, Email, GroupName, NamespacePath, RegistryUrl, RepositoryName, ServiceAccountName, ServiceName, Slug, UserName};
use crate::right::{Action, Right};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The version of documents that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// The configuration of an installation, or a part of it: by names, and without secrets.
///
/// Whatever is mentioned is described wholly: what is left out of it has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "Spectacles state", extend("required" = ["version"]))]
pub struct Document {
    /// The version of the format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// What this file owns. What is outside is not looked at. Without it the file owns what it mentions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Vec<Scope>>,
    /// Users, by name. Passwords are not in here, and are not touched.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Option<DeclaredUser>>")]
    pub users: BTreeMap<UserName, DeclaredUser>,
    /// Groups, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Option<DeclaredGroup>>")]
    pub groups: BTreeMap<GroupName, DeclaredGroup>,
    /// Apps, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Option<DeclaredApp>>")]
    pub apps: BTreeMap<AppName, DeclaredApp>,
    /// Service accounts, by name. Their secrets are not in here, and are not touched.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Option<DeclaredService>>")]
    pub services: BTreeMap<ServiceAccountName, DeclaredService>,
    /// Registries, by service name: what they call themselves.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Option<DeclaredRegistry>>")]
    pub registries: BTreeMap<ServiceName, DeclaredRegistry>,
    /// What must hold after the file is applied. It is not applied otherwise.
    #[serde(rename = "assert", skip_serializing_if = "Vec::is_empty")]
    pub assertions: Vec<Assertion>,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            version: VERSION,
            scope: None,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            apps: BTreeMap::new(),
            services: BTreeMap::new(),
            registries: BTreeMap::new(),
            assertions: Vec::new(),
        }
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredUser {
    /// How he is addressed; the name, where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Where mail goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub email: Option<Email>,
    /// Whether he is an administrator.
    #[serde(skip_serializing_if = "is_false")]
    pub admin: bool,
    /// Whether he may read everything, and change nothing.
    #[serde(skip_serializing_if = "is_false")]
    pub auditor: bool,
    /// Whether he may do anything.
    #[serde(skip_serializing_if = "is_true")]
    pub enabled: bool,
    /// What he may do under the path policy: puller, pusher, manager.
    #[serde(skip_serializing_if = "has_none")]
    #[schemars(with = "Vec<Privilege>")]
    pub privileges: Privileges,
    /// The group that answers for the registries he registers; he must be in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub default_group: Option<GroupName>,
}

impl Default for DeclaredUser {
    fn default() -> Self {
        let privileges = Privileges::NONE;
        Self { display_name: None, email: None, admin: false, auditor: false, enabled: true, privileges, default_group: None }
    }
}

/// The words for privileges.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "for the schema only")]
enum Privilege {
    Puller,
    Pusher,
    Manager,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredGroup {
    /// What `groups/<slug>/...` calls it: the name, where nothing is said and it can be one. `null` for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub slug: Option<Option<Slug>>,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Who is in it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "items::members")]
    #[schemars(with = "Vec<items::MemberItem>")]
    pub members: Members,
}

/// An app.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredApp {
    /// What `apps/<slug>/...` calls it: the name, where nothing is said and it can be one. `null` for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub slug: Option<Option<Slug>>,
    /// What it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The groups that answer for it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "items::related")]
    #[schemars(with = "Vec<items::RelatedItem>")]
    pub responsible: RelatedGroups,
    /// The groups it is published to.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "items::related")]
    #[schemars(with = "Vec<items::RelatedItem>")]
    pub publication: RelatedGroups,
}

/// A service account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredService {
    /// What it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub app: Option<AppName>,
    /// Who looks after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub owner: Option<UserName>,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether it may do anything.
    #[serde(skip_serializing_if = "is_true")]
    pub enabled: bool,
}

impl Default for DeclaredService {
    fn default() -> Self {
        Self { app: None, owner: None, description: String::new(), enabled: true }
    }
}

/// A registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredRegistry {
    /// How this server reaches it. Without it the registry is only named for its namespaces: its settings are left as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub url: Option<RegistryUrl>,
    /// How clients reach it, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub external_url: Option<RegistryUrl>,
    /// Whether anything is allowed on it.
    #[serde(skip_serializing_if = "is_true")]
    pub enabled: bool,
    /// Whether nobody pushes or deletes.
    #[serde(skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Whether the registry's own configuration permits deletion.
    #[serde(skip_serializing_if = "is_true")]
    pub delete_enabled: bool,
    /// What those without credentials may do: off or pull.
    #[serde(skip_serializing_if = "is_default")]
    pub anonymous: Anonymous,
    /// By which policies rights are given: namespaces, paths or both.
    #[serde(skip_serializing_if = "is_default")]
    pub policy: Policy,
    /// Whether only members of responsible groups push by the path policy.
    #[serde(skip_serializing_if = "is_true")]
    pub restricted: bool,
    /// How long its tokens are valid, 60 to 86400 seconds.
    #[serde(skip_serializing_if = "is_usual_lifetime")]
    #[schemars(range(min = 60, max = 86_400))]
    pub token_seconds: u32,
    /// How it finds the key of a token: libtrust or rfc7638.
    #[serde(skip_serializing_if = "is_default")]
    pub kid_style: KidStyle,
    /// The groups that answer for it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "items::related")]
    #[schemars(with = "Vec<items::RelatedItem>")]
    pub responsible: RelatedGroups,
    /// The groups it is published to.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "items::related")]
    #[schemars(with = "Vec<items::RelatedItem>")]
    pub publication: RelatedGroups,
    /// Its namespaces, by path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(with = "BTreeMap<String, Option<DeclaredNamespace>>")]
    pub namespaces: BTreeMap<NamespacePath, DeclaredNamespace>,
}

/// What token settings are where nothing is said.
pub(super) const USUAL_LIFETIME: u32 = crate::model::TokenLifetime::DEFAULT.seconds();

impl Default for DeclaredRegistry {
    fn default() -> Self {
        Self {
            url: None,
            external_url: None,
            enabled: true,
            read_only: false,
            delete_enabled: true,
            anonymous: Anonymous::Off,
            policy: Policy::Both,
            restricted: true,
            token_seconds: USUAL_LIFETIME,
            kid_style: KidStyle::default(),
            responsible: RelatedGroups::new(),
            publication: RelatedGroups::new(),
            namespaces: BTreeMap::new(),
        }
    }
}

impl DeclaredRegistry {
    /// The registry itself.
    pub(crate) fn without_namespaces(&self) -> Self {
        Self {
            url: self.url.clone(),
            external_url: self.external_url.clone(),
            responsible: self.responsible.clone(),
            publication: self.publication.clone(),
            namespaces: BTreeMap::new(),
            ..*self
        }
    }
}

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredNamespace {
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub owner: Option<UserName>,
    /// What it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether everybody may pull, where the registry admits that.
    #[serde(skip_serializing_if = "is_false")]
    pub public: bool,
    /// What assigned users and service accounts may; FULL, where nothing is said.
    #[serde(skip_serializing_if = "is_full")]
    pub members_right: Right,
    /// What the members of assigned groups may; NONE, where nothing is said.
    #[serde(skip_serializing_if = "is_none")]
    pub groups_right: Right,
    /// What everybody else who logs in may; NONE, where nothing is said.
    #[serde(skip_serializing_if = "is_none")]
    pub others_right: Right,
    /// Who is assigned.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "items::assigned")]
    #[schemars(with = "Vec<items::AssignedItem>")]
    pub assigned: Assigned,
    /// Custom rights.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "items::grants")]
    #[schemars(with = "Vec<items::GrantItem>")]
    pub grants: Grants,
}

impl Default for DeclaredNamespace {
    fn default() -> Self {
        Self {
            owner: None,
            description: String::new(),
            public: false,
            members_right: Right::Full,
            groups_right: Right::None,
            others_right: Right::None,
            assigned: Assigned::new(),
            grants: Grants::new(),
        }
    }
}

impl DeclaredNamespace {
    /// The namespace itself.
    pub(crate) fn without_lists(&self) -> Self {
        let (owner, description) = (self.owner.clone(), self.description.clone());
        Self { owner, description, assigned: Assigned::new(), grants: Grants::new(), ..*self }
    }
}

/// What must hold after the file is applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// Whom it is about.
    pub who: Whom,
    /// The registry.
    #[schemars(with = "String")]
    pub registry: ServiceName,
    /// The repository. It need not exist.
    #[schemars(with = "String")]
    pub repository: RepositoryName,
    /// What must be allowed, when nothing else is asked for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub may: BTreeSet<Action>,
    /// What must not be allowed, whatever is asked for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub must_not: BTreeSet<Action>,
    /// Where the request comes from, for rights that depend on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<IpAddr>,
}

/// Whom an assertion is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Whom {
    /// Somebody without credentials.
    Anonymous,
    /// A user.
    User(#[schemars(with = "String")] UserName),
    /// A service account.
    Service(#[schemars(with = "String")] ServiceAccountName),
    /// Every member of a group.
    Group(#[schemars(with = "String")] GroupName),
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !*value
}

fn has_none(privileges: &Privileges) -> bool {
    *privileges == Privileges::NONE
}

fn is_full(right: &Right) -> bool {
    *right == Right::Full
}

fn is_none(right: &Right) -> bool {
    *right == Right::None
}

fn is_usual_lifetime(seconds: &u32) -> bool {
    *seconds == USUAL_LIFETIME
}
