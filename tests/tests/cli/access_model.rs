//! Apps, service accounts, groups that have to do with things, ends and networks, and signing up: as people and scripts type them.

use super::{SERVICE, assert_failed, assert_time, names, prepared};
use crate::support::process::run;
use crate::support::server::Spectacles;
use serde_json::{Value, json};

const PASSWORD: &str = "Passw0rd!\n";

/// What bob may do on a repository.
fn bob(spectacles: &Spectacles, repository: &str) -> Value {
    spectacles.command(&["access", "explain", SERVICE, repository, "--user", "bob"])["allowed"].clone()
}

#[test]
fn the_path_policy_is_set_up_by_commands() {
    let spectacles = prepared();
    assert_eq!(bob(&spectacles, "groups/devs/app"), json!([]));
    let user = spectacles.command(&["user", "set", "bob", "--privileges", "puller,pusher", "--default-group", "devs"]);
    assert_eq!((&user["privileges"], &user["default_group"]), (&json!(["puller", "pusher"]), &json!("devs")));
    let registry = spectacles.command(&["registry", "publish", SERVICE, "devs"]);
    assert_eq!((&registry["publication"], &registry["responsible"]), (&json!(["devs"]), &json!([])));
    assert_eq!(bob(&spectacles, "groups/devs/app"), json!(["pull"]));
    let registry = spectacles.command(&["registry", "responsible", "add", SERVICE, "devs"]);
    assert_eq!(registry["responsible"], json!(["devs"]));
    assert_eq!(bob(&spectacles, "groups/devs/app"), json!(["pull", "push"]));
    spectacles.command(&["registry", "responsible", "remove", SERVICE, "devs"]);
    let registry = spectacles.command(&["registry", "set", SERVICE, "--restricted", "false"]);
    assert_eq!((&registry["restricted"], &registry["policy"]), (&json!(false), &json!("both")));
    assert_eq!(bob(&spectacles, "groups/devs/app"), json!(["pull", "push"]));
    spectacles.command(&["registry", "set", SERVICE, "--policy", "namespaces"]);
    assert_eq!(bob(&spectacles, "groups/devs/app"), json!([]));
    spectacles.command(&["registry", "set", SERVICE, "--policy", "paths"]);
    spectacles.command(&["group", "set", "devs", "--slug", "coders"]);
    assert_eq!((bob(&spectacles, "groups/devs/app"), bob(&spectacles, "groups/coders/app")), (json!([]), json!(["pull", "push"])));
    spectacles.command(&["registry", "unpublish", SERVICE, "devs"]);
    assert_eq!(bob(&spectacles, "groups/coders/app"), json!([]));
    assert_eq!(spectacles.command(&["user", "set", "bob", "--no-default-group"])["default_group"], json!(null));
    assert_eq!(spectacles.command(&["user", "set", "bob", "--privileges", "none"])["privileges"], json!([]));
}

#[test]
fn apps_have_slugs_and_groups() {
    let spectacles = prepared();
    spectacles.command(&["group", "create", "ops"]);
    let app = spectacles.command(&["app", "create", "web", "--responsible", "devs", "--publication", "devs,ops"]);
    assert_eq!((&app["slug"], &app["responsible"], &app["publication"]), (&json!("web"), &json!(["devs"]), &json!(["devs", "ops"])));
    let app = spectacles.command(&["app", "unpublish", "web", "ops"]);
    assert_eq!(app["publication"], json!(["devs"]));
    let app = spectacles.command(&["app", "publish", "web", "ops", "--until", "12h"]);
    assert_eq!(app["limited"][0]["group"], "ops");
    assert_time(&app["limited"][0]["until"]);
    let app = spectacles.command(&["app", "responsible", "add", "web", "ops"]);
    assert_eq!(app["responsible"], json!(["devs", "ops"]));
    spectacles.command(&["app", "responsible", "remove", "web", "ops"]);
    let app = spectacles.command(&["app", "set", "web", "--name", "Web Shop", "--no-slug", "--description", "what we sell"]);
    assert_eq!((&app["name"], &app["slug"], &app["description"]), (&json!("Web Shop"), &json!(null), &json!("what we sell")));
    assert_eq!(spectacles.command(&["app", "create", "Back Office"])["slug"], json!(null), "no path can say that");
    assert_eq!(names(&spectacles.command(&["app", "list"]), "name"), ["Back Office", "Web Shop"]);
    spectacles.command(&["app", "delete", "Web Shop"]);
    assert_failed(&spectacles.try_command(&["app", "show", "Web Shop"], ""), 3);
}

