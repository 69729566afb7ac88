//! Secrets stay where they belong: in no list, no trail and no log.

use super::rights_world::World;
use crate::support::http::{self, Credentials, raw};
use crate::support::server::Person;
use serde_json::{Value, json};

#[test]
fn no_secret_is_ever_told_again() {
    let mut world = World::start();
    let (_, token) = world.token("nora", &json!({}));
    let made = world.admin("POST", "/services/ci/secrets", &json!({}))["secret"].as_str().expect("a secret").to_owned();
    let brought = "Br0ught-from-elsewhere-0123456789";
    world.admin("POST", "/services/ci/secrets", &json!({ "secret": brought }));
    let password = "F1rst-Passw0rd-of-zoe";
    world.admin("POST", "/users", &json!({ "name": "zoe", "password": password }));
    let second = "S3cond-Passw0rd-of-zoe";
    world.admin("PATCH", "/users/zoe", &json!({ "password": second }));
    let third = "Th1rd-Passw0rd-of-zoe";
    let changed =
        world.ask(Credentials::Basic("zoe", second), "PUT", "/me/password", &json!({ "current": second, "new": third }).to_string());
    assert_eq!(changed.status, 204, "{}", changed.text());
    let wrong = "Wr0ng-Passw0rd-of-zoe";
    let url = world.spectacles().url();
    world.ask(Credentials::Basic("zoe", wrong), "GET", "/me", "");
    world.ask(Credentials::Bearer("spectacles_Wr0ng-token"), "GET", "/me", "");
    http::get(&format!("{url}/api/v1/me?access_token={token}"), Credentials::None);
    http::get(&format!("{url}/api/v1/users/zoe"), Credentials::Bearer(&token));
    world.ask(Person::new("nora").credentials(), "POST", "/state/plan", "{\"document\": \"S3cret-in-a-body\"}");
    let secrets = [&token, &made, brought, password, second, third, wrong, "Wr0ng-token", "S3cret-in-a-body", "argon2", "Corr3ct-horse"];
    for path in [
        "/audit?limit=0",
        "/audit/decisions?limit=0",
        "/state",
        "/users?limit=0",
        "/services?limit=0",
        "/services/ci/secrets",
        "/users/nora/tokens",
        "/keys",
    ] {
        let text = world.admin("GET", path, &Value::Null).to_string();
        for secret in secrets {
            assert!(!text.contains(secret), "{path} tells {secret}: {text}");
        }
        assert!(!text.contains("PRIVATE KEY"), "{path}");
    }
    let log = world.log();
    for secret in secrets {
        assert!(!log.contains(secret), "the log tells {secret}:\n{}", log.lines().find(|line| line.contains(secret)).unwrap_or_default());
    }
}

#[test]
fn answers_with_a_secret_are_kept_by_nobody() {
    let world = World::start();
    for (name, path, body) in [("admin", "/services/ci/secrets", "{}"), ("nora", "/users/nora/tokens", r#"{"name":"x"}"#)] {
        let made = world.ask(Person::new(name).credentials(), "POST", path, body);
        assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{path}");
    }
}

#[test]
fn a_key_does_not_help_to_guess_a_password() {
    let world = World::start();
    let create = |password: &str| {
        let body = json!({ "name": "zoe", "password": password }).to_string();
        let headers = [("content-type", "application/json"), ("idempotency-key", "zoe-1")];
        let url = format!("{}/api/v1/users", world.spectacles().url());
        http::send(&reqwest::Method::POST, &url, Person::new("admin").credentials(), &headers, &body).status
    };
    assert_eq!(create("F1rst-Passw0rd-of-zoe"), 201);
    // What is kept of the request says nothing about the password: it is the same request with another one.
    assert_eq!(create("S3cond-Passw0rd-of-zoe"), 201);
    assert_eq!(world.ask(Credentials::Basic("zoe", "F1rst-Passw0rd-of-zoe"), "GET", "/me", "").status, 200);
    assert_eq!(world.ask(Credentials::Basic("zoe", "S3cond-Passw0rd-of-zoe"), "GET", "/me", "").status, 401);
}

#[test]
fn nobody_writes_lines_of_the_log() {
    let mut world = World::start();
    let port = world.spectacles().port();
    for header in [
        "user-agent: x\tFORGED\x1b[31m\x0b",
        "user-agent: \u{2028}FORGED\u{85}FORGED",
        "x-request-id: a\tFORGED",
        "user-agent: \" status=200 FORGED",
        "x-forwarded-for: FORGED",
    ] {
        let request = format!("GET /api/v1/users/FORGED%0aFORGED%1b%5b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}\r\n\r\n");
        let (status, _) = raw(port, request.as_bytes());
        assert!(matches!(status, 400 | 401 | 404), "{status}");
    }
    let log = world.log();
    for line in log.lines() {
        assert!(line.starts_with("20"), "a line that no event wrote: {line:?}");
        assert!(!line.contains(['\u{1b}', '\u{2028}', '\u{85}', '\u{b}']), "{line:?}");
    }
}
