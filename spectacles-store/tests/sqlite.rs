//! What is particular to SQLite files, and to opening stores.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "a test fails by a panic, also in what it calls")]

use spectacles_core::model::NewGroup;
use spectacles_core::store::{Revision, Store, StoreError, Unique};
use spectacles_core::time::Timestamp;
use spectacles_store::{OpenError, Options, open};
use sqlx::Connection;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn url(path: &Path) -> String {
    format!("sqlite:///{}", path.display())
}

/// Behind the back of the store.
async fn raw(path: &Path, sql: &'static str) {
    let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn group(name: &str) -> NewGroup {
    NewGroup { name: name.parse().unwrap(), slug: None, description: String::new(), created: Timestamp::from_unix_millis(0) }
}

async fn insert(store: &Arc<dyn Store>, name: &str) -> Result<(), StoreError> {
    let mut tx = store.write().await?;
    tx.insert_group(&group(name)).await?;
    tx.commit().await
}

#[tokio::test]
async fn everything_is_there_when_it_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    insert(&open(&url(&path), Options::default()).await.unwrap(), "one").await.unwrap();
    let store = open(&url(&path), Options::default()).await.unwrap();
    assert_eq!(store.read().await.unwrap().groups(None, 10).await.unwrap().len(), 1);
    assert_eq!(store.read().await.unwrap().revision().await.unwrap(), Revision(1));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    let store = open(&url(&path), Options::default()).await.unwrap();
    insert(&store, "one").await.unwrap();
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{entry:?}");
        seen.push(entry.file_name());
    }
    assert!(seen.iter().any(|name| name == "x.db-wal"), "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_may_open_a_new_file_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let url = url(&directory.path().join("x.db"));
    let opening: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn({
                let url = url.clone();
                async move { open(&url, Options::default()).await }
            })
        })
        .collect();
    let mut stores = Vec::new();
    for store in opening {
        stores.push(store.await.unwrap().unwrap());
    }
    // And write to it at once, each through its own connections, as processes do.
    let writing: Vec<_> = stores
        .iter()
        .cloned()
        .enumerate()
        .map(|(number, store)| tokio::spawn(async move { insert(&store, &format!("group {number}")).await }))
        .collect();
    for done in writing {
        done.await.unwrap().unwrap();
    }
    assert_eq!(stores[0].read().await.unwrap().groups(None, 10).await.unwrap().len(), 8);
    assert_eq!(stores[0].read().await.unwrap().revision().await.unwrap(), Revision(8));
}

