//! The server as a process: starting, failing to start, ending, losing its database, and not being alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use reqwest::Method;

use crate::support::database::{Database, Engine};
use crate::support::http::{self, Credentials};
use crate::support::keys::KeyFiles;
use crate::support::process::{Outcome, PATIENCE, Process, free_port, poll, run};
use crate::support::server::{Framework, Person, Spectacles, within_a_second};
use crate::support::web::Visitor;

const SERVICE: &str = "registry.test";

/// That a start ended with code 1 and one sentence that a person can use.
pub(crate) fn assert_refused_to_start(outcome: &Outcome, why: &str) {
    assert_eq!(outcome.code, 1, "{why}: {}", outcome.text());
    let lines: Vec<&str> = outcome.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(lines.len(), 1, "{why}: one clear sentence, not this: {}", outcome.stderr);
    assert_sentence(lines[0], why);
}

fn assert_sentence(line: &str, why: &str) {
    assert!(line.starts_with("error: ") && line.len() > 20, "{why}: {line}");
    for word in ["panicked", "Os {", "Error(", "{:?}"] {
        assert!(!line.contains(word), "{why}: that is for programmers: {line}");
    }
}

fn status(spectacles: &Spectacles, path: &str) -> u16 {
    http::get(&format!("{}{path}", spectacles.url()), Credentials::None).status
}

fn with_registry(spectacles: &Spectacles) -> Person {
    let admin = Person::new("admin");
    spectacles.create_user(&admin, &["--admin"]);
    spectacles.command(&["registry", "create", SERVICE, "--url", "http://127.0.0.1:9"]);
    admin
}

#[test]
fn several_servers_on_one_postgresql_see_each_change() {
    several_servers_see_each_change(Engine::PostgreSql);
}

#[test]
fn several_servers_on_one_mariadb_see_each_change() {
    several_servers_see_each_change(Engine::MariaDb);
}

fn several_servers_see_each_change(engine: Engine) {
    let database = Database::start(engine);
    let url = database.create("spectacles");
    let mut one = Spectacles::on(&url);
    let mut two = Spectacles::on(&url);
    let admin = with_registry(&one);
    one.serve(&["--framework", Framework::Axum.as_str()]);
    two.serve(&["--framework", Framework::Poem.as_str()]);

    // Whatever is in the database serves both: users, rights, and the key that was generated.
    let bearers = [&one, &two].map(|spectacles| spectacles.bearer(&admin, SERVICE, &["repository:team/app:pull"]));
    let keys = [&one, &two].map(|spectacles| http::get(&format!("{}/jwks.json", spectacles.url()), Credentials::None).json());
    assert_eq!(keys[0], keys[1]);
    for bearer in &bearers {
        crate::support::token::verify_by_any_of(bearer, &keys[0], SERVICE);
    }

    let penny = Person::new("penny");
    let granted = |spectacles: &Spectacles| {
        let answer = spectacles.token(penny.credentials(), &[("service", SERVICE), ("scope", "repository:team/app:*")]);
        let token = answer.json()["token"].as_str().map(crate::support::token::claims);
        (answer.status, token.map(|claims| crate::support::token::actions(&claims, "team/app")).unwrap_or_default())
    };
    let until = |what: &str, expected: (u16, &str)| {
        for spectacles in [&one, &two] {
            within_a_second(what, || (granted(spectacles) == (expected.0, expected.1.to_owned())).then_some(()));
        }
    };
    one.create_user(&penny, &[]);
    until("a new user", (200, ""));
    two.command(&["namespace", "create", SERVICE, "team", "--owner", "penny"]);
    until("a new namespace", (200, "pull,push,delete"));
    one.command(&["namespace", "grant", SERVICE, "team", "--user", "penny", "READ"]);
    until("a custom right", (200, "pull"));
    two.command(&["user", "set", "penny", "--enabled", "false"]);
    until("a disabled user", (401, ""));
}

