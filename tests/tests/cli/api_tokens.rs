//! `spectacles api-token`, and auditors.

use super::{SERVICE, assert_failed, assert_time, prepared};
use crate::support::process::run;
use crate::support::server::{Person, within_a_second};
use crate::support::web::Visitor;
use serde_json::{Value, json};

#[test]
fn api_tokens_are_made_listed_and_revoked() {
    let spectacles = prepared();
    let made = run(&spectacles.spectacles(&["api-token", "create", "bob", "laptop", "--until", "30d"]), "");
    let secret = made.stdout.trim();
    assert!(made.succeeded() && secret.starts_with("spectacles_") && !secret.contains(char::is_whitespace), "{}", made.text());
    assert!(made.stderr.contains("not shown again"), "{}", made.stderr);
    let arguments =
        ["api-token", "create", "alice", "ci", "--read-only", "--registry", SERVICE, "--namespace", "team", "--kind", "namespaces,access"];
    let limited = spectacles.command(&arguments);
    let limits = json!({ "read_only": true, "registry": SERVICE, "namespace": "team", "kinds": ["access", "namespaces"] });
    assert_eq!((&limited["user"], &limited["name"], &limited["limits"]), (&json!("alice"), &json!("ci"), &limits));
    assert!(limited["secret"].as_str().is_some_and(|secret| secret.starts_with("spectacles_")));

    let tokens = spectacles.command(&["api-token", "list", "bob"]);
    assert_eq!((&tokens[0]["name"], &tokens[0]["last_used"], &tokens[0]["expired"]), (&json!("laptop"), &json!(null), &json!(false)));
    assert_time(&tokens[0]["until"]);
    let table = run(&spectacles.spectacles(&["api-token", "list", "alice"]), "");
    assert!(table.stdout.contains("reading, registry registry.test, namespace team, access, namespaces"), "{}", table.stdout);
    for shown in [tokens, spectacles.command(&["audit", "list"]), spectacles.command(&["export"])] {
        assert!(!shown.to_string().contains(secret), "{shown}");
    }
    let id = limited["id"].to_string();
    assert!(spectacles.try_command(&["api-token", "revoke", "alice", &id], "").succeeded());
    assert!(spectacles.try_command(&["api-token", "revoke", "bob", "laptop"], "").succeeded());
    for user in ["alice", "bob"] {
        assert_eq!(spectacles.command(&["api-token", "list", user]), json!([]));
    }
    for (arguments, code, says) in [
        (&["api-token", "revoke", "bob", "laptop"][..], 3, "laptop"),
        (&["api-token", "list", "ghost"], 3, "ghost"),
        (&["api-token", "create", "ghost", "x"], 3, "ghost"),
        (&["api-token", "create", "bob", "17"], 2, "digits"),
        (&["api-token", "create", "bob", "x", "--kind", "everything"], 2, "namespaces"),
        (&["api-token", "create", "bob", "x", "--namespace", "team"], 2, "--registry"),
        (&["api-token", "create", "bob", "x", "--registry", "ghost"], 3, "ghost"),
        (&["api-token", "create", "bob", "x", "--until", "1999-01-01"], 2, "in the past"),
    ] {
        let outcome = spectacles.try_command(arguments, "");
        assert_failed(&outcome, code);
        assert!(outcome.stderr.contains(says), "{arguments:?}: {}", outcome.stderr);
    }
}

#[test]
fn auditors_are_made_and_unmade() {
    let spectacles = prepared();
    spectacles.create_user(&Person::new("eve"), &["--auditor"]);
    let auditors = || -> Vec<Value> {
        let users = spectacles.command(&["user", "list"]);
        users.as_array().expect("a list").iter().filter(|user| user["auditor"] == true).map(|user| user["name"].clone()).collect()
    };
    assert_eq!(auditors(), ["eve"]);
    let shown = run(&spectacles.spectacles(&["user", "show", "eve"]), "");
    assert!(shown.stdout.lines().any(|line| line.split_whitespace().eq(["auditor", "yes"])), "{}", shown.stdout);
    assert_eq!(spectacles.command(&["export"])["users"]["eve"]["auditor"], true);
    spectacles.command(&["user", "set", "eve", "--auditor", "false"]);
    spectacles.command(&["user", "set", "bob", "--auditor", "true"]);
    assert_eq!(auditors(), ["bob"]);
    // A file says it as well.
    let file = r#"{"version": 1, "users": {"bob": {}, "eve": {"auditor": true}}}"#;
    let applied = spectacles.try_command(&["apply", "-", "--yes"], file);
    assert!(applied.succeeded(), "{}", applied.text());
    assert_eq!(auditors(), ["eve"]);
}

#[test]
fn sessions_are_listed_and_ended() {
    let mut spectacles = prepared();
    spectacles.serve(&[]);
    let alice = Person::new("alice");
    let [mut one, mut two] = [0; 2].map(|_| Visitor::signed_in(&spectacles.url(), &alice));
    let sessions = spectacles.command(&["user", "sessions", "alice"]);
    assert_eq!(sessions.as_array().map(Vec::len), Some(2), "{sessions}");
    assert_eq!(sessions[0]["address"], "127.0.0.1");
    assert_time(&sessions[0]["created"]);
    let id = sessions[0]["id"].to_string();
    assert!(spectacles.try_command(&["user", "sessions", "alice", "--end", &id], "").succeeded());
    within_a_second("the session ends", || (one.get("/").status == 303).then_some(()));
    assert_eq!(two.get("/").status, 200);
    assert!(spectacles.try_command(&["user", "sessions", "alice", "--end-all"], "").succeeded());
    within_a_second("all sessions end", || (two.get("/").status == 303).then_some(()));
    let table = run(&spectacles.spectacles(&["user", "sessions", "alice"]), "");
    assert!(table.text().contains("not signed in"), "{}", table.text());
    for (arguments, code, says) in [
        (&["user", "sessions", "alice", "--end", &id][..], 3, id.as_str()),
        (&["user", "sessions", "ghost"], 3, "ghost"),
        (&["user", "sessions", "alice", "--end", "0"], 2, "0"),
        (&["user", "sessions", "alice", "--end", "1", "--end-all"], 2, "--end-all"),
    ] {
        let outcome = spectacles.try_command(arguments, "");
        assert_failed(&outcome, code);
        assert!(outcome.stderr.contains(says), "{arguments:?}: {}", outcome.stderr);
    }
}
