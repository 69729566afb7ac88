//! Small facts for tests of this crate.

use super::{NamespaceFacts, RegistryFacts, RegistryState, UserFacts};
use crate::id::{GroupId, NamespaceId, RegistryId, UserId};
use crate::model::{Anonymous, TokenSettings};
use crate::right::Right;

pub(crate) fn namespace(id: i64, path: &str) -> NamespaceFacts {
    NamespaceFacts {
        id: NamespaceId::new(id),
        registry: RegistryId::new(1),
        path: path.parse().unwrap(),
        owner: None,
        public: false,
        members_right: Right::Full,
        groups_right: Right::None,
        others_right: Right::None,
        members: Box::new([]),
        groups: Box::new([]),
        user_grants: Box::new([]),
        group_grants: Box::new([]),
    }
}

pub(crate) fn user(id: i64, name: &str, groups: &[i64]) -> UserFacts {
    UserFacts {
        id: UserId::new(id),
        name: name.parse().unwrap(),
        admin: false,
        enabled: true,
        password: None,
        groups: groups.iter().copied().map(GroupId::new).collect(),
    }
}

pub(crate) fn registry(namespaces: impl IntoIterator<Item = NamespaceFacts>) -> RegistryState {
    let facts = RegistryFacts {
        id: RegistryId::new(1),
        service: "registry".parse().unwrap(),
        enabled: true,
        read_only: false,
        anonymous: Anonymous::Off,
        token: TokenSettings::default(),
    };
    let mut state = RegistryState { facts, namespaces: Default::default() };
    for namespace in namespaces {
        state.namespaces.insert(namespace);
    }
    state
}
