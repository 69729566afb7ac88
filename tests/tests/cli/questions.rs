//! `spectacles access`: what people read, and what programs do.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::http::Credentials;
use crate::support::process::run;
use crate::support::server::{Person, Spectacles};

const SERVICE: &str = "registry.test";

/// `team` is alice's; devs, of whom bob is one, read it, and ci writes to it from one network for a while.
fn prepared() -> Spectacles {
    let spectacles = Spectacles::new();
    let run = |line: &str| spectacles.command(&line.split_whitespace().collect::<Vec<_>>());
    for name in ["alice", "bob", "carol"] {
        spectacles.create_user(&Person::new(name), &[]);
    }
    run("group create devs");
    run("group add devs bob --until 2w");
    run(&format!("registry create {SERVICE} --url http://127.0.0.1:9"));
    run(&format!("namespace create {SERVICE} team --owner alice --groups READ"));
    run(&format!("namespace assign {SERVICE} team --group devs"));
    run("service create ci");
    run(&format!("namespace grant {SERVICE} team --service ci WRITE --from 192.0.2.0/24 --until 90d"));
    spectacles
}

fn table(spectacles: &Spectacles, arguments: &[&str]) -> String {
    let outcome = run(&spectacles.spectacles(arguments), "");
    assert!(outcome.succeeded(), "{arguments:?}: {}", outcome.text());
    outcome.stdout
}

