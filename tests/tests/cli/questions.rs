//! `spectacles access`: what people read, and what programs do.

use crate::support::process::run;
use crate::support::server::{Person, Spectacles};
use serde_json::{Value, json};

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
    // What is suggested helps when it is done.
    let command = why["advice"][0]["commands"][0].as_str().expect("a command").to_owned();
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    spectacles.command(&words);
    assert_eq!(spectacles.command(&ask)["allowed"], json!(["pull", "push"]), "after {command}");
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
    // Without an address what is limited to networks does not count, and that is said.
    let outcome = run(&spectacles.spectacles(&ask[..4]), "");
    assert!(!outcome.stdout.contains("ci") && outcome.stderr.contains("--from"), "{}", outcome.text());
}

#[test]
fn what_can_and_the_matrix_list_what_is_allowed() {
    let spectacles = prepared();
    let bob = table(&spectacles, &["access", "what-can", "--user", "bob"]);
    assert!(bob.contains("team/…") && bob.contains("pull"), "{bob}");
    assert!(!table(&spectacles, &["access", "what-can", "--user", "carol"]).contains("team"));
    let matrix = table(&spectacles, &["access", "matrix", "--from", "192.0.2.7"]);
    let lines: Vec<&str> = matrix.lines().collect();
    assert_eq!(lines[0], "registry,area,kind,name,pull,push,delete,rule");
    assert!(lines.contains(&"registry.test,team/…,user,alice,yes,yes,yes,owner"), "{matrix}");
    assert!(!matrix.contains("carol"), "{matrix}");
}

#[test]
fn a_simulation_tells_who_gains_and_loses_and_changes_nothing() {
    let spectacles = prepared();
    let before = spectacles.command(&["audit", "list"]);
    let join = "group add devs carol";
    let secret = format!("namespace create {SERVICE} team/secret --others NONE");
    let changes = spectacles.command(&["access", "simulate", join, &secret])["changes"].clone();
    let told: Vec<String> = changes
        .as_array()
        .expect("a list")
        .iter()
        .map(|change| format!("{} {} +{} -{}", change["name"], change["area"], change["gained"], change["lost"]).replace('"', ""))
        .collect();
    assert_eq!(told, ["alice team/secret/… +[] -[pull,push,delete]", "bob team/secret/… +[] -[pull]", "carol team/… +[pull] -[]"]);
    assert_eq!(spectacles.command(&["audit", "list"]), before, "nothing was done");
    assert_eq!(table(&spectacles, &["access", "simulate", "group create qa"]), "Nothing would change.\n");
    for (line, code) in [("group add devs nobody", 3), ("audit list", 2), ("group add", 2), ("user create x --password-stdin", 2)] {
        let outcome = spectacles.try_command(&["access", "simulate", line], "");
        assert_eq!(outcome.code, code, "{line}: {}", outcome.text());
    }
}

#[test]
fn a_replay_tells_whose_requests_would_get_something_else() {
    let mut spectacles = prepared();
    spectacles.serve(&[]);
    for (name, asked) in [("bob", "pull"), ("bob", "pull"), ("carol", "pull"), ("alice", "push,pull")] {
        spectacles.actions(Person::new(name).credentials(), SERVICE, "team/app", asked);
    }
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
