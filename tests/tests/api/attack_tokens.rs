//! API tokens and people that change while they are used.

use super::rights_world::World;
use crate::support::http::{Answer, Credentials};
use crate::support::server::Person;
use serde_json::{Value, json};

fn by(world: &World, secret: &str, method: &str, path: &str, body: &str) -> Answer {
    world.ask(Credentials::Bearer(secret), method, path, body)
}

#[test]
fn limits_follow_what_is_renamed_and_end_with_what_is_deleted() {
    let world = World::start();
    let limited = |namespace: Option<&str>| world.token("olivia", &json!({ "registry": "registry.test", "namespace": namespace })).1;
    let (of_registry, of_namespace) = (limited(None), limited(Some("team")));
    let team = |secret: &str, registry: &str, path: &str| {
        by(&world, secret, "GET", &format!("/registries/{registry}/namespaces/{path}"), "").status
    };
    assert_eq!((team(&of_registry, "registry.test", "team"), team(&of_namespace, "registry.test", "team")), (200, 200));
    world.admin("PATCH", "/registries/registry.test/namespaces/team", &json!({ "path": "crew" }));
    world.admin("POST", "/registries/registry.test/namespaces", &json!({ "path": "team", "owner": "olivia" }));
    assert_eq!(
        (team(&of_namespace, "registry.test", "team"), team(&of_namespace, "registry.test", "crew")),
        (403, 200),
        "the old name is another's"
    );
    world.admin("PATCH", "/registries/registry.test", &json!({ "service": "moved.test" }));
    world.admin("POST", "/registries", &json!({ "service": "registry.test", "url": "http://127.0.0.1:9" }));
    world.admin("POST", "/registries/registry.test/namespaces", &json!({ "path": "crew", "owner": "olivia" }));
    assert_eq!((team(&of_registry, "registry.test", "crew"), team(&of_registry, "moved.test", "crew")), (403, 200));
    assert_eq!((team(&of_namespace, "registry.test", "crew"), team(&of_namespace, "moved.test", "crew")), (403, 200));
    world.admin("DELETE", "/registries/moved.test/namespaces/crew", &Value::Null);
    assert_eq!((team(&of_registry, "moved.test", "team"), team(&of_namespace, "moved.test", "team")), (200, 401));
    world.admin("POST", "/registries/moved.test/namespaces", &json!({ "path": "crew", "owner": "olivia" }));
    assert_eq!(team(&of_namespace, "moved.test", "crew"), 401, "it does not come back");
    world.admin("DELETE", "/registries/moved.test", &Value::Null);
    assert_eq!(team(&of_registry, "moved.test", "team"), 401);
}

#[test]
fn tokens_and_passwords_end_with_whose_they_are() {
    let world = World::start();
    let (_, secret) = world.token("nora", &json!({}));
    let (_, others) = world.token("mia", &json!({}));
    let me = |secret: &str| by(&world, secret, "GET", "/me", "").status;
    assert_eq!((me(&secret), world.get("nora", "/me").status), (200, 200));
    world.admin("PATCH", "/users/nora", &json!({ "enabled": false }));
    assert_eq!((me(&secret), world.get("nora", "/me").status, me(&others)), (401, 401, 200));
    world.admin("PATCH", "/users/nora", &json!({ "enabled": true }));
    assert_eq!(me(&secret), 200);
    world.admin("DELETE", "/users/nora", &Value::Null);
    assert_eq!((me(&secret), world.get("nora", "/me").status), (401, 401));
    world.admin("POST", "/users", &json!({ "name": "nora", "password": Person::new("nora").password }));
    assert_eq!((me(&secret), world.get("nora", "/me").status), (401, 200), "another of the same name");
}