/// Types a command into a shell, as somebody would who follows advice.
fn type_in(spectacles: &Spectacles, line: &str) {
    let mut shell = Command::new("bash");
    let program = spectacles.spectacles(&[]);
    shell.args(["-c", &format!(r#"spectacles() {{ "$0" "$@" --data-dir "$data"; }}; {line}"#)]).arg(program.get_program());
    let outcome = run(shell.env("data", spectacles.data()), "");
    assert!(outcome.succeeded(), "{line}: {}", outcome.text());
}

/// One line for each entry of a list: these fields of it.
fn lines(list: &Value, fields: &[&str]) -> Vec<String> {
    let line = |one: &Value| fields.iter().map(|field| one[field].to_string().replace('"', "")).collect::<Vec<_>>().join(" ");
    list.as_array().expect("a list").iter().map(line).collect()
}

#[test]
fn an_explanation_answers_first_and_its_advice_is_true() {
    let spectacles = prepared();
    let ask = ["access", "explain", SERVICE, "team/app", "--user", "bob", "--actions", "pull,push"];
    assert!(table(&spectacles, &ask).starts_with("User bob may pull, but not push, team/app on registry.test.\n"));
    let why = spectacles.command(&ask);
    assert_eq!((&why["allowed"], &why["because"]["rule"]), (&json!(["pull"]), &json!("assigned-group")));
    let rules: Vec<&str> = why["steps"].as_array().expect("a list").iter().filter_map(|step| step["rule"].as_str()).collect();
    for rule in ["administrator", "grant", "owner", "member", "group-grants", "assigned-group", "others", "public", "read-only"] {
        assert!(rules.contains(&rule), "{rule} is missing in {rules:?}");
    }
    // A name that a shell would take apart.
    let with_operators = || {
        let spectacles = prepared();
        spectacles.command(&["group", "create", "site ops"]);
        spectacles.command(&["namespace", "grant", SERVICE, "team", "--group", "site ops", "FULL"]);
        spectacles
    };
    let advice = with_operators().command(&ask)["advice"].clone();
    let advice = advice.as_array().expect("a list");
    assert!(advice.len() >= 3 && advice.iter().any(|suggestion| suggestion.to_string().contains("'site ops'")), "{advice:?}");
    for suggestion in advice {
        // Each helps by itself, when it is done: on data of its own.
        let spectacles = with_operators();
        for command in suggestion["commands"].as_array().expect("a list") {
            type_in(&spectacles, command.as_str().expect("a command"));
        }
        assert_eq!(spectacles.command(&ask)["allowed"], json!(["pull", "push"]), "after {suggestion}");
    }
}

#[test]
fn what_stands_above_the_rules_is_told_apart() {
    let spectacles = prepared();
    let why = |more: &[&str]| spectacles.command(&[&["access", "explain", SERVICE, "team/app"], more].concat());
    let ceilings = |why: &Value| lines(&why["ceilings"], &["rule"]);
    assert!(ceilings(&why(&["--user", "alice"])).is_empty(), "what she owns need not be published to her");
    assert_eq!(ceilings(&why(&["--user", "carol"])), ["path-not-published"]);
    spectacles.command(&["registry", "set", SERVICE, "--read-only", "true"]);
    let read_only = why(&["--user", "alice"]);
    assert_eq!((ceilings(&read_only), &read_only["allowed"]), (vec!["read-only".to_owned()], &json!(["pull"])));
    assert_eq!(lines(&read_only["advice"], &["commands"]), ["[spectacles registry set registry.test --read-only false]"]);
    // Asked for alone, what WRITE gives is no pull.
    let alone = why(&["--service", "ci", "--from", "192.0.2.7", "--actions", "pull"]);
    assert_eq!((&alone["service"], &alone["user"], &alone["allowed"]), (&json!("ci"), &json!(null), &json!([])));
}

#[test]
fn what_holds_elsewhere_or_has_ended_is_said_to() {
    let spectacles = prepared();
    let explain = |more: &[&str]| table(&spectacles, &[&["access", "explain", SERVICE, "team/app"], more].concat());
    assert!(explain(&["--service", "ci"]).contains("192.0.2.0/24"));
    assert!(explain(&["--service", "ci", "--from", "192.0.2.7"]).starts_with("Service ci may pull and push, but not delete,"));
    assert!(explain(&["--user", "bob", "--at", "2099-01-01T00:00:00Z"]).contains("ended"));
}

#[test]
fn who_can_names_everybody_with_the_rule() {
    let spectacles = prepared();
    let ask = ["access", "who-can", SERVICE, "team/app", "--from", "192.0.2.7"];
    let answer = spectacles.command(&ask);
    let who: Vec<String> = answer["principals"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| format!("{} {} {} {}", one["kind"], one["name"], one["allowed"], one["because"]["rule"]).replace('"', ""))
        .collect();
    assert_eq!(who, ["user alice [pull,push,delete] owner", "user bob [pull] assigned-group", "service ci [pull,push] grant"]);
    let csv = table(&spectacles, &[&ask[..], &["--csv"]].concat());
    assert_eq!(csv.lines().next(), Some("kind,name,pull,push,delete,rule,because"));
    assert_eq!(csv.lines().count(), 4);
    let pushers = table(&spectacles, &[&ask[..], &["--action", "push"]].concat());
    assert!(pushers.contains("alice") && pushers.contains("ci") && !pushers.contains("bob"), "{pushers}");
    let pullers = spectacles.command(&[&ask[..], &["--action", "pull"]].concat());
    assert_eq!(lines(&pullers["principals"], &["name"]), ["alice", "bob"], "WRITE alone pulls nothing");
    assert!(csv.lines().any(|line| line.starts_with("service,ci,with push,yes,no,grant,")), "{csv}");
    // Without an address what is limited to networks does not count, and that is said.
    let outcome = run(&spectacles.spectacles(&ask[..4]), "");
    assert!(!outcome.stdout.contains("ci") && outcome.stderr.contains("--from"), "{}", outcome.text());
}

#[test]
fn who_can_folds_those_who_have_what_everybody_has() {
    let spectacles = prepared();
    spectacles.command(&["namespace", "create", SERVICE, "pub", "--owner", "alice", "--others", "READ"]);
    let folded = table(&spectacles, &["access", "who-can", SERVICE, "pub/app"]);
    assert!(folded.contains("everybody else (2 users, 1 services)") && folded.contains("user alice"), "{folded}");
    assert!(!folded.contains("carol"), "{folded}");
    let all = table(&spectacles, &["access", "who-can", SERVICE, "pub/app", "--all"]);
    assert!(all.contains("user carol") && all.contains("service ci"), "{all}");
    // Programs get everybody.
    let answer = spectacles.command(&["access", "who-can", SERVICE, "pub/app"]);
    assert_eq!(lines(&answer["principals"], &["name", "like_everybody"]), ["alice false", "bob true", "carol true", "ci true"]);
}

#[test]
fn what_can_and_the_matrix_list_what_is_allowed() {
    let spectacles = prepared();
    let bob = table(&spectacles, &["access", "what-can", "--user", "bob"]);
    assert!(bob.contains("team/…") && bob.contains("pull"), "{bob}");
    assert!(!table(&spectacles, &["access", "what-can", "--user", "carol"]).contains("team"));
    let matrix = table(&spectacles, &["access", "matrix", "--from", "192.0.2.7"]);
    let rows: Vec<&str> = matrix.lines().collect();
    assert_eq!(rows[0], "registry,area,kind,name,pull,push,delete,rule");
    assert!(rows.contains(&"registry.test,team/…,user,alice,yes,yes,yes,owner"), "{matrix}");
    assert!(!matrix.contains("carol"), "{matrix}");
    // What is his by its path, too; and each entry is what is decided of the repository that stands for it.
    spectacles.command(&["registry", "publish", SERVICE, "devs"]);
    spectacles.command(&["user", "set", "bob", "--privileges", "puller"]);
    let areas = spectacles.command(&["access", "what-can", "--user", "bob"]);
    let listed = lines(&areas, &["area"]);
    assert!(listed[0].starts_with("[groups/devs/…,groups/"), "{listed:?}");
    assert_eq!(listed[1], "[team/…]");
    assert!(listed[2].starts_with("[users/bob/…,users/") && listed[3] == "[…]" && listed.len() == 4, "{listed:?}");
    for area in areas.as_array().expect("a list") {
        let repository = area["repository"].as_str().expect("a name");
        assert_eq!(spectacles.command(&["access", "explain", SERVICE, repository, "--user", "bob"])["allowed"], area["allowed"], "{area}");
    }
}

#[test]
fn a_simulation_tells_who_gains_and_loses_and_changes_nothing() {
    let spectacles = prepared();
    let before = spectacles.command(&["audit", "list"]);
    let join = "group add devs carol";
    let secret = format!("namespace create {SERVICE} team/secret --others NONE");
    let told = |commands: &[&str]| {
        let outcome = spectacles.command(&[&["access", "simulate"], commands].concat());
        lines(&outcome["changes"], &["name", "area", "gained", "lost"])
    };
    let expected = ["alice team/secret/… [] [pull,push,delete]", "bob team/secret/… [] [pull]", "carol team/… [pull] []"];
    assert_eq!(told(&[join, &secret]), expected);
    let gone = told(&["user create eve", "group add devs eve", "user delete bob"]);
    assert_eq!(gone, ["bob team/… [] [pull]", "eve team/… [pull] []"]);
    assert_eq!(spectacles.command(&["audit", "list"]), before, "nothing was done");
    assert_eq!(table(&spectacles, &["access", "simulate", "group create qa"]), "Nothing would change.\n");
    for (line, code) in [
        ("group add devs nobody", 3),
        ("user create bob", 1),
        ("audit list", 2),
        ("group add", 2),
        ("service secret ci", 2),
        ("user create x --password-stdin", 2),
        ("group add devs carol --data-dir /nowhere", 2),
    ] {
        let outcome = spectacles.try_command(&["access", "simulate", join, line], "");
        assert!(outcome.code == code && outcome.stdout.is_empty(), "{line}: {}", outcome.text());
        assert!(outcome.stderr.contains(&format!("`{line}`")), "which of them? {}", outcome.text());
    }
    assert_eq!(spectacles.command(&["audit", "list"]), before, "nothing was done");
    // Once it is done, it is as it was told.
    type_in(&spectacles, &format!("spectacles {join} && spectacles {secret}"));
    for (repository, name, allowed) in [("team/app", "carol", json!(["pull"])), ("team/secret/x", "bob", json!([]))] {
        assert_eq!(spectacles.command(&["access", "explain", SERVICE, repository, "--user", name])["allowed"], allowed);
    }
}

#[test]
fn a_replay_tells_whose_requests_would_get_something_else() {
    let mut spectacles = prepared();
    spectacles.serve(&[]);
    for (name, asked) in [("bob", "pull"), ("bob", "pull"), ("carol", "pull"), ("alice", "push,pull")] {
        spectacles.actions(Person::new(name).credentials(), SERVICE, "team/app", asked);
    }
    // With a password that is not his, nobody knows who it was.
    let scope = "repository:team/app:pull";
    assert_eq!(spectacles.token(Credentials::Basic("bob", "not his"), &[("service", SERVICE), ("scope", scope)]).status, 401);
    assert_eq!(spectacles.server().stop(), 0);
    let set = format!("namespace set {SERVICE} team --groups NONE --others READ");
    let replay = spectacles.command(&["access", "simulate", &set, "--replay", "1h"]);
    let text = replay.to_string();
    let of = |name: &str| find(&replay, name).unwrap_or_else(|| panic!("{name} is not in {text}"));
    assert_eq!((&of("bob")["lost"], &of("bob")["count"]), (&json!(["pull"]), &json!(2)));
    assert_eq!((&of("carol")["gained"], &of("carol")["count"]), (&json!(["pull"]), &json!(1)));
    assert!(find(&replay, "alice").is_none(), "{text}");
}

/// What a replay says of the requests of somebody.
fn find<'v>(replay: &'v Value, name: &str) -> Option<&'v Value> {
    replay["replayed"].as_array()?.iter().find(|request| request["name"] == name)
}
