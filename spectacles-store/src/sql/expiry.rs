//! What has expired, in every table that has a column `valid_until`.

use super::backend::Row;
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::id::{ApiTokenId, AppId, GroupId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use spectacles_core::model::{Ended, Expired, Grantee, Published, Terms};
use spectacles_core::store::ExpiryReads;
use spectacles_core::time::Timestamp;

/// A query for what has ended, and how to read it.
type Source = (&'static str, fn(&mut Row) -> Result<Ended, StoreError>);

macro_rules! ended {
    ($columns:literal, $table:literal) => {
        concat!("SELECT ", $columns, " FROM ", $table, " WHERE valid_until <= ? LIMIT ?")
    };
}

/// A table whose rows say who is assigned to a namespace.
macro_rules! assigned {
    ($table:literal, $column:literal, $kind:ident, $id:ident) => {
        (ended!($column, $table), |row| {
            let what = Expired::Assignment(NamespaceId::new(row.integer()?), Grantee::$kind($id::new(row.integer()?)));
            Ok(Ended { what, terms: row.terms()? })
        })
    };
}

/// A table whose rows say who has which right on a namespace.
macro_rules! granted {
    ($table:literal, $column:literal, $kind:ident, $id:ident) => {
        (ended!($column, $table), |row| {
            let (namespace, grantee) = (NamespaceId::new(row.integer()?), Grantee::$kind($id::new(row.integer()?)));
            Ok(Ended { what: Expired::Grant(namespace, grantee, row.parsed()?), terms: row.terms()? })
        })
    };
}

const SOURCES: [Source; 11] = [
    (ended!("group_id, user_id, valid_until", "group_members"), |row| {
        let what = Expired::Member(GroupId::new(row.integer()?), UserId::new(row.integer()?));
        Ok(Ended { what, terms: until(row)? })
    }),
    assigned!("namespace_users", "namespace_id, user_id, valid_until, networks", User, UserId),
    assigned!("namespace_groups", "namespace_id, group_id, valid_until, networks", Group, GroupId),
    assigned!("namespace_services", "namespace_id, service_id, valid_until, networks", Service, ServiceAccountId),
    granted!("namespace_user_grants", "namespace_id, user_id, granted, valid_until, networks", User, UserId),
    granted!("namespace_group_grants", "namespace_id, group_id, granted, valid_until, networks", Group, GroupId),
    granted!("namespace_service_grants", "namespace_id, service_id, granted, valid_until, networks", Service, ServiceAccountId),
    (ended!("registry_id, relation, group_id, valid_until", "registry_groups"), |row| {
        let registry = Published::Registry(RegistryId::new(row.integer()?));
        let what = Expired::Relation(registry, row.relation()?, GroupId::new(row.integer()?));
        Ok(Ended { what, terms: until(row)? })
    }),
    (ended!("app_id, relation, group_id, valid_until", "app_groups"), |row| {
        let app = Published::App(AppId::new(row.integer()?));
        let what = Expired::Relation(app, row.relation()?, GroupId::new(row.integer()?));
        Ok(Ended { what, terms: until(row)? })
    }),
    (ended!("service_id, id, valid_until, networks", "service_secrets"), |row| {
        let what = Expired::Secret(ServiceAccountId::new(row.integer()?), SecretId::new(row.integer()?));
        Ok(Ended { what, terms: row.terms()? })
    }),
    (ended!("user_id, id, valid_until", "api_tokens"), |row| {
        let what = Expired::ApiToken(UserId::new(row.integer()?), ApiTokenId::new(row.integer()?));
        Ok(Ended { what, terms: until(row)? })
    }),
];

/// The next column, an end, of what holds from anywhere.
fn until(row: &mut Row) -> Result<Terms, StoreError> {
    Ok(Terms { until: row.optional_timestamp()?, ..Terms::none() })
}

#[async_trait]
impl ExpiryReads for SqlTx {
    async fn expired(&mut self, moment: Timestamp, limit: u32) -> Result<Vec<Ended>, StoreError> {
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
