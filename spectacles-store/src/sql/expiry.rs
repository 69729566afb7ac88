//! What has expired, in every table that has a column `valid_until`.

use super::backend::Row;
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::id::{AppId, GroupId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use spectacles_core::model::{Expired, Grantee, Published};
use spectacles_core::store::ExpiryReads;
use spectacles_core::time::Timestamp;

/// A query for what has ended, and how to read it.
type Source = (&'static str, fn(&mut Row) -> Result<Expired, StoreError>);

macro_rules! ended {
    ($columns:literal, $table:literal) => {
        concat!("SELECT ", $columns, " FROM ", $table, " WHERE valid_until <= ? LIMIT ?")
    };
}

/// A table whose rows belong to a namespace and a grantee.
macro_rules! of_namespace {
    ($what:ident, $table:literal, $column:literal, $kind:ident, $id:ident) => {
        (ended!($column, $table), |row| Ok(Expired::$what(NamespaceId::new(row.integer()?), Grantee::$kind($id::new(row.integer()?)))))
    };
}

const SOURCES: [Source; 10] = [
    (ended!("group_id, user_id", "group_members"), |row| Ok(Expired::Member(GroupId::new(row.integer()?), UserId::new(row.integer()?)))),
    of_namespace!(Assignment, "namespace_users", "namespace_id, user_id", User, UserId),
    of_namespace!(Assignment, "namespace_groups", "namespace_id, group_id", Group, GroupId),
    of_namespace!(Assignment, "namespace_services", "namespace_id, service_id", Service, ServiceAccountId),
    of_namespace!(Grant, "namespace_user_grants", "namespace_id, user_id", User, UserId),
    of_namespace!(Grant, "namespace_group_grants", "namespace_id, group_id", Group, GroupId),
    of_namespace!(Grant, "namespace_service_grants", "namespace_id, service_id", Service, ServiceAccountId),
    (ended!("registry_id, relation, group_id", "registry_groups"), |row| {
        let registry = Published::Registry(RegistryId::new(row.integer()?));
        Ok(Expired::Relation(registry, row.relation()?, GroupId::new(row.integer()?)))
    }),
    (ended!("app_id, relation, group_id", "app_groups"), |row| {
        let app = Published::App(AppId::new(row.integer()?));
        Ok(Expired::Relation(app, row.relation()?, GroupId::new(row.integer()?)))
    }),
    (ended!("service_id, id", "service_secrets"), |row| {
        Ok(Expired::Secret(ServiceAccountId::new(row.integer()?), SecretId::new(row.integer()?)))
    }),
];

#[async_trait]
impl ExpiryReads for SqlTx {
    async fn expired(&mut self, moment: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        let mut expired = Vec::new();
        let mut left = limit;
        for (sql, read) in SOURCES {
            if left == 0 {
                break;
            }
            let mut found = self.all(sql, &[moment.into(), left.into()], read).await?;
            left = left.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
            expired.append(&mut found);
        }
        Ok(expired)
    }
}
