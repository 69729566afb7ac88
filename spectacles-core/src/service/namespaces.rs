//! Namespaces and the rights on them.

use super::administration::Administrator;
use super::change::{Change, differences};
use super::users::free_text;
use super::{Error, find};
use crate::id::{NamespaceId, UserId};
use crate::model::{Grantee, Namespace, NewNamespace, Terms};
use crate::name::{GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};
use crate::right::Right;
use crate::store::{ReadTx, StoreError};
use crate::time::Timestamp;
use serde::Serialize;
use serde_json::json;
use std::fmt;

/// Use cases of namespaces.
#[derive(Clone, Copy)]
pub struct Namespaces<'a>(pub(super) Administrator<'a>);

/// A namespace to be created.
#[derive(Debug, Clone)]
pub struct CreateNamespace {
    /// The registry, by its service.
    pub service: ServiceName,
    /// See [`Namespace::path`].
    pub path: NamespacePath,
    /// See [`Namespace::owner`].
    pub owner: Option<UserName>,
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
}

impl CreateNamespace {
    /// A namespace without owner, of which only assigned members have anything, namely FULL.
    pub fn new(service: ServiceName, path: NamespacePath) -> Self {
        Self {
            service,
            path,
            owner: None,
            description: String::new(),
            public: false,
            members_right: Right::Full,
            groups_right: Right::None,
            others_right: Right::None,
        }
    }
}

/// What to change of a namespace; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct NamespaceChanges {
    /// See [`Namespace::path`].
    pub path: Option<NamespacePath>,
    /// See [`Namespace::owner`]; `Some(None)` removes him.
    pub owner: Option<Option<UserName>>,
    /// See [`Namespace::description`].
    pub description: Option<String>,
    /// See [`Namespace::public`].
    pub public: Option<bool>,
    /// See [`Namespace::members_right`].
    pub members_right: Option<Right>,
    /// See [`Namespace::groups_right`].
    pub groups_right: Option<Right>,
    /// See [`Namespace::others_right`].
    pub others_right: Option<Right>,
}

/// Who gets a right or is assigned, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GranteeName {
    /// One user.
    User(UserName),
    /// Everybody in a group.
    Group(GroupName),
    /// One service account.
    Service(ServiceAccountName),
}

impl fmt::Display for GranteeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "user {name}"),
            Self::Group(name) => write!(f, "group {name}"),
            Self::Service(name) => write!(f, "service {name}"),
        }
    }
}

/// A custom right, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedGrant {
    /// Who.
    #[serde(flatten)]
    pub grantee: GranteeName,
    /// What.
    pub right: Right,
}

/// A namespace with names instead of ids, and the rights on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamespaceView {
    /// Never reused.
    pub id: NamespaceId,
    /// The service of its registry.
    pub registry: ServiceName,
    /// The path.
    pub path: NamespacePath,
    /// Who owns it.
    pub owner: Option<UserName>,
    /// What it is for.
    pub description: String,
    /// Whether everybody may pull, where the registry admits that.
    pub public: bool,
    /// What assigned members may.
    pub members_right: Right,
    /// What the members of assigned groups may.
    pub groups_right: Right,
    /// What every other authenticated user may.
    pub others_right: Right,
    /// Who is assigned.
    pub assigned: Vec<GranteeName>,
    /// Custom rights.
    pub grants: Vec<NamedGrant>,
    /// When it was created.
    pub created: Timestamp,
    /// When anything but assignments and grants was last changed.
    pub updated: Timestamp,
}

