//! A server, and people who call it.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use super::document::{self, Exchange};
use crate::support::http::{self, Answer, Credentials};
use crate::support::server::{Person, Spectacles};
use crate::support::shared::Shared;
use crate::support::world::{Role, populate};

/// The running server. Tests that change something make what they change themselves.
pub(super) struct Desk {
    pub(super) spectacles: Spectacles,
}

pub(super) fn desk() -> Arc<Desk> {
    static DESK: Shared<Desk> = Shared::new();
    DESK.get(|| {
        let mut spectacles = Spectacles::new();
        populate(&spectacles, 9, &[]);
        spectacles.create_user(&Person::new("audrey"), &["--auditor"]);
        spectacles.serve(&[]);
        Desk { spectacles }
    })
}

impl Desk {
    /// One request with a body of JSON, or none where it is null.
    pub(super) fn call(&self, who: &Person, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut headers = headers.to_vec();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if !body.is_empty() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("content-type", "application/json"));
        }
        self.send(method, path, who.credentials(), &headers, &body)
    }

    /// One request. Whatever comes of it has to be what the OpenAPI document says.
    fn send(&self, method: &str, path: &str, who: Credentials<'_>, headers: &[(&str, &str)], body: &str) -> Answer {
        let verb = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = http::send(&verb, &format!("{}/api/v1{path}", self.spectacles.url()), who, headers, body);
        let body = serde_json::from_str(body).unwrap_or_default();
        document::check(&Exchange { method, path, body: &body, answer: &answer });
        answer
    }

    /// The same as the administrator, for what must work.
    pub(super) fn admin(&self, method: &str, path: &str, body: &Value) -> Answer {
        let headers: &[_] = if method == "PATCH" { &[("if-match", "*")] } else { &[] };
        let answer = self.call(&administrator(), method, path, headers, body);
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text());
        answer
    }

    pub(super) fn get(&self, path: &str) -> Value {
        self.admin("GET", path, &Value::Null).json()
    }

    pub(super) fn as_nobody(&self, method: &str, path: &str) -> Answer {
        self.send(method, path, Credentials::None, &[], "")
    }

    pub(super) fn make_user(&self, name: &str) {
        self.admin("POST", "/users", &json!({ "name": name }));
    }
}

pub(super) fn administrator() -> Person {
    Role::Administrator.person()
}

/// What a problem says is wrong where.
pub(super) fn places(answer: &Answer) -> Vec<String> {
    let problem = answer.json();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let place = |error: &Value| ["pointer", "parameter", "header"].iter().find_map(|kind| error[kind].as_str().map(str::to_owned));
    errors.iter().map(|error| place(error).expect("a place")).collect()
}
