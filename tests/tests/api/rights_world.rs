//! A server for the table of rights: somebody in each role, and API tokens with each limit.

use super::desk::{Desk, administrator};
use crate::support::http::{self, Answer, Credentials};
use crate::support::server::{Person, Spectacles};
use crate::support::web::Visitor;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Who is in which role, in the order of the columns.
pub(super) const ROLES: [(&str, &str); 7] = [
    ("nobody", "nora"),
    ("member", "mia"),
    ("owner", "olivia"),
    ("responsible", "rita"),
    ("manager", "max"),
    ("auditor", "audrey"),
    ("administrator", "admin"),
];

/// The limits of API tokens, in the order of the columns.
pub(super) const TOKENS: [&str; 5] = ["any", "read", "groups", "registry", "namespace"];

/// Stands for a body that is a picture.
const PICTURE: &str = "a picture";

/// The running server.
pub(super) struct World {
    desk: Desk,
    number: AtomicUsize,
}

impl World {
    pub(super) fn start() -> Self {
        let mut spectacles = Spectacles::new().with("SPECTACLES_NAMESPACE_CREATION", "own-name");
        for (role, name) in ROLES {
            let more: &[&str] = if role == "administrator" { &["--admin"] } else { &[] };
            spectacles.create_user(&Person::new(name), more);
        }
        for name in ["uma", "vera"] {
            spectacles.create_user(&Person::new(name), &[]);
        }
        spectacles.serve(&[]);
        let world = Self { desk: Desk { spectacles }, number: AtomicUsize::new(0) };
        world.reset();
        world
    }

    /// Makes everything as it was.
    pub(super) fn reset(&self) {
        self.desk.admin("POST", "/state/apply", &json!({ "document": document(), "prune": true }));
    }

    /// One request, with whatever it needs beside.
    pub(super) fn ask(&self, who: Credentials<'_>, method: &str, path: &str, body: &str) -> Answer {
        let mut headers = Vec::new();
        if body == PICTURE {
            headers.push(("content-type", "image/png"));
        } else if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        if method == "PATCH" {
            headers.push(("if-match", "*"));
        }
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let picture = crate::support::image::png(8, 8);
        let body = if body == PICTURE { &picture } else { body.as_bytes() };
        http::send_bytes(&method, &format!("{}/api/v1{path}", self.desk.spectacles.url()), who, &headers, body)
    }

    /// The same for somebody with his password, for what is read.
    pub(super) fn get(&self, name: &str, path: &str) -> Answer {
        self.ask(Person::new(name).credentials(), "GET", path, "")
    }

    pub(super) fn admin(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.desk.admin(method, path, body);
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// A new API token of somebody, with these limits: its number and its secret.
    pub(super) fn token(&self, name: &str, limits: &Value) -> (u64, String) {
        self.token_with(name, &json!({ "limits": limits }))
    }

    /// The same with everything that may be said of one but its name.
    pub(super) fn token_with(&self, name: &str, more: &Value) -> (u64, String) {
        let mut body = more.clone();
        body["name"] = format!("token {}", self.number.fetch_add(1, Ordering::Relaxed)).into();
        let made = self.ask(Person::new(name).credentials(), "POST", &format!("/users/{name}/tokens"), &body.to_string());
        assert_eq!(made.status, 201, "{}", made.text());
        let made = made.json();
        (made["id"].as_u64().expect("an id"), made["secret"].as_str().expect("a secret").to_owned())
    }

    /// The number of a new session of somebody.
    fn session(&self, name: &str) -> String {
        let person = Person::new(name);
        Visitor::signed_in(&self.desk.spectacles.url(), &person);
        let sessions = self.ask(person.credentials(), "GET", &format!("/users/{name}/sessions"), "").json();
        sessions["items"].as_array().and_then(|sessions| sessions.last()).expect("a session")["id"].to_string()
    }

    /// Takes an API token away, where it is still there.
    pub(super) fn revoke(&self, name: &str, id: u64) {
        let status = self.ask(Person::new(name).credentials(), "DELETE", &format!("/users/{name}/tokens/{id}"), "").status;
        assert!(matches!(status, 204 | 404), "{status}");
    }

    /// A path or a body with everything put in that is between braces. `name` is whoever makes the request.
    pub(super) fn filled(&self, text: &str, name: &str) -> String {
        let mut text = text.replace("{me}", name).replace("{password}", &Person::new(name).password);
        if text.contains("{token of uma}") {
            text = text.replace("{token of uma}", &self.token("uma", &json!({})).0.to_string());
        }
        if text.contains("{token}") {
            text = text.replace("{token}", &self.token(name, &json!({})).0.to_string());
        }
        if text.contains("{session of uma}") {
            text = text.replace("{session of uma}", &self.session("uma"));
        }
        if text.contains("{session}") {
            text = text.replace("{session}", &self.session(name));
        }
        if text.contains("{secret}") {
            text = text.replace("{secret}", &self.admin("POST", "/services/ci/secrets", &json!({}))["id"].to_string());
        }
        text
    }

    /// What the server has logged so far.
    pub(super) fn log(&mut self) -> String {
        self.desk.spectacles.server().log()
    }

    pub(super) fn spectacles(&self) -> &Spectacles {
        &self.desk.spectacles
    }
}

/// What a token that is called so is limited to.
pub(super) fn limits(called: &str) -> Value {
    match called {
        "read" => json!({ "read_only": true }),
        "groups" => json!({ "kinds": ["groups"] }),
        "registry" => json!({ "registry": "registry.test" }),
        "namespace" => json!({ "registry": "registry.test", "namespace": "team" }),
        _ => json!({}),
    }
}

/// All there is beside administrators, API tokens and secrets.
fn document() -> Value {
    let admin = administrator().name;
    json!({
        "version": 1,
        "scope": ["users", "groups", "apps", "services", "registries"],
        "users": {
            "nora": { "email": "nora@example.com" }, "mia": { "email": "mia@example.com" }, "olivia": {}, "uma": { "email": "uma@example.com" },
            "vito": {}, "vera": {}, "rita": { "privileges": ["manager"], "default_group": "ops" }, "max": { "privileges": ["manager"], "default_group": "far" },
            "audrey": { "auditor": true }, admin: { "admin": true },
        },
        "groups": { "devs": { "members": ["mia"] }, "ops": { "members": ["rita", "vito"] }, "far": { "members": ["max", "uma"] } },
        "apps": { "shop": { "responsible": ["devs"], "publication": ["ops"] }, "till": { "responsible": ["far"], "publication": ["devs", "far"] } },
        "services": { "ci": { "owner": "olivia", "app": "shop" }, "cd": { "owner": "uma", "app": "till" } },
        "registries": {
            "registry.test": {
                "url": "http://127.0.0.1:9",
                "responsible": ["ops"], "publication": ["ops", "devs"],
                "namespaces": {
                    "team": { "owner": "olivia", "assigned": [{ "user": "mia" }], "grants": [{ "user": "uma", "right": "READ" }] },
                    "shared": { "owner": "uma", "others_right": "READ", "grants": [{ "group": "far", "right": "FULL" }] },
                    "secret": { "owner": "uma", "grants": [{ "user": "vito", "right": "READ" }] },
                },
            },
            "spare.test": { "url": "http://127.0.0.1:9", "responsible": ["ops"], "publication": ["far"] },
            "closed.test": { "url": "http://127.0.0.1:9", "enabled": false, "responsible": ["ops"], "namespaces": { "team": { "owner": "olivia" } } },
        },
    })
}
