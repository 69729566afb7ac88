//! Service accounts and their secrets.

use super::{MemoryTx, State, missing};
use async_trait::async_trait;
use spectacles_core::id::{AppId, SecretId, ServiceAccountId, UserId};
use spectacles_core::model::{Grantee, NewServiceAccount, SecretHash, ServiceAccount, ServiceSecret, Terms};
use spectacles_core::name::ServiceAccountName;
use spectacles_core::store::{Change, ServiceAccountReads, ServiceAccountWrites, StoreError, Unique};
use spectacles_core::time::Timestamp;

impl State {
    /// The secrets of a service account, by id.
    pub(super) fn secrets_of(&self, service: ServiceAccountId) -> impl Iterator<Item = &ServiceSecret> {
        let (first, last) = (SecretId::new(i64::MIN), SecretId::new(i64::MAX));
        self.secrets.range((service, first)..=(service, last)).map(|(_, secret)| secret)
    }
}

#[async_trait]
impl ServiceAccountReads for MemoryTx {
    async fn service_account(&mut self, id: ServiceAccountId) -> Result<Option<ServiceAccount>, StoreError> {
        Ok(self.state.services.get(id.get()).cloned())
    }

    async fn service_account_named(&mut self, name: &ServiceAccountName) -> Result<Option<ServiceAccount>, StoreError> {
        Ok(self.state.services.named(name).cloned())
    }

    async fn service_accounts(&mut self, after: Option<&ServiceAccountName>, limit: u32) -> Result<Vec<ServiceAccount>, StoreError> {
        Ok(self.state.services.page(after, limit))
    }

    async fn secrets_of(&mut self, service: ServiceAccountId) -> Result<Vec<ServiceSecret>, StoreError> {
        let with_use = |secret: &ServiceSecret| ServiceSecret { last_used: self.log.used.get(&secret.id).copied(), ..secret.clone() };
        let mut secrets: Vec<_> = self.state.secrets_of(service).map(with_use).collect();
        secrets.sort_by_key(|secret| (secret.created, secret.id));
        Ok(secrets)
    }
}

#[async_trait]
impl ServiceAccountWrites for MemoryTx {
    async fn insert_service_account(&mut self, service: &NewServiceAccount) -> Result<ServiceAccountId, StoreError> {
        references_exist(&self.state, service.app, service.owner)?;
        let row = |id| ServiceAccount {
            id: ServiceAccountId::new(id),
            name: service.name.clone(),
            app: service.app,
            owner: service.owner,
            description: service.description.clone(),
            enabled: service.enabled,
            created: service.created,
            updated: service.created,
        };
        let inserted = self.state_mut().services.insert(service.name.clone(), row);
        let id = ServiceAccountId::new(inserted.map_err(|_| StoreError::Conflict(Unique::ServiceAccountName))?);
        self.changed(true, Change::Service(id));
        Ok(id)
    }

    async fn update_service_account(&mut self, service: &ServiceAccount) -> Result<bool, StoreError> {
        let Some(created) = self.state.services.get(service.id.get()).map(|known| known.created) else {
            return Ok(false);
        };
        references_exist(&self.state, service.app, service.owner)?;
        let row = ServiceAccount { created, ..service.clone() };
        let updated = self.state_mut().services.update(service.id.get(), service.name.clone(), row);
        let found = updated.map_err(|_| StoreError::Conflict(Unique::ServiceAccountName))?;
        Ok(self.changed(found, Change::Service(service.id)))
    }

    async fn delete_service_account(&mut self, id: ServiceAccountId) -> Result<bool, StoreError> {
        self.forget_grantee(Grantee::Service(id));
        let state = self.state_mut();
        state.secrets.retain(|(service, _), _| *service != id);
        let found = state.services.remove(id.get());
        Ok(self.changed(found, Change::Service(id)))
    }

    async fn insert_secret(
        &mut self,
        service: ServiceAccountId,
        hash: SecretHash,
        created: Timestamp,
        terms: &Terms,
    ) -> Result<SecretId, StoreError> {
        let state = self.state_mut();
        if state.services.get(service.get()).is_none() {
            return Err(missing("a service account"));
        }
        state.last_secret = state.last_secret.saturating_add(1);
        let id = SecretId::new(state.last_secret);
        state.secrets.insert((service, id), ServiceSecret { id, hash, created, last_used: None, terms: terms.clone() });
        self.changed(true, Change::Service(service));
        Ok(id)
    }

    async fn delete_secret(&mut self, service: ServiceAccountId, secret: SecretId) -> Result<bool, StoreError> {
        let found = self.state_mut().secrets.remove(&(service, secret)).is_some();
        Ok(self.changed(found, Change::Service(service)))
    }
}

fn references_exist(state: &State, app: Option<AppId>, owner: Option<UserId>) -> Result<(), StoreError> {
    let has_app = app.is_none_or(|app| state.apps.get(app.get()).is_some());
    let has_owner = owner.is_none_or(|owner| state.users.get(owner.get()).is_some());
    if has_app && has_owner { Ok(()) } else { Err(missing("an app or an owner")) }
}
