//! Documents, and what they change: tables.

use super::*;
use crate::time::Timestamp;
use serde_json::{Value, json};

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

fn declared(document: Value) -> Declaration {
    Declaration::read(&Tree::from(document)).unwrap()
}

/// What is known, as a document.
fn known(document: Value) -> Document {
    declared(document).document.settled(now())
}

fn problems(document: Value) -> Vec<String> {
    Declaration::read(&Tree::from(document)).unwrap_err().iter().map(ToString::to_string).collect()
}

fn planned(before: Value, after: Value, prune: bool) -> Result<Vec<String>, Vec<String>> {
    match Target::new(&declared(after), &known(before), prune, now()) {
        Ok(target) => Ok(target.plan.changes.iter().map(ToString::to_string).collect()),
        Err(problems) => Err(problems.iter().map(ToString::to_string).collect()),
    }
}

fn world() -> Value {
    json!({
        "version": 1,
        "users": { "admin": { "admin": true }, "alice": { "default_group": "devs" }, "bob": {} },
        "groups": { "devs": { "members": ["alice", { "user": "bob", "until": "2027-01-01T00:00:00Z" }] }, "qa": {} },
        "apps": { "web": { "responsible": ["devs"] } },
        "services": { "ci": { "app": "web", "owner": "bob" } },
        "registries": { "reg": { "url": "http://127.0.0.1:5000", "publication": ["devs"], "namespaces": {
            "team": { "owner": "alice", "assigned": [{ "group": "qa" }], "grants": [{ "user": "bob", "right": "READ" }] },
        } } },
    })
}

/// The world with something put in its place.
fn with(path: &str, value: Value) -> Value {
    let mut world = world();
    let mut at = &mut world;
    for step in path.split('/') {
        at = &mut at[step];
    }
    *at = value;
    world
}

#[test]
fn a_document_that_says_what_is_known_changes_nothing() {
    assert_eq!(planned(world(), world(), false), Ok(vec![]));
    assert_eq!(planned(world(), json!({ "version": 1 }), false), Ok(vec![]));
}

#[test]
fn what_a_document_changes_is_said_field_by_field() {
    for (path, value, expected) in [
        (
            "users/bob",
            json!({ "enabled": false, "display_name": "Bob B." }),
            "~ user bob: display_name - -> \"Bob B.\", enabled true -> false",
        ),
        ("users/bob", json!({ "privileges": ["pusher", "puller"] }), "~ user bob: privileges none -> puller,pusher"),
        ("users/eve", json!({ "email": "eve@example.com" }), "+ user eve: email eve@example.com"),
        ("groups/ops", Value::Null, "+ group ops"),
        ("groups/devs/members", json!(["alice"]), "~ group devs: members -bob until 2027-01-01T00:00:00Z"),
        ("groups/devs/members", json!(["alice", "bob", "admin"]), "~ group devs: members +admin, bob until 2027-01-01T00:00:00Z -> always"),
        ("groups/devs/slug", Value::Null, "~ group devs: slug \"(the name)\" -> -"),
        ("apps/web/description", json!("what we sell"), "~ app web: description - -> \"what we sell\""),
        ("services/ci", json!({ "owner": "alice" }), "~ service ci: app web -> -, owner bob -> alice"),
        ("registries/reg/anonymous", json!("pull"), "~ registry reg: anonymous off -> pull"),
        (
            "registries/reg/namespaces/team/grants",
            json!([{ "user": "bob", "right": "WRITE", "networks": ["10.1.2.3/8", "192.0.2.1"] }, { "service": "ci", "right": "NONE" }]),
            "~ namespace reg team: grants +service ci NONE, user bob READ -> WRITE from 10.0.0.0/8,192.0.2.1/32",
        ),
        ("registries/reg/namespaces/team/assigned", json!([{ "user": "bob" }]), "~ namespace reg team: assigned -group qa, +user bob"),
        (
            "registries/reg/namespaces/a~b".replace('~', "-").as_str(),
            json!({ "owner": "bob", "public": true }),
            "+ namespace reg a-b: owner bob, public true",
        ),
    ] {
        assert_eq!(planned(world(), with(path, value), false), Ok(vec![expected.to_owned()]), "{path}");
    }
}

#[test]
fn what_has_expired_counts_as_absent_on_both_sides() {
    let until = |until: &str| with("groups/devs/members", json!(["alice", { "user": "bob", "until": until }]));
    let without = with("groups/devs/members", json!(["alice"]));
    assert_eq!(planned(until("2026-01-01T00:00:00Z"), without.clone(), false), Ok(vec![]));
    assert_eq!(planned(without, until("2026-01-01T00:00:00Z"), false), Ok(vec![]));
}

