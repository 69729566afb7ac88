//! Secrets: shown once, made once.

use super::desk::desk;
use crate::support::http::{Credentials, get};
use crate::support::web::{Form, plain};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What is in the element of this id.
fn element(page: &str, id: &str) -> String {
    let (_, rest) = page.split_once(&format!("<pre id=\"{id}\" tabindex=\"0\"><code>")).unwrap_or_else(|| panic!("no {id}: {page}"));
    plain(rest.split("</code>").next().unwrap_or_default())
}

#[test]
fn a_secret_of_a_service_account_is_shown_once_with_what_clients_need() {
    let desk = desk();
    desk.make(
        "POST",
        "/registries",
        &json!({ "service": "web.test", "url": "http://127.0.0.1:9", "external_url": "https://web.test:5000" }),
    );
    desk.make("POST", "/services", &json!({ "name": "shown/once" }));
    let mut root = desk.root();
    let path = "/services/shown%2Fonce";
    let form = root.form(path, "services.secrets.create");
    let refused = root.send(&form.clone().with("networks", "192.0.2.0/24\r\nnonsense"));
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert!(!refused.text().contains("The new secret"));
    let answer = root.send(&form.with("until", "2030-01-31T12:00").with("networks", "127.0.0.0/8\r\n192.0.2.0/24"));
    assert_eq!(answer.status, 200);
    let page = answer.text();
    let secret = element(&page, "secret");
    assert_eq!(desk.status_of("robot$shown/once", &secret), 200, "it is the secret");
    assert_eq!(desk.status_of("robot$shown/once", "another"), 401);
    assert_eq!(element(&page, "docker"), "docker login --username 'robot$shown/once' web.test:5000");
    assert_eq!(element(&page, "podman"), "podman login --username 'robot$shown/once' web.test:5000");
    let config: Value = serde_json::from_str(&element(&page, "config")).expect("JSON");
    let auth = STANDARD.decode(config["auths"]["web.test:5000"]["auth"].as_str().expect("credentials")).expect("base64");
    assert_eq!(auth, format!("robot$shown/once:{secret}").into_bytes());
    assert!(element(&page, "kubernetes").contains("type: kubernetes.io/dockerconfigjson"));
    assert!(page.contains("127.0.0.0/8") && page.contains("192.0.2.0/24"), "{page}");
    assert!(!root.page(path).contains(&secret), "never again");

    let page = root.page(path);
    let form = Form::on(&page, &["services.secrets.delete"]).expect("a form");
    assert_eq!(root.submit(&form), path);
    assert_eq!(desk.status_of("robot$shown/once", &secret), 401);
}

#[test]
fn two_clicks_make_one() {
    let desk = desk();
    desk.make("POST", "/services", &json!({ "name": "clicked-twice" }));
    let mut root = desk.root();
    let form = root.form("/services/clicked-twice", "services.secrets.create");
    assert!(!form.value("_once").is_empty());
    let (first, second) = (root.send(&form), root.send(&form));
    assert_eq!((first.status, second.status), (200, 409));
    assert!(second.text().contains("cannot be shown again"), "{}", second.text());
    let count = |path: &str| desk.read(path)["items"].as_array().map(Vec::len);
    assert_eq!(count("/services/clicked-twice/secrets"), Some(1));
    let other = root.form("/services/clicked-twice", "services.secrets.create");
    assert_eq!(root.send(&other).status, 200, "whoever loads the page again means another one");
    assert_eq!(count("/services/clicked-twice/secrets"), Some(2));

    let form = root.form("/groups/new", "groups.create").with("name", "clicked twice");
    assert_eq!(root.submit(&form), "/groups/clicked%20twice");
    assert_eq!(root.submit(&form), "/groups/clicked%20twice", "as if it were one click");
}

#[test]
fn an_api_token_is_made_with_limits_and_revoked() {
    let desk = desk();
    let person = desk.user("makes-tokens");
    let mut visitor = desk.visitor(&person);
    let path = "/users/makes-tokens/tokens";
    let form = visitor.form(path, "tokens.create").with("name", "nightly").with("limits.read_only", "true");
    let answer = visitor.send(&form.and("limits.kinds", "users").and("limits.kinds", "groups"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let secret = element(&answer.text(), "secret");
    let me = get(&format!("{}/api/v1/me", desk.url()), Credentials::Bearer(&secret)).json();
    assert_eq!(me["limits"]["read_only"], true);
    assert_eq!(me["limits"]["kinds"], json!(["groups", "users"]));
    let page = visitor.page(path);
    assert!(page.contains("nightly") && page.contains("reading only") && !page.contains(&secret), "{page}");
    let mut root = desk.root();
    let page = root.page(path);
    assert!(Form::on(&page, &["tokens.create"]).is_none(), "nobody makes tokens that act for others");
    root.submit(&Form::on(&page, &["tokens.delete"]).expect("administrators revoke them"));
    assert_eq!(get(&format!("{}/api/v1/me", desk.url()), Credentials::Bearer(&secret)).status, 401);
}