#[test]
fn a_secret_is_shown_once_and_alone() {
    let spectacles = prepared();
    spectacles.command(&["app", "create", "web"]);
    let service = spectacles.command(&["service", "create", "ci", "--app", "web", "--owner", "bob", "--description", "builds"]);
    assert_eq!((&service["app"], &service["owner"], &service["enabled"]), (&json!("web"), &json!("bob"), &json!(true)));

    let table = run(&spectacles.spectacles(&["service", "secret", "ci", "--until", "30d", "--from", "192.0.2.0/24,2001:db8::1"]), "");
    let secret = table.stdout.trim();
    assert!(table.succeeded() && secret.starts_with("spectacles_") && !secret.contains(char::is_whitespace), "{}", table.text());
    assert!(table.stderr.contains("not shown again") && table.stderr.contains("robot$ci"), "{}", table.stderr);
    let uuid = "36a1e2c0-1111-2222-3333-444455556666";
    let given = spectacles.try_command(&["service", "secret", "ci", "--secret-stdin"], &format!("{uuid}\n"));
    let given: Value = serde_json::from_str(&given.stdout).expect("JSON");
    assert_eq!((&given["secret"], &given["logins"]), (&json!(uuid), &json!(["ci@NODE", "robot$ci"])));

    let secrets = spectacles.command(&["service", "secrets", "ci"]);
    assert_eq!(secrets.as_array().map(Vec::len), Some(2), "{secrets}");
    assert_eq!(secrets[0]["networks"], json!(["192.0.2.0/24", "2001:db8::1/128"]));
    assert_time(&secrets[0]["until"]);
    for shown in [secrets, spectacles.command(&["service", "show", "ci"]), spectacles.command(&["audit", "list"])] {
        let text = shown.to_string();
        assert!(!text.contains(secret) && !text.contains(uuid), "{text}");
    }
    let id = given["id"].to_string();
    spectacles.try_command(&["service", "revoke", "ci", &id], "");
    assert_eq!(spectacles.command(&["service", "secrets", "ci"]).as_array().map(Vec::len), Some(1));
    assert_failed(&spectacles.try_command(&["service", "revoke", "ci", &id], ""), 3);

    let service = spectacles.command(&["service", "set", "ci", "--no-app", "--no-owner", "--enabled", "false"]);
    assert_eq!((&service["app"], &service["owner"], &service["enabled"]), (&json!(null), &json!(null), &json!(false)));
    assert_eq!(names(&spectacles.command(&["service", "list"]), "name"), ["ci"]);
    spectacles.command(&["namespace", "grant", SERVICE, "team", "--service", "ci", "READ"]);
    assert!(run(&spectacles.spectacles(&["service", "delete", "ci"]), "").succeeded());
    assert_eq!(spectacles.command(&["namespace", "show", SERVICE, "team"])["grants"], json!([]));
}

#[test]
fn rights_and_memberships_have_ends_and_networks() {
    let spectacles = prepared();
    let grant = ["namespace", "grant", SERVICE, "team", "--user", "bob", "READ", "--until", "2w", "--from", "10.1.2.3/8"];
    let namespace = spectacles.command(&grant);
    let right = &namespace["grants"][0];
    assert_eq!((&right["user"], &right["right"], &right["networks"]), (&json!("bob"), &json!("READ"), &json!(["10.0.0.0/8"])));
    assert_time(&right["until"]);
    let namespace = spectacles.command(&["namespace", "assign", SERVICE, "team", "--group", "devs", "--until", "2099-12-31"]);
    assert_eq!(namespace["assigned"], json!([{ "group": "devs", "until": "2099-12-31T00:00:00Z" }]));
    let group = spectacles.command(&["group", "add", "devs", "bob", "--until", "2099-12-31T12:00:00+02:00"]);
    assert_eq!(group["limited"], json!([{ "user": "bob", "until": "2099-12-31T10:00:00Z", "expired": false }]));
    assert_eq!(group["members"], json!(["alice", "bob"]));
    let table = run(&spectacles.spectacles(&["group", "show", "devs"]), "");
    assert!(table.stdout.contains("alice, bob (until 2099-12-31T10:00:00Z)"), "{}", table.stdout);
    let given = spectacles.command(&["namespace", "transfer", SERVICE, "team", "bob"]);
    assert_eq!(given["owner"], "bob");
}

