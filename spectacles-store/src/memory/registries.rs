//! Registries.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::id::RegistryId;
use spectacles_core::model::{NewRegistry, Published, Registry};
use spectacles_core::name::ServiceName;
use spectacles_core::store::{Change, RegistryReads, RegistryWrites, StoreError, Unique};

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
            policy: registry.policy,
            restricted: registry.restricted,
            token: registry.token,
            connection: registry.connection.clone(),
            event_secret: None,
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
        self.content_mut().await?.forget_registry(id);
        self.forget_api_tokens(|limits| limits.registry == Some(id));
        let state = self.state_mut();
        let namespaces: Vec<_> =
            state.namespaces.rows().filter(|namespace| namespace.registry == id).map(|namespace| namespace.id).collect();
        for namespace in namespaces {
            state.remove_namespace(namespace);
        }
        state.relations.retain(|(of, ..), _| *of != Published::Registry(id));
        let found = state.registries.remove(id.get());
        Ok(self.changed(found, Change::Registry(id)))
    }
}
