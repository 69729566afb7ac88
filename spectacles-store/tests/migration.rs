//! Databases of earlier versions are brought up to date, with what is in them.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "a test fails by a panic, also in what it calls")]

use spectacles_core::audit::{self, Chain, ChainEnds, Link};
use spectacles_core::id::AuditId;
use spectacles_core::model::{AuditRecord, Grantee, Policy, Privileges, Terms};
use spectacles_core::time::Timestamp;
use spectacles_store::{Options, open};
use sqlx::Connection;
use sqlx::migrate::Migrator;
use std::path::Path;

/// What the first version had, with three entries in its audit trail, of which the second was removed by hand.
const FILL: &str = "
    INSERT INTO users (name, display_name, is_admin, is_enabled, created, updated) VALUES ('alice', 'Alice', 1, 1, 5, 6);
    INSERT INTO user_groups (name, description, created, updated) VALUES ('Developers', '', 5, 6);
    INSERT INTO group_members (group_id, user_id) VALUES (1, 1);
    INSERT INTO registries (service, url, is_enabled, is_read_only, delete_enabled, anonymous, token_seconds, kid_style, created, updated)
        VALUES ('registry', 'http://registry:5000', 1, 0, 0, 'off', 300, 'libtrust', 5, 6);
    INSERT INTO namespaces (registry_id, path, owner_id, description, is_public, members_right, groups_right, others_right, created, updated)
        VALUES (1, 'team', 1, '', 0, 'WRITE', 'READ', 'NONE', 5, 6);
    INSERT INTO namespace_groups (namespace_id, group_id) VALUES (1, 1);
    INSERT INTO namespace_user_grants (namespace_id, user_id, granted) VALUES (1, 1, 'FULL');
    INSERT INTO audit (happened, actor, action, object, details) VALUES
        (5, 'alice', 'user.create', 'user one', '{}'), (5, 'alice', 'user.create', 'user two', '{}'),
        (5, 'alice', 'user.create', 'user three', '{}');
    DELETE FROM audit WHERE id = 2;
    UPDATE revision SET value = 3";

/// Makes a database as the first version did, which had one migration.
async fn first_version(path: &Path, fill: &'static str) {
    let migrations = tempfile::tempdir().unwrap();
    let name = "0001_foundation.sql";
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite").join(name), migrations.path().join(name)).unwrap();
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    Migrator::new(migrations.path()).await.unwrap().run_direct(None, &mut connection, false).await.unwrap();
    sqlx::raw_sql(fill).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn record(object: &str) -> AuditRecord {
    AuditRecord {
        at: Timestamp::from_unix_millis(7),
        actor: "alice".to_owned(),
        action: "user.create".to_owned(),
        object: object.to_owned(),
        details: serde_json::json!({}),
    }
}

#[tokio::test]
async fn what_is_there_stays_and_the_audit_trail_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    first_version(&path, FILL).await;
    let store = open(&format!("sqlite:///{}", path.display()), Options::default()).await.unwrap();

    let mut tx = store.write().await.unwrap();
    let alice = tx.user_named(&"alice".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((alice.privileges, alice.default_group), (Privileges::NONE, None));
    let groups = tx.groups_of_user(alice.id).await.unwrap();
    assert!(groups.len() == 1 && groups[0].0.slug.is_none() && groups[0].1.is_none(), "{groups:?}");
    let registry = tx.registry_named(&"registry".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((registry.policy, registry.restricted), (Policy::Both, true));
    let team = tx.namespaces(registry.id, None, 10).await.unwrap().remove(0);
    let assigned = tx.assigned(team.id).await.unwrap();
    assert!(assigned.len() == 1 && assigned[0].grantee == Grantee::Group(groups[0].0.id), "{assigned:?}");
    let grants = tx.grants(team.id).await.unwrap();
    assert!(grants.len() == 1 && grants[0].terms == Terms::none() && assigned[0].terms == Terms::none(), "{grants:?}");

    // Older entries are before the first of the chain.
    let begun = ChainEnds { before_first: 3, last: 3, ..ChainEnds::default() };
    assert_eq!(tx.chain_ends(Chain::Changes).await.unwrap(), begun);
    assert_eq!(tx.chain_ends(Chain::Decisions).await.unwrap(), ChainEnds::default());
    tx.append_audit(&record("user four")).await.unwrap();
    tx.append_audit(&record("user five")).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let entries = tx.audit_entries_after(AuditId::new(0), 10).await.unwrap();
    let four = audit::change(Link::default(), 4, &record("user four"));
    let five = audit::change(four, 5, &record("user five"));
    let links: Vec<_> = entries.iter().map(|entry| (entry.id.get(), entry.link)).collect();
    assert_eq!(links, [(1, None), (3, None), (4, Some(four)), (5, Some(five))]);
    assert_eq!(tx.chain_ends(Chain::Changes).await.unwrap(), ChainEnds { last: 5, last_link: five, ..begun });
}

#[tokio::test]
async fn an_empty_audit_trail_begins_with_one() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    first_version(&path, "").await;
    let store = open(&format!("sqlite:///{}", path.display()), Options::default()).await.unwrap();
    let mut tx = store.write().await.unwrap();
    assert_eq!(tx.chain_ends(Chain::Changes).await.unwrap(), ChainEnds::default());
    tx.append_audit(&record("user one")).await.unwrap();
    assert_eq!(tx.audit_entries(None, 10).await.unwrap()[0].id, AuditId::new(1));
}

#[tokio::test]
async fn entries_that_somebody_else_adds_do_not_keep_anybody_from_changing_things() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    let url = format!("sqlite:///{}", path.display());
    let store = open(&url, Options::default()).await.unwrap();
    for object in ["user one", "user three"] {
        let mut tx = store.write().await.unwrap();
        tx.append_audit(&record(object)).await.unwrap();
        tx.commit().await.unwrap();
        // As a program of the first version does, that is still running.
        let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
        let sql = "INSERT INTO audit (happened, actor, action, object, details) VALUES (5, 'alice', 'user.create', 'user', '{}')";
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
    let mut tx = store.read().await.unwrap();
    let one = audit::change(Link::default(), 1, &record("user one"));
    let three = audit::change(one, 3, &record("user three"));
    let entries = tx.audit_entries_after(AuditId::new(0), 10).await.unwrap();
    let links: Vec<_> = entries.iter().map(|entry| (entry.id.get(), entry.link)).collect();
    assert_eq!(links, [(1, Some(one)), (2, None), (3, Some(three)), (4, None)], "what does not belong there shows");
}
