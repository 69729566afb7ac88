//! What groups have to do with registries and apps: a table for each, so that the database itself removes what belongs to one that is deleted.

use super::backend::{Row, broken};
use super::terms::Timed;
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::id::{AppId, GroupId, RegistryId};
use spectacles_core::model::{Published, Relation, TimedGroup};
use spectacles_core::store::{Change, RelationReads, RelationWrites};

/// The statements on one of the tables.
struct Statements {
    groups: &'static str,
    timed: Timed,
    remove: &'static str,
    /// What a group has any relation to.
    of_group: &'static str,
}

macro_rules! statements {
    ($table:literal, $id:literal) => {
        Statements {
            groups: concat!("SELECT group_id, valid_until FROM ", $table, " WHERE ", $id, " = ? AND relation = ? ORDER BY group_id"),
            timed: Timed {
                until: concat!("SELECT valid_until FROM ", $table, " WHERE ", $id, " = ? AND relation = ? AND group_id = ?"),
                insert: concat!("INSERT INTO ", $table, " (valid_until, ", $id, ", relation, group_id) VALUES (?, ?, ?, ?)"),
                update: concat!("UPDATE ", $table, " SET valid_until = ? WHERE ", $id, " = ? AND relation = ? AND group_id = ?"),
            },
            remove: concat!("DELETE FROM ", $table, " WHERE ", $id, " = ? AND relation = ? AND group_id = ?"),
            of_group: concat!("SELECT DISTINCT ", $id, " FROM ", $table, " WHERE group_id = ?"),
        }
    };
}

static REGISTRIES: Statements = statements!("registry_groups", "registry_id");
static APPS: Statements = statements!("app_groups", "app_id");

fn of(of: Published) -> (&'static Statements, i64, Change) {
    match of {
        Published::Registry(id) => (&REGISTRIES, id.get(), Change::Registry(id)),
        Published::App(id) => (&APPS, id.get(), Change::App(id)),
    }
}

/// What the column `relation` has.
const fn word(relation: Relation) -> &'static str {
    match relation {
        Relation::Publication => "publication",
        Relation::Responsible => "responsible",
    }
}

impl Row {
    /// The next column, `relation`.
    pub(super) fn relation(&mut self) -> Result<Relation, StoreError> {
        let text = self.text()?;
        let known = [Relation::Publication, Relation::Responsible].into_iter().find(|relation| word(*relation) == text);
        known.ok_or_else(|| broken(format_args!("`{text}` is no relation")))
    }
}

#[async_trait]
impl RelationReads for SqlTx {
    async fn related(&mut self, to: Published, relation: Relation) -> Result<Vec<TimedGroup>, StoreError> {
        let (statements, id, _) = of(to);
        self.all(statements.groups, &[id.into(), word(relation).into()], Row::timed_group).await
    }
}

#[async_trait]
impl RelationWrites for SqlTx {
    async fn relate(&mut self, to: Published, relation: Relation, group: TimedGroup) -> Result<bool, StoreError> {
        let (statements, id, change) = of(to);
        let key = [id.into(), word(relation).into(), group.group.get().into()];
        let set = self.set_until(&statements.timed, &key, group.until).await?;
        Ok(self.changed(set, change))
    }

    async fn unrelate(&mut self, to: Published, relation: Relation, group: GroupId) -> Result<bool, StoreError> {
        let (statements, id, change) = of(to);
        let found = self.execute(statements.remove, &[id.into(), word(relation).into(), group.get().into()]).await?;
        Ok(self.changed(found, change))
    }
}

/// Reports everything that a group has a relation to as changed, because the group is about to be deleted.
pub(super) async fn report_related(tx: &mut SqlTx, group: GroupId) -> Result<(), StoreError> {
    for registry in tx.all(REGISTRIES.of_group, &[group.get().into()], Row::integer).await? {
        tx.changed(true, Change::Registry(RegistryId::new(registry)));
    }
    for app in tx.all(APPS.of_group, &[group.get().into()], Row::integer).await? {
        tx.changed(true, Change::App(AppId::new(app)));
    }
    Ok(())
}
