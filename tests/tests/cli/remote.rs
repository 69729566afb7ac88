//! The same commands on a store and at a server, one byte like the other.

use super::{SERVICE, prepared};
use crate::support::process::{Outcome, run};
use crate::support::server::{Spectacles, spectacles};
use regex::Regex;
use std::fs;
use std::process::Command;

/// Two copies of the same data: one that commands work on, and one that is served.
struct Twins {
    store: Spectacles,
    served: Spectacles,
    token: String,
}

impl Twins {
    fn new() -> Self {
        let store = prepared();
        store.command(&["app", "create", "web", "--responsible", "devs"]);
        store.command(&["service", "create", "ci", "--app", "web", "--owner", "bob"]);
        store.command(&["namespace", "grant", SERVICE, "team", "--service", "ci", "WRITE", "--from", "192.0.2.0/24"]);
        store.command(&["key", "list"]);
        let token = run(&store.spectacles(&["api-token", "create", "admin", "twin"]), "");
        let mut served = Spectacles::new();
        fs::create_dir(served.data()).expect("a data directory");
        for entry in fs::read_dir(store.data()).expect("a data directory") {
            let file = entry.expect("an entry");
            fs::copy(file.path(), served.data().join(file.file_name())).expect("a copy");
        }
        served.serve(&[]);
        Self { store, served, token: token.stdout.trim().to_owned() }
    }

    fn at_server(&self, arguments: &[&str]) -> Command {
        let mut command = spectacles();
        command.args(arguments).args(["--server", &self.served.url()]).env("SPECTACLES_TOKEN", &self.token);
        command
    }

    /// Does it in both ways, and says how it was done if that was the same.
    fn same(&self, arguments: &[&str], input: &str) -> Outcome {
        let here = run(&self.store.spectacles(arguments), input);
        let there = run(&self.at_server(arguments), input);
        let told = |outcome: &Outcome| (outcome.code, alike(&outcome.stdout), alike(&outcome.stderr));
        assert_eq!(told(&here), told(&there), "{arguments:?}");
        assert!(!there.text().contains("panicked"), "{}", there.text());
        here
    }
}

/// Without what differs each time: when it was done, who did it, and secrets.
fn alike(text: &str) -> String {
    let mut text = text.replace("\"operator\"", "\"admin\"");
    for (pattern, sign) in [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "MOMENT"),
        ("spectacles_[a-z0-9]{20,}", "SECRET"),
        (r"eyJ[\w.-]+", "SIGNED"),
        (r#""(iat|link|head)": ("?)[0-9a-f]+"#, "LINK"),
    ] {
        text = Regex::new(pattern).expect("a pattern").replace_all(&text, sign).into_owned();
    }
    text
}

#[test]
fn what_changes_things_does_so_in_both_ways() {
    let twins = Twins::new();
    let lines = [
        ("user create eve --email eve@example.com --privileges puller", 0),
        ("user create carol --password-stdin", 0),
        ("user create eve", 1),
        ("user create UPPER", 2),
        ("user set eve --display-name Eve --enabled false", 0),
        ("user set ghost --enabled false", 3),
        ("user set admin --admin false", 1),
        ("user delete alice", 1),
        ("user delete ghost", 3),
        ("user delete eve", 0),
        ("group create ops --description all", 0),
        ("group set ops --name site --no-slug", 0),
        ("group add site alice bob --until 2099-01-01", 0),
        ("group add site alice ghost", 3),
        ("group remove site bob", 0),
        ("group remove site bob", 3),
        ("app create shop --publication devs,site", 0),
        ("app set shop --slug sale", 0),
        ("app publish shop site --until 2099-01-01", 0),
        ("app unpublish shop devs", 0),
        ("app responsible add shop devs site", 0),
        ("app responsible remove shop site", 0),
        ("app delete shop", 0),
        ("service create bot --owner alice", 0),
        ("service set bot --description robots", 0),
        ("service secret bot --until 2099-01-01 --from 192.0.2.0/24", 0),
        ("service secrets bot", 0),
        ("service revoke bot 1", 0),
        ("service revoke bot 1", 3),
        ("service delete bot", 0),
        ("registry create two.test --url http://127.0.0.1:5002 --anonymous pull", 0),
        ("registry create two.test --url http://127.0.0.1:5002", 1),
        ("registry set two.test --read-only true --token-seconds 600", 0),
        ("registry publish two.test devs", 0),
        ("registry unpublish two.test devs", 0),
        ("registry responsible add two.test devs", 0),
        ("registry responsible remove two.test devs", 0),
        ("namespace create two.test users/x --owner bob --others READ", 0),
        ("namespace create ghost.test team", 3),
        ("namespace create two.test again --owner ghost", 3),
        ("namespace set two.test users/x --path y/x --public true", 0),
        ("namespace transfer two.test y/x alice", 0),
        ("namespace grant two.test y/x --group devs WRITE --until 2099-01-01", 0),
        ("namespace grant two.test y/x --user ghost READ", 3),
        ("namespace revoke two.test y/x --group devs", 0),
        ("namespace revoke two.test y/x --group devs", 3),
        ("namespace assign two.test y/x --user bob", 0),
        ("namespace unassign two.test y/x --user bob", 0),
        ("namespace delete two.test y/x", 0),
        ("registry delete two.test", 0),
        ("group delete site", 0),
    ];
    for (number, (line, code)) in lines.into_iter().enumerate() {
        let mut arguments: Vec<&str> = line.split_whitespace().collect();
        // What programs read is as much the same as what people do.
        if number % 2 == 1 {
            arguments.extend(["--output", "json"]);
        }
        let outcome = twins.same(&arguments, "Corr3ct-horse\n");
        assert_eq!(outcome.code, code, "{line}: {}", outcome.text());
    }
    twins.same(&["export"], "");
    twins.same(&["audit", "list", "--output", "json"], "");
}

