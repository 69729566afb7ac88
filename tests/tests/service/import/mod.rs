//! What importers make of other programs' rules, compared with what those programs would have decided.

mod docker_auth;
mod interpreter;

use crate::service::import::interpreter::{Interpreter, Request};
use serde_json::Value;
use spectacles_core::access::{Facts, Question, Subject, decide};
use spectacles_core::declarative::{Declaration, Tree};
use spectacles_core::import::Import;
use spectacles_core::model::Circumstances;
use spectacles_core::random::SystemRandom;
use spectacles_core::right::{Action, Actions};
use spectacles_core::service::{Administration, Request as StateRequest};
use spectacles_core::time::{SystemClock, Timestamp};
use spectacles_store::MemoryStore;
use std::sync::Arc;

/// What decisions rest on after an import into nothing, with some more users there.
async fn imported(import: &Import, more: &[&str]) -> Facts {
    let administration = Administration::new(Arc::new(MemoryStore::new()), Arc::new(SystemClock::new()), Arc::new(SystemRandom));
    let administration = administration.expect("threads can be started");
    let mut document = serde_json::to_value(&import.document).expect("documents are JSON");
    for user in more {
        document["users"][user] = Value::Object(Default::default());
    }
    let declaration = Declaration::read(&Tree::from(document)).expect("what an importer makes can be read");
    let request = StateRequest { declaration: &declaration, prune: false, rehearse: true, admin_bypass: true };
    let planned = administration.operator().state().plan(request).await.expect("what an importer makes can be planned");
    planned.facts.expect("something is changed").1
}

/// What is allowed after the import.
fn now_allowed(facts: &Facts, request: &Request<'_>) -> Actions {
    let subject = match request.account {
        "" => Subject::Anonymous,
        name => Subject::User(facts.user(name).unwrap_or_else(|| panic!("{name} is there"))),
    };
    let circumstances = Circumstances { at: Timestamp::from_unix_millis(1_700_000_000_000), from: request.from };
    let repository = &request.name.parse().expect("a repository");
    let requested = request.actions.iter().filter_map(|action| Action::parse(action)).collect();
    decide(facts, facts.registry(request.service), &Question { subject, repository, requested, circumstances }).allowed
}

/// What was allowed before it.
fn then_allowed(rules: &Interpreter, request: &Request<'_>) -> Actions {
    rules.authorize(request).iter().filter_map(|action| Action::parse(action)).collect()
}