#[test]
fn a_server_survives_the_loss_of_its_postgresql() {
    a_server_survives_the_loss_of_its_database(Engine::PostgreSql);
}

#[test]
fn a_server_survives_the_loss_of_its_mariadb() {
    a_server_survives_the_loss_of_its_database(Engine::MariaDb);
}

fn a_server_survives_the_loss_of_its_database(engine: Engine) {
    let mut database = Database::start(engine);
    let mut spectacles = Spectacles::on(&database.create("spectacles"));
    let admin = with_registry(&spectacles);
    spectacles.serve(&[]);
    let token = || spectacles.token(admin.credentials(), &[("service", SERVICE), ("scope", "repository:team/app:pull")]);
    assert_eq!(token().status, 200);
    let mut people = [Visitor::new(&spectacles.url()), Visitor::signed_in(&spectacles.url(), &admin)];

    database.stop();
    let lost = poll(PATIENCE, || (status(&spectacles, "/readyz") == 503).then_some(()));
    assert!(lost.is_some(), "/readyz does not notice");
    assert_eq!(status(&spectacles, "/healthz"), 200, "the process itself is well: nobody should restart it");
    let refused = poll(PATIENCE, || Some(token()).filter(|answer| answer.status != 200)).expect("tokens fail closed in the end");
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.json()["errors"][0]["message"].is_string(), "{}", refused.text());
    assert_eq!(refused.header("cache-control"), "no-store");
    // People get a page that says what to do, and nothing of what the database said.
    let [outside, inside] = &mut people;
    for page in [outside.sign_in(&admin.name, &admin.password), inside.get("/groups")] {
        let text = page.text();
        assert_eq!(page.status, 503, "{text}");
        assert!(text.starts_with("<!DOCTYPE html>") && text.contains("Try again in a moment."), "{text}");
        assert!(!["sqlx", ".rs:", "127.0.0.1", "panicked"].iter().any(|trace| text.contains(trace)), "{text}");
    }

    database.start_again();
    let ready = poll(PATIENCE, || (status(&spectacles, "/readyz") == 200).then_some(()));
    assert!(ready.is_some(), "it does not recover by itself");
    let answered = poll(PATIENCE, || Some(token()).filter(|answer| answer.status == 200));
    assert!(answered.is_some(), "tokens do not come back");
}

#[test]
fn a_signal_ends_the_server_cleanly() {
    for (signal, framework) in [("TERM", Framework::Axum), ("INT", Framework::Axum), ("TERM", Framework::Poem), ("INT", Framework::Poem)] {
        let mut spectacles = Spectacles::new();
        spectacles.serve(&["--framework", framework.as_str()]);
        spectacles.server().signal(signal);
        assert_eq!(spectacles.server().wait(), 0, "{signal} {framework:?}: {}", spectacles.server().log());
        assert!(!spectacles.server().log().contains("panicked"), "{}", spectacles.server().log());
        // What it kept is whole, and it starts again on the same port.
        spectacles.serve(&["--framework", framework.as_str()]);
    }
}

#[test]
fn an_unusable_place_stops_the_start() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("file");
    fs::write(&file, "").expect("a file");
    for place in [Path::new("/proc/spectacles"), &file.join("data")] {
        let mut command = crate::support::server::spectacles();
        command.args(["serve", "--listen", "127.0.0.1:0", "--external-url", "http://127.0.0.1", "--data-dir"]).arg(place);
        let outcome = run(&command, "");
        assert_refused_to_start(&outcome, "a data directory that cannot be written");
        assert!(outcome.stderr.contains(place.to_str().expect("text")), "which one? {}", outcome.stderr);
    }
}

#[test]
fn a_file_that_is_no_database_stops_the_start() {
    let spectacles = Spectacles::new();
    spectacles.command(&["user", "list"]);
    let files = fs::read_dir(spectacles.data()).expect("a data directory");
    for file in files.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()) {
        fs::write(&file, "this is no database ".repeat(1000)).expect("a file");
    }
    assert_refused_to_start(&spectacles.serve_in_vain(&[]), "a damaged database");
}

