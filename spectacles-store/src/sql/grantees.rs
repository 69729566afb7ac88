//! Who is assigned to a namespace, and who has a custom right on it: users and groups, each in a table of their own, so that the
//! database itself removes what belongs to a user or group that is deleted.

use super::backend::Row;
use super::{SqlTx, StoreError};
use spectacles_core::id::{GroupId, NamespaceId, UserId};
use spectacles_core::model::{Grant, Grantee};
use spectacles_core::right::Right;

/// The statements on one pair of tables.
struct Statements {
    assigned: &'static str,
    is_assigned: &'static str,
    assign: &'static str,
    unassign: &'static str,
    grants: &'static str,
    grant: &'static str,
    regrant: &'static str,
    revoke: &'static str,
}

macro_rules! statements {
    ($assigned:literal, $grants:literal, $id:literal) => {
        Statements {
            assigned: concat!("SELECT ", $id, " FROM ", $assigned, " WHERE namespace_id = ? ORDER BY ", $id),
            is_assigned: concat!("SELECT COUNT(*) FROM ", $assigned, " WHERE namespace_id = ? AND ", $id, " = ?"),
            assign: concat!("INSERT INTO ", $assigned, " (namespace_id, ", $id, ") VALUES (?, ?)"),
            unassign: concat!("DELETE FROM ", $assigned, " WHERE namespace_id = ? AND ", $id, " = ?"),
            grants: concat!("SELECT ", $id, ", granted FROM ", $grants, " WHERE namespace_id = ? ORDER BY ", $id),
            grant: concat!("INSERT INTO ", $grants, " (granted, namespace_id, ", $id, ") VALUES (?, ?, ?)"),
            regrant: concat!("UPDATE ", $grants, " SET granted = ? WHERE namespace_id = ? AND ", $id, " = ?"),
            revoke: concat!("DELETE FROM ", $grants, " WHERE namespace_id = ? AND ", $id, " = ?"),
        }
    };
}

const USERS: Statements = statements!("namespace_users", "namespace_user_grants", "user_id");
const GROUPS: Statements = statements!("namespace_groups", "namespace_group_grants", "group_id");

fn of(grantee: Grantee) -> (&'static Statements, i64) {
    match grantee {
        Grantee::User(id) => (&USERS, id.get()),
        Grantee::Group(id) => (&GROUPS, id.get()),
    }
}

fn read_user(row: &mut Row) -> Result<Grantee, StoreError> {
    Ok(Grantee::User(UserId::new(row.integer()?)))
}

fn read_group(row: &mut Row) -> Result<Grantee, StoreError> {
    Ok(Grantee::Group(GroupId::new(row.integer()?)))
}

pub(super) async fn assigned(tx: &mut SqlTx, namespace: NamespaceId) -> Result<Vec<Grantee>, StoreError> {
    let mut assigned = tx.all(USERS.assigned, &[namespace.get().into()], read_user).await?;
    assigned.append(&mut tx.all(GROUPS.assigned, &[namespace.get().into()], read_group).await?);
    Ok(assigned)
}

pub(super) async fn assign(tx: &mut SqlTx, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
    let (statements, id) = of(grantee);
    let pair = [namespace.get().into(), id.into()];
    Ok(!tx.any(statements.is_assigned, &pair).await? && tx.execute(statements.assign, &pair).await?)
}

pub(super) async fn unassign(tx: &mut SqlTx, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
    let (statements, id) = of(grantee);
    tx.execute(statements.unassign, &[namespace.get().into(), id.into()]).await
}

pub(super) async fn grants(tx: &mut SqlTx, namespace: NamespaceId) -> Result<Vec<Grant>, StoreError> {
    let namespace = [namespace.get().into()];
    let mut grants = tx.all(USERS.grants, &namespace, |row| Ok(Grant { grantee: read_user(row)?, right: row.parsed()? })).await?;
    let mut of_groups = tx.all(GROUPS.grants, &namespace, |row| Ok(Grant { grantee: read_group(row)?, right: row.parsed()? })).await?;
    grants.append(&mut of_groups);
    Ok(grants)
}

pub(super) async fn grant(tx: &mut SqlTx, namespace: NamespaceId, grantee: Grantee, right: Right) -> Result<(), StoreError> {
    let (statements, id) = of(grantee);
    let values = [right.as_str().into(), namespace.get().into(), id.into()];
    if !tx.execute(statements.regrant, &values).await? {
        tx.execute(statements.grant, &values).await?;
    }
    Ok(())
}

pub(super) async fn revoke(tx: &mut SqlTx, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
    let (statements, id) = of(grantee);
    tx.execute(statements.revoke, &[namespace.get().into(), id.into()]).await
}
