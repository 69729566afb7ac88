//! The command line as people and scripts use it: what it prints, and the code it ends with.

use std::process::Command;

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::support::process::{Outcome, run};
use crate::support::server::{Person, Spectacles, spectacles};
use crate::support::token;

mod access_model;
mod api_tokens;
mod import;
mod login;
mod questions;
mod quickstart;
mod remote;
mod state;

const SERVICE: &str = "registry.test";

/// Data with an administrator, two users, a group, a registry and a namespace.
fn prepared() -> Spectacles {
    let spectacles = Spectacles::new();
    spectacles.create_user(&Person::new("admin"), &["--admin"]);
    spectacles.create_user(&Person::new("alice"), &[]);
    spectacles.create_user(&Person::new("bob"), &[]);
    spectacles.command(&["group", "create", "devs"]);
    spectacles.command(&["group", "add", "devs", "alice", "bob"]);
    spectacles.command(&["registry", "create", SERVICE, "--url", "http://127.0.0.1:5000"]);
    spectacles.command(&["namespace", "create", SERVICE, "team", "--owner", "alice"]);
    spectacles
}

/// That a command failed with this code, one sentence on standard error and nothing on standard output.
fn assert_failed(outcome: &Outcome, code: i32) {
    assert_eq!(outcome.code, code, "{}", outcome.text());
    assert_eq!(outcome.stdout, "", "{}", outcome.stderr);
    assert!(outcome.stderr.trim().len() > 10 && !outcome.stderr.contains("panicked"), "{}", outcome.stderr);
}

fn assert_time(value: &Value) {
    OffsetDateTime::parse(value.as_str().unwrap_or_else(|| panic!("no time: {value}")), &Rfc3339).expect("RFC 3339");
}

fn names<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().expect("a list").iter().map(|item| item[field].as_str().expect("a name")).collect()
}