#[test]
fn a_database_that_cannot_be_reached_stops_the_start_after_a_while() {
    let port = free_port();
    for scheme in ["postgres", "mysql"] {
        // It may only be starting: it is waited for, with a word about that, and then it is an error.
        let spectacles = Spectacles::on(&format!("{scheme}://somebody:hidden@127.0.0.1:{port}/spectacles"));
        let outcome = spectacles.with("SPECTACLES_DATABASE_WAIT", "3").serve_in_vain(&[]);
        assert_eq!(outcome.code, 1, "{scheme}: {}", outcome.text());
        let errors: Vec<&str> = outcome.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "{scheme}: {}", outcome.stderr);
        assert_sentence(errors[0], scheme);
        assert!(errors[0].contains(&format!("127.0.0.1:{port}")), "which one? {}", errors[0]);
        assert!(!outcome.text().contains("hidden"), "the password is shown: {}", outcome.text());
    }
}

#[test]
fn a_start_waits_for_its_database() {
    let mut database = Database::start(Engine::PostgreSql);
    let url = database.create("late");
    database.stop();
    let spectacles = Spectacles::on(&url);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let listen = format!("127.0.0.1:{}", spectacles.port());
    let serve = spectacles.spectacles(&["serve", "--listen", &listen, "--external-url", &spectacles.url()]);
    let mut server = Process::start("server", directory.path(), &serve);
    let log = directory.path().join("server.log");
    server.wait_until_ready(|| fs::read_to_string(&log).is_ok_and(|log| log.contains("cannot connect")));
    database.start_again();
    server.wait_until_ready(|| {
        http::try_send(&Method::GET, &format!("{}/readyz", spectacles.url()), Credentials::None, &[], "")
            .is_ok_and(|answer| answer.status == 200)
    });
}

#[test]
fn a_database_address_that_is_none_stops_the_start() {
    for url in ["", "nonsense", "oracle://127.0.0.1/spectacles", "postgres://["] {
        let outcome = Spectacles::on(url).serve_in_vain(&[]);
        // It is an option that says it.
        assert_eq!(outcome.code, 2, "{url}: {}", outcome.text());
        assert!(!outcome.stderr.contains("panicked"), "{url}: {}", outcome.stderr);
    }
}

#[test]
fn a_wrong_value_in_the_environment_stops_the_start() {
    for (variable, value) in [
        ("SPECTACLES_BACKGROUND_UPDATE", "often"),
        ("SPECTACLES_BACKGROUND_UPDATE", "-1"),
        ("SQLALCHEMY_DATABASE_URI", "oracle://127.0.0.1/spectacles"),
        ("DEBUG", "perhaps"),
        ("WEB_ROOT", "/a b"),
    ] {
        let outcome = Spectacles::new().with(variable, value).serve_in_vain(&[]);
        assert_eq!(outcome.code, 1, "{variable}={value}: {}", outcome.text());
        assert!(outcome.stderr.contains(variable), "{variable}={value}: which variable? {}", outcome.stderr);
    }
}

#[test]
fn an_address_in_use_stops_the_start() {
    let mut first = Spectacles::new();
    first.serve(&[]);
    let mut command = crate::support::server::spectacles();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let listen = format!("127.0.0.1:{}", first.port());
    command.args(["serve", "--listen", &listen, "--external-url", &first.url(), "--data-dir"]).arg(directory.path());
    let outcome = run(&command, "");
    assert_refused_to_start(&outcome, "an address in use");
    assert!(outcome.stderr.contains(&listen), "which one? {}", outcome.stderr);
}

