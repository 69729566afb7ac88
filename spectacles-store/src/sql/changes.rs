//! What write transactions have changed, for those who keep facts in memory.

use super::backend::{Row, broken};
use super::{SqlTx, StoreError};
use spectacles_core::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use spectacles_core::store::{Change, Revision};

/// Of how many write transactions the changes are kept: of some hours, when leases are renewed every few seconds.
const KEPT: i64 = 10_000;
/// A transaction that has changed more than this many things is kept as "everything": to read all is as fast, and to list it would make
/// the transaction slow.
const LONGEST_LIST: usize = 1_000;
const EVERYTHING: &str = "everything";

impl SqlTx {
    /// Stores what this transaction has changed, and forgets what is too long ago.
    pub(super) async fn store_changes(&mut self) -> Result<(), StoreError> {
        let Revision(revision) = self.revision;
        let list: Vec<_> = if self.changed.len() > LONGEST_LIST {
            vec![(EVERYTHING, 0)]
        } else {
            self.changed.iter().map(|change| to_row(*change)).collect()
        };
        for (entity, id) in list {
            let sql = "INSERT INTO changes (revision, entity, entity_id) VALUES (?, ?, ?)";
            self.execute(sql, &[revision.into(), entity.into(), id.into()]).await?;
        }
        self.execute("DELETE FROM changes WHERE revision <= ?", &[(revision - KEPT).into()]).await?;
        Ok(())
    }

    pub(super) async fn read_changes(&mut self, since: Revision) -> Result<Option<Vec<Change>>, StoreError> {
        let Revision(now) = self.revision;
        if since.0 < 0 || since.0 > now || since.0 < now - KEPT {
            return Ok(None);
        }
        let sql = "SELECT DISTINCT entity, entity_id FROM changes WHERE revision > ?";
        let mut changes = self.changed.clone();
        for (entity, id) in self.all(sql, &[since.0.into()], |row: &mut Row| Ok((row.text()?, row.integer()?))).await? {
            if entity == EVERYTHING {
                return Ok(None);
            }
            changes.insert(from_row(&entity, id)?);
        }
        Ok(Some(changes.into_iter().collect()))
    }
}

fn to_row(change: Change) -> (&'static str, i64) {
    match change {
        Change::User(id) => ("user", id.get()),
        Change::Group(id) => ("group", id.get()),
        Change::App(id) => ("app", id.get()),
        Change::Service(id) => ("service", id.get()),
        Change::Registry(id) => ("registry", id.get()),
        Change::Namespace(id) => ("namespace", id.get()),
        Change::Keys => ("keys", 0),
    }
}

fn from_row(entity: &str, id: i64) -> Result<Change, StoreError> {
    match entity {
        "user" => Ok(Change::User(UserId::new(id))),
        "group" => Ok(Change::Group(GroupId::new(id))),
        "app" => Ok(Change::App(AppId::new(id))),
        "service" => Ok(Change::Service(ServiceAccountId::new(id))),
        "registry" => Ok(Change::Registry(RegistryId::new(id))),
        "namespace" => Ok(Change::Namespace(NamespaceId::new(id))),
        "keys" => Ok(Change::Keys),
        _ => Err(broken(format_args!("`{entity}` is nothing that changes"))),
    }
}
