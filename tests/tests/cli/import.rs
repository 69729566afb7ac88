//! Taking over from other programs.

use super::assert_failed;
use crate::support::database::{Database, Engine};
use crate::support::http::Credentials;
use crate::support::process::{Outcome, run};
use crate::support::server::Spectacles;
use serde_json::Value;
use std::fs;
use std::process::Command;

fn file(spectacles: &Spectacles, name: &str, text: impl AsRef<[u8]>) -> String {
    let place = spectacles.data().with_file_name(name);
    fs::write(&place, text).expect("a file can be written");
    place.to_str().expect("temporary paths are text").to_owned()
}

fn spectacles_says(spectacles: &Spectacles, arguments: &[&str]) -> Outcome {
    run(&spectacles.spectacles(arguments), "")
}

fn json(spectacles: &Spectacles, arguments: &[&str]) -> Value {
    let outcome = spectacles_says(spectacles, &[arguments, &["--output", "json"]].concat());
    assert!(outcome.succeeded(), "{}", outcome.text());
    serde_json::from_str(&outcome.stdout).expect("JSON")
}

const HASH: &str = "$2y$05$WuwBasGDAgr.QCbGIjKJaep4dhxeai9gNZdmBnQXqpKly57oNutya";
const REGISTRY: [&str; 4] = ["--registry", "registry.test", "--url", "http://127.0.0.1:5000"];

fn docker_auth() -> String {
    format!(
        "token: {{issuer: Acme, expiration: 900}}\nusers:\n  admin: {{password: '{HASH}'}}\n  test: {{password: '{HASH}'}}\n  Bob: {{}}\n  '': {{}}\n\
         acl:\n  - match: {{account: admin}}\n    actions: ['*']\n  - match: {{account: test, name: 'prod-*'}}\n    actions: [pull]\n  \
         - match: {{account: '/.+/', name: '${{account}}/*'}}\n    actions: ['*']\n  - match: {{account: test, name: 'team/*'}}\n    \
         actions: [pull, push]\n  - match: {{name: hello-world}}\n    actions: [pull]\n"
    )
}

#[test]
fn docker_auth_is_reported_written_and_applied() {
    let spectacles = Spectacles::new();
    let config = file(&spectacles, "auth.yml", docker_auth());
    let import = |more: &[&str]| spectacles_says(&spectacles, &[&["import", "docker-auth", config.as_str()], &REGISTRY[..], more].concat());
    let report = import(&[]);
    assert_eq!(report.code, 0, "{}", report.text());
    for words in
        ["line 5, users.Bob", "`bob`", "`prod-*` matches a part", "for test; on *\n", "acl[0]"].iter().filter(|w| **w != "token_seconds")
    {
        assert!(report.stdout.contains(words), "{words}: {}", report.stdout);
    }
    assert!(!report.text().contains("$2y$"), "{}", report.text());
    assert_eq!(json(&spectacles, &["user", "list"]), Value::Array(Vec::new()), "a report changes nothing");

    let state = spectacles.data().with_file_name("state.yaml");
    let state = state.to_str().expect("text");
    assert_eq!(import(&["--out", state]).code, 0);
    let applied = import(&["--apply", "--yes"]);
    assert_eq!(applied.code, 0, "{}", applied.text());
    let check = spectacles_says(&spectacles, &["plan", state, "--check"]);
    assert_eq!(check.code, 0, "the file says what was applied: {}", check.text());
    for (user, repository, allowed) in [
        ("test", "team/app", &["pull", "push"][..]),
        ("test", "team", &[]),
        ("test", "test/app", &["pull", "push", "delete"]),
        ("test", "admin/app", &[]),
        ("admin", "a/b/c", &["pull", "push", "delete"]),
    ] {
        let explained =
            json(&spectacles, &["access", "explain", "registry.test", repository, "--user", user, "--actions", "pull,push,delete"]);
        assert_eq!(explained["allowed"], serde_json::json!(allowed), "{user} {repository}");
    }
    let anonymous = json(&spectacles, &["access", "explain", "registry.test", "hello-world", "--anonymous"]);
    assert_eq!(anonymous["allowed"], serde_json::json!(["pull"]));
    assert_eq!(json(&spectacles, &["user", "show", "test"])["has_password"], true);
}

