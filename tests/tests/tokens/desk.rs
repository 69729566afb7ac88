//! A server with everything that questions about tokens are asked of, one for each framework. Tests that change something make
//! what they change themselves.

use std::sync::Arc;

use serde_json::Value;

use crate::support::http::{Answer, Credentials};
use crate::support::server::{Framework, Person, Spectacles};
use crate::support::shared::Shared;
use crate::support::token;
use crate::support::world::{Role, World, populate};

/// The registry of a [`World`]: `team`, `shared` and `secret`, and further namespaces made in [`more_namespaces`].
pub(super) const SERVICE: &str = World::SERVICE;
/// Admits pulling without credentials. Its `team` belongs to somebody else, `open` is public, `hidden` is not.
pub(super) const OTHER: &str = "other.test";
/// Is read-only; has a `team` of olivia.
pub(super) const FROZEN: &str = "frozen.test";
/// Is disabled; has a `team` of olivia.
pub(super) const CLOSED: &str = "closed.test";

/// The running server.
pub(super) struct Desk {
    pub(super) spectacles: Spectacles,
}

pub(super) fn axum() -> Arc<Desk> {
    static DESK: Shared<Desk> = Shared::new();
    DESK.get(|| Desk::open(Framework::Axum))
}

pub(super) fn poem() -> Arc<Desk> {
    static DESK: Shared<Desk> = Shared::new();
    DESK.get(|| Desk::open(Framework::Poem))
}

impl Desk {
    fn open(framework: Framework) -> Self {
        let mut spectacles = Spectacles::new();
        populate(&spectacles, 9, &[]);
        more_namespaces(&spectacles);
        more_registries(&spectacles);
        spectacles.serve(&["--framework", framework.as_str()]);
        Self { spectacles }
    }

    /// Asks for a token for some scopes of the first registry.
    pub(super) fn ask(&self, who: Credentials<'_>, scopes: &[&str]) -> Answer {
        self.ask_for(SERVICE, who, scopes)
    }

    pub(super) fn ask_for(&self, service: &str, who: Credentials<'_>, scopes: &[&str]) -> Answer {
        let mut query = vec![("service", service)];
        query.extend(scopes.iter().map(|scope| ("scope", *scope)));
        self.spectacles.token(who, &query)
    }

    /// What the token claims that somebody gets.
    pub(super) fn claims(&self, role: Role, scopes: &[&str]) -> Value {
        token::claims(&self.spectacles.bearer(&role.person(), SERVICE, scopes))
    }

    pub(super) fn actions(&self, role: Role, repository: &str, requested: &str) -> String {
        self.actions_on(SERVICE, role, repository, requested)
    }

    pub(super) fn actions_on(&self, service: &str, role: Role, repository: &str, requested: &str) -> String {
        self.spectacles.actions(role.person().credentials(), service, repository, requested)
    }
}

/// A member of the group `devs`, with no right of her own.
pub(super) fn gina() -> Person {
    Person::new("gina")
}

fn more_namespaces(spectacles: &Spectacles) {
    let namespace = |path: &str, more: &[&str]| {
        spectacles.command(&[&["namespace", "create", SERVICE, path, "--owner", "admin"], more].concat());
    };
    namespace("/", &["--others", "READ"]);
    namespace("open", &["--public"]);
    namespace("tree", &["--others", "READ"]);
    namespace("tree/branch", &[]);
    namespace("tree/*/leaf", &["--others", "FULL"]);
    namespace("tree/branch/leaf", &["--others", "WRITE"]);
    namespace("group-a", &[]);
    namespace("group-b", &[]);
    spectacles.create_user(&gina(), &[]);
    spectacles.command(&["group", "create", "devs"]);
    spectacles.command(&["group", "add", "devs", "gina"]);
    spectacles.command(&["namespace", "grant", SERVICE, "group-a", "--group", "devs", "FULL"]);
}

fn more_registries(spectacles: &Spectacles) {
    let registry = |service: &str, more: &[&str]| {
        spectacles.command(&[&["registry", "create", service, "--url", "http://127.0.0.1:9"], more].concat());
    };
    registry(OTHER, &["--anonymous", "pull", "--kid-style", "rfc7638", "--token-seconds", "600"]);
    spectacles.command(&["namespace", "create", OTHER, "team", "--owner", "nobody"]);
    spectacles.command(&["namespace", "create", OTHER, "open", "--owner", "admin", "--public"]);
    spectacles.command(&["namespace", "create", OTHER, "hidden", "--owner", "admin"]);
    registry(FROZEN, &["--read-only", "true"]);
    spectacles.command(&["namespace", "create", FROZEN, "team", "--owner", "olivia"]);
    registry(CLOSED, &[]);
    spectacles.command(&["namespace", "create", CLOSED, "team", "--owner", "olivia"]);
    spectacles.command(&["registry", "set", CLOSED, "--enabled", "false"]);
}

/// The same, and says what was asked when it is not so.
pub(super) fn refusal_of(asked: &str, answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{asked:?}: {}", answer.text());
    refusal(answer, status)
}

/// That an answer refuses in the form in which registries and their clients read errors, and returns the code in it.
pub(super) fn refusal(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.header("content-type").starts_with("application/json"), "{:?}", answer.headers);
    assert_eq!(answer.header("cache-control"), "no-store", "{:?}", answer.headers);
    let body = answer.json();
    let error = &body["errors"][0];
    assert!(!error["message"].as_str().expect("a message").is_empty(), "{body}");
    let code = error["code"].as_str().expect("a code");
    assert!(!code.is_empty() && code.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'), "{body}");
    code.to_owned()
}
