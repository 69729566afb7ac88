//! How registries and the server find each other, by forms.

use super::desk::desk;
use crate::support::http::{self, Credentials};
use crate::support::web::{Form, plain};
use reqwest::Method;
use serde_json::{Value, json};

#[test]
fn administrators_say_how_a_registry_is_reached() {
    let desk = desk();
    desk.make("POST", "/registries", &json!({ "service": "x-connected.test", "url": "http://127.0.0.1:9" }));
    let mut root = desk.root();
    let path = "/registries/x-connected.test";
    let connection = |page: &str| Form::on(page, &["registries.change", "sync_seconds"]).expect("the form");
    let form = connection(&root.page(path));
    assert_eq!((form.value("login"), form.value("username"), form.value("sync_seconds")), ("token", "", "30"));
    // Who logs in without a name says none.
    assert_eq!(root.submit(&form.clone().with("sync_seconds", "3600")), path);
    assert_eq!(desk.read(path)["sync_seconds"], 3600);

    // A name without a password is refused, in this form and not in the one for other settings.
    let form = connection(&root.page(path));
    let refused = root.send(&form.clone().with("login", "basic").with("username", "reader"));
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(refused.text().matches("role=\"alert\"").count(), 1, "{}", refused.text());
    assert_eq!(connection(&refused.text()).value("username"), "reader");

    let form = form.with("login", "basic").with("username", "reader").with("password", "s3cret-of-it");
    root.submit(&form);
    let registry = desk.read(path);
    assert_eq!((&registry["login"], &registry["username"]), (&json!("basic"), &json!("reader")));
    let page = root.page(path);
    assert!(!page.contains("s3cret-of-it"), "{page}");
    // Left empty, the password stays: the name can be changed without it.
    root.submit(&connection(&page).with("username", "other"));
    assert_eq!(desk.read(path)["username"], "other");
    let page = root.page(path);
    root.submit(&connection(&page).with("login", "none"));
    assert_eq!((&desk.read(path)["login"], &desk.read(path)["username"]), (&json!("none"), &Value::Null));
}

#[test]
fn managers_choose_how_often_it_is_looked_at_and_nothing_else() {
    let desk = desk();
    let manager = desk.user("looks-often");
    desk.make("POST", "/groups", &json!({ "name": "look-often" }));
    desk.make("POST", "/groups/look-often/members", &json!({ "users": ["looks-often"] }));
    desk.make("PATCH", "/users/looks-often", &json!({ "privileges": ["manager"] }));
    desk.make("POST", "/registries", &json!({ "service": "x-looked-at.test", "url": "http://127.0.0.1:9" }));
    desk.make("PUT", "/registries/x-looked-at.test/responsibles/look-often", &json!({}));
    let mut manager = desk.visitor(&manager);
    let form = Form::on(&manager.page("/registries/x-looked-at.test"), &["registries.change", "sync_seconds"]).expect("the form");
    assert!(!form.fields.iter().any(|(name, _)| name == "login" || name == "ca"), "{form:?}");
    manager.submit(&form.with("sync_seconds", "60"));
    assert_eq!(desk.read("/registries/x-looked-at.test")["sync_seconds"], 60);
    let ordinary = desk.user("looks-never");
    let page = desk.visitor(&ordinary).page("/registries/x-looked-at.test");
    assert!(!page.contains("name=\"_do\"") && !page.contains("rootcertbundle"), "{page}");
}

#[test]
fn the_secret_for_notifications_is_shown_once_where_it_belongs() {
    let desk = desk();
    desk.make("POST", "/registries", &json!({ "service": "x-tells.test", "url": "http://127.0.0.1:9" }));
    let mut root = desk.root();
    let path = "/registries/x-tells.test";
    let form = root.form(path, "registries.event_secret");
    let made = root.send(&form);
    assert_eq!(made.status, 200, "{}", made.text());
    let text = plain(&made.text());
    let url = format!("{}/api/v1/events/x-tells.test", desk.url());
    assert!(text.contains("notifications:") && text.contains(&format!("url: \"{url}\"")), "{text}");
    let (_, secret) = text.split_once("Authorization: [\"Bearer ").expect("the secret");
    let (secret, _) = secret.split_once('"').expect("its end");
    assert!(!root.page(path).contains(secret), "it is not shown again");
    let notify = |secret: &str| {
        let bearer = format!("Bearer {secret}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/vnd.docker.distribution.events.v1+json")];
        http::send(&Method::POST, &url, Credentials::None, &headers, r#"{"events":[]}"#).status
    };
    assert!(notify(secret) < 300, "{}", notify(secret));
    assert!(notify("wrong") >= 400);
}

#[test]
fn the_configuration_is_the_one_that_the_command_writes() {
    let desk = desk();
    desk.make("POST", "/registries", &json!({ "service": "x-told.test", "url": "http://127.0.0.1:5077" }));
    let page = plain(&desk.root().page("/registries/x-told.test"));
    for version in ["2.8", "3"] {
        let written = desk.printed(&["registry", "config", "x-told.test", "--version", version, "--server-url", &desk.url()]);
        assert!(written.contains("rootcertbundle") && page.contains(written.trim()), "{version}:\n{written}\n{page}");
    }
    assert!(page.contains("href=\"/jwks.json\"") && page.contains("href=\"/certificates.pem\""));
}
