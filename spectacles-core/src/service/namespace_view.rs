//! Namespaces as they are shown: with names instead of ids, and the rights on them.

use super::Error;
use super::actor::Standing;
use super::names::Names;
use super::pages::by_owner;
use crate::id::{GroupId, NamespaceId, UserId};
use crate::listing::NamedNamespace;
use crate::model::{Assignment, Grant, Grantee, Namespace, Terms, is_current};
use crate::name::{GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};
use crate::right::Right;
use crate::store::ReadTx;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Who gets a right or is assigned, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// An assignment, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedAssignment {
    /// Who.
    #[serde(flatten)]
    pub grantee: GranteeName,
    /// How long and from where.
    #[serde(flatten)]
    pub terms: Terms,
    /// Whether its time is over: it counts as absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
}

/// A custom right, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedGrant {
    /// Who.
    #[serde(flatten)]
    pub grantee: GranteeName,
    /// What.
    pub right: Right,
    /// How long and from where.
    #[serde(flatten)]
    pub terms: Terms,
    /// Whether its time is over: it counts as absent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
}

/// A namespace with names instead of ids, and the rights on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    pub assigned: Vec<NamedAssignment>,
    /// Custom rights.
    pub grants: Vec<NamedGrant>,
    /// When it was created.
    pub created: Timestamp,
    /// When anything but assignments and grants was last changed.
    pub updated: Timestamp,
}

/// Whoever looks at namespaces, at one moment. Asks for each name once.
pub(super) struct Viewer {
    names: Names,
    now: Timestamp,
    /// For an ordinary user: who he is. Who else has a right is the owner's affair.
    only: Option<(UserId, Vec<GroupId>)>,
}

impl Viewer {
    pub(super) fn new(standing: &Standing, now: Timestamp) -> Self {
        let only = match standing {
            Standing::Everything => None,
            Standing::Own(person) => Some((person.user.id, person.groups.iter().map(|own| own.group).collect())),
        };
        Self { names: Names::default(), now, only }
    }

    /// For what is shown to the owner and the audit trail.
    pub(super) fn of_everything(now: Timestamp) -> Self {
        Self::new(&Standing::Everything, now)
    }

    /// The namespace of this id, as it is now.
    pub(super) async fn read(&mut self, tx: &mut dyn ReadTx, service: &ServiceName, id: NamespaceId) -> Result<NamespaceView, Error> {
        let namespace = tx.namespace(id).await?.ok_or_else(|| Error::not_found("namespace", id))?;
        self.view(tx, service, namespace).await
    }

    pub(super) async fn view(&mut self, tx: &mut dyn ReadTx, service: &ServiceName, namespace: Namespace) -> Result<NamespaceView, Error> {
        let id = namespace.id;
        let owner = self.names.owner(tx, namespace.owner).await?;
        let named = NamedNamespace { namespace, registry: service.clone(), owner };
        self.views(tx, vec![named]).await?.pop().ok_or_else(|| Error::not_found("namespace", id))
    }

    /// Namespaces as they are shown, in the order in which they come.
    pub(super) async fn views(&mut self, tx: &mut dyn ReadTx, namespaces: Vec<NamedNamespace>) -> Result<Vec<NamespaceView>, Error> {
        let ids: Vec<_> = namespaces.iter().map(|named| named.namespace.id).collect();
        let mut assigned = by_owner(tx.assigned_to(&ids).await?);
        let mut granted = by_owner(tx.granted_on(&ids).await?);
        for NamedNamespace { namespace, .. } in &namespaces {
            if let Some(assigned) = assigned.get_mut(&namespace.id) {
                assigned.retain(|there| self.may_see(namespace, there.grantee));
            }
            if let Some(granted) = granted.get_mut(&namespace.id) {
                granted.retain(|there| self.may_see(namespace, there.grantee));
            }
        }
        let grantees = assigned.values().flatten().map(|there| there.grantee);
        self.names.learn(tx, grantees.chain(granted.values().flatten().map(|there| there.grantee))).await?;
        let mut views = Vec::with_capacity(namespaces.len());
        for NamedNamespace { namespace, registry, owner } in namespaces {
            let mut shown = NamespaceView {
                id: namespace.id,
                registry,
                path: namespace.path,
                owner,
                description: namespace.description,
                public: namespace.public,
                members_right: namespace.members_right,
                groups_right: namespace.groups_right,
                others_right: namespace.others_right,
                assigned: Vec::new(),
                grants: Vec::new(),
                created: namespace.created,
                updated: namespace.updated,
            };
            for Assignment { grantee, terms } in assigned.remove(&shown.id).unwrap_or_default() {
                let (grantee, expired) = (self.names.grantee(tx, grantee).await?, !is_current(terms.until, self.now));
                shown.assigned.push(NamedAssignment { grantee, terms, expired });
            }
            for Grant { grantee, right, terms } in granted.remove(&shown.id).unwrap_or_default() {
                let (grantee, expired) = (self.names.grantee(tx, grantee).await?, !is_current(terms.until, self.now));
                shown.grants.push(NamedGrant { grantee, right, terms, expired });
            }
            views.push(shown);
        }
        Ok(views)
    }

    fn may_see(&self, namespace: &Namespace, grantee: Grantee) -> bool {
        let Some((user, groups)) = &self.only else { return true };
        namespace.owner == Some(*user)
            || match grantee {
                Grantee::User(id) => id == *user,
                Grantee::Group(id) => groups.contains(&id),
                Grantee::Service(_) => false,
            }
    }
}
