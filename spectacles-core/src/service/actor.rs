//! Who does something, and what of it is his to do.

use super::administration::Administration;
use super::change::Reading;
use super::{Error, Once, find};
use crate::id::{GroupId, UserId};
use crate::model::{Group, Namespace, Published, Registry, Relation, TimedGroup, User, is_current};
use crate::name::{NamespacePath, ServiceName, UserName};
use crate::store::{ReadTx, Revision};
use crate::time::Timestamp;
use std::net::IpAddr;

/// Whoever does something.
#[derive(Clone, Copy)]
pub(super) struct Actor<'a> {
    pub(super) administration: &'a Administration,
    /// What the audit trail calls him.
    pub(super) name: &'a str,
    pub(super) power: Power<'a>,
    /// Where the store must stand before each change.
    pub(super) expected: Option<Revision>,
    /// What is not to be done twice.
    pub(super) once: Option<&'a Once>,
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
    /// Each with the end of his membership.
    pub(super) groups: Vec<TimedGroup>,
    pub(super) address: Option<IpAddr>,
}

/// For how long somebody answers for a registry: later is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Answers {
    Not,
    Until(Timestamp),
    Always,
}

impl<'a> Actor<'a> {
    pub(super) async fn read(self) -> Result<Reading, Error> {
        self.administration.read().await
    }

    /// Where he is, as far as that is known.
    pub(super) const fn address(self) -> Option<IpAddr> {
        match self.power {
            Power::Member { address, .. } => address,
            Power::Machine | Power::Administrator(_) => None,
        }
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

    /// What he may read now. Proofs are older than the transaction: whoever was an ordinary user may have become something else, or nothing.
    ///
    /// What he may change is another question, which those answer that begin a change: auditors read like administrators.
    pub(super) async fn standing(self, tx: &mut dyn ReadTx) -> Result<Standing, Error> {
        let Power::Member { name, address } = self.power else { return Ok(Standing::Everything) };
        let person = self.person(tx, name, address).await?;
        Ok(if person.user.admin || person.user.auditor { Standing::Everything } else { Standing::Own(person) })
    }

    /// A user as he is now, whatever else he may be.
    pub(super) async fn person(self, tx: &mut dyn ReadTx, name: &UserName, address: Option<IpAddr>) -> Result<Person, Error> {
        let gone = || Error::Denied(format!("user `{name}` does not exist any more, or is disabled"));
        let user = tx.user_named(name).await?.filter(|user| user.enabled).ok_or_else(gone)?;
        let groups = tx.groups_of_user(user.id).await?.into_iter().map(|(group, until)| TimedGroup { group: group.id, until });
        let groups = groups.filter(|group| group.is_current(self.now())).collect();
        Ok(Person { user, groups, address })
    }

    /// A registry that he may know of. What registries call themselves is no secret, but one that is disabled is the affair of those who answer
    /// for it.
    pub(super) async fn known_registry(self, tx: &mut dyn ReadTx, standing: &Standing, service: &ServiceName) -> Result<Registry, Error> {
        let registry = find::registry(tx, service).await?;
        if self.knows(tx, standing, &registry).await? { Ok(registry) } else { Err(Error::not_found("registry", service)) }
    }

    pub(super) async fn knows(self, tx: &mut dyn ReadTx, standing: &Standing, registry: &Registry) -> Result<bool, Error> {
        match standing {
            Standing::Own(person) if !registry.enabled => Ok(answers(tx, person, registry, self.now()).await? != Answers::Not),
            Standing::Own(_) | Standing::Everything => Ok(true),
        }
    }

    /// A namespace that he may know of: on a registry that he knows, where he may do something, or his own.
    pub(super) async fn known_namespace(
        self,
        tx: &mut dyn ReadTx,
        standing: &Standing,
        service: &ServiceName,
        path: &NamespacePath,
    ) -> Result<(Registry, Namespace), Error> {
        let registry = self.known_registry(tx, standing, service).await?;
        let missing = || find::no_namespace(service, path);
        let namespace = tx.namespace_at(registry.id, path).await?.ok_or_else(missing)?;
        match standing {
            Standing::Own(person) if namespace.owner != Some(person.user.id) && !self.sees(person, service, path) => Err(missing()),
            Standing::Own(_) | Standing::Everything => Ok((registry, namespace)),
        }
    }

    /// A namespace that is his to change.
    pub(super) async fn own_namespace(
        self,
        tx: &mut dyn ReadTx,
        standing: &Standing,
        service: &ServiceName,
        path: &NamespacePath,
    ) -> Result<(Registry, Namespace), Error> {
        let (registry, namespace) = self.known_namespace(tx, standing, service, path).await?;
        match standing {
            Standing::Own(person) if namespace.owner != Some(person.user.id) => {
                Err(Error::Denied(format!("only the owner of namespace `{path}` on registry `{service}` or an administrator may do this")))
            }
            Standing::Own(_) | Standing::Everything => Ok((registry, namespace)),
        }
    }

    /// A registry that is his to change, and for how long it is.
    pub(super) async fn own_registry(
        self,
        tx: &mut dyn ReadTx,
        standing: &Standing,
        service: &ServiceName,
    ) -> Result<(Registry, Answers), Error> {
        let registry = self.known_registry(tx, standing, service).await?;
        let Standing::Own(person) = standing else { return Ok((registry, Answers::Always)) };
        let answers = answers(tx, person, &registry, self.now()).await?;
        if answers == Answers::Not || !person.user.privileges.manager {
            return Err(Error::Denied(format!(
                "only a manager in one of the groups that answer for registry `{service}`, or an administrator, may do this"
            )));
        }
        Ok((registry, answers))
    }
}

impl Standing {
    /// Of which ordinary user only his own counts.
    pub(super) fn only(&self) -> Option<UserId> {
        match self {
            Self::Everything => None,
            Self::Own(person) => Some(person.user.id),
        }
    }
}

impl Person {
    pub(super) fn is_in(&self, group: GroupId) -> bool {
        self.groups.iter().any(|own| own.group == group)
    }
}

impl Answers {
    /// As long as the shorter of two things lasts.
    fn by(responsibility: Option<Timestamp>, membership: Option<Timestamp>) -> Self {
        let until = |end: Option<Timestamp>| end.map_or(Self::Always, Self::Until);
        until(responsibility).min(until(membership))
    }

