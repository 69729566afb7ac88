//! A server, and people who open its pages.

use crate::support::http::{self, Answer, Credentials};
use crate::support::server::{Person, Spectacles};
use crate::support::shared::Shared;
use crate::support::web::Visitor;
use reqwest::Method;
use serde_json::Value;
use std::sync::Arc;

/// The running server. Tests that change something make what they change themselves.
pub(super) struct Desk {
    spectacles: Spectacles,
}

pub(super) fn desk() -> Arc<Desk> {
    static DESK: Shared<Desk> = Shared::new();
    DESK.get(|| {
        let mut spectacles = Spectacles::new();
        spectacles.create_user(&root(), &["--admin"]);
        spectacles.create_user(&Person::new("ordinary"), &[]);
        spectacles.serve(&[]);
        Desk { spectacles }
    })
}

/// The administrator.
pub(super) fn root() -> Person {
    Person::new("root")
}

impl Desk {
    pub(super) fn url(&self) -> String {
        self.spectacles.url()
    }

    /// Somebody who has signed in.
    pub(super) fn visitor(&self, person: &Person) -> Visitor {
        Visitor::signed_in(&self.url(), person)
    }

    /// The administrator, signed in.
    pub(super) fn root(&self) -> Visitor {
        self.visitor(&root())
    }

    /// A new user, who has a password.
    pub(super) fn user(&self, name: &str) -> Person {
        let person = Person::new(name);
        self.make("POST", "/users", &serde_json::json!({ "name": name, "password": person.password }));
        person
    }

    /// What a command prints for people.
    pub(super) fn printed(&self, arguments: &[&str]) -> String {
        self.spectacles.printed(arguments)
    }

    /// One request to the API as the administrator.
    pub(super) fn api(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.api_as(&root(), method, path, body)
    }

    /// The same, for what must work.
    pub(super) fn make(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.api(method, path, body);
        assert!(answer.status < 300, "{method} {path}: {}", answer.text());
        answer.json()
    }

    pub(super) fn api_as(&self, person: &Person, method: &str, path: &str, body: &Value) -> Answer {
        let mut headers = Vec::new();
        headers.extend((!body.is_null()).then_some(("content-type", "application/json")));
        headers.extend((method == "PATCH").then_some(("if-match", "*")));
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        http::send(&method, &format!("{}/api/v1{path}", self.url()), person.credentials(), &headers, &body)
    }

    /// What the API says.
    pub(super) fn read(&self, path: &str) -> Value {
        let answer = self.api("GET", path, &Value::Null);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// Whether a secret of a service account is accepted.
    pub(super) fn status_of(&self, name: &str, secret: &str) -> u16 {
        self.spectacles.token(Credentials::Basic(name, secret), &[("service", "web.test")]).status
    }
}