#[test]
fn a_file_owns_what_it_mentions_and_its_scope_with_prune() {
    let groups = |scope: Value| json!({ "version": 1, "scope": scope, "groups": { "devs": world()["groups"]["devs"] } });
    assert_eq!(planned(world(), groups(Value::Null), false), Ok(vec![]));
    assert!(planned(world(), groups(Value::Null), true).unwrap_err()[0].contains("scope"), "there is nothing to prune");
    assert_eq!(planned(world(), groups(json!(["groups"])), false), Ok(vec![]));
    assert_eq!(
        planned(world(), groups(json!(["groups"])), true),
        Ok(vec!["- group qa".to_owned(), "~ namespace reg team: assigned -group qa".to_owned()])
    );
    let target = Target::new(&declared(groups(json!(["groups"]))), &known(world()), false, now()).unwrap();
    assert_eq!(target.plan.unmentioned.iter().map(ToString::to_string).collect::<Vec<_>>(), ["group qa"]);

    // A registry without settings is only named for its namespaces.
    let registry = json!({ "version": 1, "scope": ["registries/reg"], "registries": { "reg": { "namespaces": { "new": {} } } } });
    assert_eq!(planned(world(), registry.clone(), false), Ok(vec!["+ namespace reg new".to_owned()]));
    assert_eq!(planned(world(), registry, true), Ok(vec!["+ namespace reg new".to_owned(), "- namespace reg team".to_owned()]));
    let nothing = json!({ "version": 1, "scope": ["registries"] });
    assert_eq!(planned(world(), nothing, true), Ok(vec!["- registry reg".to_owned(), "- namespace reg team".to_owned()]));
}

#[test]
fn administrators_and_owners_are_not_lost() {
    let users = |users: Value| json!({ "version": 1, "scope": ["users"], "users": users });
    // Alice owns a namespace.
    let refused = planned(world(), users(json!({ "bob": {} })), true).unwrap_err();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].starts_with("users.alice: the user would be deleted, and owns reg team"), "{refused:?}");
    // The administrator is not mentioned, and stays.
    assert_eq!(
        planned(world(), users(json!({ "alice": { "default_group": "devs" } })), true),
        Ok(vec![
            "- user bob".to_owned(),
            "~ group devs: members -bob until 2027-01-01T00:00:00Z".to_owned(),
            "~ service ci: owner bob -> -".to_owned(),
            "~ namespace reg team: grants -user bob READ".to_owned(),
        ])
    );
    for last in [json!({}), json!({ "admin": true, "enabled": false })] {
        assert_eq!(
            planned(world(), with("users/admin", last), false),
            Err(vec!["users: no enabled administrator would be left".to_owned()])
        );
    }
    let mut instead = with("users/admin", json!({}));
    instead["users"]["alice"]["admin"] = json!(true);
    assert!(planned(world(), instead, false).is_ok());
}

