//! The configuration as a file: export, plan and apply.

use super::{SERVICE, assert_failed, prepared};
use crate::support::database::{Database, Engine};
use crate::support::process::{Outcome, run};
use crate::support::server::{Person, Spectacles};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const FILE: &str = r#"version: 1
users:
  carol: {email: carol@example.com, privileges: [puller], default_group: devs}
  bob: {enabled: false}
groups:
  devs:
    description: who develops
    members: [alice, carol, {user: bob, until: 2999-01-01T00:00:00Z}]
apps:
  web: {responsible: [devs], publication: [{group: devs, until: 2999-01-01T00:00:00Z}]}
services:
  ci/build: {app: web, owner: carol, description: builds}
registries:
  registry.test:
    url: http://127.0.0.1:5000
    anonymous: pull
    publication: [devs]
    namespaces:
      team:
        owner: alice
        public: true
        assigned: [{group: devs}]
        groups_right: READ
        grants:
          - {user: carol, right: WRITE, networks: [10.0.0.0/8]}
          - {service: ci/build, right: FULL, until: 2999-01-01T00:00:00Z}
      "*/public": {others_right: READ}
"#;

/// A file beside the data.
fn file(spectacles: &Spectacles, name: &str, text: &str) -> String {
    let place = place(spectacles, name);
    fs::write(&place, text).expect("a file can be written");
    place.to_str().expect("temporary paths are text").to_owned()
}

fn place(spectacles: &Spectacles, name: &str) -> PathBuf {
    spectacles.data().join(name)
}

/// What people get to read.
fn table(spectacles: &Spectacles, arguments: &[&str]) -> Outcome {
    run(&spectacles.spectacles(arguments), "")
}

fn export(spectacles: &Spectacles) -> String {
    let outcome = table(spectacles, &["export"]);
    assert!(outcome.succeeded(), "{}", outcome.text());
    outcome.stdout
}

#[test]
fn a_file_is_planned_and_applied_and_then_there_is_nothing_to_do() {
    let spectacles = prepared();
    let before = export(&spectacles);
    let state = file(&spectacles, "state.yaml", FILE);
    let expected = [
        "~ user bob: enabled true -> false",
        "+ user carol: email carol@example.com, privileges puller, default_group devs",
        "~ group devs: description - -> \"who develops\", members bob always -> until 2999-01-01T00:00:00Z, +carol",
        "+ app web: responsible +devs, publication +devs until 2999-01-01T00:00:00Z",
        "+ service ci/build: app web, owner carol, description builds",
        "~ registry registry.test: anonymous off -> pull, publication +devs",
        "+ namespace registry.test */public: others_right READ",
        "~ namespace registry.test team: public false -> true, groups_right NONE -> READ, assigned +group devs, \
         grants +service ci/build FULL until 2999-01-01T00:00:00Z, +user carol WRITE from 10.0.0.0/8",
    ];
    let plan = table(&spectacles, &["plan", &state]);
    assert_eq!(plan.code, 0, "{}", plan.text());
    let lines: Vec<_> = plan.stdout.lines().collect();
    assert_eq!(lines[..expected.len()], expected);
    assert_eq!(lines.last(), Some(&"Plan: 4 to create, 4 to change, 0 to delete."));
    assert!(plan.stdout.contains("somebody without credentials gains pull on registry.test/team/"), "{}", plan.stdout);
    assert_eq!(export(&spectacles), before, "a plan changes nothing");
    assert_eq!(table(&spectacles, &["plan", &state, "--check"]).code, 1);

    let applied = table(&spectacles, &["apply", &state, "--yes"]);
    assert_eq!((applied.code, applied.stdout.lines().last()), (0, Some("applied")), "{}", applied.text());
    for arguments in [&["plan", &state, "--check"][..], &["apply", &state]] {
        let again = table(&spectacles, arguments);
        assert_eq!((again.code, again.stdout.as_str()), (0, "Nothing to do: everything is as the file says.\n"), "{}", again.text());
    }
    let entries = spectacles.command(&["audit", "list"]);
    let told: Vec<_> =
        entries.as_array().expect("a list").iter().take(9).map(|entry| (entry["action"].clone(), entry["object"].clone())).collect();
    assert_eq!(told[0], (json!("state.apply"), json!("state")));
    assert_eq!(told[1], (json!("namespace.set"), json!("namespace registry.test team")));
    assert_eq!(told[8], (json!("user.set"), json!("user bob")));
    assert_eq!(entries[8]["details"], json!({ "enabled": { "before": true, "after": false } }));
    assert!(entries[8]["actor"] == "operator");
    spectacles.command(&["audit", "verify"]);
    let shown = spectacles.command(&["access", "explain", SERVICE, "team/app", "--anonymous"]);
    assert_eq!(shown["allowed"], json!(["pull"]));
}

