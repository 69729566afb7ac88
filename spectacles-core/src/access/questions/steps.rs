//! Every rule of a decision, in the order of asking, and why it did not decide.

mod general;
mod namespaces;
mod paths;

use super::super::{Because, RegistryState, Rule, Subject};
use super::{Questions, Sight};
use crate::model::{Circumstances, Terms};
use crate::name::RepositoryName;
use crate::right::Actions;
use serde::Serialize;
use std::borrow::Cow;

/// One rule, and what came of asking it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Step {
    /// A word for the rule.
    pub rule: Cow<'static, str>,
    /// What came of it.
    pub state: State,
    /// What it gave of what was requested, before anything was taken away.
    pub gives: Actions,
    /// A sentence for people.
    pub text: String,
}

/// What came of asking a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "StepState")]
pub enum State {
    /// It said what is allowed, or took something away.
    Decided,
    /// It was asked and had nothing to say.
    PassedOver,
    /// A rule before it had decided.
    NotReached,
    /// It is not for this subject, this repository, or this registry.
    DoesNotApply,
}

/// What is retraced.
#[derive(Clone, Copy)]
pub(super) struct Trace<'a> {
    pub(super) questions: Questions<'a>,
    pub(super) registry: &'a RegistryState,
    pub(super) subject: Subject<'a>,
    pub(super) repository: &'a RepositoryName,
    pub(super) requested: Actions,
    pub(super) sight: Sight,
}

impl Step {
    fn new(rule: &'static str, state: State, text: impl Into<String>) -> Self {
        Self { rule: rule.into(), state, gives: Actions::NONE, text: text.into() }
    }

    fn passed_over(rule: &'static str, text: impl Into<String>) -> Self {
        Self::new(rule, State::PassedOver, text)
    }

    fn not_for_him(rule: &'static str, text: impl Into<String>) -> Self {
        Self::new(rule, State::DoesNotApply, text)
    }

    fn not_reached(rule: &'static str) -> Self {
        Self::new(rule, State::NotReached, "an earlier rule has decided")
    }
}

impl Trace<'_> {
    /// All steps.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let goes_on = self.begin(&mut steps);
        if goes_on {
            self.by_namespace(&mut steps);
            self.by_path(&mut steps);
            self.by_being_public(&mut steps);
        } else {
            let rest = namespaces::words().chain(["path", "public"]);
            steps.extend(rest.map(Step::not_reached));
        }
        self.read_only(&mut steps);
        steps
    }

    /// A rule that decided, in the words of a reason.
    fn decided(&self, rule: Rule, gives: Actions) -> Step {
        let because = match self.registry.namespaces.governing(self.repository) {
            Some(namespace) => Because::namespace(rule, namespace.id),
            None => Because::plain(rule),
        };
        let text = because.named(self.questions.facts, self.subject).text;
        Step { rule: rule.as_str().into(), state: State::Decided, gives, text }
    }
}

/// Why something with terms does not hold: `ended on ..`, `holds only for requests from ..`; nothing when it holds.
fn why_not(terms: &Terms, circumstances: &Circumstances) -> Option<String> {
    if let Some(until) = terms.until.filter(|until| *until <= circumstances.at) {
        return Some(format!("ended on {until}"));
    }
    if terms.admit(circumstances.from) {
        return None;
    }
    let networks: Vec<_> = terms.networks.iter().map(ToString::to_string).collect();
    let from = match circumstances.from {
        Some(address) => format!("this one comes from {address}"),
        None => "it is not known where this one comes from".to_owned(),
    };
    Some(format!("holds only for requests from {}, and {from}", networks.join(", ")))
}
