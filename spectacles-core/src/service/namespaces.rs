//! Namespaces and the rights on them.

use super::actor::{Actor, Standing};
use super::change::differences;
use super::namespace_view::{NamespaceView, Viewer};
use super::users::free_text;
use super::{Error, find, form, limits};
use crate::model::{Namespace, NewNamespace, is_current};
use crate::name::{NamespacePath, ServiceName, UserName};
use crate::right::Right;
use crate::store::{ReadTx, StoreError};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Use cases of namespaces.
#[derive(Clone, Copy)]
pub struct Namespaces<'a>(pub(super) Actor<'a>);

/// A namespace to be created.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreateNamespace {
    /// The registry, by its service.
    pub service: ServiceName,
    /// See [`Namespace::path`].
    pub path: NamespacePath,
    /// See [`Namespace::owner`]. Users become owners of what they create, and need not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserName>,
    /// See [`Namespace::description`].
    #[serde(default)]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: String,
    /// See [`Namespace::public`].
    #[serde(default)]
    pub public: bool,
    /// See [`Namespace::members_right`].
    #[serde(default = "form::full")]
    pub members_right: Right,
    /// See [`Namespace::groups_right`].
    #[serde(default)]
    pub groups_right: Right,
    /// See [`Namespace::others_right`].
    #[serde(default)]
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

/// What to change of a namespace; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct NamespaceChanges {
    /// See [`Namespace::path`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<NamespacePath>,
    /// See [`Namespace::owner`]; `null` removes him.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub owner: Option<Option<UserName>>,
    /// See [`Namespace::description`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: Option<String>,
    /// See [`Namespace::public`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// See [`Namespace::members_right`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members_right: Option<Right>,
    /// See [`Namespace::groups_right`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups_right: Option<Right>,
    /// See [`Namespace::others_right`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others_right: Option<Right>,
}

impl Namespaces<'_> {
    /// A namespace with the rights on it. Users who do not own it see of them what concerns themselves.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where a user may do nothing in it.
    pub async fn show(self, service: &ServiceName, path: &NamespacePath) -> Result<NamespaceView, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let (_, namespace) = self.0.known_namespace(tx.as_mut(), &standing, service, path).await?;
        Viewer::new(&standing, self.0.now()).view(tx.as_mut(), service, namespace).await
    }

    /// Creates a namespace. A user owns what he creates.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry or the owner; [`Error::Conflict`] when the path is taken; [`Error::Denied`] where a user may not
    /// create it.
    pub async fn create(self, namespace: CreateNamespace) -> Result<NamespaceView, Error> {
        let description = free_text("description", namespace.description)?;
        let (mut change, standing) = self.0.change_own().await?;
        let at = change.at;
        let registry = self.0.known_registry(change.tx.as_mut(), &standing, &namespace.service).await?;
        self.0.check_place(change.tx.as_mut(), &standing, &registry, &namespace.path).await?;
        let owner = match &standing {
            Standing::Everything => find::owner(change.tx.as_mut(), namespace.owner.as_ref()).await?,
            Standing::Own(person) if namespace.owner.as_ref().is_none_or(|owner| *owner == person.user.name) => Some(person.user.id),
            Standing::Own(_) => {
                return Err(Error::Denied("only an administrator may create namespaces for somebody else".to_owned()));
            }
        };
        let new = NewNamespace {
            registry: registry.id,
            path: namespace.path,
            owner,
            description,
            public: namespace.public,
            members_right: namespace.members_right,
            groups_right: namespace.groups_right,
            others_right: namespace.others_right,
            created: at,
        };
        let id = change.tx.insert_namespace(&new).await.map_err(|error| taken(error, &registry.service, &new.path))?;
        let view = Viewer::of_everything(at).read(change.tx.as_mut(), &registry.service, id).await?;
        change.commit("namespace.create", object(&view.registry, &view.path), json!({ "namespace": view })).await?;
        Ok(view)
    }

    /// Changes a namespace.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the new owner; [`Error::Conflict`] when the new path is taken; [`Error::Refused`] for a
    /// right NONE of members who are assigned for certain networks; [`Error::Denied`] for users who do not own it, may not create the new path, or
    /// share no group with the new owner.
    pub async fn set(self, service: &ServiceName, path: &NamespacePath, changes: NamespaceChanges) -> Result<NamespaceView, Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let (registry, mut namespace) = self.0.own_namespace(change.tx.as_mut(), &standing, service, path).await?;
        let mut viewer = Viewer::of_everything(change.at);
        let before = viewer.view(change.tx.as_mut(), service, namespace.clone()).await?;
        if let Some(new) = changes.path.filter(|new| new != path) {
            self.0.check_place(change.tx.as_mut(), &standing, &registry, &new).await?;
            namespace.path = new;
        }
        if let Some(owner) = changes.owner {
            namespace.owner = match owner {
                Some(owner) => Some(self.0.heir(change.tx.as_mut(), &standing, &owner).await?),
                None => None,
            };
        }
        if let Some(text) = changes.description {
            namespace.description = free_text("description", text)?;
        }
        namespace.public = changes.public.unwrap_or(namespace.public);
        namespace.members_right = changes.members_right.unwrap_or(namespace.members_right);
        namespace.groups_right = changes.groups_right.unwrap_or(namespace.groups_right);
        namespace.others_right = changes.others_right.unwrap_or(namespace.others_right);
        check_assigned(change.tx.as_mut(), &namespace, change.at).await?;
        namespace.updated = change.at;
        let after = viewer.view(change.tx.as_mut(), service, namespace.clone()).await?;
        let details = differences(&before, &after);
        if details.as_object().is_some_and(serde_json::Map::is_empty) {
            change.leave();
            return Ok(before);
        }
        change.tx.update_namespace(&namespace).await.map_err(|error| taken(error, service, &namespace.path))?;
        change.commit("namespace.set", object(service, path), details).await?;
        Ok(after)
    }

    /// Deletes a namespace with the rights on it. What is in the registry stays there, and the next shorter namespace governs it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] for users who do not own it.
    pub async fn delete(self, service: &ServiceName, path: &NamespacePath) -> Result<(), Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let (_, namespace) = self.0.own_namespace(change.tx.as_mut(), &standing, service, path).await?;
        let id = namespace.id;
        let view = Viewer::of_everything(change.at).view(change.tx.as_mut(), service, namespace).await?;
        change.tx.delete_namespace(id).await?;
        change.commit("namespace.delete", object(service, path), json!({ "namespace": view })).await
    }
}

/// Refuses NONE where it would hold for requests from certain networks only: for those who are assigned on such terms.
async fn check_assigned(tx: &mut dyn ReadTx, namespace: &Namespace, now: Timestamp) -> Result<(), Error> {
    if ![namespace.members_right, namespace.groups_right].contains(&Right::None) {
        return Ok(());
    }
    for there in tx.assigned(namespace.id).await? {
        if is_current(there.terms.until, now)
            && let Err(Error::Invalid(text)) = limits::check_none(limits::right_of(namespace, there.grantee), &there.terms)
        {
            return Err(Error::Refused(format!("somebody is assigned for certain networks. {text}")));
        }
    }
    Ok(())
}

pub(super) fn object(service: &ServiceName, path: &NamespacePath) -> String {
    format!("namespace {service} {path}")
}

fn taken(error: StoreError, service: &ServiceName, path: &NamespacePath) -> Error {
    match error {
        StoreError::Conflict(_) => Error::Conflict(format!("a namespace `{path}` exists already on registry `{service}`")),
        StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    }
}
