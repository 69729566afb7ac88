//! Who is assigned to a namespace, and who has a custom right on it: users, groups and service accounts, each in a table of their own, so that
//! the database itself removes what belongs to one that is deleted.

use super::backend::Row;
use super::{SqlTx, StoreError, terms};
use spectacles_core::id::{GroupId, NamespaceId, ServiceAccountId, UserId};
use spectacles_core::model::{Assignment, Grant, Grantee, Terms};
use spectacles_core::right::Right;
use spectacles_core::store::Change;

/// The statements on one pair of tables.
pub(super) struct Statements {
    /// Who it is that has such an id.
    grantee: fn(i64) -> Grantee,
    assigned: &'static str,
    /// The same for a page of namespaces, namespace by namespace.
    pub(super) all_assigned: &'static str,
    /// The same for some namespaces: what is before and behind the list of their ids.
    pub(super) assigned_to: (&'static str, &'static str),
    terms: &'static str,
    assign: &'static str,
    /// The parameters are those of `assign`.
    reassign: &'static str,
    unassign: &'static str,
    grants: &'static str,
    /// The same for a page of namespaces, namespace by namespace.
    pub(super) all_grants: &'static str,
    /// The same for some namespaces: what is before and behind the list of their ids.
    pub(super) granted_on: (&'static str, &'static str),
    grant: &'static str,
    /// The parameters are those of `grant`.
    regrant: &'static str,
    revoke: &'static str,
    /// The namespaces where somebody is assigned or has a right.
    touched: &'static str,
}

macro_rules! statements {
    ($grantee:expr, $assigned:literal, $grants:literal, $id:literal) => {
        Statements {
            grantee: $grantee,
            assigned: concat!("SELECT ", $id, ", valid_until, networks FROM ", $assigned, " WHERE namespace_id = ? ORDER BY ", $id),
            all_assigned: concat!(
                "SELECT namespace_id, ",
                $id,
                ", valid_until, networks FROM ",
                $assigned,
                " WHERE namespace_id > ? AND namespace_id <= ? ORDER BY namespace_id, ",
                $id
            ),
            assigned_to: (
                concat!("SELECT namespace_id, ", $id, ", valid_until, networks FROM ", $assigned, " WHERE namespace_id IN"),
                concat!("ORDER BY namespace_id, ", $id),
            ),
            terms: concat!("SELECT valid_until, networks FROM ", $assigned, " WHERE namespace_id = ? AND ", $id, " = ?"),
            assign: concat!("INSERT INTO ", $assigned, " (valid_until, networks, namespace_id, ", $id, ") VALUES (?, ?, ?, ?)"),
            reassign: concat!("UPDATE ", $assigned, " SET valid_until = ?, networks = ? WHERE namespace_id = ? AND ", $id, " = ?"),
            unassign: concat!("DELETE FROM ", $assigned, " WHERE namespace_id = ? AND ", $id, " = ?"),
            grants: concat!("SELECT ", $id, ", granted, valid_until, networks FROM ", $grants, " WHERE namespace_id = ? ORDER BY ", $id),
            all_grants: concat!(
                "SELECT namespace_id, ",
                $id,
                ", granted, valid_until, networks FROM ",
                $grants,
                " WHERE namespace_id > ? AND namespace_id <= ? ORDER BY namespace_id, ",
                $id
            ),
            granted_on: (
                concat!("SELECT namespace_id, ", $id, ", granted, valid_until, networks FROM ", $grants, " WHERE namespace_id IN"),
                concat!("ORDER BY namespace_id, ", $id),
            ),
            grant: concat!("INSERT INTO ", $grants, " (granted, valid_until, networks, namespace_id, ", $id, ") VALUES (?, ?, ?, ?, ?)"),
            regrant: concat!(
                "UPDATE ",
                $grants,
                " SET granted = ?, valid_until = ?, networks = ? WHERE namespace_id = ? AND ",
                $id,
                " = ?"
            ),
            revoke: concat!("DELETE FROM ", $grants, " WHERE namespace_id = ? AND ", $id, " = ?"),
            touched: concat!(
                "SELECT namespace_id FROM ",
                $assigned,
                " WHERE ",
                $id,
                " = ? UNION SELECT namespace_id FROM ",
                $grants,
                " WHERE ",
                $id,
                " = ?"
            ),
        }
    };
}