    /// Refuses an end later than one's own: what is given for a while must not be made to last by whoever has it.
    pub(super) fn check_end(self, until: Option<Timestamp>) -> Result<(), Error> {
        match (self, until) {
            (Self::Always, _) => Ok(()),
            (Self::Until(own), Some(until)) if until <= own => Ok(()),
            (Self::Until(own), _) => Err(Error::Denied(format!(
                "you answer for this registry until {}: only an administrator may give what lasts longer",
                own.to_rfc3339_seconds()
            ))),
            (Self::Not, _) => Err(Error::Denied("you do not answer for this registry".to_owned())),
        }
    }
}

/// For how long one of his groups answers for a registry, and he is in it.
pub(super) async fn answers(tx: &mut dyn ReadTx, person: &Person, registry: &Registry, now: Timestamp) -> Result<Answers, Error> {
    let responsible = tx.related(Published::Registry(registry.id), Relation::Responsible).await?;
    let by = |group: &TimedGroup| {
        let own = person.groups.iter().find(|own| own.group == group.group)?;
        Some(Answers::by(group.until, own.until))
    };
    Ok(responsible.iter().filter(|group| group.is_current(now)).filter_map(by).max().unwrap_or(Answers::Not))
}

/// The groups that a user is in now.
pub(super) async fn current_groups(tx: &mut dyn ReadTx, user: &User, now: Timestamp) -> Result<Vec<Group>, Error> {
    let groups = tx.groups_of_user(user.id).await?;
    Ok(groups.into_iter().filter(|(_, until)| is_current(*until, now)).map(|(group, _)| group).collect())
}
