//! Apps.

use super::{MemoryTx, State};
use async_trait::async_trait;
use spectacles_core::id::AppId;
use spectacles_core::model::{App, NewApp, Published};
use spectacles_core::name::{AppName, Slug};
use spectacles_core::store::{AppReads, AppWrites, Change, StoreError, Unique};

#[async_trait]
impl AppReads for MemoryTx {
    async fn app(&mut self, id: AppId) -> Result<Option<App>, StoreError> {
        Ok(self.state.apps.get(id.get()).cloned())
    }

    async fn app_named(&mut self, name: &AppName) -> Result<Option<App>, StoreError> {
        Ok(self.state.apps.named(name).cloned())
    }

    async fn apps(&mut self, after: Option<&AppName>, limit: u32) -> Result<Vec<App>, StoreError> {
        Ok(self.state.apps.page(after, limit))
    }
}

#[async_trait]
impl AppWrites for MemoryTx {
    async fn insert_app(&mut self, app: &NewApp) -> Result<AppId, StoreError> {
        slug_is_free(&self.state, app.slug.as_ref(), None)?;
        let row = |id| App {
            id: AppId::new(id),
            name: app.name.clone(),
            slug: app.slug.clone(),
            description: app.description.clone(),
            created: app.created,
            updated: app.created,
        };
        let inserted = self.state_mut().apps.insert(app.name.clone(), row);
        let id = AppId::new(inserted.map_err(|_| StoreError::Conflict(Unique::AppName))?);
        self.changed(true, Change::App(id));
        Ok(id)
    }

    async fn update_app(&mut self, app: &App) -> Result<bool, StoreError> {
        let Some(created) = self.state.apps.get(app.id.get()).map(|known| known.created) else {
            return Ok(false);
        };
        slug_is_free(&self.state, app.slug.as_ref(), Some(app.id))?;
        let updated = self.state_mut().apps.update(app.id.get(), app.name.clone(), App { created, ..app.clone() });
        let found = updated.map_err(|_| StoreError::Conflict(Unique::AppName))?;
        Ok(self.changed(found, Change::App(app.id)))
    }

    async fn delete_app(&mut self, id: AppId) -> Result<bool, StoreError> {
        let running = self.state.services.rows().filter(|service| service.app == Some(id));
        self.changed.extend(running.map(|service| Change::Service(service.id)));
        let state = self.state_mut();
        state.services.change_all(|service| service.app == Some(id), |service| service.app = None);
        state.relations.retain(|(of, ..), _| *of != Published::App(id));
        let found = state.apps.remove(id.get());
        Ok(self.changed(found, Change::App(id)))
    }
}

/// Whether no other app has the slug.
fn slug_is_free(state: &State, slug: Option<&Slug>, except: Option<AppId>) -> Result<(), StoreError> {
    let taken = |app: &App| app.slug.is_some() && app.slug.as_ref() == slug && Some(app.id) != except;
    if state.apps.rows().any(taken) { Err(StoreError::Conflict(Unique::AppSlug)) } else { Ok(()) }
}