#[tokio::test]
async fn a_missing_directory_is_explained() {
    let directory = tempfile::tempdir().unwrap();
    let Err(error) = open(&url(&directory.path().join("missing/x.db")), Options::default()).await else { panic!("it has opened") };
    assert!(matches!(error, OpenError::File { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("there is no directory /") && text.contains("/missing") && text.contains("sqlite:////"), "{text}");
    assert!(!directory.path().join("missing").exists());
}

#[tokio::test]
async fn a_writer_that_waits_in_vain_is_told_so() {
    let directory = tempfile::tempdir().unwrap();
    let url = url(&directory.path().join("x.db"));
    let options = Options { patience: Duration::from_millis(200), ..Options::default() };
    let store = open(&url, options.clone()).await.unwrap();
    let other_process = open(&url, options).await.unwrap();
    let _first = store.write().await.unwrap();
    for second in [store.write().await, other_process.write().await] {
        assert!(matches!(second.err(), Some(StoreError::Unavailable(_))));
    }
    // Readers are not kept from reading.
    store.read().await.unwrap();
    other_process.read().await.unwrap();
}

#[tokio::test]
async fn a_reader_finds_a_connection_while_writers_wait() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { max_connections: 2, ..Options::default() };
    let store = open(&url(&directory.path().join("x.db")), options).await.unwrap();
    let first = store.write().await.unwrap();
    let waiting: Vec<_> = (0..5)
        .map(|number| {
            tokio::spawn({
                let store = Arc::clone(&store);
                async move { insert(&store, &format!("group {number}")).await }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    store.read().await.unwrap().groups(None, 10).await.unwrap();
    drop(first);
    for done in waiting {
        done.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn changes_of_long_ago_are_forgotten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    let store = open(&url(&path), Options::default()).await.unwrap();
    insert(&store, "one").await.unwrap();
    insert(&store, "two").await.unwrap();
    raw(&path, "UPDATE revision SET value = 10000").await;
    insert(&store, "three").await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.changes_since(Revision(0)).await.unwrap(), None, "of 10,001 the first is one too many");
    assert_eq!(tx.changes_since(Revision(1)).await.unwrap().unwrap().len(), 2);
    drop(tx);
    raw(&path, "CREATE TABLE proof AS SELECT COUNT(*) AS kept FROM changes; UPDATE revision SET value = 50000").await;
    insert(&store, "four").await.unwrap();
    raw(&path, "CREATE TABLE none (kept CHECK (kept = 1)); INSERT INTO none SELECT COUNT(*) FROM changes").await;
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.changes_since(Revision(40_000)).await.unwrap(), None);
    assert_eq!(tx.changes_since(Revision(40_001)).await.unwrap().unwrap().len(), 1);
}

#[tokio::test]
async fn the_constraint_is_a_conflict_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    let store = open(&url(&path), Options::default()).await.unwrap();
    // Somebody else's trigger takes the name between our question and our row.
    raw(
        &path,
        "CREATE TRIGGER race BEFORE INSERT ON user_groups WHEN NEW.description = '' BEGIN \
                INSERT INTO user_groups (name, description, created, updated) VALUES (NEW.name, 'x', 0, 0); END",
    )
    .await;
    let mut tx = store.write().await.unwrap();
    let conflict = tx.insert_group(&group("one")).await;
    assert!(matches!(conflict, Err(StoreError::Conflict(Unique::GroupName))), "{conflict:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_not_taken_for_a_server() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notes.txt");
    std::fs::write(&path, "this is not a database, ".repeat(100)).unwrap();
    let error = open(&format!("sqlite:///{}", path.display()), Options::default()).await.err().unwrap().to_string();
    assert!(error.contains("not a database") && error.contains("notes.txt") && !error.contains("password"), "{error}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("this is not"), "the file is left alone");
}

#[tokio::test]
async fn a_file_that_was_replaced_or_removed_is_not_gone_on_with() {
    let directory = tempfile::tempdir().unwrap();
    let (path, aside, backup) = (directory.path().join("x.db"), directory.path().join("aside.db"), directory.path().join("backup.db"));
    drop(open(&url(&backup), Options::default()).await.unwrap());
    let store = open(&url(&path), Options::default()).await.unwrap();
    std::fs::rename(&path, &aside).unwrap();
    let gone = store.read().await.err();
    assert!(matches!(&gone, Some(StoreError::Unavailable(text)) if text.contains("x.db")), "{gone:?}");
    std::fs::rename(&backup, &path).unwrap();
    let replaced = store.write().await.err();
    assert!(matches!(&replaced, Some(StoreError::Unavailable(text)) if text.contains("replaced")), "{replaced:?}");
    std::fs::rename(&aside, &path).unwrap();
    assert!(store.read().await.is_ok(), "it is there again");
}

#[tokio::test]
async fn a_damaged_row_is_reported_as_such() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("x.db");
    let store = open(&url(&path), Options::default()).await.unwrap();
    raw(&path, "INSERT INTO users (name, display_name, is_admin, is_enabled, created, updated) VALUES ('Not A Name', '', 0, 1, 0, 0)")
        .await;
    let answer = store.read().await.unwrap().users(None, 10).await;
    assert!(matches!(&answer, Err(StoreError::Broken(reason)) if reason.contains("Not A Name")), "{answer:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_reported_soon_and_without_the_password() {
    for url in ["postgres://user:geheim@127.0.0.1:1/db", "mysql://user:geheim@127.0.0.1:1/db"] {
        let opening = tokio::time::timeout(Duration::from_secs(6), open(url, Options::default()));
        let Err(error) = opening.await.expect("it takes too long") else { panic!("it has opened") };
        let text = format!("{error} {error:?}");
        assert!(!text.contains("geheim") && text.contains("user@127.0.0.1:1/db"), "{text}");
        if matches!(error, OpenError::NotCompiledIn(..)) {
            continue;
        }
        assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    }
}
