//! Whether what must hold does.

use super::document::{Assertion, Document, Whom};
use crate::access::{Decision, Facts, Question, Subject, decide, subject_of};
use crate::model::Circumstances;
use crate::right::Actions;
use crate::time::Timestamp;
use serde::Serialize;
use std::fmt;

/// An assertion that does not hold, for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct BrokenAssertion {
    /// Where it is in the document: `assert[2]`.
    pub path: String,
    /// Whom it is about.
    pub subject: String,
    /// The registry and the repository.
    pub repository: String,
    /// What must be allowed, and is not.
    pub missing: Actions,
    /// What must not be allowed, and is.
    pub excess: Actions,
    /// The rule that decided.
    pub because: String,
}

/// `assert[2]: user bob must not push registry.example.com/prod/app, and may: user bob owns namespace prod`.
impl fmt::Display for BrokenAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, subject, repository, missing, excess, because } = self;
        match missing.is_empty() {
            false => write!(f, "{path}: {subject} must be able to {missing} {repository}, and is not: {because}"),
            true => write!(f, "{path}: {subject} must not {excess} {repository}, and may: {because}"),
        }
    }
}

/// Asks the decision function about every assertion of a document, by the facts that it would lead to.
pub fn check_assertions(document: &Document, facts: &Facts, admin_bypass: bool, now: Timestamp) -> Vec<BrokenAssertion> {
    let mut broken = Vec::new();
    for (index, assertion) in document.assertions.iter().enumerate() {
        let subjects: Vec<Subject<'_>> = match &assertion.who {
            Whom::Anonymous => vec![Subject::Anonymous],
            Whom::User(name) => facts.user(name.as_str()).map(|user| subject_of(user, admin_bypass)).into_iter().collect(),
            Whom::Service(name) => facts.service(name.as_str()).map(|service| Subject::Service(service)).into_iter().collect(),
            Whom::Group(name) => {
                let id = facts.groups().find(|group| group.name == *name).map(|group| group.id);
                let is_in = |user: &&std::sync::Arc<crate::access::UserFacts>| {
                    user.groups.iter().any(|group| Some(group.group) == id && group.is_current(now))
                };
                let mut members: Vec<_> = facts.users().filter(is_in).collect();
                members.sort_unstable_by(|one, other| one.name.cmp(&other.name));
                members.into_iter().map(|user| subject_of(user, admin_bypass)).collect()
            }
        };
        broken.extend(subjects.into_iter().flat_map(|subject| check(index, assertion, subject, facts, now)));
    }
    broken
}

fn check(index: usize, assertion: &Assertion, subject: Subject<'_>, facts: &Facts, now: Timestamp) -> Vec<BrokenAssertion> {
    let Assertion { registry, repository, may, must_not, from, .. } = assertion;
    let ask = |requested| {
        let circumstances = Circumstances { at: now, from: *from };
        let question = Question { subject, repository, requested, circumstances };
        decide(facts, facts.registry(registry.as_str()), &question)
    };
    let tell = |decision: Decision, missing, excess| BrokenAssertion {
        path: format!("assert[{index}]"),
        subject: subject.to_string(),
        repository: format!("{registry}/{repository}"),
        missing,
        excess,
        because: decision.because.named(facts, subject).text,
    };
    let wanted: Actions = may.iter().copied().collect();
    let decision = ask(wanted);
    let missing = wanted - decision.allowed;
    let missing = (!missing.is_empty()).then(|| tell(decision, missing, Actions::NONE));
    // By asking for everything, because WRITE gives more to those who ask for more.
    let decision = ask(Actions::ALL);
    let excess = decision.allowed & must_not.iter().copied().collect();
    let excess = (!excess.is_empty()).then(|| tell(decision, Actions::NONE, excess));
    missing.into_iter().chain(excess).collect()
}
