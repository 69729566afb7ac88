//! Facts, and the look-ups they share with the other reads.

use super::{KEPT, MemoryTx, State};
use async_trait::async_trait;
use spectacles_core::access::{NamespaceFacts, RegistryFacts, UserFacts};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Grantee, Namespace, Registry, User};
use spectacles_core::name::GroupName;
use spectacles_core::right::Right;
use spectacles_core::store::{Change, FactReads, Revision, StoreError, Which};
use std::collections::BTreeSet;

/// What sorts before, and after, every other grantee.
const FIRST: Grantee = Grantee::User(UserId::new(i64::MIN));
const LAST: Grantee = Grantee::Group(GroupId::new(i64::MAX));

impl State {
    pub(super) fn groups_of(&self, user: UserId) -> impl Iterator<Item = GroupId> {
        self.memberships.range((user, GroupId::new(i64::MIN))..=(user, GroupId::new(i64::MAX))).map(|(_, group)| *group)
    }

    /// Users first, each by id.
    pub(super) fn assigned_to(&self, namespace: NamespaceId) -> impl Iterator<Item = Grantee> {
        self.assigned.range((namespace, FIRST)..=(namespace, LAST)).map(|(_, grantee)| *grantee)
    }

    /// Users first, each by id.
    pub(super) fn grants_on(&self, namespace: NamespaceId) -> impl Iterator<Item = (Grantee, Right)> {
        self.grants.range((namespace, FIRST)..=(namespace, LAST)).map(|((_, grantee), right)| (*grantee, *right))
    }

    pub(super) fn remove_namespace(&mut self, id: NamespaceId) -> bool {
        self.assigned.retain(|(namespace, _)| *namespace != id);
        self.grants.retain(|(namespace, _), _| *namespace != id);
        self.namespaces.remove(id.get())
    }

    fn user_facts(&self, user: &User) -> UserFacts {
        UserFacts {
            id: user.id,
            name: user.name.clone(),
            admin: user.admin,
            enabled: user.enabled,
            password: user.password.clone(),
            groups: self.groups_of(user.id).collect(),
        }
    }

    fn namespace_facts(&self, namespace: &Namespace) -> NamespaceFacts {
        let user = |grantee| if let Grantee::User(id) = grantee { Some(id) } else { None };
        let group = |grantee| if let Grantee::Group(id) = grantee { Some(id) } else { None };
        let id = namespace.id;
        NamespaceFacts {
            id,
            registry: namespace.registry,
            path: namespace.path.clone(),
            owner: namespace.owner,
            public: namespace.public,
            members_right: namespace.members_right,
            groups_right: namespace.groups_right,
            others_right: namespace.others_right,
            members: self.assigned_to(id).filter_map(user).collect(),
            groups: self.assigned_to(id).filter_map(group).collect(),
            user_grants: self.grants_on(id).filter_map(|(grantee, right)| Some((user(grantee)?, right))).collect(),
            group_grants: self.grants_on(id).filter_map(|(grantee, right)| Some((group(grantee)?, right))).collect(),
        }
    }
}

fn registry_facts(registry: &Registry) -> RegistryFacts {
    RegistryFacts {
        id: registry.id,
        service: registry.service.clone(),
        enabled: registry.enabled,
        read_only: registry.read_only,
        anonymous: registry.anonymous,
        token: registry.token,
    }
}

/// The facts of one row, or of a page of them.
macro_rules! facts {
    ($table:expr, $which:expr, $facts:expr) => {
        Ok(match $which {
            Which::One(id) => $table.get(id.get()).map($facts).into_iter().collect(),
            Which::Page { after, limit } => $table.rows_after(after).take(limit as usize).map($facts).collect(),
        })
    };
}

#[async_trait]
impl FactReads for MemoryTx {
    async fn revision(&mut self) -> Result<Revision, StoreError> {
        Ok(Revision(self.state.revision))
    }

    async fn changes_since(&mut self, since: Revision) -> Result<Option<Vec<Change>>, StoreError> {
        let now = self.state.revision;
        if since.0 < 0 || since.0 > now || since.0 < now - KEPT {
            return Ok(None);
        }
        let committed = self.state.changes.range(since.0 + 1..).flat_map(|(_, changes)| changes.iter());
        let each_once: BTreeSet<_> = committed.chain(&self.changed).copied().collect();
        Ok(Some(each_once.into_iter().collect()))
    }

    async fn user_facts(&mut self, which: Which<UserId>) -> Result<Vec<UserFacts>, StoreError> {
        facts!(self.state.users, which, |user| self.state.user_facts(user))
    }

    async fn group_facts(&mut self, which: Which<GroupId>) -> Result<Vec<(GroupId, GroupName)>, StoreError> {
        facts!(self.state.groups, which, |group| (group.id, group.name.clone()))
    }

    async fn registry_facts(&mut self, which: Which<RegistryId>) -> Result<Vec<RegistryFacts>, StoreError> {
        facts!(self.state.registries, which, registry_facts)
    }

    async fn namespace_facts(&mut self, which: Which<NamespaceId>) -> Result<Vec<NamespaceFacts>, StoreError> {
        facts!(self.state.namespaces, which, |namespace| self.state.namespace_facts(namespace))
    }
}
