//! The questions people ask about decisions: [why](Questions::explain), [who can](Questions::who_can), [what can](Questions::what_can),
//! and [what would change](compare).
//!
//! Every answer is one of [`decide`]: an explanation only adds why the rules before were passed over, and lists only ask for everybody, or for
//! one repository of each [area](Area).

mod advice;
mod areas;
mod changed;
mod compare;
mod corners;
mod draft;
mod explain;
mod pattern;
mod remedy;
mod sides;
mod steps;
#[cfg(test)]
mod tests;
mod who;

pub use advice::Suggestion;
pub use areas::Area;
pub use compare::{Difference, compare};
pub use explain::{Ceiling, Explained, Sight};
pub use pattern::Pattern;
pub use steps::{State, Step};
pub use who::{GroupHolding, Holding};

use super::{Because, Facts, NamespaceEntry, Question, RegistryState, Rule, Subject, UserFacts, decide, subject_of};
use crate::model::Circumstances;
use crate::name::RepositoryName;
use crate::right::{Action, Actions, Right};

/// Facts to ask, and the circumstances to ask for.
#[derive(Debug, Clone, Copy)]
pub struct Questions<'f> {
    /// The facts.
    pub facts: &'f Facts,
    /// Whether the flag of administrators counts.
    pub admin_bypass: bool,
    /// When, and from where.
    pub circumstances: Circumstances,
}

/// A decision, as people need to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The requested actions that are allowed.
    pub allowed: Actions,
    /// Whether pull is among them only because the same request asked for push: somebody with WRITE uploads, and cannot download.
    pub pull_needs_push: bool,
    /// The rule that decided.
    pub because: Because,
}

impl Answer {
    /// What of it can be had by asking for nothing else.
    pub fn alone(&self) -> Actions {
        if self.pull_needs_push { self.allowed - Actions::PULL } else { self.allowed }
    }
}

/// `pull,push`, with a note where that is not the whole truth.
impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.allowed.fmt(f)?;
        if self.pull_needs_push { f.write_str(" (pull only with push)") } else { Ok(()) }
    }
}

impl<'f> Questions<'f> {
    /// A user as a subject.
    pub fn subject(&self, user: &'f UserFacts) -> Subject<'f> {
        subject_of(user, self.admin_bypass)
    }

    /// Everybody a question can be about: users, service accounts, and somebody without credentials.
    pub fn everybody(&self) -> impl Iterator<Item = Subject<'f>> + use<'f> {
        let bypass = self.admin_bypass;
        let users = self.facts.users().map(move |user| subject_of(user, bypass));
        users.chain(self.facts.services().map(|service| Subject::Service(service))).chain([Subject::Anonymous])
    }

    /// Whether some rights hold only for requests from some networks, and nobody said where this one comes from: then they do not count.
    pub fn lack_an_address(&self) -> bool {
        let mut namespaces = self.facts.registries().flat_map(|registry| registry.namespaces.iter());
        self.circumstances.from.is_none() && namespaces.any(NamespaceEntry::has_networks)
    }

    /// Asks for a decision.
    pub fn answer(&self, registry: &RegistryState, subject: Subject<'_>, repository: &RepositoryName, requested: Actions) -> Answer {
        let ask =
            |requested| decide(self.facts, Some(registry), &Question { subject, repository, requested, circumstances: self.circumstances });
        let decision = ask(requested);
        let pull_needs_push = decision.allowed.contains(Action::Pull)
            && requested.contains(Action::Push)
            && has_write(decision.because.rule)
            && ask(Actions::PULL).allowed.is_empty();
        Answer { allowed: decision.allowed, pull_needs_push, because: decision.because }
    }
}

impl Subject<'_> {
    /// Whether he may do nothing at all.
    pub(super) fn is_disabled(self) -> bool {
        match self {
            Self::Administrator(user) | Self::User(user) => !user.enabled,
            Self::Service(service) => !service.enabled,
            Self::System | Self::Anonymous => false,
        }
    }
}

/// Whether it is by a rule with WRITE: no other gives less to who asks for less.
fn has_write(rule: Rule) -> bool {
    match rule {
        Rule::Grant(right) | Rule::Member(right) | Rule::AssignedGroup(_, right) | Rule::Others(right) => right == Right::Write,
        Rule::GroupGrants(rights) => rights.iter().any(|right| right == Right::Write),
        Rule::UnknownRegistry
        | Rule::RegistryDisabled
        | Rule::System
        | Rule::UserDisabled
        | Rule::ServiceDisabled
        | Rule::Administrator
        | Rule::NoNamespace
        | Rule::Nobody
        | Rule::Owner
        | Rule::Path(_)
        | Rule::Public => false,
    }
}
