//! Namespaces and the rights on them.

use super::{MemoryTx, missing};
use async_trait::async_trait;
use spectacles_core::id::{NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Assignment, Grant, Grantee, Namespace, NewNamespace, Terms};
use spectacles_core::name::NamespacePath;
use spectacles_core::right::Right;
use spectacles_core::store::{Change, NamespaceReads, NamespaceWrites, StoreError, Unique};
use std::collections::BTreeSet;
use std::ops::Bound;

#[async_trait]
impl NamespaceReads for MemoryTx {
    async fn namespace(&mut self, id: NamespaceId) -> Result<Option<Namespace>, StoreError> {
        Ok(self.state.namespaces.get(id.get()).cloned())
    }

    async fn namespace_at(&mut self, registry: RegistryId, path: &NamespacePath) -> Result<Option<Namespace>, StoreError> {
        Ok(self.state.namespaces.named(&(registry, path.clone())).cloned())
    }

    async fn namespaces(&mut self, registry: RegistryId, after: Option<&NamespacePath>, limit: u32) -> Result<Vec<Namespace>, StoreError> {
        let after = after.map(|path| (registry, path.clone()));
        let all = self.state.namespaces.named_from(after.as_ref().map_or(Bound::Unbounded, Bound::Excluded));
        let of_registry = all.filter(|((of, _), _)| *of == registry);
        Ok(of_registry.take(limit as usize).map(|(_, namespace)| namespace.clone()).collect())
    }

    async fn namespaces_owned_by(&mut self, owner: UserId) -> Result<Vec<Namespace>, StoreError> {
        Ok(self.state.namespaces.rows().filter(|namespace| namespace.owner == Some(owner)).cloned().collect())
    }

    async fn namespaces_with(&mut self, grantee: Grantee) -> Result<Vec<NamespaceId>, StoreError> {
        let both = self.state.assigned.keys().chain(self.state.grants.keys()).filter(|(_, holder)| *holder == grantee);
        let namespaces: BTreeSet<NamespaceId> = both.map(|(namespace, _)| *namespace).collect();
        Ok(namespaces.into_iter().collect())
    }

    async fn assigned(&mut self, namespace: NamespaceId) -> Result<Vec<Assignment>, StoreError> {
        Ok(self.state.assigned_to(namespace).collect())
    }

    async fn grants(&mut self, namespace: NamespaceId) -> Result<Vec<Grant>, StoreError> {
        Ok(self.state.grants_on(namespace).collect())
    }
}

#[async_trait]
impl NamespaceWrites for MemoryTx {
    async fn insert_namespace(&mut self, namespace: &NewNamespace) -> Result<NamespaceId, StoreError> {
        let state = self.state_mut();
        let has_owner = namespace.owner.is_none_or(|owner| state.users.get(owner.get()).is_some());
        if !has_owner || state.registries.get(namespace.registry.get()).is_none() {
            return Err(missing("an owner or a registry"));
        }
        let row = |id| Namespace {
            id: NamespaceId::new(id),
            registry: namespace.registry,
            path: namespace.path.clone(),
            owner: namespace.owner,
            description: namespace.description.clone(),
            public: namespace.public,
            members_right: namespace.members_right,
            groups_right: namespace.groups_right,
            others_right: namespace.others_right,
            created: namespace.created,
            updated: namespace.created,
        };
        let inserted = state.namespaces.insert((namespace.registry, namespace.path.clone()), row);
        let id = NamespaceId::new(inserted.map_err(|_| StoreError::Conflict(Unique::NamespacePath))?);
        self.changed(true, Change::Namespace(id));
        Ok(id)
    }

    async fn update_namespace(&mut self, namespace: &Namespace) -> Result<bool, StoreError> {
        let state = self.state_mut();
        let Some((registry, created)) = state.namespaces.get(namespace.id.get()).map(|known| (known.registry, known.created)) else {
            return Ok(false);
        };
        if namespace.owner.is_some_and(|owner| state.users.get(owner.get()).is_none()) {
            return Err(missing("an owner"));
        }
        let row = Namespace { registry, created, ..namespace.clone() };
        let updated = state.namespaces.update(namespace.id.get(), (registry, namespace.path.clone()), row);
        let found = updated.map_err(|_| StoreError::Conflict(Unique::NamespacePath))?;
        Ok(self.changed(found, Change::Namespace(namespace.id)))
    }

    async fn delete_namespace(&mut self, id: NamespaceId) -> Result<bool, StoreError> {
        self.forget_api_tokens(|limits| limits.namespace == Some(id));
        let found = self.state_mut().remove_namespace(id);
        Ok(self.changed(found, Change::Namespace(id)))
    }

    async fn assign(&mut self, namespace: NamespaceId, grantee: Grantee, terms: &Terms) -> Result<bool, StoreError> {
        self.both_exist(namespace, grantee)?;
        let known = self.state_mut().assigned.insert((namespace, grantee), terms.clone());
        Ok(self.changed(known.as_ref() != Some(terms), Change::Namespace(namespace)))
    }

    async fn unassign(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
        let found = self.state_mut().assigned.remove(&(namespace, grantee)).is_some();
        Ok(self.changed(found, Change::Namespace(namespace)))
    }

    async fn grant(&mut self, namespace: NamespaceId, grantee: Grantee, right: Right, terms: &Terms) -> Result<(), StoreError> {
        self.both_exist(namespace, grantee)?;
        self.state_mut().grants.insert((namespace, grantee), (right, terms.clone()));
        self.changed(true, Change::Namespace(namespace));
        Ok(())
    }

    async fn revoke(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
        let found = self.state_mut().grants.remove(&(namespace, grantee)).is_some();
        Ok(self.changed(found, Change::Namespace(namespace)))
    }
}

impl MemoryTx {
    fn both_exist(&self, namespace: NamespaceId, grantee: Grantee) -> Result<(), StoreError> {
        let grantee = match grantee {
            Grantee::User(id) => self.state.users.get(id.get()).is_some(),
            Grantee::Group(id) => self.state.groups.get(id.get()).is_some(),
            Grantee::Service(id) => self.state.services.get(id.get()).is_some(),
        };
        if grantee && self.state.namespaces.get(namespace.get()).is_some() {
            Ok(())
        } else {
            Err(missing("a namespace, a user, a group or a service account"))
        }
    }

    /// Removes the assignments and grants of one who is deleted.
    pub(super) fn forget_grantee(&mut self, gone: Grantee) {
        let touched = self.state.assigned.keys().chain(self.state.grants.keys()).filter(|(_, grantee)| *grantee == gone);
        self.changed.extend(touched.map(|(namespace, _)| Change::Namespace(*namespace)));
        let state = self.state_mut();
        state.assigned.retain(|(_, grantee), _| *grantee != gone);
        state.grants.retain(|(_, grantee), _| *grantee != gone);
    }
}
