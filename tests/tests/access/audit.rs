//! Audit trails that somebody touches.

use crate::support::database::{Database, Engine};
use crate::support::http::Credentials;
use crate::support::process::run;
use crate::support::server::{Person, Spectacles};
use std::fs;

#[test]
fn whoever_touches_a_row_is_found_out_on_postgresql() {
    touched_rows_are_found(Engine::PostgreSql);
}

#[test]
fn whoever_touches_a_row_is_found_out_on_mariadb() {
    touched_rows_are_found(Engine::MariaDb);
}

fn touched_rows_are_found(engine: Engine) {
    let server = Database::start(engine);
    let mut spectacles = Spectacles::on(&server.create("audited"));
    let alice = Person::new("alice");
    spectacles.create_user(&alice, &[]);
    spectacles.command(&["registry", "create", "registry.test", "--url", "http://127.0.0.1:9"]);
    spectacles.command(&["group", "create", "devs"]);
    spectacles.command(&["namespace", "create", "registry.test", "team", "--owner", "alice"]);
    spectacles.serve(&[]);
    for repository in ["team/a", "team/b", "other/c"] {
        spectacles.actions(alice.credentials(), "registry.test", repository, "pull");
    }
    // What databases do not take as text must not keep anything else from being recorded.
    let answer = spectacles.token(Credentials::Basic("a\0b", "x"), &[("service", "registry.test"), ("scope", "\0")]);
    assert!((400..500).contains(&answer.status), "{}", answer.text());
    // The last decisions are written before the server ends.
    assert_eq!(spectacles.server().stop(), 0);

    let verify = |more: &[&str]| spectacles.try_command(&[&["audit", "verify"], more].concat(), "");
    let intact = verify(&[]);
    assert_eq!(intact.code, 0, "{}", intact.text());
    assert_eq!(spectacles.command(&["audit", "decisions"]).as_array().expect("a list").len(), 4);
    let place = tempfile::tempdir().expect("a directory");
    let checkpoint = place.path().join("checkpoint");
    let line = spectacles.command(&["audit", "checkpoint"])["checkpoint"].as_str().expect("a line").to_owned();
    fs::write(&checkpoint, format!("{line}\n")).expect("a file");
    let checkpoint = checkpoint.to_str().expect("text");
    let kept = verify(&["--checkpoint", checkpoint]);
    assert_eq!(kept.code, 0, "{}", kept.text());

    let change = |sql: &str| drop(server.query("audited", sql));
    let faults = |more: &[&str]| {
        let outcome = verify(more);
        assert_eq!(outcome.code, 1, "{}", outcome.text());
        let chains: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        let all = chains.as_array().expect("a list").iter().flat_map(|chain| chain["faults"].as_array().expect("a list").clone());
        all.map(|fault| fault.to_string()).collect::<Vec<_>>()
    };
    change("UPDATE decisions SET principal = 'bob' WHERE id = 2");
    assert_eq!(faults(&[]), [r#"{"at":2,"fault":"altered"}"#]);
    change("UPDATE decisions SET principal = 'alice' WHERE id = 2");
    assert_eq!(verify(&[]).code, 0, "as it was");
    change("UPDATE audit SET actor = 'nobody' WHERE id = 2");
    assert_eq!(faults(&[]), [r#"{"at":2,"fault":"altered"}"#]);
    change("UPDATE audit SET actor = 'operator' WHERE id = 2");
    change("UPDATE chains SET last = last + 1 WHERE name = 'changes'");
    assert_eq!(faults(&[]).len(), 1);
    change("UPDATE chains SET last = last - 1 WHERE name = 'changes'");
    change("DELETE FROM audit WHERE id = 3");
    assert_eq!(faults(&[]), [r#"{"fault":"missing","from":3,"to":3}"#]);
    // The newest one, in such a way that the chain seems to end before it.
    change("DELETE FROM decisions WHERE id = 4");
    let end = server.query("audited", "SELECT link FROM decisions WHERE id = 3").pop().expect("a link");
    change(&format!("UPDATE chains SET last = 3, last_link = '{end}' WHERE name = 'decisions'"));
    assert_eq!(faults(&[]).len(), 1, "the decisions look whole");
    assert_eq!(faults(&["--checkpoint", checkpoint]).len(), 2, "but not to who has kept a checkpoint");

    let text = run(&spectacles.spectacles(&["audit", "verify", "--checkpoint", checkpoint]), "");
    assert!(text.stdout.contains("changes: entry 3 is missing"), "{}", text.text());
}

#[test]
fn a_file_that_is_no_checkpoint_of_this_installation_is_refused() {
    let (spectacles, other) = (Spectacles::new(), Spectacles::new());
    let foreign = other.command(&["audit", "checkpoint"])["checkpoint"].as_str().expect("a line").to_owned();
    spectacles.command(&["audit", "checkpoint"]);
    let file = spectacles.data().join("kept");
    for (content, problem) in [("junk", "line 1"), (foreign.as_str(), "none of the keys")] {
        fs::write(&file, content).expect("a file");
        let outcome = spectacles.try_command(&["audit", "verify", "--checkpoint", file.to_str().expect("text")], "");
        assert_eq!(outcome.code, 1);
        assert!(outcome.text().contains(problem), "{}", outcome.text());
    }
}

#[test]
fn a_trail_is_exported_line_by_line() {
    let spectacles = Spectacles::new();
    spectacles.create_user(&Person::new("alice"), &[]);
    spectacles.create_user(&Person::new("bob"), &[]);
    let all = spectacles.try_command(&["audit", "export", "changes"], "");
    let lines: Vec<serde_json::Value> = all.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let objects: Vec<_> = lines.iter().filter_map(|line| line["object"].as_str()).filter(|object| object.starts_with("user")).collect();
    assert_eq!(objects, ["user alice", "user bob"]);
    assert!(lines.iter().all(|line| line["link"].as_str().is_some_and(|link| link.len() == 64)), "{}", all.stdout);
    let last = lines.last().expect("a line")["id"].to_string();
    assert_eq!(spectacles.try_command(&["audit", "export", "changes", "--after", &last], "").stdout, "");
}
