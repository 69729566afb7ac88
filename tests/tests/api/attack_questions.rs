//! Questions that are asked to learn more than one may.

use super::rights_world::World;
use serde_json::{Value, json};
use std::time::Instant;

#[test]
fn what_is_hidden_is_explained_like_what_is_not_there() {
    let world = World::start();
    world.admin("POST", "/registries/registry.test/namespaces", &json!({ "path": "shared/hidden", "owner": "uma" }));
    for name in ["nora", "mia", "max", "olivia"] {
        let explain = |repository: &str, more: &str| {
            let answer = world.get(name, &format!("/access/explain?registry=registry.test&repository={repository}{more}"));
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.text().replace(repository, "...")
        };
        for more in ["", "&anonymous=true", "&at=2020-01-01T00:00:00Z", "&from=10.0.0.1"] {
            assert_eq!(explain("secret/app", more), explain("absent/app", more), "{name}");
        }
        assert_eq!(explain("groups/ops2/app", ""), explain("groups/ghosts/app", ""), "{name}");
        assert_eq!(explain("apps/ghost/app", ""), explain("apps/ghostly/app", ""), "{name}");
        let areas = world.get(name, "/access/what-can").text();
        assert!(!areas.contains("hidden") && !areas.contains("secret"), "{name}: {areas}");
    }
    for hidden in ["apps/till/app", "groups/far/app"] {
        let explain = |repository: &str| {
            world.get("nora", &format!("/access/explain?registry=registry.test&repository={repository}")).text().replace(repository, "...")
        };
        let ghost = format!("{}/ghost/app", hidden.split('/').next().unwrap_or_default());
        assert_eq!(explain(hidden), explain(&ghost));
    }
}

#[test]
fn what_is_tried_neither_lasts_nor_costs_nor_tells() {
    let world = World::start();
    let before = (world.admin("GET", "/state", &Value::Null), world.admin("GET", "/audit?limit=1", &Value::Null));
    let change = |number: u32| json!({ "method": "POST", "path": "/api/v1/users", "body": { "name": format!("user-{number}"), "password": "Corr3ct-horse:trial" } });
    // Passwords cost some 15 ms each, more in a build for tests, and all who change something wait.
    let one = Instant::now();
    world.admin("POST", "/users", &json!({ "name": "zed", "password": "Corr3ct-horse:zed" }));
    let one = one.elapsed();
    world.admin("DELETE", "/users/zed", &Value::Null);
    let begun = Instant::now();
    let changes: Vec<_> = (0..100).map(change).collect();
    let tried = world.ask(
        crate::support::server::Person::new("audrey").credentials(),
        "POST",
        "/access/simulate",
        &json!({ "changes": changes }).to_string(),
    );
    assert_eq!(tried.status, 200, "{}", tried.text());
    assert!(begun.elapsed() < one * 60, "{:?} for a hundred, {one:?} for one", begun.elapsed());
    assert!(!tried.text().contains("horse") && !tried.text().contains("argon2"), "{}", tried.text());
    for change in [
        json!({ "method": "POST", "path": "/api/v1/users/admin/tokens", "body": { "name": "x" } }),
        json!({ "method": "PUT", "path": "/api/v1/me/password", "body": { "current": "x", "new": "y" } }),
        json!({ "method": "POST", "path": "/api/v1/state/apply", "body": { "document": { "version": 1 } } }),
        json!({ "method": "POST", "path": "/api/v1/access/simulate", "body": { "changes": [] } }),
        json!({ "method": "GET", "path": "/api/v1/users" }),
        json!({ "method": "POST", "path": "/api/v1/users", "body": { "name": "x", "password": "" } }),
        json!({ "method": "DELETE", "path": "/api/v1/users/ghost" }),
    ] {
        let tried = world.ask(
            crate::support::server::Person::new("audrey").credentials(),
            "POST",
            "/access/simulate",
            &json!({ "changes": [change] }).to_string(),
        );
        assert!(matches!(tried.status, 400 | 404), "{change}: {}", tried.text());
    }
    // A secret is made, and nobody reads it.
    let secret = json!({ "changes": [{ "method": "POST", "path": "/api/v1/services/ci/secrets", "body": {} }] });
    let tried = world.ask(crate::support::server::Person::new("audrey").credentials(), "POST", "/access/simulate", &secret.to_string());
    assert!(tried.status == 200 && !tried.text().contains("spectacles_"), "{}", tried.text());
    let after = world.admin("GET", "/state", &Value::Null);
    assert_eq!(before.0, after);
    let changed = world.admin("GET", "/audit?limit=3&fields=action", &Value::Null)["items"].clone();
    assert_eq!(changed[0]["action"], "user.delete", "nothing but zed was changed: {changed}");
}
