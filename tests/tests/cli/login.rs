//! Logging in to a server, and being there.

use super::{assert_failed, prepared};
use crate::support::keys::KeyFiles;
use crate::support::process::{Outcome, PATIENCE, Process, poll, run};
use crate::support::server::{Person, Spectacles, spectacles, within_a_second};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// Somebody's machine, from which he reaches a server.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = spectacles();
        command.args(arguments).env("HOME", self.0.path());
        command
    }

    fn run(&self, arguments: &[&str], input: &str) -> Outcome {
        let outcome = run(&self.command(arguments), input);
        assert!(!outcome.text().contains("panicked") && !outcome.text().contains("Corr3ct"), "{}", outcome.text());
        assert!(!outcome.text().contains("spectacles_"), "a token is shown: {}", outcome.text());
        outcome
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let outcome = self.run(&[arguments, &["--output", "json"]].concat(), "");
        assert!(outcome.succeeded(), "{arguments:?}: {}", outcome.text());
        serde_json::from_str(&outcome.stdout).expect("JSON")
    }

    fn login(&self, url: &str, person: &Person, more: &[&str]) -> Outcome {
        let arguments = [&["login", url, "--user", &person.name, "--password-stdin"], more].concat();
        self.run(&arguments, &format!("{}\n", person.password))
    }

    fn profiles(&self) -> PathBuf {
        self.0.path().join(".config/spectacles/profiles.json")
    }
}

fn serving() -> Spectacles {
    let mut spectacles = prepared();
    spectacles.serve(&[]);
    spectacles
}

