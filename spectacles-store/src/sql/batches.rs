//! What belongs to many things at once: one query for each kind of it and some hundred things.
//!
//! Names are looked up row by row and not joined: where there are few groups, MariaDB would begin with those and read every membership there is.

use super::backend::{Row, Value};
use super::grantees::KINDS;
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use spectacles_core::model::{Assignment, Grant, Published, Relation, TimedGroup};
use spectacles_core::name::{GroupName, ServiceAccountName, UserName};
use spectacles_core::store::BatchReads;
use spectacles_core::time::Timestamp;

/// For how many things a query asks. There are few, so that databases know each query after a while; the last id stands in the places left over.
const SIZES: [usize; 4] = [1, 10, 100, 500];

impl SqlTx {
    /// Runs a query for some hundred ids after the other: what is before and behind the list of ids.
    async fn batches<T>(
        &mut self,
        (before, behind): (&str, &str),
        ids: &[i64],
        read: impl Fn(&mut Row) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        let [.., largest] = SIZES;
        let mut found = Vec::new();
        for chunk in ids.chunks(largest) {
            let size = SIZES.into_iter().find(|size| *size >= chunk.len()).unwrap_or(largest);
            let rest = chunk.last().into_iter().cycle().take(size.saturating_sub(chunk.len()));
            let values: Vec<Value<'_>> = chunk.iter().chain(rest).map(|id| (*id).into()).collect();
            let sql = format!("{before} (?{}) {behind}", ", ?".repeat(size.saturating_sub(1)));
            for mut row in self.session.fetch(sql, &values, true).await? {
                found.push(read(&mut row)?);
            }
        }
        Ok(found)
    }
}

fn numbers<Id: Copy>(ids: &[Id], number: fn(Id) -> i64) -> Vec<i64> {
    ids.iter().map(|id| number(*id)).collect()
}

#[async_trait]
impl BatchReads for SqlTx {
    async fn groups_of_users(&mut self, users: &[UserId]) -> Result<Vec<(UserId, TimedGroup, GroupName)>, StoreError> {
        let before = "SELECT user_id, group_id, valid_until, (SELECT name FROM user_groups WHERE user_groups.id = group_id) AS group_name \
                      FROM group_members WHERE user_id IN";
        let read = |row: &mut Row| Ok((UserId::new(row.integer()?), row.timed_group()?, row.parsed()?));
        self.batches((before, "ORDER BY user_id, group_name"), &numbers(users, UserId::get), read).await
    }

    async fn members_of_groups(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, UserName, Option<Timestamp>)>, StoreError> {
        let before = "SELECT group_id, (SELECT name FROM users WHERE users.id = user_id) AS user_name, valid_until \
                      FROM group_members WHERE group_id IN";
        let read = |row: &mut Row| Ok((GroupId::new(row.integer()?), row.parsed()?, row.optional_timestamp()?));
        self.batches((before, "ORDER BY group_id, user_name"), &numbers(groups, GroupId::get), read).await
    }

    async fn related_to(&mut self, of: &[Published]) -> Result<Vec<(Published, Relation, TimedGroup, GroupName)>, StoreError> {
        let (mut registries, mut apps) = (Vec::new(), Vec::new());
        for of in of {
            match of {
                Published::Registry(id) => registries.push(id.get()),
                Published::App(id) => apps.push(id.get()),
            }
        }
        let before = "SELECT registry_id, relation, group_id, valid_until, \
                      (SELECT name FROM user_groups WHERE user_groups.id = group_id) AS group_name FROM registry_groups WHERE registry_id IN";
        let read = |row: &mut Row| {
            let registry = Published::Registry(RegistryId::new(row.integer()?));
            Ok((registry, row.relation()?, row.timed_group()?, row.parsed()?))
        };
        let mut found = self.batches((before, "ORDER BY registry_id, relation, group_name"), &registries, read).await?;
        let before = "SELECT app_id, relation, group_id, valid_until, \
                      (SELECT name FROM user_groups WHERE user_groups.id = group_id) AS group_name FROM app_groups WHERE app_id IN";
        let read = |row: &mut Row| Ok((Published::App(AppId::new(row.integer()?)), row.relation()?, row.timed_group()?, row.parsed()?));
        found.extend(self.batches((before, "ORDER BY app_id, relation, group_name"), &apps, read).await?);
        Ok(found)
    }

    async fn services_of_apps(&mut self, apps: &[AppId]) -> Result<Vec<(AppId, ServiceAccountName)>, StoreError> {
        let read = |row: &mut Row| Ok((AppId::new(row.integer()?), row.parsed()?));
        let query = ("SELECT app_id, name FROM service_accounts WHERE app_id IN", "ORDER BY app_id, name");
        self.batches(query, &numbers(apps, AppId::get), read).await
    }

    async fn assigned_to(&mut self, namespaces: &[NamespaceId]) -> Result<Vec<(NamespaceId, Assignment)>, StoreError> {
        let (ids, mut found) = (numbers(namespaces, NamespaceId::get), Vec::new());
        for kind in KINDS {
            let read = |row: &mut Row| Ok((NamespaceId::new(row.integer()?), kind.read_assignment(row)?));
            found.extend(self.batches(kind.assigned_to, &ids, read).await?);
        }
        Ok(found)
    }

    async fn granted_on(&mut self, namespaces: &[NamespaceId]) -> Result<Vec<(NamespaceId, Grant)>, StoreError> {
        let (ids, mut found) = (numbers(namespaces, NamespaceId::get), Vec::new());
        for kind in KINDS {
            let read = |row: &mut Row| Ok((NamespaceId::new(row.integer()?), kind.read_grant(row)?));
            found.extend(self.batches(kind.granted_on, &ids, read).await?);
        }
        Ok(found)
    }

    async fn user_names(&mut self, users: &[UserId]) -> Result<Vec<(UserId, UserName)>, StoreError> {
        let read = |row: &mut Row| Ok((UserId::new(row.integer()?), row.parsed()?));
        self.batches(("SELECT id, name FROM users WHERE id IN", ""), &numbers(users, UserId::get), read).await
    }

    async fn group_names(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, GroupName)>, StoreError> {
        let read = |row: &mut Row| Ok((GroupId::new(row.integer()?), row.parsed()?));
        self.batches(("SELECT id, name FROM user_groups WHERE id IN", ""), &numbers(groups, GroupId::get), read).await
    }

    async fn service_names(&mut self, services: &[ServiceAccountId]) -> Result<Vec<(ServiceAccountId, ServiceAccountName)>, StoreError> {
        let read = |row: &mut Row| Ok((ServiceAccountId::new(row.integer()?), row.parsed()?));
        self.batches(("SELECT id, name FROM service_accounts WHERE id IN", ""), &numbers(services, ServiceAccountId::get), read).await
    }
}
