//! Small facts for tests of this crate.

use super::{Facts, GroupFacts, NamespaceFacts, RegistryFacts, UserFacts};
use crate::id::{GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use crate::model::{Assignment, Circumstances, Grant, Grantee, Policy, Terms, TimedGroup};
use crate::right::Right;
use crate::time::Timestamp;

pub(crate) fn namespace(id: i64, path: &str) -> NamespaceFacts {
    NamespaceFacts::new(NamespaceId::new(id), RegistryId::new(1), path.parse().unwrap())
}

pub(crate) fn user(id: i64, name: &str, groups: &[i64]) -> UserFacts {
    UserFacts { groups: timed(groups), ..UserFacts::new(UserId::new(id), name.parse().unwrap()) }
}

pub(crate) fn timed(groups: &[i64]) -> Box<[TimedGroup]> {
    groups.iter().map(|id| TimedGroup::always(GroupId::new(*id))).collect()
}

pub(crate) fn group(id: i64, name: &str) -> GroupFacts {
    GroupFacts { id: GroupId::new(id), name: name.parse().unwrap(), slug: name.parse().ok() }
}

pub(crate) const fn a_user(id: i64) -> Grantee {
    Grantee::User(UserId::new(id))
}

pub(crate) const fn a_group(id: i64) -> Grantee {
    Grantee::Group(GroupId::new(id))
}

pub(crate) const fn a_service(id: i64) -> Grantee {
    Grantee::Service(ServiceAccountId::new(id))
}

pub(crate) fn grant(grantee: Grantee, right: Right) -> Grant {
    Grant { grantee, right, terms: Terms::none() }
}

pub(crate) fn assigned(grantee: Grantee) -> Assignment {
    Assignment { grantee, terms: Terms::none() }
}

/// Some moment, and nobody knows from where.
pub(crate) const NOW: Circumstances = Circumstances { at: Timestamp::from_unix_millis(1_700_000_000_000), from: None };

/// The registry that all namespaces are on, which counts rights on namespaces only.
pub(crate) fn registry() -> RegistryFacts {
    RegistryFacts { policy: Policy::Namespaces, ..RegistryFacts::new(RegistryId::new(1), "registry".parse().unwrap()) }
}

/// That registry with these namespaces.
pub(crate) fn facts(namespaces: impl IntoIterator<Item = NamespaceFacts>) -> Facts {
    let mut facts = Facts::default();
    facts.put_registry(registry());
    for namespace in namespaces {
        facts.put_namespace(namespace);
    }
    facts
}
