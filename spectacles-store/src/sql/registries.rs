//! Registries.

use super::backend::{Row, Value};
use super::services::hash;
use super::{SqlTx, StoreError, api_tokens, broken};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use spectacles_core::id::RegistryId;
use spectacles_core::model::{Connection, NewRegistry, Registry, RegistryPassword, SecretHash, TokenLifetime, TokenSettings};
use spectacles_core::name::{RegistryUrl, ServiceName};
use spectacles_core::store::{Change, RegistryReads, RegistryWrites, Unique};

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, service, url, external_url, is_enabled, is_read_only, delete_enabled, anonymous, policy, \
             is_restricted, token_seconds, kid_style, created, updated, is_insecure, ca, login, username, password, \
             sync_seconds, event_secret FROM registries ",
            $rest
        )
    };
}

/// A query for all of them, to go on with.
pub(super) const ALL: &str = select!("");

pub(super) fn read(row: &mut Row) -> Result<Registry, StoreError> {
    Ok(Registry {
        id: RegistryId::new(row.integer()?),
        service: row.parsed()?,
        url: row.parsed()?,
        external_url: row.optional_parsed()?,
        enabled: row.boolean()?,
        read_only: row.boolean()?,
        delete_enabled: row.boolean()?,
        anonymous: row.parsed()?,
        policy: row.parsed()?,
        restricted: row.boolean()?,
        token: read_token(row)?,
        created: row.timestamp()?,
        updated: row.timestamp()?,
        connection: read_connection(row)?,
        event_secret: read_event_secret(row)?,
    })
}

/// The columns `token_seconds` and `kid_style`.
pub(super) fn read_token(row: &mut Row) -> Result<TokenSettings, StoreError> {
    let seconds = u32::try_from(row.integer()?).map_err(broken)?;
    Ok(TokenSettings { lifetime: TokenLifetime::from_seconds(seconds).map_err(broken)?, kid_style: row.parsed()? })
}

/// The columns from `is_insecure` to `sync_seconds`.
fn read_connection(row: &mut Row) -> Result<Connection, StoreError> {
    Ok(Connection {
        insecure: row.boolean()?,
        ca: row.optional_text()?,
        login: row.parsed()?,
        username: row.optional_text()?,
        password: row.optional_text()?.map(RegistryPassword::new),
        sync_seconds: u32::try_from(row.integer()?).map_err(broken)?.try_into().map_err(broken)?,
    })
}

/// The column `event_secret`.
pub(super) fn read_event_secret(row: &mut Row) -> Result<Option<SecretHash>, StoreError> {
    row.optional_text()?.map(|text| hash(&text)).transpose()
}

/// What [`read_connection`] reads.
fn connection_values(connection: &Connection) -> [Value<'_>; 6] {
    [
        connection.insecure.into(),
        (&connection.ca).into(),
        connection.login.as_str().into(),
        (&connection.username).into(),
        connection.password.as_ref().map(RegistryPassword::expose).into(),
        connection.sync_seconds.get().into(),
    ]
}

#[async_trait]
impl RegistryReads for SqlTx {
    async fn registry(&mut self, id: RegistryId) -> Result<Option<Registry>, StoreError> {
        self.one(select!("WHERE id = ?"), &[id.get().into()], read).await
    }

    async fn registry_named(&mut self, service: &ServiceName) -> Result<Option<Registry>, StoreError> {
        self.one(select!("WHERE service = ?"), &[service.as_str().into()], read).await
    }

    async fn registries(&mut self, after: Option<&ServiceName>, limit: u32) -> Result<Vec<Registry>, StoreError> {
        let after = after.map_or("", ServiceName::as_str);
        self.all(select!("WHERE service > ? ORDER BY service LIMIT ?"), &[after.into(), limit.into()], read).await
    }
}

#[async_trait]
impl RegistryWrites for SqlTx {
    async fn insert_registry(&mut self, registry: &NewRegistry) -> Result<RegistryId, StoreError> {
        if self.any("SELECT COUNT(*) FROM registries WHERE service = ?", &[registry.service.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::RegistryService));
        }
        let sql = "INSERT INTO registries (service, url, external_url, is_enabled, is_read_only, delete_enabled, anonymous, policy, \
                   is_restricted, token_seconds, kid_style, created, updated, is_insecure, ca, login, username, password, sync_seconds) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let mut values: Vec<Value<'_>> = vec![
            registry.service.as_str().into(),
            registry.url.as_str().into(),
            registry.external_url.as_ref().map(RegistryUrl::as_str).into(),
            registry.enabled.into(),
            registry.read_only.into(),
            registry.delete_enabled.into(),
            registry.anonymous.as_str().into(),
            registry.policy.as_str().into(),
            registry.restricted.into(),
            registry.token.lifetime.seconds().into(),
            registry.token.kid_style.as_str().into(),
            registry.created.into(),
            registry.created.into(),
        ];
        values.extend(connection_values(&registry.connection));
        let id = RegistryId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::Registry(id));
        Ok(id)
    }

    async fn update_registry(&mut self, registry: &Registry) -> Result<bool, StoreError> {
        let id = registry.id.get();
        let sql = "SELECT id FROM registries WHERE id = ? OR service = ?";
        if !self.is_free(sql, &[id.into(), registry.service.as_str().into()], id, Unique::RegistryService).await? {
            return Ok(false);
        }
        let sql = "UPDATE registries SET service = ?, url = ?, external_url = ?, is_enabled = ?, is_read_only = ?, delete_enabled = ?, \
                   anonymous = ?, policy = ?, is_restricted = ?, token_seconds = ?, kid_style = ?, updated = ?, is_insecure = ?, ca = ?, \
                   login = ?, username = ?, password = ?, sync_seconds = ?, event_secret = ? WHERE id = ?";
        let secret = registry.event_secret.map(|hash| HEXLOWER.encode(hash.as_bytes()));
        let mut values: Vec<Value<'_>> = vec![
            registry.service.as_str().into(),
            registry.url.as_str().into(),
            registry.external_url.as_ref().map(RegistryUrl::as_str).into(),
            registry.enabled.into(),
            registry.read_only.into(),
            registry.delete_enabled.into(),
            registry.anonymous.as_str().into(),
            registry.policy.as_str().into(),
            registry.restricted.into(),
            registry.token.lifetime.seconds().into(),
            registry.token.kid_style.as_str().into(),
            registry.updated.into(),
        ];
        values.extend(connection_values(&registry.connection));
        values.extend([Value::from(&secret), id.into()]);
        let found = self.execute(sql, &values).await?;
        Ok(self.changed(found, Change::Registry(registry.id)))
    }

    async fn delete_registry(&mut self, id: RegistryId) -> Result<bool, StoreError> {
        self.lock_content().await?;
        api_tokens::report(self, "SELECT DISTINCT user_id FROM api_tokens WHERE registry_id = ?", id.get()).await?;
        let found = self.execute("DELETE FROM registries WHERE id = ?", &[id.get().into()]).await?;
        Ok(self.changed(found, Change::Registry(id)))
    }
}