#[test]
fn half_a_pair_for_tls_stops_the_start() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = KeyFiles::self_signed(directory.path(), "web", "ec:P-256");
    let other = KeyFiles::self_signed(directory.path(), "other", "ec:P-256");
    let absent = directory.path().join("absent.pem");
    let absent = absent.to_str().expect("text");
    for (why, key, certificate) in [
        ("no certificate", files.key(), absent),
        ("no key", absent, files.certificate()),
        ("the certificate of another key", files.key(), other.certificate()),
    ] {
        let spectacles = Spectacles::new().with("SPECTACLES_WEB_TLS_KEY_PATH", key).with("SPECTACLES_WEB_TLS_CERT_PATH", certificate);
        assert_refused_to_start(&spectacles.serve_in_vain(&[]), why);
    }
    for (variable, file) in [("SPECTACLES_WEB_TLS_KEY_PATH", files.key()), ("SPECTACLES_WEB_TLS_CERT_PATH", files.certificate())] {
        assert_refused_to_start(&Spectacles::new().with(variable, file).serve_in_vain(&[]), variable);
    }
}

#[test]
fn a_whole_pair_for_tls_serves_https() {
    for framework in [Framework::Axum, Framework::Poem] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let files = KeyFiles::self_signed(directory.path(), "web", "ec:P-256");
        let spectacles =
            Spectacles::new().with("SPECTACLES_WEB_TLS_KEY_PATH", files.key()).with("SPECTACLES_WEB_TLS_CERT_PATH", files.certificate());
        let listen = format!("127.0.0.1:{}", spectacles.port());
        let url = format!("https://127.0.0.1:{}", spectacles.port());
        let serve = spectacles.spectacles(&["serve", "--listen", &listen, "--external-url", &url, "--framework", framework.as_str()]);
        let mut server = Process::start("spectacles", directory.path(), &serve);
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--noproxy", "*", "--cacert", files.certificate(), "--write-out", "%{http_code}"]);
        curl.arg("--output").arg(directory.path().join("answer")).arg(format!("{url}/readyz"));
        server.wait_until_ready(|| run(&curl, "").stdout == "200");
        let plain = http::try_send(&Method::GET, &format!("{}/readyz", spectacles.url()), Credentials::None, &[], "");
        assert!(!plain.is_ok_and(|answer| answer.status == 200), "{framework:?}: it also serves without TLS");

        // Whoever renews certificates replaces both and says so.
        let renewed = KeyFiles::self_signed(directory.path(), "renewed", "rsa:2048");
        fs::rename(&renewed.key, &files.key).expect("the key can be replaced");
        fs::rename(&renewed.certificate, &files.certificate).expect("the certificate can be replaced");
        server.signal("HUP");
        server.wait_until_ready(|| run(&curl, "").stdout == "200");
    }
}

#[test]
fn everything_can_be_below_a_root() {
    for framework in [Framework::Axum, Framework::Poem] {
        let spectacles = Spectacles::new().with("WEB_ROOT", "/auth");
        let admin = with_registry(&spectacles);
        let directory = tempfile::tempdir().expect("a temporary directory");
        let listen = format!("127.0.0.1:{}", spectacles.port());
        let arguments = ["serve", "--listen", &listen, "--framework", framework.as_str()];
        let mut server = Process::start("spectacles", directory.path(), &spectacles.spectacles(&arguments));
        let root = format!("{}/auth", spectacles.url());
        let ready =
            || http::try_send(&Method::GET, &format!("{root}/readyz"), Credentials::None, &[], "").is_ok_and(|answer| answer.status == 200);
        server.wait_until_ready(ready);
        let token = http::get(&format!("{root}/token_auth?service={SERVICE}"), admin.credentials());
        assert_eq!(token.status, 200, "{framework:?}: {}", token.text());
        for path in ["/readyz", "/token_auth", "/authtoken_auth"] {
            assert_eq!(status(&spectacles, path), 404, "{framework:?}: {path}");
        }
        let config = spectacles.command(&["registry", "config", SERVICE, "--server-url", &root]);
        assert_eq!(config["auth"]["token"]["realm"], format!("{root}/token_auth"), "{config}");
    }
}