#[test]
fn help_and_version_are_there_for_everything() {
    for arguments in [
        &["--help"][..],
        &["help"],
        &["user", "--help"],
        &["user", "create", "--help"],
        &["serve", "--help"],
        &["registry", "config", "--help"],
        &["namespace", "grant", "--help"],
        &["quickstart", "--help"],
    ] {
        let outcome = run(spectacles().args(arguments), "");
        assert!(outcome.succeeded(), "{arguments:?}: {}", outcome.text());
        assert!(outcome.stdout.contains("Usage"), "{arguments:?}: {}", outcome.stdout);
    }
    let version = run(spectacles().arg("--version"), "");
    assert_eq!((version.code, version.stdout.trim()), (0, concat!("spectacles ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn wrong_usage_ends_with_2() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["user"],
        &["user", "create"],
        &["user", "list", "--frobnicate"],
        &["user", "set", "alice", "--enabled", "perhaps"],
        &["registry", "create", SERVICE],
        &["registry", "create", SERVICE, "--url", "http://127.0.0.1:9", "--anonymous", "push"],
        &["registry", "create", SERVICE, "--url", "http://127.0.0.1:9", "--token-seconds", "many"],
        &["namespace", "create", SERVICE, "team", "--others", "SOME"],
        &["namespace", "grant", SERVICE, "team", "READ"],
        &["namespace", "grant", SERVICE, "team", "--user", "alice", "--group", "devs", "READ"],
        &["access", "explain", SERVICE, "team/app"],
        &["serve", "--framework", "rocket"],
        &["serve", "--root", "/a b", "--data-dir", "data"],
        &["runserver", "--token-path", "/jwks.json", "--data-dir", "data"],
        &["user", "list", "--output", "xml"],
    ] {
        let mut command = spectacles();
        command.args(arguments).current_dir(directory.path());
        assert_failed(&run(&command, ""), 2);
    }
    assert_eq!(std::fs::read_dir(directory.path()).expect("a directory").count(), 0, "wrong usage left something behind");
}

#[test]
fn what_is_not_there_ends_with_3() {
    let spectacles = prepared();
    for arguments in [
        &["user", "show", "ghost"][..],
        &["user", "set", "ghost", "--admin", "true"],
        &["user", "delete", "ghost"],
        &["user", "delete", "alice", "--transfer-to", "ghost"],
        &["group", "show", "ghosts"],
        &["group", "add", "ghosts", "alice"],
        &["group", "add", "devs", "ghost"],
        &["group", "delete", "ghosts"],
        &["registry", "show", "ghost.test"],
        &["registry", "config", "ghost.test", "--version", "2.8", "--server-url", "http://127.0.0.1"],
        &["registry", "delete", "ghost.test"],
        &["namespace", "show", SERVICE, "ghost"],
        &["namespace", "create", "ghost.test", "team"],
        &["namespace", "create", SERVICE, "ghost", "--owner", "ghost"],
        &["namespace", "grant", SERVICE, "team", "--user", "ghost", "READ"],
        &["namespace", "grant", SERVICE, "ghost", "--user", "alice", "READ"],
        &["namespace", "revoke", SERVICE, "team", "--user", "bob"],
        &["namespace", "delete", SERVICE, "ghost"],
        &["access", "explain", SERVICE, "team/app", "--user", "ghost"],
        &["token", "ghost.test", "repository:team/app:pull", "--user", "alice"],
        &["token", SERVICE, "repository:team/app:pull", "--user", "ghost"],
    ] {
        let outcome = spectacles.try_command(arguments, "");
        assert_eq!(outcome.code, 3, "{arguments:?}: {}", outcome.text());
        assert_failed(&outcome, 3);
    }
}

#[test]
fn what_cannot_be_done_ends_with_1() {
    let spectacles = prepared();
    for (arguments, input) in [
        // There already.
        (&["user", "create", "alice", "--password-stdin"][..], "Corr3ct-horse\n"),
        (&["group", "create", "devs"], ""),
        (&["registry", "create", SERVICE, "--url", "http://127.0.0.1:9"], ""),
        (&["namespace", "create", SERVICE, "team"], ""),
        // Owns something.
        (&["user", "delete", "alice"], ""),
        // The last administrator.
        (&["user", "set", "admin", "--admin", "false"], ""),
        (&["user", "set", "admin", "--enabled", "false"], ""),
        (&["user", "delete", "admin"], ""),
    ] {
        let outcome = spectacles.try_command(arguments, input);
        assert_eq!(outcome.code, 1, "{arguments:?}: {}", outcome.text());
        assert_failed(&outcome, 1);
    }
    assert_eq!(names(&spectacles.command(&["user", "list"]), "name"), ["admin", "alice", "bob"]);
}

#[test]
fn names_that_cannot_be_are_refused_with_the_rule() {
    let spectacles = prepared();
    let long = "x".repeat(49);
    for name in ["", "UPPER", "../evil", "/etc/passwd", "<img src=x>", "123", "spectacles", "anonymous", "system", "a b", "ünï", &long] {
        let outcome = spectacles.try_command(&["user", "create", name, "--password-stdin"], "Corr3ct-horse\n");
        assert_failed(&outcome, 2);
    }
    for path in ["", "UPPER", "team//app", "../team", "team/", "/team", "te*m", "**"] {
        let outcome = spectacles.try_command(&["namespace", "create", SERVICE, path], "");
        assert_eq!(outcome.code, 2, "{path:?}: {}", outcome.text());
    }
    for path in ["/", "a/b/c", "*/leaf", "team/*"] {
        spectacles.command(&["namespace", "create", SERVICE, path]);
    }
    for nothing in ["", "\n"] {
        let outcome = spectacles.try_command(&["user", "create", "carol", "--password-stdin"], nothing);
        assert_eq!(outcome.code, 2, "without a password: {}", outcome.text());
    }
    for seconds in ["0", "59", "86401"] {
        let outcome = spectacles.try_command(&["registry", "set", SERVICE, "--token-seconds", seconds], "");
        assert_eq!(outcome.code, 2, "{seconds}: {}", outcome.text());
    }
    assert_eq!(names(&spectacles.command(&["user", "list"]), "name"), ["admin", "alice", "bob"]);
}

#[test]
fn users_are_shown_without_their_secrets() {
    let spectacles = prepared();
    let alice = spectacles.command(&["user", "show", "alice"]);
    assert!(alice["id"].as_i64().is_some_and(|id| id > 0), "{alice}");
    assert_eq!((&alice["name"], &alice["admin"], &alice["enabled"]), (&json!("alice"), &json!(false), &json!(true)), "{alice}");
    assert_time(&alice["created"]);
    assert_time(&alice["updated"]);
    let list = spectacles.command(&["user", "list"]);
    assert_eq!(names(&list, "name"), ["admin", "alice", "bob"]);
    assert_eq!(list[0]["admin"], true);
    for shown in [&alice, &list] {
        let text = shown.to_string();
        assert!(!text.contains("argon2") && !text.contains(r#""password""#), "{text}");
    }
    spectacles.command(&["user", "set", "alice", "--enabled", "false", "--admin", "true"]);
    let alice = spectacles.command(&["user", "show", "alice"]);
    assert_eq!((&alice["admin"], &alice["enabled"]), (&json!(true), &json!(false)), "{alice}");
}

#[test]
fn what_belongs_to_something_is_shown_with_it() {
    let spectacles = prepared();
    let group = spectacles.command(&["group", "show", "devs"]);
    assert_eq!(group["name"], "devs");
    assert!(group.to_string().contains("alice") && group.to_string().contains("bob"), "no members: {group}");

    let registry = spectacles.command(&["registry", "show", SERVICE]);
    for (field, value) in [
        ("service", json!(SERVICE)),
        ("url", json!("http://127.0.0.1:5000")),
        ("enabled", json!(true)),
        ("read_only", json!(false)),
        ("anonymous", json!("off")),
        ("kid_style", json!("libtrust")),
    ] {
        assert_eq!(registry[field], value, "{field}: {registry}");
    }
    assert!(registry["token_seconds"].as_i64().is_some_and(|seconds| seconds >= 60), "{registry}");
    assert_eq!(names(&spectacles.command(&["registry", "list"]), "service"), [SERVICE]);

    spectacles.command(&["namespace", "grant", SERVICE, "team", "--user", "bob", "READ"]);
    spectacles.command(&["namespace", "grant", SERVICE, "team", "--group", "devs", "WRITE"]);
    spectacles.command(&["namespace", "assign", SERVICE, "team", "--user", "bob"]);
    let namespace = spectacles.command(&["namespace", "show", SERVICE, "team"]);
    for (field, value) in [
        ("path", json!("team")),
        ("public", json!(false)),
        ("members_right", json!("FULL")),
        ("groups_right", json!("NONE")),
        ("others_right", json!("NONE")),
    ] {
        assert_eq!(namespace[field], value, "{field}: {namespace}");
    }
    let text = namespace.to_string();
    for part in ["alice", "bob", "devs", "READ", "WRITE"] {
        assert!(text.contains(part), "{part} is not shown: {namespace}");
    }
    assert_eq!(names(&spectacles.command(&["namespace", "list", SERVICE]), "path"), ["team"]);
}

#[test]
fn doing_it_twice_is_harmless() {
    let spectacles = prepared();
    for _ in 0..2 {
        spectacles.command(&["group", "add", "devs", "alice"]);
        spectacles.command(&["namespace", "assign", SERVICE, "team", "--group", "devs"]);
        spectacles.command(&["namespace", "grant", SERVICE, "team", "--user", "bob", "READ"]);
    }
    // A grantee holds one right: the later replaces the earlier.
    spectacles.command(&["namespace", "grant", SERVICE, "team", "--user", "bob", "FULL"]);
    let why = spectacles.command(&["access", "explain", SERVICE, "team/app", "--user", "bob", "--actions", "pull,push,delete"]);
    assert_eq!(why["allowed"], json!(["pull", "push", "delete"]), "{why}");
    let group = spectacles.command(&["group", "show", "devs"]).to_string();
    assert_eq!(group.matches("alice").count(), 1, "{group}");
}

#[test]
fn an_id_is_never_used_again() {
    let spectacles = prepared();
    let id = |arguments: &[&str]| spectacles.command(arguments)["id"].as_i64().expect("an id");
    spectacles.create_user(&Person::new("carol"), &[]);
    let user = id(&["user", "show", "carol"]);
    spectacles.command(&["user", "delete", "carol"]);
    spectacles.create_user(&Person::new("carol"), &[]);
    assert!(id(&["user", "show", "carol"]) > user);
    spectacles.command(&["namespace", "create", SERVICE, "short"]);
    let namespace = id(&["namespace", "show", SERVICE, "short"]);
    spectacles.command(&["namespace", "delete", SERVICE, "short"]);
    spectacles.command(&["namespace", "create", SERVICE, "short"]);
    assert!(id(&["namespace", "show", SERVICE, "short"]) > namespace);
}

#[test]
fn deleting_takes_along_what_belongs_to_it() {
    let spectacles = prepared();
    spectacles.command(&["namespace", "grant", SERVICE, "team", "--user", "bob", "READ"]);
    spectacles.command(&["user", "delete", "bob"]);
    assert!(!spectacles.command(&["group", "show", "devs"]).to_string().contains("bob"));
    assert!(!spectacles.command(&["namespace", "show", SERVICE, "team"]).to_string().contains("bob"));
    spectacles.command(&["user", "delete", "alice", "--transfer-to", "admin"]);
    assert!(spectacles.command(&["namespace", "show", SERVICE, "team"]).to_string().contains("admin"));
    spectacles.command(&["registry", "delete", SERVICE]);
    assert_eq!(spectacles.try_command(&["namespace", "show", SERVICE, "team"], "").code, 3);
    spectacles.command(&["registry", "create", SERVICE, "--url", "http://127.0.0.1:5000"]);
    assert_eq!(spectacles.command(&["namespace", "list", SERVICE]), json!([]));
}

#[test]
fn a_decision_is_explained() {
    let spectacles = prepared();
    let explain = |more: &[&str]| spectacles.command(&[&["access", "explain", SERVICE, "team/app"], more].concat());
    let why = explain(&["--user", "alice", "--actions", "pull,push"]);
    assert_eq!(why["allowed"], json!(["pull", "push"]), "{why}");
    assert_eq!(why["because"]["rule"], "owner", "{why}");
    assert!(why["because"]["text"].as_str().is_some_and(|text| text.contains("team")), "{why}");
    assert_eq!(explain(&["--user", "bob"])["allowed"], json!([]));
    assert_eq!(explain(&["--anonymous"])["allowed"], json!([]));
    // What is decided is not what is failed: the answer is an answer.
    let table = run(&spectacles.spectacles(&["access", "explain", SERVICE, "team/app", "--user", "bob"]), "");
    assert!(table.succeeded() && serde_json::from_str::<Value>(&table.stdout).is_err(), "{}", table.text());
}

#[test]
fn an_explanation_is_what_the_readme_shows() {
    const SERVICE: &str = "registry.example.com";
    let spectacles = Spectacles::new();
    spectacles.create_user(&Person::new("bob"), &[]);
    spectacles.command(&["group", "create", "devs"]);
    spectacles.command(&["group", "add", "devs", "bob"]);
    spectacles.command(&["registry", "create", SERVICE, "--url", "http://127.0.0.1:5000"]);
    spectacles.command(&["namespace", "create", SERVICE, "team", "--groups", "READ"]);
    spectacles.command(&["namespace", "assign", SERVICE, "team", "--group", "devs"]);
    let readme = include_str!("../../README.md");
    let (_, shown) = readme.split_once("$ spectacles ").expect("README.md shows a command");
    let (command, shown) = shown.split_once('\n').expect("README.md shows what it prints");
    let (shown, _) = shown.split_once("```").expect("README.md says where that ends");
    let arguments: Vec<&str> = command.split(' ').collect();
    assert_eq!(run(&spectacles.spectacles(&arguments), "").stdout, shown);
    let nobody = run(&spectacles.spectacles(&["access", "explain", SERVICE, "team/app", "--anonymous"]), "");
    assert!(nobody.stdout.contains("\nuser        nobody\n"), "{}", nobody.text());
}

#[test]
fn a_token_can_be_made_and_read() {
    let spectacles = prepared();
    let ask = ["token", SERVICE, "repository:team/app:pull,push", "registry:catalog:*", "--user", "alice"];
    let plain = run(&spectacles.spectacles(&ask), "");
    assert!(plain.succeeded(), "{}", plain.text());
    let (claims, _) = token::verify_by_x5c(plain.stdout.trim(), SERVICE);
    assert_eq!((&claims["sub"], token::actions(&claims, "team/app").as_str()), (&json!("alice"), "pull,push"));
    let decoded = run(spectacles.spectacles(&ask).arg("--decode"), "");
    assert!(decoded.succeeded(), "{}", decoded.text());
    assert!(decoded.stdout.contains(r#""alg""#) && decoded.stdout.contains("team/app"), "{}", decoded.stdout);
    assert_failed(&spectacles.try_command(&["token", SERVICE, "junk", "--user", "alice"], ""), 2);
}

#[test]
fn keys_are_shown_without_their_private_half() {
    let spectacles = prepared();
    // The first token needs the first key.
    spectacles.command(&["token", SERVICE, "registry:catalog:*", "--user", "alice"]);
    let keys = spectacles.try_command(&["key", "list"], "");
    assert_eq!(serde_json::from_str::<Value>(&keys.stdout).expect("JSON").as_array().expect("a list").len(), 1, "{}", keys.stdout);
    let shown = run(&spectacles.spectacles(&["key", "show"]), "");
    assert!(shown.succeeded() && shown.stdout.contains("BEGIN CERTIFICATE"), "{}", shown.text());
    let bundle = spectacles.command(&["key", "show", "--bundle"]);
    assert!(bundle["bundle"].as_str().is_some_and(|pem| pem.starts_with("-----BEGIN CERTIFICATE")), "{bundle}");
    assert_eq!(spectacles.command(&["key", "show", "--jwks"])["keys"][0]["kty"], "EC");
    for outcome in [&keys, &shown] {
        assert!(!outcome.text().contains("PRIVATE"), "{}", outcome.text());
    }
}

#[test]
fn every_change_is_in_the_audit_trail() {
    let spectacles = prepared();
    spectacles.command(&["namespace", "grant", SERVICE, "team", "--user", "bob", "READ"]);
    spectacles.try_command(&["user", "create", "alice", "--password-stdin"], "Corr3ct-horse\n");
    let audit = spectacles.command(&["audit", "list"]);
    let actions = names(&audit, "action");
    // Newest first; what failed changed nothing and is not there.
    assert_eq!(actions[0], "namespace.grant", "{audit}");
    assert_eq!(actions.iter().filter(|action| **action == "user.create").count(), 3, "{audit}");
    for (field, part) in [("object", "team"), ("details", "READ"), ("details", "bob")] {
        assert!(audit[0][field].to_string().contains(part), "{field} does not tell {part}: {audit}");
    }
    for entry in audit.as_array().expect("a list") {
        assert_time(&entry["at"]);
        assert!(entry["actor"].as_str().is_some_and(|actor| !actor.is_empty()), "{entry}");
    }
    assert!(!audit.to_string().contains("argon2") && !audit.to_string().contains("Corr3ct"), "{audit}");
}

#[test]
fn tables_are_for_people() {
    let spectacles = prepared();
    for (arguments, parts) in [
        (&["user", "list"][..], &["admin", "alice", "bob"][..]),
        (&["user", "show", "alice"], &["alice"]),
        (&["group", "list"], &["devs"]),
        (&["registry", "list"], &[SERVICE, "127.0.0.1:5000"]),
        (&["namespace", "list", SERVICE], &["team", "alice"]),
        (&["audit", "list"], &["user.create"]),
        (
            &["access", "explain", SERVICE, "team/app", "--user", "alice"],
            &["registry ", SERVICE, "repository ", "team/app", "user ", "alice", "asked ", "allowed ", "because "],
        ),
    ] {
        let outcome = run(&spectacles.spectacles(arguments), "");
        assert!(outcome.succeeded(), "{arguments:?}: {}", outcome.text());
        assert!(parts.iter().all(|part| outcome.stdout.contains(part)), "{arguments:?}: {}", outcome.stdout);
        assert!(!outcome.stdout.contains('\u{1b}'), "colours into a pipe: {}", outcome.stdout);
        assert!(serde_json::from_str::<Value>(&outcome.stdout).is_err(), "{arguments:?} is no table: {}", outcome.stdout);
    }
}

#[test]
fn the_configuration_of_a_registry_is_written_for_its_version() {
    let spectacles = prepared();
    let server = "https://auth.example.com";
    let printed = run(&spectacles.spectacles(&["registry", "config", SERVICE, "--version", "2.8", "--server-url", server]), "");
    assert!(printed.succeeded(), "{}", printed.text());
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (version, has_keys) in [("2.8", false), ("3", true)] {
        let place = directory.path().join(version);
        let out = place.to_str().expect("temporary paths are text");
        spectacles.command(&["registry", "config", SERVICE, "--version", version, "--server-url", server, "--out", out]);
        let config = std::fs::read_to_string(place.join("config.yml")).expect("a configuration");
        for part in ["version: 0.1", "realm: ", "https://auth.example.com/token_auth", SERVICE, "rootcertbundle: ", "issuer: "] {
            assert!(config.contains(part), "{version} lacks {part}: {config}");
        }
        let bundle = std::fs::read_to_string(place.join("spectacles.pem")).expect("a bundle");
        assert!(bundle.contains("BEGIN CERTIFICATE") && !bundle.contains("PRIVATE"), "{bundle}");
        assert_eq!(config.contains("jwks: "), has_keys, "{version}: {config}");
        assert_eq!(place.join("jwks.json").exists(), has_keys, "{version}");
        if has_keys {
            let keys: Value = serde_json::from_slice(&std::fs::read(place.join("jwks.json")).expect("keys")).expect("JSON");
            assert!(keys["keys"][0]["kty"].is_string() && keys["keys"][0]["d"].is_null(), "{keys}");
        }
    }
    let wrong = spectacles.try_command(&["registry", "config", SERVICE, "--version", "1", "--server-url", server], "");
    assert_failed(&wrong, 2);
}

#[test]
fn programs_get_what_they_read_best() {
    let spectacles = prepared();
    let printed = |arguments: &[&str]| {
        let outcome = run(&spectacles.spectacles(arguments), "");
        assert_eq!(outcome.code, 0, "{}", outcome.text());
        outcome.stdout
    };
    assert_eq!(printed(&["user", "list", "--output", "name"]), "admin\nalice\nbob\n");
    assert_eq!(printed(&["user", "list", "--output", "name", "--filter", "name %li%"]), "alice\n");
    assert_eq!(printed(&["namespace", "list", SERVICE, "--output", "name"]), "team\n");
    let csv = printed(&["group", "list", "--output", "csv"]);
    assert!(csv.starts_with("id,name,") && csv.lines().count() == 2 && csv.contains("\n1,devs,"), "{csv}");
    let yaml = printed(&["group", "show", "devs", "--output", "yaml"]);
    assert!(yaml.contains("name: devs\n") && yaml.contains("- alice\n"), "{yaml}");
    // Where there is nothing, there is nothing to read.
    assert_eq!(printed(&["app", "list", "--output", "name"]), "");
    assert_failed(&run(&spectacles.spectacles(&["export", "--output", "csv"]), ""), 2);
    assert_failed(&run(&spectacles.spectacles(&["user", "list", "--output", "xml"]), ""), 2);
}

#[test]
fn every_command_has_a_manual_page() {
    let directory = tempfile::tempdir().expect("a directory");
    let pages = directory.path().join("man");
    let outcome = run(spectacles().args(["man", "--dir"]).arg(&pages), "");
    assert_eq!(outcome.code, 0, "{}", outcome.text());
    for (page, says) in
        [("spectacles.1", "quickstart"), ("spectacles-user-create.1", "password"), ("spectacles-access-explain.1", "repository")]
    {
        let text = std::fs::read_to_string(pages.join(page)).expect("a page");
        assert!(text.contains(".TH") && text.contains(says), "{page}");
    }
    let first = run(spectacles().arg("man"), "");
    assert!(first.stdout.contains(".SH NAME"), "{}", first.text());
}

#[test]
fn shells_complete_commands_and_the_names_of_what_there_is() {
    const TRY: &str = r#"
        source <("$1" completions bash)
        function=$(complete -p spectacles | sed 's/.*-F \([^ ]*\).*/\1/')
        shift 1
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
        "$function" spectacles "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
        echo "${COMPREPLY[*]}"
    "#;
    let spectacles = prepared();
    // The script calls the program by its name.
    let program = spectacles.spectacles(&[]).get_program().to_owned();
    let directory = std::path::Path::new(&program).parent().expect("a directory").to_owned();
    let path = format!("{}:{}", directory.display(), std::env::var("PATH").unwrap_or_default());
    let completed = |words: &[&str], data: &std::path::Path| {
        let mut shell = Command::new("bash");
        shell.args(["-c", TRY, "bash"]).arg(&program).arg("spectacles").args(words);
        shell.env("PATH", &path).env("SPECTACLES_DATA_DIR", data);
        run(&shell, "").stdout.trim().to_owned()
    };
    let data = spectacles.data();
    assert_eq!(completed(&["namesp"], &data), "namespace");
    assert_eq!(completed(&["user", "show", "al"], &data), "alice");
    assert_eq!(completed(&["group", "add", "d"], &data), "devs");
    assert_eq!(completed(&["namespace", "show", SERVICE, "te"], &data), "team");
    assert_eq!(completed(&["user", "create", "al"], &data), "", "it is not there yet");
    let nowhere = data.join("nowhere");
    assert_eq!(completed(&["user", "show", "al"], &nowhere), "");
    assert!(!nowhere.exists(), "a key that is pressed makes no database");
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        let outcome = run(self::spectacles().args(["completions", shell]), "");
        assert!(outcome.succeeded() && outcome.stdout.contains("spectacles"), "{shell}: {}", outcome.text());
    }
    assert_failed(&run(self::spectacles().args(["completions", "teletype"]), ""), 2);
}

#[test]
fn what_is_kept_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let spectacles = prepared();
    let files = std::fs::read_dir(spectacles.data()).expect("a data directory");
    for file in files.map(|entry| entry.expect("an entry").path()) {
        let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} holds keys and passwords, and others can read it: {mode:o}", file.display());
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let spectacles = prepared();
    let command = spectacles.spectacles(&["completions", "bash"]);
    let mut shell = Command::new("bash");
    shell.args(["-c", r#"set -o pipefail; "$@" | head -n 1 >/dev/null"#, "bash"]).arg(command.get_program()).args(["completions", "bash"]);
    let outcome = run(&shell, "");
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
}