impl Namespaces<'_> {
    /// Up to `limit` namespaces of a registry whose paths come after `after`, by path.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry.
    pub async fn list(self, service: &ServiceName, after: Option<&NamespacePath>, limit: u32) -> Result<Vec<NamespaceView>, Error> {
        let mut tx = self.0.read().await?;
        let registry = find::registry(tx.as_mut(), service).await?;
        let mut views = Vec::new();
        for namespace in tx.namespaces(registry.id, after, limit).await? {
            views.push(view(tx.as_mut(), service, namespace).await?);
        }
        Ok(views)
    }

    /// A namespace with the rights on it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn show(self, service: &ServiceName, path: &NamespacePath) -> Result<NamespaceView, Error> {
        let mut tx = self.0.read().await?;
        let (registry, namespace) = find::namespace(tx.as_mut(), service, path).await?;
        view(tx.as_mut(), &registry.service, namespace).await
    }

    /// Creates a namespace.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry or the owner; [`Error::Conflict`] when the path is taken.
    pub async fn create(self, namespace: CreateNamespace) -> Result<NamespaceView, Error> {
        let description = free_text("description", namespace.description)?;
        let mut change = self.0.change().await?;
        let registry = find::registry(change.tx.as_mut(), &namespace.service).await?;
        let owner = owner_id(change.tx.as_mut(), namespace.owner.as_ref()).await?;
        let new = NewNamespace {
            registry: registry.id,
            path: namespace.path,
            owner,
            description,
            public: namespace.public,
            members_right: namespace.members_right,
            groups_right: namespace.groups_right,
            others_right: namespace.others_right,
            created: change.at,
        };
        let id = change.tx.insert_namespace(&new).await.map_err(|error| taken(error, &registry.service, &new.path))?;
        let view = view_of(change.tx.as_mut(), &registry.service, &new.path, id).await?;
        change.commit("namespace.create", object(&view.registry, &view.path), json!({ "namespace": view })).await?;
        Ok(view)
    }

    /// Changes a namespace.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the new owner; [`Error::Conflict`] when the new path is taken.
    pub async fn set(self, service: &ServiceName, path: &NamespacePath, changes: NamespaceChanges) -> Result<NamespaceView, Error> {
        let mut change = self.0.change().await?;
        let (_, mut namespace) = find::namespace(change.tx.as_mut(), service, path).await?;
        let before = view(change.tx.as_mut(), service, namespace.clone()).await?;
        if let Some(path) = changes.path {
            namespace.path = path;
        }
        if let Some(owner) = changes.owner {
            namespace.owner = owner_id(change.tx.as_mut(), owner.as_ref()).await?;
        }
        if let Some(text) = changes.description {
            namespace.description = free_text("description", text)?;
        }
        namespace.public = changes.public.unwrap_or(namespace.public);
        namespace.members_right = changes.members_right.unwrap_or(namespace.members_right);
        namespace.groups_right = changes.groups_right.unwrap_or(namespace.groups_right);
        namespace.others_right = changes.others_right.unwrap_or(namespace.others_right);
        namespace.updated = change.at;
        change.tx.update_namespace(&namespace).await.map_err(|error| taken(error, service, &namespace.path))?;
        let after = view(change.tx.as_mut(), service, namespace).await?;
        let details = differences(&before, &after);
        if details.as_object().is_some_and(serde_json::Map::is_empty) {
            change.leave();
            return Ok(before);
        }
        change.commit("namespace.set", object(service, path), details).await?;
        Ok(after)
    }

    /// Deletes a namespace with the rights on it. What is in the registry stays there, and the next shorter namespace governs it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(self, service: &ServiceName, path: &NamespacePath) -> Result<(), Error> {
        let mut change = self.0.change().await?;
        let (_, namespace) = find::namespace(change.tx.as_mut(), service, path).await?;
        let id = namespace.id;
        let view = view(change.tx.as_mut(), service, namespace).await?;
        change.tx.delete_namespace(id).await?;
        change.commit("namespace.delete", object(service, path), json!({ "namespace": view })).await
    }

    /// Gives a custom right, in place of the one the grantee had.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the grantee.
    pub async fn grant(
        self,
        service: &ServiceName,
        path: &NamespacePath,
        grantee: &GranteeName,
        right: Right,
    ) -> Result<NamespaceView, Error> {
        let (mut change, id, who) = self.begin(service, path, grantee).await?;
        let before = change.tx.grants(id).await?.into_iter().find(|grant| grant.grantee == who).map(|grant| grant.right);
        change.tx.grant(id, who, right, &Terms::none()).await?;
        let details = json!({ "grantee": grantee.to_string(), "before": before, "after": right });
        self.finish(change, "namespace.grant", service, path, id, details).await
    }

    /// Takes a custom right away.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the grantee, or when there is no such right.
    pub async fn revoke(self, service: &ServiceName, path: &NamespacePath, grantee: &GranteeName) -> Result<NamespaceView, Error> {
        let (mut change, id, who) = self.begin(service, path, grantee).await?;
        let before = change.tx.grants(id).await?.into_iter().find(|grant| grant.grantee == who).map(|grant| grant.right);
        if !change.tx.revoke(id, who).await? {
            return Err(Error::NotFound { what: "custom right of", name: format!("{grantee}` on namespace `{path}") });
        }
        let details = json!({ "grantee": grantee.to_string(), "before": before });
        self.finish(change, "namespace.revoke", service, path, id, details).await
    }

    /// Assigns a user as member, or a group.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the grantee.
    pub async fn assign(self, service: &ServiceName, path: &NamespacePath, grantee: &GranteeName) -> Result<NamespaceView, Error> {
        let (mut change, id, who) = self.begin(service, path, grantee).await?;
        if !change.tx.assign(id, who, &Terms::none()).await? {
            let view = view_of(change.tx.as_mut(), service, path, id).await?;
            change.leave();
            return Ok(view);
        }
        self.finish(change, "namespace.assign", service, path, id, json!({ "grantee": grantee.to_string() })).await
    }

    /// Ends an assignment.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the grantee, or when it is not assigned.
    pub async fn unassign(self, service: &ServiceName, path: &NamespacePath, grantee: &GranteeName) -> Result<NamespaceView, Error> {
        let (mut change, id, who) = self.begin(service, path, grantee).await?;
        if !change.tx.unassign(id, who).await? {
            return Err(Error::NotFound { what: "assignment of", name: format!("{grantee}` to namespace `{path}") });
        }
        self.finish(change, "namespace.unassign", service, path, id, json!({ "grantee": grantee.to_string() })).await
    }

    async fn begin(
        &self,
        service: &ServiceName,
        path: &NamespacePath,
        grantee: &GranteeName,
    ) -> Result<(Change, NamespaceId, Grantee), Error> {
        let mut change = self.0.change().await?;
        let (_, namespace) = find::namespace(change.tx.as_mut(), service, path).await?;
        let who = match grantee {
            GranteeName::User(name) => Grantee::User(find::user(change.tx.as_mut(), name).await?.id),
            GranteeName::Group(name) => Grantee::Group(find::group(change.tx.as_mut(), name).await?.id),
            GranteeName::Service(name) => Grantee::Service(find::service(change.tx.as_mut(), name).await?.id),
        };
        Ok((change, namespace.id, who))
    }

    async fn finish(
        &self,
        mut change: Change,
        action: &str,
        service: &ServiceName,
        path: &NamespacePath,
        id: NamespaceId,
        details: serde_json::Value,
    ) -> Result<NamespaceView, Error> {
        let view = view_of(change.tx.as_mut(), service, path, id).await?;
        change.commit(action, object(service, path), details).await?;
        Ok(view)
    }
}

