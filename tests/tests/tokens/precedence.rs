//! The order in which rights are looked for: for each rule a namespace where it applies and everything after it would say
//! something else. The token and the explanation must agree.

use crate::support::server::{Person, Spectacles};

/// How to make the namespaces, and what penny gets in each. She is in the groups `one` and `two`.
struct Step {
    path: &'static str,
    create: &'static [&'static str],
    /// `namespace <verb> SERVICE <path> <arguments>`
    then: &'static [(&'static str, &'static [&'static str])],
    granted: &'static str,
    rule: &'static str,
}

const SERVICE: &str = "registry.test";
const ALL: &str = "pull,push,delete";
const ASSIGNED: (&str, &[&str]) = ("assign", &["--user", "penny"]);
const GROUP_ASSIGNED: (&str, &[&str]) = ("assign", &["--group", "one"]);

const STEPS: &[Step] = &[
    Step {
        path: "custom",
        create: &["--owner", "penny", "--members", "FULL", "--groups", "FULL", "--others", "FULL"],
        then: &[("grant", &["--user", "penny", "READ"]), ("grant", &["--group", "one", "FULL"]), ASSIGNED, GROUP_ASSIGNED],
        granted: "pull",
        rule: "grant",
    },
    Step {
        path: "custom-none",
        create: &["--owner", "penny", "--others", "FULL"],
        then: &[("grant", &["--user", "penny", "NONE"]), ("grant", &["--group", "one", "FULL"]), ASSIGNED],
        granted: "",
        rule: "grant",
    },
    Step {
        path: "owner",
        create: &["--owner", "penny", "--members", "NONE", "--others", "READ"],
        then: &[("grant", &["--group", "one", "READ"]), ASSIGNED],
        granted: ALL,
        rule: "owner",
    },
    // Not assigned as a member, which the owner need not be.
    Step { path: "owner-alone", create: &["--owner", "penny"], then: &[], granted: ALL, rule: "owner" },
    Step {
        path: "member",
        create: &["--owner", "admin", "--members", "READ", "--groups", "FULL", "--others", "FULL"],
        then: &[("grant", &["--group", "one", "FULL"]), ASSIGNED, GROUP_ASSIGNED],
        granted: "pull",
        rule: "member",
    },
    Step { path: "member-default", create: &["--owner", "admin"], then: &[ASSIGNED], granted: ALL, rule: "member" },
    Step {
        path: "member-none",
        create: &["--owner", "admin", "--members", "NONE", "--others", "FULL"],
        then: &[("grant", &["--group", "one", "FULL"]), ASSIGNED],
        granted: "",
        rule: "member",
    },
    Step {
        path: "group-custom",
        create: &["--owner", "admin", "--groups", "FULL", "--others", "FULL"],
        then: &[("grant", &["--group", "one", "READ"]), GROUP_ASSIGNED],
        granted: "pull",
        rule: "group-grants",
    },
    Step {
        path: "group-custom-union",
        create: &["--owner", "admin"],
        then: &[("grant", &["--group", "one", "READ"]), ("grant", &["--group", "two", "WRITE"])],
        granted: "pull,push",
        rule: "group-grants",
    },
    Step {
        path: "group-custom-none",
        create: &["--owner", "admin", "--groups", "FULL", "--others", "FULL"],
        then: &[("grant", &["--group", "one", "NONE"]), GROUP_ASSIGNED],
        granted: "",
        rule: "group-grants",
    },
    Step {
        path: "group-assigned",
        create: &["--owner", "admin", "--groups", "READ", "--others", "FULL"],
        then: &[GROUP_ASSIGNED],
        granted: "pull",
        rule: "assigned-group",
    },
    Step {
        path: "group-assigned-none",
        create: &["--owner", "admin", "--others", "FULL"],
        then: &[GROUP_ASSIGNED],
        granted: "",
        rule: "assigned-group",
    },
    Step { path: "others", create: &["--owner", "admin", "--others", "WRITE"], then: &[], granted: "pull,push", rule: "others" },
    Step { path: "others-default", create: &["--owner", "admin"], then: &[], granted: "", rule: "others" },
    // Somebody else's rights are not hers.
    Step {
        path: "not-hers",
        create: &["--owner", "admin"],
        then: &[("grant", &["--user", "admin", "FULL"]), ("grant", &["--group", "three", "FULL"]), ("assign", &["--group", "three"])],
        granted: "",
        rule: "others",
    },
];

#[test]
fn the_first_rule_that_applies_decides() {
    let mut spectacles = Spectacles::new();
    let penny = Person::new("penny");
    spectacles.create_user(&Person::new("admin"), &["--admin"]);
    spectacles.create_user(&penny, &[]);
    for group in ["one", "two", "three"] {
        spectacles.command(&["group", "create", group]);
    }
    spectacles.command(&["group", "add", "one", "penny"]);
    spectacles.command(&["group", "add", "two", "penny"]);
    spectacles.command(&["registry", "create", SERVICE, "--url", "http://127.0.0.1:9"]);
    for step in STEPS {
        spectacles.command(&[&["namespace", "create", SERVICE, step.path], step.create].concat());
        for (verb, arguments) in step.then {
            spectacles.command(&[&["namespace", *verb, SERVICE, step.path], *arguments].concat());
        }
    }
    spectacles.serve(&[]);
    for Step { path, granted, rule, .. } in STEPS {
        let repository = format!("{path}/app");
        assert_eq!(spectacles.actions(penny.credentials(), SERVICE, &repository, "*"), *granted, "{path}");
        let why = spectacles.command(&["access", "explain", SERVICE, &repository, "--user", "penny", "--actions", "pull,push,delete"]);
        let allowed: Vec<_> = why["allowed"].as_array().expect("a list").iter().map(|action| action.as_str().expect("a word")).collect();
        assert_eq!(allowed.join(","), *granted, "{path}: {why}");
        assert_eq!(why["because"]["rule"], *rule, "{path}: {why}");
        assert!(why["because"]["text"].as_str().is_some_and(|text| text.contains(path)), "{path}: {why}");
    }
    let why = spectacles.command(&["access", "explain", SERVICE, "nowhere/app", "--user", "penny"]);
    assert_eq!(why["because"]["rule"], "no-namespace", "{why}");
    let why = spectacles.command(&["access", "explain", SERVICE, "custom/app", "--user", "admin"]);
    assert_eq!(why["because"]["rule"], "administrator", "{why}");
    let why = spectacles.command(&["access", "explain", SERVICE, "others/app", "--anonymous"]);
    assert_eq!((&why["allowed"], &why["because"]["rule"]), (&serde_json::json!([]), &"anonymous".into()), "{why}");
}
