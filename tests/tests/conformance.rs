//! Stores on the database servers people use: the public suite, schema and constraints, and several processes at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use spectacles_core::store::Store;
use spectacles_store::{MemoryStore, Options, conformance, open};
use tokio::runtime::Runtime;

use crate::support::database::{Database, Engine};
use crate::support::http::Credentials;
use crate::support::process::run;
use crate::support::server::{Person, Spectacles};

fn runtime() -> Runtime {
    // More than one thread, so that transactions really meet.
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

async fn opened(url: &str) -> Arc<dyn Store> {
    open(url, Options::default()).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

#[test]
fn memory_conforms() {
    runtime().block_on(conformance::run(|| async { Arc::new(MemoryStore::new()) as Arc<dyn Store> }));
}

#[test]
fn sqlite_conforms() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let count = AtomicU32::new(0);
    runtime().block_on(conformance::run(|| {
        let file = directory.path().join(format!("{}.db", count.fetch_add(1, Ordering::Relaxed)));
        async move { opened(&format!("sqlite:///{}", file.display())).await }
    }));
}

#[test]
fn postgresql_conforms() {
    server_conforms(Engine::PostgreSql);
}

#[test]
fn mariadb_conforms() {
    server_conforms(Engine::MariaDb);
}

fn server_conforms(engine: Engine) {
    let server = Database::start(engine);
    let count = AtomicU32::new(0);
    runtime().block_on(conformance::run(|| {
        let url = server.create(&format!("conformance_{}", count.fetch_add(1, Ordering::Relaxed)));
        async move { opened(&url).await }
    }));
}

#[test]
fn tables_are_made_once_when_several_processes_start_together() {
    let engines = [Engine::PostgreSql, Engine::MariaDb];
    let servers = engines.map(Database::start);
    let shared = Spectacles::new();
    let mut places: Vec<Spectacles> = servers.iter().map(|server| Spectacles::on(&server.create("fresh"))).collect();
    places.push(shared);
    for place in &places {
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..6).map(|_| scope.spawn(|| place.try_command(&["user", "list"], ""))).collect();
            starts.into_iter().map(|start| start.join().expect("it ended")).collect()
        });
        for outcome in outcomes {
            assert_eq!((outcome.code, outcome.stdout.trim()), (0, "[]"), "{}", outcome.text());
        }
    }
}

#[test]
fn one_sqlite_file_takes_many_processes_at_once() {
    let mut spectacles = Spectacles::new();
    let admin = Person::new("admin");
    spectacles.create_user(&admin, &["--admin"]);
    spectacles.command(&["registry", "create", "registry.test", "--url", "http://127.0.0.1:9"]);
    spectacles.serve(&[]);
    let spectacles = &spectacles;
    std::thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || {
                for n in 0..8 {
                    spectacles.command(&["namespace", "create", "registry.test", &format!("many-{writer}-{n}"), "--owner", "admin"]);
                }
            });
        }
        scope.spawn(|| {
            for n in 0..100 {
                let repository = format!("repository:many-0-{}/app:pull", n % 8);
                let answer = spectacles.token(admin.credentials(), &[("service", "registry.test"), ("scope", &repository)]);
                assert_eq!(answer.status, 200, "{}", answer.text());
            }
        });
    });
    let namespaces = spectacles.command(&["namespace", "list", "registry.test"]);
    assert_eq!(namespaces.as_array().expect("a list").len(), 32, "{namespaces}");
    assert_eq!(spectacles.token(Credentials::None, &[("service", "registry.test")]).status, 401);
}

#[test]
fn deleting_leaves_no_rows_behind_on_postgresql() {
    deleting_leaves_no_rows_behind(Engine::PostgreSql);
}

#[test]
fn deleting_leaves_no_rows_behind_on_mariadb() {
    deleting_leaves_no_rows_behind(Engine::MariaDb);
}

