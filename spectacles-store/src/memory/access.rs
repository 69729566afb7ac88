//! Registries and namespaces.

use super::{MemoryTx, missing};
use async_trait::async_trait;
use spectacles_core::id::{NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Grant, Grantee, Namespace, NewNamespace, NewRegistry, Registry};
use spectacles_core::name::{NamespacePath, ServiceName};
use spectacles_core::right::Right;
use spectacles_core::store::{Change, NamespaceReads, NamespaceWrites, RegistryReads, RegistryWrites, StoreError, Unique};
use std::ops::Bound;

#[async_trait]
impl RegistryReads for MemoryTx {
    async fn registry(&mut self, id: RegistryId) -> Result<Option<Registry>, StoreError> {
        Ok(self.state.registries.get(id.get()).cloned())
    }

    async fn registry_named(&mut self, service: &ServiceName) -> Result<Option<Registry>, StoreError> {
        Ok(self.state.registries.named(service).cloned())
    }

    async fn registries(&mut self, after: Option<&ServiceName>, limit: u32) -> Result<Vec<Registry>, StoreError> {
        Ok(self.state.registries.page(after, limit))
    }
}

#[async_trait]
impl RegistryWrites for MemoryTx {
    async fn insert_registry(&mut self, registry: &NewRegistry) -> Result<RegistryId, StoreError> {
        let row = |id| Registry {
            id: RegistryId::new(id),
            service: registry.service.clone(),
            url: registry.url.clone(),
            external_url: registry.external_url.clone(),
            enabled: registry.enabled,
            read_only: registry.read_only,
            delete_enabled: registry.delete_enabled,
            anonymous: registry.anonymous,
            token: registry.token,
            created: registry.created,
            updated: registry.created,
        };
        let inserted = self.state_mut().registries.insert(registry.service.clone(), row);
        let id = RegistryId::new(inserted.map_err(|_| StoreError::Conflict(Unique::RegistryService))?);
        self.changed(true, Change::Registry(id));
        Ok(id)
    }

    async fn update_registry(&mut self, registry: &Registry) -> Result<bool, StoreError> {
        let registries = &mut self.state_mut().registries;
        let Some(created) = registries.get(registry.id.get()).map(|known| known.created) else {
            return Ok(false);
        };
        let updated = registries.update(registry.id.get(), registry.service.clone(), Registry { created, ..registry.clone() });
        let found = updated.map_err(|_| StoreError::Conflict(Unique::RegistryService))?;
        Ok(self.changed(found, Change::Registry(registry.id)))
    }

    async fn delete_registry(&mut self, id: RegistryId) -> Result<bool, StoreError> {
        let state = self.state_mut();
        let namespaces: Vec<_> =
            state.namespaces.rows().filter(|namespace| namespace.registry == id).map(|namespace| namespace.id).collect();
        for namespace in namespaces {
            state.remove_namespace(namespace);
        }
        let found = state.registries.remove(id.get());
        Ok(self.changed(found, Change::Registry(id)))
    }
}

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

    async fn assigned(&mut self, namespace: NamespaceId) -> Result<Vec<Grantee>, StoreError> {
        Ok(self.state.assigned_to(namespace).collect())
    }

    async fn grants(&mut self, namespace: NamespaceId) -> Result<Vec<Grant>, StoreError> {
        Ok(self.state.grants_on(namespace).map(|(grantee, right)| Grant { grantee, right }).collect())
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
        let found = self.state_mut().remove_namespace(id);
        Ok(self.changed(found, Change::Namespace(id)))
    }

    async fn assign(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
        self.both_exist(namespace, grantee)?;
        let added = self.state_mut().assigned.insert((namespace, grantee));
        Ok(self.changed(added, Change::Namespace(namespace)))
    }

    async fn unassign(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
        let found = self.state_mut().assigned.remove(&(namespace, grantee));
        Ok(self.changed(found, Change::Namespace(namespace)))
    }

    async fn grant(&mut self, namespace: NamespaceId, grantee: Grantee, right: Right) -> Result<(), StoreError> {
        self.both_exist(namespace, grantee)?;
        self.state_mut().grants.insert((namespace, grantee), right);
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
        };
        if grantee && self.state.namespaces.get(namespace.get()).is_some() {
            Ok(())
        } else {
            Err(missing("a namespace, a user or a group"))
        }
    }
}