#[test]
fn measurements_are_on_a_port_of_their_own() {
    let mut spectacles = Spectacles::new();
    let admin = with_registry(&spectacles);
    let metrics = format!("127.0.0.1:{}", free_port());
    spectacles.serve(&["--metrics-listen", &metrics]);
    assert_eq!(spectacles.token(admin.credentials(), &[("service", SERVICE)]).status, 200);
    let answer = http::get(&format!("http://{metrics}/metrics"), Credentials::None);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let has = |line: &str| answer.text().lines().any(|there| there == line);
    assert!(has("spectacles_tokens_total 1"), "{}", answer.text());
    assert!(has(r#"spectacles_http_requests_total{route="/token_auth",status="200"} 1"#), "{}", answer.text());
    assert!(!answer.text().contains("admin"), "names of people are in it: {}", answer.text());
    assert_eq!(status(&spectacles, "/metrics"), 404);
}

#[test]
fn the_roles_can_run_apart() {
    // The original's names: one process for the web, one for the background, on the same data.
    let mut spectacles = Spectacles::new();
    let admin = with_registry(&spectacles);
    let listen = format!("127.0.0.1:{}", spectacles.port());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let web = spectacles.spectacles(&["runserver", "--listen", &listen, "--external-url", &spectacles.url()]);
    let mut web = Process::start("web", directory.path(), &web);
    web.wait_until_ready(|| http::try_send(&Method::GET, &format!("{}/readyz", spectacles.url()), Credentials::None, &[], "").is_ok());
    let mut background = Process::start("background", directory.path(), &spectacles.spectacles(&["runbackground"]));
    const DOES: &str = "this process does the background work";
    let log = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap_or_default();
    background.wait_until_ready(|| log("background.log").contains(DOES));
    assert_eq!(spectacles.token(admin.credentials(), &[("service", SERVICE)]).status, 200);
    // A signal that asks to read files again ends nobody, whether there are files or not.
    for process in [&mut background, &mut web] {
        process.signal("HUP");
    }
    background.wait_until_ready(|| log("background.log").contains("read again"));
    web.wait_until_ready(|| log("web.log").contains("read again"));
    assert_eq!(spectacles.token(admin.credentials(), &[("service", SERVICE)]).status, 200);
    assert!(!web.log().contains(DOES), "{}", web.log());
    for process in [&mut background, &mut web] {
        process.signal("TERM");
        assert_eq!(process.wait(), 0, "{}", process.log());
    }
    spectacles.serve(&[]);
}

#[test]
fn nothing_secret_is_logged() {
    const EVERYTHING: &str = "warn,spectacles=trace,sqlx=trace,hyper=trace,hyper_util=trace,rustls=trace,poem=trace,axum=trace";
    let mut spectacles = Spectacles::new().with("SPECTACLES_LOG_LEVEL", EVERYTHING).with("SQL_DEBUG_LOGGING", "True");
    let admin = with_registry(&spectacles);
    spectacles.serve(&[]);
    let bearer = spectacles.bearer(&admin, SERVICE, &["repository:team/app:pull"]);
    spectacles.token(Credentials::Basic("admin", "a-wrong-Pa55word"), &[("service", SERVICE)]);
    spectacles.post_token(&[("grant_type", "password"), ("username", "admin"), ("password", &admin.password), ("service", SERVICE)]);
    spectacles.token(Credentials::Basic("forged\r\nline", "x"), &[("service", SERVICE)]);
    assert_eq!(spectacles.server().stop(), 0);
    let log = spectacles.server().log();
    for target in ["sqlx::query", "spectacles::"] {
        assert!(log.lines().any(|line| line.contains(&format!("DEBUG {target}"))), "little of {target} is logged:\n{log}");
    }
    for secret in [admin.password.as_str(), "a-wrong-Pa55word", bearer.as_str(), "PRIVATE KEY", "$argon2"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    assert!(!log.lines().any(|line| line.starts_with("line")), "a line of the log was forged:\n{log}");
}