/// Rows are counted in every table that refers to another one, whichever those are: new tables are looked at as well.
fn deleting_leaves_no_rows_behind(engine: Engine) {
    const SERVICE: &str = "registry.test";
    let server = Database::start(engine);
    let spectacles = Spectacles::on(&server.create("orphans"));
    let schema = if engine == Engine::PostgreSql { "public" } else { "orphans" };
    let referring = || {
        server.query(
            "orphans",
            &format!("SELECT DISTINCT table_name FROM information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY' AND table_schema = '{schema}' ORDER BY 1"),
        )
    };
    let rows = |tables: &[String]| -> Vec<String> {
        tables.iter().map(|table| format!("{table} {}", server.query("orphans", &format!("SELECT COUNT(*) FROM {table}"))[0])).collect()
    };
    let fill = || {
        spectacles.create_user(&Person::new("alice"), &[]);
        spectacles.create_user(&Person::new("bob"), &[]);
        spectacles.command(&["group", "create", "devs"]);
        spectacles.command(&["group", "add", "devs", "bob"]);
        spectacles.command(&["registry", "create", SERVICE, "--url", "http://127.0.0.1:9"]);
        spectacles.command(&["namespace", "create", SERVICE, "team", "--owner", "alice"]);
        spectacles.command(&["app", "create", "web", "--responsible", "devs"]);
        spectacles.command(&["service", "create", "ci", "--app", "web"]);
        spectacles.command(&["service", "secret", "ci"]);
        spectacles.command(&["registry", "publish", SERVICE, "devs"]);
        // Each goes with another thing.
        spectacles.command(&["api-token", "create", "alice", "of everything"]);
        spectacles.command(&["api-token", "create", "alice", "of a registry", "--registry", SERVICE]);
        spectacles.command(&["api-token", "create", "bob", "of a namespace", "--registry", SERVICE, "--namespace", "team"]);
        for grantee in [["--user", "bob"], ["--group", "devs"], ["--service", "ci"]] {
            spectacles.command(&["namespace", "assign", SERVICE, "team", grantee[0], grantee[1]]);
            spectacles.command(&["namespace", "grant", SERVICE, "team", grantee[0], grantee[1], "READ"]);
        }
        spectacles.command(&["user", "reset-password", "bob"]);
        let picture = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(picture.path(), crate::support::image::png(9, 9)).expect("a picture");
        spectacles.command(&["user", "avatar", "bob", "--from", picture.path().to_str().expect("a path")]);
        // What is learnt of registries needs one to learn from.
        for sql in CONTENT {
            server.query("orphans", sql);
        }
    };
    fill();
    let mut tables = referring();
    // Databases do not agree on where `_` belongs.
    tables.sort_unstable();
    assert!(tables.len() >= 5, "foreign keys are missing: {tables:?}");
    let filled = rows(&tables);
    assert!(filled.iter().all(|count| !count.ends_with(" 0")), "nothing is in some of them: {filled:?}");

    let left = || rows(&tables).into_iter().filter(|count| !count.ends_with(" 0")).collect::<Vec<_>>();
    // The registry takes its namespaces along, the others what refers to them.
    spectacles.command(&["registry", "delete", SERVICE]);
    assert_eq!(
        left(),
        [
            "api_tokens 1",
            "app_groups 1",
            "avatars 1",
            "group_members 1",
            "password_resets 1",
            "service_accounts 1",
            "service_secrets 1",
            "users 2"
        ]
    );
    spectacles.command(&["group", "delete", "devs"]);
    spectacles.command(&["app", "delete", "web"]);
    let own = ["api_tokens 1", "avatars 1", "password_resets 1", "service_accounts 1", "service_secrets 1", "users 2"];
    assert_eq!(left(), own, "a service account outlives what it ran");
    spectacles.command(&["service", "delete", "ci"]);
    spectacles.command(&["user", "delete", "alice"]);
    spectacles.command(&["user", "delete", "bob"]);
    assert!(left().is_empty(), "{:?}", left());
    // And the other way round: the namespace stays, what refers to user, group and service account goes.
    fill();
    spectacles.command(&["user", "delete", "bob"]);
    spectacles.command(&["group", "delete", "devs"]);
    spectacles.command(&["service", "delete", "ci"]);
    spectacles.command(&["app", "delete", "web"]);
    let of_the_registry = ["activities 1", "api_tokens 2", "consumers 1", "labels 1", "manifest_parts 1", "manifests 1", "namespaces 1"];
    let others = ["pullers 1", "repositories 1", "retentions 1", "sync_states 1", "sync_turns 1", "tags 1", "users 1"];
    assert_eq!(left(), [&of_the_registry[..], &others[..]].concat(), "but not the star of bob");
}

/// Some of everything that is known of the content of a registry, by what it belongs to.
const CONTENT: [&str; 12] = [
    "INSERT INTO repositories (registry_id, name, is_flat, description, searched, is_official, is_automated, stars, pulls, pull_days, tag_count, \
     created, updated) SELECT id, 'team/app', 0, '', 'team/app', 0, 0, 1, 1, 1, 1, 0, 0 FROM registries",
    "INSERT INTO tags (repository_id, name, version, digest, media_type, created, updated, seen, pulls) \
     SELECT id, 'latest', 'latest.', 'sha256:1', 'a/b', 0, 0, 0, 0 FROM repositories",
    "INSERT INTO manifests (digest, registry_id, media_type, size, details, is_loose) SELECT 'sha256:1', id, 'a/b', 1, '{}', 0 FROM registries",
    "INSERT INTO manifest_parts (digest, registry_id, part) SELECT digest, registry_id, 'sha256:2' FROM manifests",
    "INSERT INTO labels (digest, registry_id, label, value) SELECT digest, registry_id, 'a', 'b' FROM manifests",
    "INSERT INTO consumers (repository_id, digest, principal, pulls, first_pull, last_pull) SELECT id, 'sha256:1', 'bob', 1, 0, 0 FROM repositories",
    "INSERT INTO pullers (repository_id, principal, last_day, days) SELECT id, 'bob', 0, 1 FROM repositories",
    "INSERT INTO stars (repository_id, user_id, created) SELECT repositories.id, users.id, 0 FROM repositories, users WHERE users.name = 'bob'",
    "INSERT INTO activities (happened, registry_id, kind, repository, tag, digest, principal) \
     SELECT 0, id, 'push', 'team/app', 'latest', 'sha256:1', 'bob' FROM registries",
    "INSERT INTO sync_states (registry_id, state) SELECT id, '{}' FROM registries",
    "INSERT INTO retentions (namespace_id, policy, updated) SELECT id, '{}', 0 FROM namespaces",
    "INSERT INTO sync_turns (registry_id, holder, valid_until) SELECT id, 'me', 0 FROM registries",
];

#[test]
fn a_database_may_be_named_as_sqlalchemy_does() {
    let server = Database::start(Engine::MariaDb);
    let url = server.create("named").replace("mysql://", "mysql+pymysql://") + "?charset=utf8mb4";
    let spectacles = Spectacles::new().with("SQLALCHEMY_DATABASE_URI", url);
    spectacles.create_user(&Person::new("alice"), &[]);
    let counted = server.query("named", "SELECT COUNT(*) FROM users WHERE name = 'alice'");
    assert_eq!(counted, ["1"], "it went elsewhere");
    assert_eq!(run(&spectacles.spectacles(&["user", "show", "alice"]), "").code, 0);
}