#[test]
fn what_is_named_must_be_there() {
    let dangling = json!({
        "version": 1, "scope": ["users", "registries"],
        "users": { "alice": { "default_group": "nobody" } },
        "registries": { "reg": { "namespaces": { "team": { "owner": "eve", "grants": [{ "user": "bob", "right": "READ" }] } } }, "other": {} },
        "assert": [{ "who": { "service": "cd" }, "registry": "reg", "repository": "team/app", "may": ["pull"] }],
    });
    let expected = [
        "assert[0].who.service: there is no service `cd`, neither in this file nor on the server",
        "registries.other: there is no registry `other`; give its `url` to create it",
        "registries.reg.namespaces.team.grants[0].user: user `bob` would be deleted, because this file does not mention it elsewhere",
        "registries.reg.namespaces.team.owner: there is no user `eve`, neither in this file nor on the server",
        "users.alice.default_group: there is no group `nobody`, neither in this file nor on the server",
    ];
    let mut found = planned(world(), dangling, true).unwrap_err();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn slugs_are_unique_and_default_groups_are_ones_own() {
    let same = with("groups/qa", json!({ "slug": "devs" }));
    assert!(planned(world(), same, false).unwrap_err()[0].contains("`devs` has the slug `devs` as well"));
    let exchanged = with("groups", json!({ "devs": { "slug": "qa", "members": ["alice"] }, "qa": { "slug": "devs" } }));
    assert_eq!(planned(world(), exchanged, false).unwrap().len(), 2);
    let other = with("users/bob", json!({ "default_group": "qa" }));
    assert_eq!(
        planned(world(), other, false),
        Err(vec!["users.bob.default_group: `bob` is not among the members of group `qa`".to_owned()])
    );
}

#[test]
fn everything_that_is_wrong_is_found_at_once() {
    let wrong = json!({
        "version": 1, "scope": ["registries/reg", "users", "everything"], "extra": 1,
        "users": { "Alice": {}, "bob": { "admin": "perhaps", "email": "bob", "nick": "b", "privileges": ["root"] } },
        "groups": { "devs": {} },
        "registries": { "reg": { "url": "ftp://x", "token_seconds": 5, "policy": "all", "namespaces": {
            "Team": {}, "team": { "members_right": "read", "grants": [
                { "user": "bob", "right": "SOME" }, { "user": "bob", "group": "devs", "right": "READ" }, { "right": "READ" }, "bob",
                { "user": "bob", "right": "READ", "networks": ["10.0.0.0/99"], "until": "tomorrow" },
            ] },
        } } },
        "assert": [{ "who": "somebody", "registry": "reg", "repository": "A", "may": ["fly"] }],
    });
    let mut found = problems(wrong);
    found.sort();
    let expected = [
        "assert[0].may[0]: there is no action `fly`; the actions are pull, push and delete",
        "assert[0].repository: ",
        "assert[0].who: write anonymous, or {user: NAME}, {service: NAME} or {group: NAME}",
        "assert[0]: it says neither `may` nor `must_not`",
        "groups.devs: it is outside of the scope of this file, which is users, registries/reg",
        "registries.reg.namespaces.Team: `Team` is not a valid namespace path",
        "registries.reg.namespaces.team.grants[0].right: ",
        "registries.reg.namespaces.team.grants[1]: name one user, group or service",
        "registries.reg.namespaces.team.grants[2]: name one user, group or service",
        "registries.reg.namespaces.team.grants[3]: ",
        "registries.reg.namespaces.team.grants[4].networks[0]: `10.0.0.0/99` is no network",
        "registries.reg.namespaces.team.grants[4].until: ",
        "registries.reg.policy: `all` is no access policy; choose one of namespaces, paths, both",
        "registries.reg.token_seconds: a token cannot be valid for 5 seconds",
        "registries.reg.url: ",
        "scope[2]: `everything` is no scope",
        "there is no field `extra`; known are version, scope, users, groups, apps, services, registries, assert",
        "users.Alice: `Alice` is not a valid user name",
        "users.bob.admin: write true or false",
        "users.bob.email: ",
        "users.bob.privileges[0]: there is no privilege `root`",
        "users.bob: there is no field `nick`; known are ",
    ];
    for expected in expected {
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{expected} is not in {found:#?}");
    }
}

#[test]
fn the_form_is_checked_too() {
    for (document, expected) in [
        (json!([]), "there is a list where a map belongs"),
        (json!({}), "`version` is missing"),
        (json!({ "version": 2 }), "version 2 is not known here; this is version 1"),
        (json!({ "version": 1, "users": ["bob"] }), "users: there is a list where a map belongs"),
        (
            json!({ "version": 1, "groups": { "devs": { "members": "bob" } } }),
            "groups.devs.members: there is a single value where a list belongs",
        ),
        (json!({ "version": 1, "groups": { "devs": { "members": ["bob", "bob"] } } }), "groups.devs.members[1]: user `bob` is there twice"),
        (
            json!({ "version": 1, "registries": { "r": { "read_only": true } } }),
            "registries.r: `url` is missing; only a registry without any",
        ),
        (json!({ "version": 1, "groups": { "devs": { "description": "x".repeat(1001) } } }), "groups.devs.description: the text is longer"),
        (
            json!({ "version": 1, "registries": { "r": { "namespaces": { "t": {
                "grants": [{ "user": "bob", "right": "NONE", "networks": ["10.0.0.0/8"] }],
            } } } } }),
            "registries.r.namespaces.t.grants[0]: NONE cannot be limited to networks",
        ),
    ] {
        let found = problems(document);
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{expected} is not in {found:?}");
    }
}

#[test]
fn a_document_is_written_as_it_is_read() {
    let document = known(world());
    let written = serde_json::to_value(&document).unwrap();
    assert_eq!(known(written.clone()), document);
    assert_eq!(written["users"]["bob"], json!({}), "defaults are left out");
    assert_eq!(written["groups"]["devs"]["members"], world()["groups"]["devs"]["members"]);
}

#[test]
fn the_schema_names_every_field_that_is_read() {
    let schema = schema();
    for (kind, document) in [
        ("DeclaredUser", json!({ "users": { "x": { "?": 1 } } })),
        ("DeclaredGroup", json!({ "groups": { "x": { "?": 1 } } })),
        ("DeclaredApp", json!({ "apps": { "x": { "?": 1 } } })),
        ("DeclaredService", json!({ "services": { "x": { "?": 1 } } })),
        ("DeclaredRegistry", json!({ "registries": { "x": { "?": 1 } } })),
        ("DeclaredNamespace", json!({ "registries": { "x": { "namespaces": { "x": { "?": 1 } } } } })),
        ("Assertion", json!({ "assert": [{ "?": 1 }] })),
    ] {
        let unknown = problems(document).into_iter().find(|problem| problem.contains("no field `?`")).unwrap();
        let mut read: Vec<_> = unknown.split_once("known are ").unwrap().1.split(", ").collect();
        read.sort_unstable();
        let fields = schema["$defs"][kind]["properties"].as_object().unwrap_or_else(|| panic!("{kind}: {schema:#}"));
        let mut fields: Vec<_> = fields.keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(read, fields, "{kind}");
    }
}