#[test]
fn what_cannot_hold_is_refused_with_an_example_and_changes_nothing() {
    let spectacles = prepared();
    spectacles.command(&["service", "create", "ci"]);
    let changes = spectacles.command(&["audit", "list"]);
    let grant = ["namespace", "grant", SERVICE, "team", "--user", "bob"];
    for (arguments, code, says) in [
        (&["READ", "--until", "2020-01-01"][..], 2, "in the past"),
        (&["READ", "--until", "tomorrow"], 2, "90d"),
        (&["READ", "--until", "0s"], 2, "in the past"),
        (&["READ", "--from", "10.0.0.0/99"], 2, "192.0.2.0/24"),
        (&["READ", "--from", "example.com"], 2, "192.0.2.0/24"),
        (&["NONE", "--from", "10.0.0.0/8"], 2, "networks"),
        (&["SOME"], 2, "FULL"),
    ] {
        let outcome = spectacles.try_command(&[&grant, arguments].concat(), "");
        assert_failed(&outcome, code);
        assert!(outcome.stderr.contains(says), "{arguments:?}: {}", outcome.stderr);
    }
    for (arguments, code, says) in [
        (&["group", "create", "others", "--slug", "devs"][..], 1, "slug `devs`"),
        (&["group", "create", "others", "--slug", "123"], 2, "not digits only"),
        (&["group", "create", "devs"], 1, "group `devs` exists"),
        (&["app", "create", "web", "--responsible", "ghosts"], 3, "ghosts"),
        (&["registry", "publish", SERVICE, "devs", "ghosts"], 3, "ghosts"),
        (&["registry", "unpublish", SERVICE, "devs"], 3, "publication group `devs`"),
        (&["registry", "set", SERVICE, "--policy", "maybe"], 2, "both"),
        (&["user", "set", "bob", "--privileges", "pull"], 2, "puller"),
        (&["user", "set", "admin", "--default-group", "devs"], 1, "not in group"),
        (&["service", "secret", "ghost"], 3, "ghost"),
        (&["service", "secret", "ci", "--until", "1999-01-01"], 2, "in the past"),
        (&["namespace", "transfer", SERVICE, "team", "ghost"], 3, "ghost"),
        (&["namespace", "grant", SERVICE, "team", "--user", "bob", "--service", "ci", "READ"], 2, "--service"),
    ] {
        let outcome = spectacles.try_command(arguments, "");
        assert_failed(&outcome, code);
        assert!(outcome.stderr.contains(says), "{arguments:?}: {}", outcome.stderr);
    }
    assert_failed(&spectacles.try_command(&["service", "secret", "ci", "--secret-stdin"], "too short\n"), 2);
    assert_eq!(spectacles.command(&["audit", "list"]), changes);
}

#[test]
fn the_first_who_signs_up_administers_and_others_where_it_is_allowed() {
    let spectacles = Spectacles::new();
    let register = |name: &str, password: &str| spectacles.try_command(&["user", "register", name, "--password-stdin"], password);
    let refused = register("alice", "password\n");
    assert_failed(&refused, 2);
    assert!(refused.stderr.contains("a digit, an upper-case letter, a sign"), "{}", refused.stderr);
    let alice: Value = serde_json::from_str(&register("alice", PASSWORD).stdout).expect("JSON");
    assert_eq!((&alice["admin"], &alice["has_password"]), (&json!(true), &json!(true)));
    assert_failed(&register("bob", PASSWORD), 4);

    let open = Spectacles::new()
        .with("REGISTER_ENABLED", "True")
        .with("SPECTACLES_DEFAULT_PRIVILEGES", "puller")
        .with("SPECTACLES_PERSONAL_NAMESPACES", "created");
    open.command(&["registry", "create", SERVICE, "--url", "http://127.0.0.1:5000"]);
    for name in ["alice", "bob"] {
        let arguments = ["user", "register", name, "--email", "somebody@example.com", "--password-stdin"];
        assert!(open.try_command(&arguments, PASSWORD).succeeded());
    }
    let bob = open.command(&["user", "show", "bob"]);
    assert_eq!((&bob["admin"], &bob["privileges"]), (&json!(false), &json!(["puller"])));
    assert_eq!(open.command(&["namespace", "show", SERVICE, "bob"])["owner"], "bob");
    let trail = open.command(&["audit", "list"]);
    assert_eq!((&trail[0]["actor"], &trail[0]["action"]), (&json!("bob"), &json!("user.register")));
}

#[test]
fn settings_that_cannot_be_read_stop_every_command() {
    for name in ["SPECTACLES_NAMESPACE_CREATION", "SPECTACLES_PERSONAL_NAMESPACES", "SPECTACLES_DEFAULT_PRIVILEGES", "REGISTER_ENABLED"] {
        let outcome = Spectacles::new().with(name, "perhaps").try_command(&["user", "list"], "");
        assert_failed(&outcome, 1);
        assert!(outcome.stderr.contains(name), "{}", outcome.stderr);
    }
}
