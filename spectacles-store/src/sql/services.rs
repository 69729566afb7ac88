//! Service accounts and their secrets.

use super::backend::{Row, Value};
use super::{SqlTx, StoreError, broken, grantees, terms};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use spectacles_core::id::{AppId, SecretId, ServiceAccountId, UserId};
use spectacles_core::listing::NamedService;
use spectacles_core::model::{Grantee, NewServiceAccount, SecretHash, ServiceAccount, ServiceSecret, Terms};
use spectacles_core::name::ServiceAccountName;
use spectacles_core::store::{Change, ServiceAccountReads, ServiceAccountWrites, Unique};
use spectacles_core::time::Timestamp;

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        select!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!("SELECT id, name, app_id, owner_id, description, is_enabled, created, updated", $more, " FROM service_accounts ", $rest)
    };
}

/// A query for all of them with the names of app and owner, to go on with.
pub(super) const ALL_NAMED: &str = select!(
    ", (SELECT name FROM apps WHERE apps.id = service_accounts.app_id) AS app_name, \
     (SELECT name FROM users WHERE users.id = service_accounts.owner_id) AS owner_name",
    ""
);

pub(super) fn read_named(row: &mut Row) -> Result<NamedService, StoreError> {
    Ok(NamedService { service: read(row)?, app: row.optional_parsed()?, owner: row.optional_parsed()? })
}

fn read(row: &mut Row) -> Result<ServiceAccount, StoreError> {
    Ok(ServiceAccount {
        id: ServiceAccountId::new(row.integer()?),
        name: row.parsed()?,
        app: row.optional_integer()?.map(AppId::new),
        owner: row.optional_integer()?.map(UserId::new),
        description: row.text()?,
        enabled: row.boolean()?,
        created: row.timestamp()?,
        updated: row.timestamp()?,
    })
}

/// The column `hash`.
pub(super) fn read_hash(row: &mut Row) -> Result<SecretHash, StoreError> {
    hash(&row.text()?)
}

/// A hash as it is stored.
pub(super) fn hash(text: &str) -> Result<SecretHash, StoreError> {
    let bytes = HEXLOWER.decode(text.as_bytes()).map_err(broken)?;
    bytes.try_into().map(SecretHash::from_bytes).map_err(|_| broken("the hash of a secret has not 32 bytes"))
}

fn read_secret(row: &mut Row) -> Result<ServiceSecret, StoreError> {
    Ok(ServiceSecret {
        id: SecretId::new(row.integer()?),
        hash: read_hash(row)?,
        created: row.timestamp()?,
        last_used: row.optional_timestamp()?,
        terms: row.terms()?,
    })
}

#[async_trait]
impl ServiceAccountReads for SqlTx {
    async fn service_account(&mut self, id: ServiceAccountId) -> Result<Option<ServiceAccount>, StoreError> {
        self.one(select!("WHERE id = ?"), &[id.get().into()], read).await
    }

    async fn service_account_named(&mut self, name: &ServiceAccountName) -> Result<Option<ServiceAccount>, StoreError> {
        self.one(select!("WHERE name = ?"), &[name.as_str().into()], read).await
    }

    async fn service_accounts(&mut self, after: Option<&ServiceAccountName>, limit: u32) -> Result<Vec<ServiceAccount>, StoreError> {
        let after = after.map_or("", ServiceAccountName::as_str);
        self.all(select!("WHERE name > ? ORDER BY name LIMIT ?"), &[after.into(), limit.into()], read).await
    }

    async fn secrets_of(&mut self, service: ServiceAccountId) -> Result<Vec<ServiceSecret>, StoreError> {
        let sql = "SELECT id, hash, created, last_used, valid_until, networks FROM service_secrets WHERE service_id = ? \
                   ORDER BY created, id";
        self.all(sql, &[service.get().into()], read_secret).await
    }
}

#[async_trait]
impl ServiceAccountWrites for SqlTx {
    async fn insert_service_account(&mut self, service: &NewServiceAccount) -> Result<ServiceAccountId, StoreError> {
        if self.any("SELECT COUNT(*) FROM service_accounts WHERE name = ?", &[service.name.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::ServiceAccountName));
        }
        let sql = "INSERT INTO service_accounts (name, app_id, owner_id, description, is_enabled, created, updated) \
                   VALUES (?, ?, ?, ?, ?, ?, ?)";
        let values: [Value<'_>; 7] = [
            service.name.as_str().into(),
            service.app.map(AppId::get).into(),
            service.owner.map(UserId::get).into(),
            service.description.as_str().into(),
            service.enabled.into(),
            service.created.into(),
            service.created.into(),
        ];
        let id = ServiceAccountId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::Service(id));
        Ok(id)
    }

    async fn update_service_account(&mut self, service: &ServiceAccount) -> Result<bool, StoreError> {
        let id = service.id.get();
        let sql = "SELECT id FROM service_accounts WHERE id = ? OR name = ?";
        if !self.is_free(sql, &[id.into(), service.name.as_str().into()], id, Unique::ServiceAccountName).await? {
            return Ok(false);
        }
        let sql = "UPDATE service_accounts SET name = ?, app_id = ?, owner_id = ?, description = ?, is_enabled = ?, updated = ? \
                   WHERE id = ?";
        let values: [Value<'_>; 7] = [
            service.name.as_str().into(),
            service.app.map(AppId::get).into(),
            service.owner.map(UserId::get).into(),
            service.description.as_str().into(),
            service.enabled.into(),
            service.updated.into(),
            id.into(),
        ];
        let found = self.execute(sql, &values).await?;
        Ok(self.changed(found, Change::Service(service.id)))
    }

    async fn delete_service_account(&mut self, id: ServiceAccountId) -> Result<bool, StoreError> {
        grantees::report_touched(self, Grantee::Service(id)).await?;
        let found = self.execute("DELETE FROM service_accounts WHERE id = ?", &[id.get().into()]).await?;
        Ok(self.changed(found, Change::Service(id)))
    }

    async fn insert_secret(
        &mut self,
        service: ServiceAccountId,
        hash: SecretHash,
        created: Timestamp,
        terms: &Terms,
    ) -> Result<SecretId, StoreError> {
        let sql = "INSERT INTO service_secrets (service_id, hash, created, valid_until, networks) VALUES (?, ?, ?, ?, ?)";
        let (hash, networks) = (HEXLOWER.encode(hash.as_bytes()), terms::networks(terms));
        let values = [service.get().into(), hash.as_str().into(), created.into(), terms.until.into(), (&networks).into()];
        let id = SecretId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::Service(service));
        Ok(id)
    }

    async fn delete_secret(&mut self, service: ServiceAccountId, secret: SecretId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM service_secrets WHERE id = ? AND service_id = ?";
        let found = self.execute(sql, &[secret.get().into(), service.get().into()]).await?;
        Ok(self.changed(found, Change::Service(service)))
    }
}