fn object(service: &ServiceName, path: &NamespacePath) -> String {
    format!("namespace {service} {path}")
}

fn taken(error: StoreError, service: &ServiceName, path: &NamespacePath) -> Error {
    match error {
        StoreError::Conflict(_) => Error::Conflict(format!("a namespace `{path}` exists already on registry `{service}`")),
        StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    }
}

async fn owner_id(tx: &mut dyn ReadTx, owner: Option<&UserName>) -> Result<Option<UserId>, Error> {
    match owner {
        Some(name) => Ok(Some(find::user(tx, name).await?.id)),
        None => Ok(None),
    }
}

async fn view_of(tx: &mut dyn ReadTx, service: &ServiceName, path: &NamespacePath, id: NamespaceId) -> Result<NamespaceView, Error> {
    let namespace = tx.namespace(id).await?.ok_or_else(|| Error::not_found("namespace", path))?;
    view(tx, service, namespace).await
}

async fn view(tx: &mut dyn ReadTx, service: &ServiceName, namespace: Namespace) -> Result<NamespaceView, Error> {
    let owner = match namespace.owner {
        Some(id) => tx.user(id).await?.map(|user| user.name),
        None => None,
    };
    let mut assigned = Vec::new();
    for assignment in tx.assigned(namespace.id).await? {
        assigned.push(name_of(tx, assignment.grantee).await?);
    }
    let mut grants = Vec::new();
    for grant in tx.grants(namespace.id).await? {
        grants.push(NamedGrant { grantee: name_of(tx, grant.grantee).await?, right: grant.right });
    }
    Ok(NamespaceView {
        id: namespace.id,
        registry: service.clone(),
        path: namespace.path,
        owner,
        description: namespace.description,
        public: namespace.public,
        members_right: namespace.members_right,
        groups_right: namespace.groups_right,
        others_right: namespace.others_right,
        assigned,
        grants,
        created: namespace.created,
        updated: namespace.updated,
    })
}

async fn name_of(tx: &mut dyn ReadTx, grantee: Grantee) -> Result<GranteeName, Error> {
    let gone = || Error::Broken(format!("a right of {grantee:?} outlived it"));
    match grantee {
        Grantee::User(id) => tx.user(id).await?.map(|user| GranteeName::User(user.name)).ok_or_else(gone),
        Grantee::Group(id) => tx.group(id).await?.map(|group| GranteeName::Group(group.name)).ok_or_else(gone),
        Grantee::Service(id) => tx.service_account(id).await?.map(|service| GranteeName::Service(service.name)).ok_or_else(gone),
    }
}
