//! Who does something, and what of it is his to do.

use super::administration::Administration;
use super::change::{Change, Reading};
use super::{Error, find};
use crate::id::GroupId;
use crate::model::{Group, Namespace, Published, Registry, Relation, User, is_current};
use crate::name::{GroupName, NamespacePath, ServiceName, UserName};
use crate::store::ReadTx;
use crate::time::Timestamp;
use std::net::IpAddr;

/// Whoever does something.
#[derive(Clone, Copy)]
pub(super) struct Actor<'a> {
    pub(super) administration: &'a Administration,
    /// What the audit trail calls him.
    pub(super) name: &'a str,
    pub(super) power: Power<'a>,
}

/// By what he does it.
#[derive(Clone, Copy)]
pub(super) enum Power<'a> {
    /// He sits at the machine; he is no user.
    Machine,
    /// He is an administrator.
    Administrator(&'a UserName),
    /// He is a user, and has what is his.
    Member { name: &'a UserName, address: Option<IpAddr> },
}

/// What somebody may, as one transaction sees him.
pub(super) enum Standing {
    Everything,
    Own(Person),
}

/// A user with the groups he is in now.
pub(super) struct Person {
    pub(super) user: User,
    pub(super) groups: Vec<GroupId>,
    pub(super) address: Option<IpAddr>,
}

impl<'a> Actor<'a> {
    pub(super) async fn read(self) -> Result<Reading, Error> {
        self.administration.read().await
    }

    pub(super) async fn change(self) -> Result<Change, Error> {
        self.administration.change(self.name).await
    }

    pub(super) fn now(self) -> Timestamp {
        self.administration.clock().now()
    }

    /// The user behind it; there is none for whoever sits at the machine.
    pub(super) async fn user(self, tx: &mut dyn ReadTx) -> Result<Option<User>, Error> {
        match self.power {
            Power::Machine => Ok(None),
            Power::Administrator(name) | Power::Member { name, .. } => Ok(tx.user_named(name).await?),
        }
    }

    /// What he may now. Proofs are older than the transaction: whoever was an ordinary user may have become something else, or nothing.
    pub(super) async fn standing(self, tx: &mut dyn ReadTx) -> Result<Standing, Error> {
        let Power::Member { name, address } = self.power else { return Ok(Standing::Everything) };
        let gone = || Error::Denied(format!("user `{name}` does not exist any more, or is disabled"));
        let user = tx.user_named(name).await?.filter(|user| user.enabled).ok_or_else(gone)?;
        if user.admin {
            return Ok(Standing::Everything);
        }
        let groups = current_groups(tx, &user, self.now()).await?.into_iter().map(|group| group.id).collect();
        Ok(Standing::Own(Person { user, groups, address }))
    }

    /// A namespace that is his to change.
    pub(super) async fn own_namespace(
        self,
        tx: &mut dyn ReadTx,
        service: &ServiceName,
        path: &NamespacePath,
    ) -> Result<(Registry, Namespace), Error> {
        let standing = self.standing(tx).await?;
        let (registry, namespace) = find::namespace(tx, service, path).await?;
        if let Standing::Own(person) = standing
            && namespace.owner != Some(person.user.id)
        {
            if !self.sees(&person, service, path) {
                return Err(find::no_namespace(service, path));
            }
            return Err(Error::Denied(format!(
                "only the owner of namespace `{path}` on registry `{service}` or an administrator may do this"
            )));
        }
        Ok((registry, namespace))
    }

    /// A registry that is his to change.
    pub(super) async fn own_registry(self, tx: &mut dyn ReadTx, service: &ServiceName) -> Result<(Registry, Standing), Error> {
        let standing = self.standing(tx).await?;
        let registry = find::registry(tx, service).await?;
        if let Standing::Own(person) = &standing {
            let answers = answers(tx, person, &registry, self.now()).await?;
            if !answers && !registry.enabled {
                return Err(Error::not_found("registry", service));
            }
            if !answers || !person.user.privileges.manager {
                return Err(Error::Denied(format!(
                    "only a manager in one of the groups that answer for registry `{service}`, or an administrator, may do this"
                )));
            }
        }
        Ok((registry, standing))
    }
}

impl Standing {
    /// Refuses a group that he is not in.
    pub(super) fn check_group(&self, group: &Group) -> Result<(), Error> {
        match self {
            Self::Own(person) if !person.groups.contains(&group.id) => Err(not_in(&group.name)),
            Self::Own(_) | Self::Everything => Ok(()),
        }
    }
}

fn not_in(group: &GroupName) -> Error {
    Error::Denied(format!("only a member of group `{group}` or an administrator may do this"))
}

/// Whether one of his groups answers for a registry.
pub(super) async fn answers(tx: &mut dyn ReadTx, person: &Person, registry: &Registry, now: Timestamp) -> Result<bool, Error> {
    let responsible = tx.related(Published::Registry(registry.id), Relation::Responsible).await?;
    Ok(responsible.iter().any(|group| group.is_current(now) && person.groups.contains(&group.group)))
}

/// The groups that a user is in now.
pub(super) async fn current_groups(tx: &mut dyn ReadTx, user: &User, now: Timestamp) -> Result<Vec<Group>, Error> {
    let groups = tx.groups_of_user(user.id).await?;
    Ok(groups.into_iter().filter(|(_, until)| is_current(*until, now)).map(|(group, _)| group).collect())
}