#[test]
fn an_export_applies_to_nothing_and_exports_the_same() {
    let spectacles = prepared();
    spectacles.command(&["apply", &file(&spectacles, "state.yaml", FILE), "--yes"]);
    let exported = export(&spectacles);
    for secret in ["argon2", "hash", "PRIVATE"] {
        assert!(!exported.contains(secret), "{exported}");
    }
    let engines = [Engine::PostgreSql, Engine::MariaDb];
    let servers = engines.map(Database::start);
    let mut places: Vec<Spectacles> = servers.iter().map(|server| Spectacles::on(&server.create("fresh"))).collect();
    places.push(Spectacles::new());
    for place in &places {
        fs::create_dir_all(place.data()).expect("a directory");
        let state = file(place, "state.yaml", &exported);
        let applied = table(place, &["apply", &state, "--yes"]);
        assert!(applied.succeeded(), "{}", applied.text());
        assert_eq!(export(place), exported);
        assert_eq!(table(place, &["plan", &state, "--check", "--prune"]).code, 0);
        // JSON is the same in other words.
        let json = file(place, "state.json", &place.command(&["export"]).to_string());
        assert_eq!(table(place, &["plan", &json, "--check"]).code, 0);
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    let spectacles = prepared();
    let before = export(&spectacles);
    for (text, expected) in [
        ("users: {}\n", "1:1: `version` is missing"),
        (
            "version: 1\nusers:\n  bob:\n    enabeld: true\n",
            "4:5: users.bob: there is no field `enabeld`; known are privileges, display_name",
        ),
        ("version: 1\nusers: {bob: {}, bob: {}}\n", "2:18: users.bob: it is there twice; first in line 2"),
        ("version: 1\ngroups:\n  devs: {members: [eve]}\n", "3:20: groups.devs.members[0]: there is no user `eve`, neither in this file"),
        (
            "version: 1\nregistries:\n  registry.test:\n    namespaces:\n      team:\n        grants:\n        - {user: bob, right: SOME}\n",
            "7:30: registries.registry.test.namespaces.team.grants[0].right: ",
        ),
        ("version: [1\n", "this is no YAML"),
        ("a: &a [*a]\n", "1:8: the alias stands for something that contains it"),
        ("", "the file is empty"),
    ] {
        let name = file(&spectacles, "state.yaml", text);
        for command in ["plan", "apply"] {
            let outcome = table(&spectacles, &[command, &name]);
            assert_failed(&outcome, 2);
            assert!(outcome.stderr.starts_with(&format!("error: {name}:")) && outcome.stderr.contains(expected), "{}", outcome.stderr);
        }
    }
    let many = file(&spectacles, "state.yaml", "version: 1\nusers: {A: {}, B: {}}\ngroups: {devs: {slug: A}}\n");
    let outcome = table(&spectacles, &["plan", &many]);
    assert!(outcome.stderr.starts_with("error: there are 3 problems\n") && outcome.stderr.lines().count() == 4, "{}", outcome.stderr);
    let missing = table(&spectacles, &["plan", "/nonexistent.yaml"]);
    assert_failed(&missing, 1);
    let large = place(&spectacles, "large.yaml");
    fs::File::create(&large).expect("a file").set_len(65 * 1024 * 1024).expect("a hole");
    let outcome = table(&spectacles, &["plan", large.to_str().expect("text")]);
    assert!(outcome.code == 2 && outcome.stderr.contains("larger than 64 MB"), "{}", outcome.stderr);
    assert_eq!(export(&spectacles), before);
}

#[test]
fn assertions_that_do_not_hold_stop_an_apply() {
    let spectacles = prepared();
    let before = export(&spectacles);
    let text = |may: &str, must_not: &str| {
        format!(
            "version: 1\nregistries:\n  registry.test:\n    namespaces:\n      team:\n        owner: alice\n        grants: [{{group: devs, right: READ}}]\n\
             assert:\n- {{who: {{group: devs}}, registry: registry.test, repository: team/app, may: [{may}], must_not: [{must_not}]}}\n"
        )
    };
    let good = file(&spectacles, "good.yaml", &text("pull", ""));
    let bad = file(&spectacles, "bad.yaml", &text("pull, push", "delete"));
    assert_eq!(table(&spectacles, &["plan", &good]).code, 0);
    for command in [&["plan", &bad][..], &["apply", &bad, "--yes"]] {
        let outcome = table(&spectacles, command);
        assert_eq!(outcome.code, 1, "{}", outcome.text());
        for expected in [
            "assert[0]: user `alice` must not delete registry.test/team/app, and may: user `alice` owns",
            "assert[0]: user `bob` must be able to push registry.test/team/app, and is not: ",
        ] {
            assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
        }
        assert_eq!(export(&spectacles), before);
    }
    assert_eq!(table(&spectacles, &["apply", &good, "--yes"]).code, 0);
    assert_eq!(table(&spectacles, &["plan", &bad]).code, 1, "also where there is nothing else to do");
}

#[test]
fn a_plan_that_was_kept_is_applied_only_while_it_is_still_true() {
    let spectacles = prepared();
    let state = file(&spectacles, "state.yaml", FILE);
    let kept = place(&spectacles, "kept.json");
    let kept = kept.to_str().expect("text");
    let plan = spectacles.command(&["plan", &state, "--save", kept]);
    assert_eq!(
        plan["changes"][0],
        json!({ "action": "change", "kind": "user", "name": "bob", "fields": [{ "field": "enabled", "before": true, "after": false }] })
    );
    spectacles.command(&["user", "set", "bob", "--enabled", "false"]);
    let before = export(&spectacles);
    let moved = table(&spectacles, &["apply", "--plan", kept, "--yes"]);
    assert!(moved.code == 1 && moved.stderr.contains("plan again"), "{}", moved.text());
    assert_eq!(export(&spectacles), before);
    spectacles.command(&["user", "set", "bob", "--enabled", "true"]);
    assert_eq!(table(&spectacles, &["apply", "--plan", kept, "--yes"]).code, 0);
    assert_eq!(table(&spectacles, &["plan", &state, "--check"]).code, 0);
    assert_failed(&table(&spectacles, &["apply", "--plan", &state]), 2);
    assert_failed(&table(&spectacles, &["apply"]), 2);
}

#[test]
fn prune_deletes_what_the_file_owns_and_nothing_else() {
    let spectacles = prepared();
    spectacles.command(&["group", "create", "qa"]);
    let text = "version: 1\nscope: [groups, users]\ngroups: {devs: {members: [alice]}}\nusers: {alice: {}}\n";
    let state = file(&spectacles, "state.yaml", text);
    let kept = table(&spectacles, &["plan", &state]);
    assert!(kept.stdout.contains("Kept: user admin, user bob, group qa (--prune would delete"), "{}", kept.stdout);
    let pruned = table(&spectacles, &["apply", &state, "--prune", "--yes"]);
    assert!(pruned.stdout.contains("- user bob\n") && pruned.stdout.contains("Kept: user admin (administrators"), "{}", pruned.stdout);
    assert_failed(&spectacles.try_command(&["user", "show", "bob"], ""), 3);
    spectacles.command(&["user", "show", "admin"]);
    spectacles.command(&["namespace", "show", SERVICE, "team"]);
    let owner = file(&spectacles, "owner.yaml", "version: 1\nscope: [users]\n");
    let refused = table(&spectacles, &["plan", &owner, "--prune"]);
    assert!(
        refused.code == 2 && refused.stderr.contains("users.alice: the user would be deleted, and owns registry.test team"),
        "{}",
        refused.stderr
    );
    let unscoped = file(&spectacles, "unscoped.yaml", "version: 1\n");
    assert_failed(&table(&spectacles, &["plan", &unscoped, "--prune"]), 2);
    // Together with what he owns he may go.
    let all = file(&spectacles, "all.yaml", "version: 1\nscope: [users, registries]\n");
    assert_eq!(table(&spectacles, &["apply", &all, "--prune", "--yes"]).code, 0);
    assert_eq!(spectacles.command(&["registry", "list"]), json!([]));
}

#[test]
fn passwords_and_secrets_outlive_an_apply() {
    let mut spectacles = prepared();
    spectacles.command(&["service", "create", "ci/build"]);
    let secret = spectacles.command(&["service", "secret", "ci/build"])["secret"].as_str().expect("a secret").to_owned();
    spectacles.serve(&[]);
    let state = file(&spectacles, "state.yaml", &FILE.replace("bob: {enabled: false}", "bob: {display_name: Bob}"));
    spectacles.command(&["apply", &state, "--yes"]);
    let bob = Person::new("bob");
    crate::support::server::within_a_second("the server follows", || {
        (spectacles.actions(bob.credentials(), SERVICE, "team/app", "pull") == "pull").then_some(())
    });
    let robot = Person { name: "robot$ci/build".to_owned(), password: secret };
    assert_eq!(spectacles.actions(robot.credentials(), SERVICE, "team/app", "pull,push,delete"), "pull,push,delete");
}

#[test]
fn an_apply_that_is_killed_leaves_what_was_or_what_is_to_be() {
    let mut text = "version: 1\nregistries:\n  registry.test:\n    namespaces:\n".to_owned();
    for number in 0..2_000 {
        text.push_str(&format!("      many{number}: {{owner: bob, grants: [{{group: devs, right: READ}}]}}\n"));
    }
    let spectacles = prepared();
    let (state, before) = (file(&spectacles, "many.yaml", &text), export(&spectacles));
    let mut killed = 0;
    for wait in [1, 30, 100, 200, 300, 400, 600, 800, 1_000, 1_500] {
        let mut command: Command = spectacles.spectacles(&["apply", &state, "--yes"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        let status = child.wait().expect("it ends");
        let found = export(&spectacles);
        if found == before {
            killed += usize::from(!status.success());
            continue;
        }
        assert_eq!(table(&spectacles, &["plan", &state, "--check"]).code, 0, "after {wait} ms there is only a part of it");
        break;
    }
    assert!(killed > 0, "none was killed in time");
    spectacles.command(&["apply", &state, "--yes"]);
    assert_eq!(table(&spectacles, &["plan", &state, "--check"]).code, 0);
    spectacles.command(&["audit", "verify"]);
}

#[test]
fn the_schema_in_the_documentation_is_the_one_of_the_program() {
    let printed = run(Spectacles::new().spectacles(&["schema"]).current_dir("/"), "");
    let kept = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/state.schema.json")).expect("the schema is kept");
    assert_eq!(kept, printed.stdout, "write it again: `spectacles schema > docs/state.schema.json`");
    let schema: Value = serde_json::from_str(&kept).expect("JSON");
    assert_eq!(schema["title"], "Spectacles state");
}

#[test]
fn the_example_can_be_applied() {
    let spectacles = prepared();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/state.example.yaml");
    let outcome = table(&spectacles, &["apply", example, "--yes"]);
    assert!(outcome.succeeded(), "{}", outcome.text());
    assert_eq!(table(&spectacles, &["plan", example, "--check"]).code, 0);
}