#[test]
fn questions_are_answered_in_both_ways() {
    let twins = Twins::new();
    let lines = [
        "user list",
        "user list --filter name=alice",
        "user list --limit 2 --order=-name",
        "user show alice",
        "user show alcie",
        "api-token list bob",
        "group list",
        "group show devs",
        "app list",
        "app show web",
        "service list",
        "service show ci",
        "service secrets ci",
        "registry list",
        "registry show registry.test",
        "registry config registry.test --server-url https://auth.example.com",
        "namespace list",
        "namespace list registry.test",
        "namespace list ghost.test",
        "namespace show registry.test team",
        "access explain registry.test team/app --user bob",
        "access explain registry.test team/app --service ci --from 192.0.2.7",
        "access who-can registry.test team/app",
        "access what-can --user alice",
        "access matrix --from 192.0.2.7",
        "access matrix --registry ghost.test",
        "audit list --limit 3",
        "audit decisions",
        "audit decisions --principal \"x\\y --since 1h --outcome granted",
        "audit verify",
        "audit export changes",
        "audit export decisions --after 3",
        "key list",
        "key show",
        "key show --bundle",
        "key show --jwks",
        "key show nothing",
        "export",
        "schema",
    ];
    for line in lines {
        for output in ["table", "json"] {
            let arguments: Vec<&str> = line.split_whitespace().chain(["--output", output]).collect();
            twins.same(&arguments, "");
        }
    }
    for arguments in [
        &["user", "list", "--filter", "name a%"][..],
        &["user", "list", "--filter", "nme a%"],
        &["user", "list", "--order", "password"],
        &["namespace", "list", "--filter", "owner empty"],
        &["access", "simulate", "group add devs admin", "namespace delete registry.test team"],
        &["access", "simulate", "group add devs ghost"],
        &["access", "simulate", "user create bob"],
        &["access", "simulate", "group create x", "group delete x", "--replay", "7d"],
    ] {
        twins.same(arguments, "");
    }
    let suggested = twins.same(&["user", "show", "alcie"], "");
    assert_eq!(suggested.stderr, "error: there is no user `alcie`; did you mean `alice`?\n");
}

#[test]
fn documents_are_planned_and_applied_in_both_ways() {
    let twins = Twins::new();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = |name: &str, text: &str| {
        let place = directory.path().join(name);
        fs::write(&place, text).expect("a file");
        place.to_str().expect("temporary paths are text").to_owned()
    };
    let good = file("good.yaml", "version: 1\ngroups:\n  qa: {members: [bob]}\n");
    let dangling = file("dangling.yaml", "version: 1\ngroups:\n  qa:\n    members: [ghost]\n");
    let broken = file(
        "broken.yaml",
        "version: 1\ngroups: {qb: {}}\nassert:\n- {who: {user: bob}, registry: registry.test, repository: team/app, may: [push]}\n",
    );
    for (arguments, code) in [
        (&["plan", &good][..], 0),
        (&["plan", &good, "--no-access"], 0),
        (&["plan", &good, "--check", "--output", "json"], 1),
        (&["plan", &dangling], 2),
        (&["apply", &dangling, "--yes"], 2),
        (&["plan", &broken], 1),
        (&["apply", &broken, "--yes"], 1),
        (&["apply", &good, "--yes"], 0),
        (&["apply", &good, "--yes"], 0),
        (&["plan", &good], 0),
    ] {
        let outcome = twins.same(arguments, "");
        assert_eq!(outcome.code, code, "{arguments:?}: {}", outcome.text());
    }
    let told = twins.same(&["plan", &dangling], "").stderr;
    assert!(told.contains("dangling.yaml:4:15: groups.qa.members[0]: there is no user `ghost`"), "{told}");
}

#[test]
fn a_checkpoint_of_a_server_is_checked_there() {
    let twins = Twins::new();
    let kept = tempfile::tempdir().expect("a temporary directory");
    let (good, bad) = (kept.path().join("good"), kept.path().join("bad"));
    let line = run(&twins.at_server(&["audit", "checkpoint"]), "").stdout;
    fs::write(&good, &line).expect("a file");
    fs::write(&bad, format!("\n{}\n", line.replace('.', ".x"))).expect("a file");
    let verify = |file: &std::path::Path| run(&twins.at_server(&["audit", "verify", "--checkpoint", file.to_str().expect("text")]), "");
    let found = verify(&good);
    assert!(found.succeeded() && found.stdout.contains("agree with a checkpoint"), "{}", found.text());
    let found = verify(&bad);
    assert!(found.code == 1 && found.stderr.contains("bad, line 2: this is no checkpoint"), "{}", found.text());
}

#[test]
fn what_needs_the_machine_says_so() {
    let twins = Twins::new();
    for arguments in [
        &["token", SERVICE, "--user", "bob"][..],
        &["user", "register", "eve", "--password-stdin"],
        &["serve"],
        &["runbackground"],
        &["quickstart"],
    ] {
        let outcome = run(&twins.at_server(arguments), "Corr3ct-horse\n");
        assert!(outcome.code == 2 && outcome.stderr.contains("on this machine only"), "{arguments:?}: {}", outcome.text());
    }
}