#[test]
fn wrong_sources_are_refused_with_their_places() {
    let spectacles = Spectacles::new();
    let import = |kind: &str, name: &str, text: &[u8]| {
        let place = file(&spectacles, name, text);
        spectacles_says(&spectacles, &["import", kind, &place])
    };
    for (kind, text, words) in [
        ("docker-auth", &b"acl:\n  - match: {}\n"[..], "source:2:5: acl[0]: `actions` is missing"),
        ("docker-auth", b"acl: []\n", "--registry"),
        ("docker-auth", b"a: [\n", "no YAML"),
        ("docker-auth", b"a: 1\nb: \xff\n", "source:2: this is no UTF-8"),
        ("htpasswd", b"a:b\n\xff:x\n", "source:2: this is no UTF-8"),
        ("registry-v1", b"dev: {storage: s3}\n", "s3_region"),
        ("registry-v1", b"prod: {}\n", "no flavor `dev`"),
    ] {
        let outcome = import(kind, "source", text);
        assert_failed(&outcome, 2);
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
    let large = import("htpasswd", "large", &vec![b'\n'; 16 * 1024 * 1024 + 1]);
    assert_failed(&large, 2);
    assert!(large.stderr.contains("16 MB"), "{}", large.stderr);
}

#[test]
fn a_registry_of_version_1_gets_a_configuration_and_a_list() {
    let spectacles = Spectacles::new();
    let text = "common: &common\n  loglevel: warn\nprod:\n  <<: *common\n  storage: s3\n  s3_bucket: _env:BUCKET\n  s3_region: x\nold:\n  storage: glance\n";
    let config = file(&spectacles, "v1.yml", text);
    let missing = spectacles_says(&spectacles, &["import", "registry-v1", &config, "--profile", "prod"]);
    assert_failed(&missing, 2);
    assert!(missing.stderr.contains("s3_bucket") && missing.stderr.contains("BUCKET"), "{}", missing.stderr);
    let mut command = spectacles.spectacles(&["import", "registry-v1"]);
    command.env("DOCKER_REGISTRY_CONFIG", &config).env("SETTINGS_FLAVOR", "prod").env("BUCKET", "images");
    let made = run(&command, "");
    assert_eq!(made.code, 0, "{}", made.text());
    assert!(made.stdout.contains("bucket: images") && made.stdout.contains("level: warn"), "{}", made.stdout);
    let old = spectacles_says(&spectacles, &["import", "registry-v1", &config, "--profile", "old"]);
    assert_eq!(old.code, 3, "{}", old.text());
    assert!(old.stdout.contains("glance"), "{}", old.stdout);
}

/// The tables of the original, as its program makes them; `correct horse` is everybody's password.
fn original() -> String {
    let hash = WERKZEUG;
    format!(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(48) UNIQUE, email VARCHAR(48), password_hash VARCHAR(512), status INTEGER, \
           role VARCHAR(16), avatar_s VARCHAR(64), created INTEGER, updated INTEGER);\n\
         CREATE TABLE `groups` (id INTEGER PRIMARY KEY, name VARCHAR(256), description VARCHAR(512), created INTEGER, updated INTEGER);\n\
         CREATE TABLE groupmembers (id INTEGER PRIMARY KEY, groupid INTEGER, userid INTEGER);\n\
         CREATE TABLE registry (id INTEGER PRIMARY KEY, uri VARCHAR(128), protocol VARCHAR(8), service_name VARCHAR(256));\n\
         CREATE TABLE namespaces (id INTEGER PRIMARY KEY, name VARCHAR(512), description VARCHAR(512), owner INTEGER, registryid INTEGER, \
           P_claim VARCHAR(8), G_claim VARCHAR(8), O_claim VARCHAR(8));\n\
         CREATE TABLE namespacemembers (id INTEGER PRIMARY KEY, namespaceid INTEGER, userid INTEGER);\n\
         CREATE TABLE namespacegroups (id INTEGER PRIMARY KEY, namespaceid INTEGER, groupid INTEGER);\n\
         CREATE TABLE claims (id INTEGER PRIMARY KEY, claim VARCHAR(8), namespaceid INTEGER);\n\
         CREATE TABLE claimsmembers (id INTEGER PRIMARY KEY, claimsid INTEGER, userid INTEGER);\n\
         CREATE TABLE claimsgroups (id INTEGER PRIMARY KEY, claimsid INTEGER, groupid INTEGER);\n\
         CREATE TABLE repository (id INTEGER PRIMARY KEY, name VARCHAR(512), path VARCHAR(512));\n\
         CREATE TABLE tags (id INTEGER PRIMARY KEY, version VARCHAR(128));\n\
         CREATE TABLE activity (id INTEGER PRIMARY KEY, msg VARCHAR(512));\n\
         INSERT INTO users VALUES (1,'admin','admin@example.com','{hash}',99,'admin',NULL,0,0),(2,'alice','alice@example.com','{hash}',0,'user',NULL,0,0),\
           (3,'bob','no mail','{hash}',0,'user',NULL,0,0),(4,'Eve X','','{hash}',0,'user',NULL,0,0),(5,'carol','','scrypt:1:1$a$b',0,'user',NULL,0,0),\
           (6,'dave','','{hash}',0,'user',NULL,0,0);\n\
         INSERT INTO `groups` VALUES (1,'admin','',0,0),(2,'devs','who develops',0,0),(3,'qa','',0,0);\n\
         INSERT INTO groupmembers VALUES (1,1,1),(2,2,2),(3,2,2),(4,2,6),(5,3,6);\n\
         INSERT INTO registry VALUES (1,'registry.test:5000','https','registry.test');\n\
         INSERT INTO namespaces VALUES (1,'team','the team',2,1,'READ','NONE','READ'),(2,'other','',3,1,'FULL','NONE','NONE'),\
           (3,'Bad Name','',2,1,'FULL','NONE','NONE'),(4,'/','top',1,1,'FULL','READ','NONE'),(5,'loose','',2,9,'FULL','NONE','NONE');\n\
         INSERT INTO namespacemembers VALUES (1,1,2),(2,1,5),(3,4,1);\n\
         INSERT INTO namespacegroups VALUES (1,4,2);\n\
         INSERT INTO claims VALUES (1,'READ',2),(2,'WRITE',2),(3,'FULL',2);\n\
         INSERT INTO claimsmembers VALUES (1,2,2),(2,3,2);\n\
         INSERT INTO claimsgroups VALUES (1,1,2),(2,3,3);\n\
         INSERT INTO repository VALUES (1,'team/app','team/app'),(2,'other','other');\n\
         INSERT INTO tags VALUES (1,'latest');\n\
         INSERT INTO activity VALUES (1,'something');\n"
    )
}