static USERS: Statements = statements!(|id| Grantee::User(UserId::new(id)), "namespace_users", "namespace_user_grants", "user_id");
static GROUPS: Statements = statements!(|id| Grantee::Group(GroupId::new(id)), "namespace_groups", "namespace_group_grants", "group_id");
static SERVICES: Statements =
    statements!(|id| Grantee::Service(ServiceAccountId::new(id)), "namespace_services", "namespace_service_grants", "service_id");

/// In the order of lists.
pub(super) static KINDS: [&Statements; 3] = [&USERS, &GROUPS, &SERVICES];

fn of(grantee: Grantee) -> (&'static Statements, i64) {
    match grantee {
        Grantee::User(id) => (&USERS, id.get()),
        Grantee::Group(id) => (&GROUPS, id.get()),
        Grantee::Service(id) => (&SERVICES, id.get()),
    }
}

impl Statements {
    pub(super) fn read_assignment(&self, row: &mut Row) -> Result<Assignment, StoreError> {
        Ok(Assignment { grantee: (self.grantee)(row.integer()?), terms: row.terms()? })
    }

    pub(super) fn read_grant(&self, row: &mut Row) -> Result<Grant, StoreError> {
        Ok(Grant { grantee: (self.grantee)(row.integer()?), right: row.parsed()?, terms: row.terms()? })
    }
}

pub(super) async fn assigned(tx: &mut SqlTx, namespace: NamespaceId) -> Result<Vec<Assignment>, StoreError> {
    let mut assigned = Vec::new();
    for kind in KINDS {
        assigned.append(&mut tx.all(kind.assigned, &[namespace.get().into()], |row| kind.read_assignment(row)).await?);
    }
    Ok(assigned)
}

pub(super) async fn assign(tx: &mut SqlTx, namespace: NamespaceId, grantee: Grantee, terms: &Terms) -> Result<bool, StoreError> {
    let (statements, id) = of(grantee);
    let statement = match tx.one(statements.terms, &[namespace.get().into(), id.into()], Row::terms).await? {
        Some(known) if known == *terms => return Ok(false),
        Some(_) => statements.reassign,
        None => statements.assign,
    };
    let networks = terms::networks(terms);
    tx.execute(statement, &[terms.until.into(), (&networks).into(), namespace.get().into(), id.into()]).await
}

pub(super) async fn unassign(tx: &mut SqlTx, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
    let (statements, id) = of(grantee);
    tx.execute(statements.unassign, &[namespace.get().into(), id.into()]).await
}

pub(super) async fn grants(tx: &mut SqlTx, namespace: NamespaceId) -> Result<Vec<Grant>, StoreError> {
    let mut grants = Vec::new();
    for kind in KINDS {
        grants.append(&mut tx.all(kind.grants, &[namespace.get().into()], |row| kind.read_grant(row)).await?);
    }
    Ok(grants)
}

pub(super) async fn grant(tx: &mut SqlTx, namespace: NamespaceId, grantee: Grantee, right: Right, terms: &Terms) -> Result<(), StoreError> {
    let (statements, id) = of(grantee);
    let networks = terms::networks(terms);
    let values = [right.as_str().into(), terms.until.into(), (&networks).into(), namespace.get().into(), id.into()];
    if !tx.execute(statements.regrant, &values).await? {
        tx.execute(statements.grant, &values).await?;
    }
    Ok(())
}

pub(super) async fn revoke(tx: &mut SqlTx, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
    let (statements, id) = of(grantee);
    tx.execute(statements.revoke, &[namespace.get().into(), id.into()]).await
}

/// The namespaces where somebody is assigned or has a right.
pub(super) async fn namespaces_with(tx: &mut SqlTx, grantee: Grantee) -> Result<Vec<NamespaceId>, StoreError> {
    let (statements, id) = of(grantee);
    let mut namespaces = tx.all(statements.touched, &[id.into(), id.into()], |row| row.integer().map(NamespaceId::new)).await?;
    namespaces.sort_unstable();
    Ok(namespaces)
}

/// Reports those namespaces as changed, because he is about to be deleted.
pub(super) async fn report_touched(tx: &mut SqlTx, grantee: Grantee) -> Result<(), StoreError> {
    for namespace in namespaces_with(tx, grantee).await? {
        tx.changed(true, Change::Namespace(namespace));
    }
    Ok(())
}