#[test]
fn who_is_no_administrator_any_more_is_none_at_once() {
    let world = World::start();
    world.admin("PATCH", "/users/nora", &json!({ "admin": true }));
    let (_, secret) = world.token("nora", &json!({}));
    assert_eq!((world.get("nora", "/state").status, by(&world, &secret, "GET", "/users/uma", "").status), (200, 200));
    world.admin("PATCH", "/users/nora", &json!({ "admin": false }));
    for (method, path, body) in [
        ("GET", "/state", ""),
        ("GET", "/audit", ""),
        ("GET", "/access/what-can?user=uma", ""),
        ("POST", "/groups", r#"{"name":"fresh"}"#),
        ("POST", "/access/simulate", r#"{"changes":[]}"#),
        ("PATCH", "/users/nora", r#"{"admin":true}"#),
    ] {
        let mine = world.ask(Person::new("nora").credentials(), method, path, body).status;
        assert_eq!((mine, by(&world, &secret, method, path, body).status), (403, 403), "{method} {path}");
    }
    assert_eq!(by(&world, &secret, "GET", "/users/uma", "").status, 404);
}

#[test]
fn a_narrow_token_gets_nowhere_by_detours() {
    let world = World::start();
    let (_, narrow) = world.token("admin", &json!({ "registry": "registry.test", "namespace": "team" }));
    for (method, path, body) in [
        ("GET", "/registries/registry.test/namespaces/team%2Fapp", ""),
        ("GET", "/registries/registry.test/namespaces/TEAM", ""),
        ("GET", "/registries/spare.test/namespaces/team", ""),
        ("GET", "/registries/registry.test/namespaces", ""),
        ("GET", "/namespaces?filter=path+team", ""),
        ("GET", "/access/explain?registry=registry.test&repository=team/app", ""),
        ("POST", "/access/simulate", r#"{"changes":[{"method":"DELETE","path":"/api/v1/registries/registry.test/namespaces/team"}]}"#),
        ("POST", "/state/apply", r#"{"document":{"version":1}}"#),
        ("POST", "/registries/registry.test/namespaces", r#"{"path":"team"}"#),
        ("DELETE", "/registries/registry.test", ""),
    ] {
        let answer = by(&world, &narrow, method, path, body);
        assert!(matches!(answer.status, 403 | 404), "{method} {path}: {} {}", answer.status, answer.text());
        assert!(!answer.text().contains("olivia"), "{}", answer.text());
    }
    assert_eq!(by(&world, &narrow, "GET", "/registries/registry.test/namespaces/team", "").status, 200);
    // A key does not bring back what a wider token has made.
    let (_, wide) = world.token("admin", &json!({}));
    let headers = [("idempotency-key", "wide-1"), ("content-type", "application/json")];
    let url = format!("{}/api/v1/groups", world.spectacles().url());
    let create = |secret: &str| {
        crate::support::http::send(&reqwest::Method::POST, &url, Credentials::Bearer(secret), &headers, r#"{"name":"fresh"}"#).status
    };
    assert_eq!((create(&wide), create(&narrow), create(&wide)), (201, 403, 201));
    // It is no password, neither here nor for registries.
    assert_eq!(world.ask(Credentials::Basic("admin", &wide), "GET", "/me", "").status, 401);
    let token = world.spectacles().token(Credentials::Basic("admin", &wide), &[("service", "registry.test")]);
    assert_eq!(token.status, 401, "{}", token.text());
}

#[test]
fn guesses_at_the_current_password_are_limited() {
    let world = World::start();
    let mia = Person::new("mia");
    let guess = |number: u32| {
        let body = json!({ "current": format!("wrong-{number}"), "new": "Another-1-that-is-longer" });
        world.ask(mia.credentials(), "PUT", "/me/password", &body.to_string()).status
    };
    let statuses: Vec<u16> = (0..30).map(guess).collect();
    assert_eq!(statuses[0], 403);
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    assert_eq!(world.get("mia", "/me").status, 200, "she is not locked out by that");
}

#[test]
fn nobody_fills_the_memory_with_secrets() {
    let world = World::start();
    let olivia = Person::new("olivia");
    let statuses: Vec<u16> = (0..101).map(|_| world.ask(olivia.credentials(), "POST", "/services/ci/secrets", "{}").status).collect();
    assert_eq!((statuses[99], statuses[100]), (201, 409));
}