/// Of Python's `hashlib.pbkdf2_hmac("sha512", b"correct horse", b"saltsalt", 1000)`.
const WERKZEUG: &str = concat!(
    "pbkdf2:sha512:1000$saltsalt$",
    "fac5120fc8f0e1ff27b3b9bd6fb923f0f7892def252573bc026d3d04b80eefd9124fd0ff2236b968a20d185e5783b864297c35f9f361073cc93f77885dc597c3"
);

fn assert_original_taken_over(spectacles: &Spectacles, source: &str) {
    let import = |more: &[&str]| spectacles_says(spectacles, &[&["import", "original", source], more].concat());
    let report = import(&[]);
    assert_eq!(report.code, 0, "{}", report.text());
    for words in [
        "`eve-x`",
        "without his mail address",
        "without his password",
        "first row counts",
        "for dave",
        "2 repositories with 1 tags",
        "its owner was not among",
    ] {
        assert!(report.stdout.contains(words), "{words}: {}", report.stdout);
    }
    assert!(!report.text().contains("saltsalt"), "{}", report.text());
    let applied = import(&["--apply", "--yes"]);
    assert_eq!(applied.code, 0, "{}", applied.text());
    for (who, repository, allowed) in [
        ("alice", "team/app", &["pull", "push", "delete"][..]),
        ("carol", "team/app", &["pull"]),
        ("bob", "team/app", &["pull"]),
        ("alice", "other/app", &["pull", "push"]),
        // The right of the first of his groups, not of all: and none on namespaces that it was not given on.
        ("dave", "other/app", &["pull"]),
        ("dave", "top", &["pull"]),
        // A repository that is there and called like a namespace was none of it.
        ("alice", "other", &["pull"]),
        ("bob", "other/app", &[]),
        ("bob", "top", &[]),
        ("admin", "x/y", &["pull", "push", "delete"]),
    ] {
        let explained =
            json(spectacles, &["access", "explain", "registry.test", repository, "--user", who, "--actions", "pull,push,delete"]);
        assert_eq!(explained["allowed"], serde_json::json!(allowed), "{who} {repository}: {explained:#}");
    }
}

#[test]
fn the_original_is_taken_over_from_its_file_and_its_people_log_in() {
    let mut spectacles = Spectacles::new();
    let source = spectacles.data().with_file_name("original.db");
    let source = source.to_str().expect("text").to_owned();
    let made = run(Command::new("sqlite3").arg(&source), &original());
    assert!(made.succeeded(), "{}", made.text());
    let before = fs::read(&source).expect("a file");
    assert_original_taken_over(&spectacles, &source);
    assert_eq!(fs::read(&source).expect("a file"), before, "it is only read");
    spectacles.serve(&[]);
    let status = |password: &str| spectacles.token(Credentials::Basic("alice", password), &[("service", "registry.test")]).status;
    assert_eq!((status("correct horse"), status("Correct horse")), (200, 401));
}

#[test]
fn the_original_is_taken_over_from_mariadb() {
    let database = Database::start(Engine::MariaDb);
    let url = database.create("original");
    database.query("original", &original());
    assert_original_taken_over(&Spectacles::new(), &url);
}