fn tokens(spectacles: &Spectacles, user: &str) -> Vec<String> {
    let list = spectacles.command(&["api-token", "list", user]);
    list.as_array().expect("a list").iter().map(|token| token["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn whoever_logs_in_is_there_until_he_logs_out() {
    let (spectacles, desk, admin) = (serving(), Desk::new(), Person::new("admin"));
    let outcome = desk.login(&format!("{}/", spectacles.url()), &admin, &["--until", "90d"]);
    assert!(outcome.succeeded() && outcome.stdout.contains("logged in to"), "{}", outcome.text());
    let mode = |path: PathBuf| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!((mode(desk.profiles()), mode(desk.profiles().parent().expect("a directory").to_owned())), (0o600, 0o700));
    let names = tokens(&spectacles, "admin");
    assert!(names.len() == 1 && names[0].starts_with("spectacles on "), "{names:?}");

    let me = desk.json(&["whoami"]);
    assert_eq!((&me["server"], &me["name"], &me["admin"]), (&json!(spectacles.url()), &json!("admin"), &json!(true)));
    assert!(me["until"].is_string() && me["limits"]["read_only"] == false, "{me}");
    assert_eq!(desk.json(&["user", "list"]).as_array().map(Vec::len), Some(3));
    let profile = &desk.json(&["profile", "list"])[0];
    assert_eq!((&profile["user"], &profile["current"]), (&json!("admin"), &json!(true)));

    // Again from here takes the place of the one before.
    assert!(desk.login(&spectacles.url(), &admin, &[]).succeeded());
    assert_eq!(tokens(&spectacles, "admin").len(), 1);
    let alice = desk.login(&spectacles.url(), &Person::new("alice"), &["--profile", "hers"]);
    assert!(alice.succeeded(), "{}", alice.text());
    assert_eq!(desk.json(&["whoami"])["name"], "alice");
    assert_eq!(desk.run(&["user", "create", "eve"], "").code, 4, "she is no administrator");
    let name = spectacles.url().replace("http://", "");
    assert!(desk.run(&["profile", "use", &name], "").succeeded());
    assert_eq!(desk.json(&["whoami"])["name"], "admin");
    assert_eq!(desk.json(&["whoami", "--profile", "hers"])["name"], "alice");
    let missing = desk.run(&["profile", "use", "ghost"], "");
    assert!(missing.code == 3 && missing.stderr.contains("hers"), "{}", missing.text());

    // What an API token must not do is done with the password.
    let arguments = ["api-token", "create", "admin", "ci", "--password-stdin"];
    let made = run(&desk.command(&arguments), &format!("{}\n", admin.password));
    assert!(made.succeeded() && made.stdout.starts_with("spectacles_"), "{}", made.text());
    assert_failed(&desk.run(&["api-token", "revoke", "admin", "ci", "--password-stdin"], "wrong\n"), 4);
    let revoked = desk.run(&["api-token", "revoke", "admin", "ci", "--password-stdin"], &admin.password);
    assert!(revoked.succeeded(), "{}", revoked.text());

    assert!(desk.run(&["logout", "--profile", "hers"], "").succeeded());
    assert!(desk.run(&["logout"], "").succeeded());
    assert!(tokens(&spectacles, "admin").is_empty() && tokens(&spectacles, "alice").is_empty());
    assert_eq!(desk.json(&["profile", "list"]), json!([]));
    assert!(!fs::read_to_string(desk.profiles()).expect("a file").contains("spectacles_"));
    assert_eq!(desk.run(&["logout"], "").code, 2, "there is nothing to log out of");
}

#[test]
fn a_login_that_fails_leaves_nothing_behind() {
    let (spectacles, desk) = (serving(), Desk::new());
    let wrong = Person { name: "admin".to_owned(), password: "not-Corr3ct".to_owned() };
    let outcome = run(&desk.command(&["login", &spectacles.url(), "--user", "admin", "--password-stdin"]), &wrong.password);
    assert_failed(&outcome, 4);
    assert!(outcome.stderr.contains("password is wrong"), "{}", outcome.stderr);
    for (url, code, says) in [
        ("http://127.0.0.1:9", 1, "does not answer"),
        ("ftp://127.0.0.1", 2, "http://"),
        ("https://me:secret@127.0.0.1", 2, "do not belong"),
        ("nothing", 2, "no address"),
    ] {
        let outcome = desk.run(&["login", url, "--user", "admin", "--password-stdin"], "x");
        assert_failed(&outcome, code);
        assert!(outcome.stderr.contains(says) && !outcome.stderr.contains("secret"), "{url}: {}", outcome.stderr);
    }
    let nobody = desk.run(&["login", &spectacles.url()], "");
    assert!(nobody.code == 2 && nobody.stderr.contains("--user"), "{}", nobody.text());
    assert!(!desk.profiles().exists() && tokens(&spectacles, "admin").is_empty());
}

#[test]
fn profiles_that_others_can_read_are_refused() {
    let (spectacles, desk) = (serving(), Desk::new());
    assert!(desk.login(&spectacles.url(), &Person::new("admin"), &[]).succeeded());
    fs::set_permissions(desk.profiles(), fs::Permissions::from_mode(0o644)).expect("a mode");
    let refused = desk.run(&["whoami"], "");
    assert_failed(&refused, 1);
    assert!(refused.stderr.contains("chmod 600"), "{}", refused.stderr);
    // Whoever names data on this machine has nothing to do with them.
    assert!(run(spectacles.spectacles(&["whoami"]).env("HOME", desk.0.path()), "").succeeded());
}

#[test]
fn a_token_that_is_gone_or_narrow_is_told_apart() {
    let (spectacles, desk) = (serving(), Desk::new());
    assert!(desk.login(&spectacles.url(), &Person::new("admin"), &["--read-only"]).succeeded());
    assert!(desk.run(&["user", "list"], "").succeeded());
    let refused = desk.run(&["group", "create", "ops"], "");
    assert_failed(&refused, 4);
    assert!(refused.stderr.contains("for reading only"), "{}", refused.stderr);
    let me = desk.run(&["whoami"], "");
    assert!(me.stdout.lines().any(|line| line.split_whitespace().eq(["token", "for", "reading"])), "{}", me.stdout);

    let name = tokens(&spectacles, "admin").remove(0);
    spectacles.try_command(&["api-token", "revoke", "admin", &name], "");
    let gone = within_a_second("a token is revoked", || Some(desk.run(&["user", "list"], "")).filter(|outcome| outcome.code != 0));
    assert_failed(&gone, 4);
    assert!(gone.stderr.contains("not valid"), "{}", gone.stderr);
    assert!(desk.run(&["logout"], "").succeeded(), "what is gone already is no reason to keep it");

    // A token that somebody else has made, for one kind of things only.
    let narrow = spectacles.command(&["api-token", "create", "admin", "groups", "--kind", "groups"]);
    let at = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.env("SPECTACLES_SERVER", spectacles.url()).env("SPECTACLES_TOKEN", narrow["secret"].as_str().expect("a secret"));
        run(&command, "")
    };
    assert!(at(&["group", "list"]).succeeded() && at(&["whoami"]).stdout.contains("groups"));
    assert_failed(&at(&["user", "list"]), 4);
}

#[test]
fn a_server_that_is_gone_can_be_logged_out_of() {
    let (mut spectacles, desk) = (serving(), Desk::new());
    assert!(desk.login(&spectacles.url(), &Person::new("admin"), &[]).succeeded());
    spectacles.server().stop();
    let gone = desk.run(&["user", "list"], "");
    assert_failed(&gone, 1);
    assert!(gone.stderr.contains("does not answer") && gone.stderr.contains("does the server run?"), "{}", gone.stderr);
    let out = desk.run(&["logout"], "");
    assert!(out.succeeded() && out.stderr.contains("until somebody revokes it"), "{}", out.text());
    assert_eq!(desk.json(&["profile", "list"]), json!([]));
}

#[test]
fn an_authority_is_trusted_that_was_named_at_login() {
    let spectacles = prepared();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let root = KeyFiles::self_signed(directory.path(), "root", "ec:P-256");
    let other = KeyFiles::self_signed(directory.path(), "other", "ec:P-256");
    let files = KeyFiles::signed_by(&root, directory.path(), "web", "ec:P-256");
    let spectacles = spectacles.with("SPECTACLES_WEB_TLS_KEY_PATH", files.key()).with("SPECTACLES_WEB_TLS_CERT_PATH", files.certificate());
    let listen = format!("127.0.0.1:{}", spectacles.port());
    let mut server = Process::start("spectacles", directory.path(), &spectacles.spectacles(&["serve", "--listen", &listen]));
    server.wait_until_ready(|| std::net::TcpStream::connect(&listen).is_ok());
    let (desk, admin, url) = (Desk::new(), Person::new("admin"), format!("https://{listen}"));
    for more in [&[][..], &["--ca", other.certificate()]] {
        let refused = desk.login(&url, &admin, more);
        assert_failed(&refused, 1);
        assert!(refused.stderr.contains("certificate"), "{}", refused.stderr);
    }
    assert_failed(&desk.login(&url, &admin, &["--ca", files.key()]), 2);
    let trusted = desk.login(&url, &admin, &["--ca", root.certificate()]);
    assert!(trusted.succeeded(), "{}", trusted.text());
    fs::remove_file(&root.certificate).expect("a file");
    assert_eq!(desk.json(&["whoami"])["name"], "admin");
    assert!(desk.run(&["logout"], "").succeeded());
}

#[test]
fn what_is_new_follows_until_ctrl_c() {
    let (spectacles, desk) = (serving(), Desk::new());
    assert!(desk.login(&spectacles.url(), &Person::new("admin"), &[]).succeeded());
    let mut watch = Process::start("watch", desk.0.path(), &desk.command(&["user", "list", "--watch", "1"]));
    watch.wait_until_ready(|| true);
    let wait_for = |watch: &Process, text: &str| {
        poll(PATIENCE, || watch.log().contains(text).then_some(())).unwrap_or_else(|| panic!("no {text} in {}", watch.log()));
    };
    wait_for(&watch, r#""name":"bob""#);
    spectacles.create_user(&Person::new("eve"), &[]);
    wait_for(&watch, r#""name":"eve""#);
    watch.signal("INT");
    assert_eq!(watch.wait(), 0);
    let log = watch.log();
    assert_eq!(log.matches(r#""name":"bob""#).count(), 1, "what is known already is not told again: {log}");
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
}

#[test]
fn a_store_and_a_server_at_once_are_wrong_usage() {
    let desk = Desk::new();
    for arguments in [
        &["user", "list", "--data-dir", "/nonexistent", "--server", "http://127.0.0.1:9"][..],
        &["user", "list", "--database-url", "sqlite:///nonexistent", "--profile", "x"],
        &["user", "list", "--server", "http://127.0.0.1:9", "--profile", "x"],
    ] {
        assert_failed(&desk.run(arguments, ""), 2);
    }
    assert_failed(&desk.run(&["user", "list", "--profile", "x"], ""), 3);
    let unknown = desk.run(&["user", "list", "--server", "http://127.0.0.1:9"], "");
    assert_failed(&unknown, 4);
    assert!(unknown.stderr.contains("spectacles login http://127.0.0.1:9"), "{}", unknown.stderr);
}
