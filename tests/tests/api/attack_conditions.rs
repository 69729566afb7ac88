//! Preconditions, keys and cursors in the hands of somebody who means no good.

use super::rights_world::World;
use crate::support::http::{self, Answer};
use crate::support::server::Person;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::Value;

fn ask(world: &World, name: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut headers = headers.to_vec();
    headers.push(("content-type", "application/json"));
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    http::send(&method, &format!("{}/api/v1{path}", world.spectacles().url()), Person::new(name).credentials(), &headers, body)
}

fn last_change(world: &World) -> Value {
    world.admin("GET", "/audit?limit=1&fields=id", &Value::Null)
}

#[test]
fn what_does_not_hold_is_not_done() {
    let world = World::start();
    let before = last_change(&world);
    for tag in ["*", "\"no-such-tag\"", "W/\"no-such-tag\", \"another\""] {
        for (method, path, body) in [
            ("PUT", "/groups/devs/members/uma", "{}"),
            ("PUT", "/registries/registry.test/namespaces/team/grants/user/nora", r#"{"right":"FULL"}"#),
            ("PUT", "/registries/spare.test/publications/ops", "{}"),
            ("POST", "/groups", r#"{"name":"fresh"}"#),
            ("POST", "/registries/registry.test/namespaces", r#"{"path":"fresh"}"#),
            ("POST", "/services/ci/secrets", "{}"),
            ("PUT", "/me/password", r#"{"current":"Corr3ct-horse:admin","new":"Corr3ct-horse:other"}"#),
        ] {
            let answer = ask(&world, "admin", method, path, &[("if-match", tag)], body);
            assert_eq!(answer.status, 412, "{method} {path} {tag}: {}", answer.text());
        }
    }
    for (method, path) in [("DELETE", "/groups/ghosts"), ("PATCH", "/users/ghost"), ("DELETE", "/groups/devs/members/uma")] {
        assert_eq!(ask(&world, "admin", method, path, &[("if-match", "\"x\"")], "{}").status, 404, "{method} {path}");
    }
    assert_eq!(last_change(&world), before, "something was changed although the precondition did not hold");
    assert_eq!(ask(&world, "admin", "PUT", "/groups/devs/members/uma", &[("if-none-match", "*")], "{}").status, 200);
}

#[test]
fn preconditions_tell_nothing_of_what_is_hidden() {
    let world = World::start();
    let tag = |path: &str| ask(&world, "admin", "GET", path, &[], "").header("etag").to_owned();
    for (there, gone) in [
        ("/groups/far", "/groups/ghosts"),
        ("/users/uma", "/users/ghost"),
        ("/apps/till", "/apps/ghost"),
        ("/services/cd", "/services/ghost"),
        ("/registries/registry.test/namespaces/secret", "/registries/registry.test/namespaces/ghost"),
        ("/registries/closed.test", "/registries/ghost.test"),
    ] {
        let right = tag(there);
        assert!(!right.is_empty());
        for method in ["GET", "HEAD", "PATCH", "DELETE"] {
            for headers in [vec![], vec![("if-match", "*")], vec![("if-match", right.as_str())], vec![("if-none-match", right.as_str())]] {
                let body = if method == "PATCH" { "{}" } else { "" };
                let status = |path: &str| ask(&world, "nora", method, path, &headers, body).status;
                assert_eq!(status(there), status(gone), "{method} {there} {headers:?}");
            }
        }
    }
}

#[test]
fn keys_are_those_of_whoever_used_them() {
    let world = World::start();
    let create = |name: &str| {
        ask(&world, name, "POST", "/registries/registry.test/namespaces", &[("idempotency-key", "k")], r#"{"path":"nora/app"}"#)
    };
    assert_eq!(create("nora").status, 201);
    let other = create("mia");
    assert_eq!((other.status, other.header("idempotency-replayed")), (403, ""), "{}", other.text());
    // What was given away meanwhile is not shown again.
    assert_eq!(create("nora").status, 201);
    ask(&world, "admin", "PATCH", "/registries/registry.test/namespaces/nora%2Fapp", &[("if-match", "*")], r#"{"owner":"uma"}"#);
    let replayed = create("nora");
    assert_eq!(replayed.status, 409, "{}", replayed.text());
    assert!(!replayed.text().contains("uma"), "{}", replayed.text());
}

#[test]
fn a_configuration_is_applied_once_by_a_key() {
    let world = World::start();
    let apply = || {
        let body = r#"{"document":{"version":1,"groups":{"once":{}}}}"#;
        ask(&world, "admin", "POST", "/state/apply", &[("idempotency-key", "apply-1")], body)
    };
    assert_eq!(apply().status, 200);
    world.admin("DELETE", "/groups/once", &Value::Null);
    assert_eq!(apply().status, 409, "it was applied already");
    assert_eq!(world.get("admin", "/groups/once").status, 404);
}

#[test]
fn cursors_lead_nowhere_else() {
    let world = World::start();
    let page = world.get("admin", "/users?limit=1").json();
    let next = page["next"].as_str().expect("a cursor");
    // Somebody else's cursor is a place like any other.
    let own = world.get("nora", &format!("/users?after={next}")).json();
    for item in own["items"].as_array().expect("items") {
        assert_eq!(item["name"], "nora");
    }
    let wrong: Vec<String> = ["", "%00", "null", "..", "' OR 1=1 --", next.get(1..).unwrap_or_default(), &next.repeat(200)]
        .iter()
        .map(|text| (*text).to_owned())
        .chain(["[]", "[1]", "[null,null]", "{\"a\":1}", "[\"x' OR '1'='1\",1]"].iter().map(|text| URL_SAFE_NO_PAD.encode(text)))
        .collect();
    for after in wrong {
        for path in ["/users", "/namespaces", "/audit"] {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("after", &after).finish();
            let answer = world.get("admin", &format!("{path}?{query}"));
            assert!(matches!(answer.status, 200 | 400), "{path} {after}: {}", answer.text());
        }
    }
}
