//! Why a decision is what it is.

use super::advice::Suggestion;
use super::steps::{State, Step, Trace};
use super::{Answer, Questions};
use crate::access::decide::by_namespace;
use crate::access::{NamespaceIndex, Reason, RegistryState, Rule, Subject};
use crate::model::Anonymous;
use crate::name::RepositoryName;
use crate::right::Actions;
use serde::Serialize;
use std::borrow::Cow;

/// How much an explanation may tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything there is: for administrators.
    Everything,
    /// What whoever is explained may know himself: no other users, no groups he is not in, no namespaces on which he has nothing. Of a
    /// namespace on which he has nothing it says the same as where there is none.
    Own,
}

/// A decision with all that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What is allowed.
    pub answer: Answer,
    /// The rule that decided, in words.
    pub because: Reason,
    /// Every rule, in the order of asking.
    pub steps: Vec<Step>,
    /// What stood above the rules and was felt.
    pub ceilings: Vec<Ceiling>,
    /// What would allow what is missing, each by itself: it was tried. Empty where nothing is missing, or where nothing helps.
    pub advice: Vec<Suggestion>,
}

/// Something that keeps rights from counting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Ceiling {
    /// A word for it.
    pub rule: Cow<'static, str>,
    /// A sentence for people.
    pub text: String,
}

impl<'f> Questions<'f> {
    /// Explains a decision. Whoever calls this with [`Sight::Own`] has checked that the asker is the subject, or that the subject is nobody.
    pub fn explain(
        &self,
        registry: &RegistryState,
        subject: Subject<'f>,
        repository: &RepositoryName,
        requested: Actions,
        sight: Sight,
    ) -> Explained {
        if sight == Sight::Own && !registry.namespaces.is_empty() && !self.has_something(registry, subject, repository) {
            // What is not there cannot be told of.
            let without = RegistryState { facts: registry.facts.clone(), namespaces: NamespaceIndex::default() };
            return self.explain(&without, subject, repository, requested, sight);
        }
        let trace = Trace { questions: *self, registry, subject, repository, requested, sight };
        let answer = self.answer(registry, subject, repository, requested);
        let mut because = answer.because.named(self.facts, subject);
        if answer.because.rule == Rule::NoNamespace {
            because.text = trace.no_namespace();
        }
        let steps = trace.steps();
        let given = steps.iter().fold(Actions::NONE, |given, step| given | step.gives);
        let ceilings = steps.iter().filter_map(|step| ceiling(step, requested - given)).collect();
        Explained { answer, because, steps, ceilings, advice: trace.advice(answer) }
    }

    /// Whether the namespace that governs a repository gives somebody anything.
    fn has_something(&self, registry: &RegistryState, subject: Subject<'_>, repository: &RepositoryName) -> bool {
        let Some(namespace) = registry.namespaces.governing(repository) else { return false };
        if let Subject::Administrator(_) | Subject::System = subject {
            return !subject.is_disabled();
        }
        let (_, rights) = by_namespace(subject, namespace, &self.circumstances);
        let by_right = registry.facts.policy.has_namespaces() && !rights.allow(Actions::ALL).is_empty();
        let is_public = namespace.public && registry.facts.anonymous == Anonymous::Pull;
        registry.facts.enabled && !subject.is_disabled() && (by_right || is_public)
    }
}

/// The step as a ceiling, where it is one and was felt. `missing` is what no rule gave.
fn ceiling(step: &Step, missing: Actions) -> Option<Ceiling> {
    let felt = match &*step.rule {
        "registry-disabled" | "user-disabled" | "service-disabled" | "read-only" => step.state == State::Decided,
        "path-not-published" => step.state == State::PassedOver && !missing.is_empty(),
        _ => false,
    };
    felt.then(|| Ceiling { rule: step.rule.clone(), text: step.text.clone() })
}
