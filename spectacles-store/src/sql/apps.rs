//! Apps.

use super::backend::Row;
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::id::{AppId, ServiceAccountId};
use spectacles_core::model::{App, NewApp};
use spectacles_core::name::{AppName, Slug};
use spectacles_core::store::{AppReads, AppWrites, Change, Unique};

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, name, slug, description, created, updated FROM apps ", $rest)
    };
}

/// A query for all of them, to go on with.
pub(super) const ALL: &str = select!("");

pub(super) fn read(row: &mut Row) -> Result<App, StoreError> {
    Ok(App {
        id: AppId::new(row.integer()?),
        name: row.parsed()?,
        slug: row.optional_parsed()?,
        description: row.text()?,
        created: row.timestamp()?,
        updated: row.timestamp()?,
    })
}

/// The apps of a slug, except one.
const WITH_SLUG: &str = "SELECT COUNT(*) FROM apps WHERE slug = ? AND id <> ?";

#[async_trait]
impl AppReads for SqlTx {
    async fn app(&mut self, id: AppId) -> Result<Option<App>, StoreError> {
        self.one(select!("WHERE id = ?"), &[id.get().into()], read).await
    }

    async fn app_named(&mut self, name: &AppName) -> Result<Option<App>, StoreError> {
        self.one(select!("WHERE name = ?"), &[name.as_str().into()], read).await
    }

    async fn apps(&mut self, after: Option<&AppName>, limit: u32) -> Result<Vec<App>, StoreError> {
        let after = after.map_or("", AppName::as_str);
        self.all(select!("WHERE name > ? ORDER BY name LIMIT ?"), &[after.into(), limit.into()], read).await
    }
}

#[async_trait]
impl AppWrites for SqlTx {
    async fn insert_app(&mut self, app: &NewApp) -> Result<AppId, StoreError> {
        if self.any("SELECT COUNT(*) FROM apps WHERE name = ?", &[app.name.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::AppName));
        }
        self.slug_is_free(WITH_SLUG, app.slug.as_ref(), 0, Unique::AppSlug).await?;
        let sql = "INSERT INTO apps (name, slug, description, created, updated) VALUES (?, ?, ?, ?, ?)";
        let values = [
            app.name.as_str().into(),
            app.slug.as_ref().map(Slug::as_str).into(),
            app.description.as_str().into(),
            app.created.into(),
            app.created.into(),
        ];
        let id = AppId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::App(id));
        Ok(id)
    }

    async fn update_app(&mut self, app: &App) -> Result<bool, StoreError> {
        let id = app.id.get();
        let sql = "SELECT id FROM apps WHERE id = ? OR name = ?";
        if !self.is_free(sql, &[id.into(), app.name.as_str().into()], id, Unique::AppName).await? {
            return Ok(false);
        }
        self.slug_is_free(WITH_SLUG, app.slug.as_ref(), id, Unique::AppSlug).await?;
        let sql = "UPDATE apps SET name = ?, slug = ?, description = ?, updated = ? WHERE id = ?";
        let values = [
            app.name.as_str().into(),
            app.slug.as_ref().map(Slug::as_str).into(),
            app.description.as_str().into(),
            app.updated.into(),
            id.into(),
        ];
        let found = self.execute(sql, &values).await?;
        Ok(self.changed(found, Change::App(app.id)))
    }

    async fn delete_app(&mut self, id: AppId) -> Result<bool, StoreError> {
        for service in self.all("SELECT id FROM service_accounts WHERE app_id = ?", &[id.get().into()], Row::integer).await? {
            self.changed(true, Change::Service(ServiceAccountId::new(service)));
        }
        let found = self.execute("DELETE FROM apps WHERE id = ?", &[id.get().into()]).await?;
        Ok(self.changed(found, Change::App(id)))
    }
}
