//! Who can, what can, and what would change: lists as they are shown.

use super::{Principal, Who, is_false, registries, registry};
use crate::access::questions::{Answer, Area, Difference, Pattern, Questions, compare};
use crate::access::{Because, Facts, Reason, Rule, Subject};
use crate::name::{NamespacePath, RepositoryName, ServiceName};
use crate::right::Actions;
use crate::service::Error;
use serde::Serialize;
use std::ops::ControlFlow;

/// What somebody gets, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Given {
    /// What is allowed.
    pub allowed: Actions,
    /// Whether pull is among it only for requests that ask for push as well.
    pub pull_needs_push: bool,
    /// The rule that decided.
    pub because: Reason,
}

/// Who may do something with a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct WhoCan {
    /// The service of the registry.
    pub registry: ServiceName,
    /// The repository.
    pub repository: RepositoryName,
    /// What was asked for.
    pub requested: Actions,
    /// What everybody has who has logged in; nothing where that is nothing.
    pub everybody_else: Option<Given>,
    /// What groups bring, by name.
    pub groups: Vec<GroupAnswer>,
    /// Everybody who may do something of it: users, service accounts, somebody without credentials; each kind by name.
    pub principals: Vec<PrincipalAnswer>,
    /// Whether rights were left out because nobody said where the request comes from, and rights hold only for some networks.
    #[serde(default, skip_serializing_if = "is_false")]
    pub address_missing: bool,
}

/// What a group brings by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct GroupAnswer {
    /// Its name.
    pub group: String,
    /// To all of its members.
    pub allowed: Actions,
    /// To members with the privileges for it.
    pub with_privileges: Actions,
    /// A sentence for people.
    pub text: String,
}

/// Somebody who may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct PrincipalAnswer {
    /// Who.
    #[serde(flatten)]
    pub principal: Principal,
    /// What, and why.
    #[serde(flatten)]
    pub given: Given,
    /// Whether everybody has the same, so that it says nothing about him.
    pub like_everybody: bool,
}

/// Where somebody may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct AreaAnswer {
    /// The service of the registry.
    pub registry: ServiceName,
    /// How the repositories are written.
    pub area: Vec<Pattern>,
    /// The namespace that governs them.
    pub namespace: Option<NamespacePath>,
    /// One of them.
    pub repository: RepositoryName,
    /// What, and why.
    #[serde(flatten)]
    pub given: Given,
    /// Whether only paths give it, so that the namespace says nothing about it.
    pub by_path: bool,
}

/// What somebody may do more or less in another state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct WhatChanges {
    /// Who.
    #[serde(flatten)]
    pub principal: Principal,
    /// The service of the registry.
    pub registry: ServiceName,
    /// How the repositories are written.
    pub area: Pattern,
    /// One of them.
    pub repository: RepositoryName,
    /// What becomes possible.
    pub gained: Actions,
    /// What is not possible any more.
    pub lost: Actions,
    /// What he gets before; nothing where he or the registry is not there.
    pub before: Option<Given>,
    /// What he gets after.
    pub after: Option<Given>,
}

fn given(facts: &Facts, subject: Subject<'_>, answer: Answer) -> Given {
    let Answer { allowed, pull_needs_push, because } = answer;
    Given { allowed, pull_needs_push, because: because.named(facts, subject) }
}

/// Asks for everybody what he may do with a repository.
///
/// # Errors
/// [`Error::NotFound`] for the registry.
pub fn who_can(questions: &Questions<'_>, service: &ServiceName, repository: &RepositoryName, requested: Actions) -> Result<WhoCan, Error> {
    let registry = registry(questions.facts, service)?;
    let others = questions.everybody_else(registry, repository, requested);
    let is_general = |because: Because| matches!(because.rule, Rule::Others(_) | Rule::Public) && because.path.is_none();
    let mut principals: Vec<PrincipalAnswer> = questions
        .who_can(registry, repository, requested)
        .map(|holding| PrincipalAnswer {
            like_everybody: is_general(holding.answer.because) && holding.answer.allowed == others.allowed,
            principal: holding.subject.into(),
            given: given(questions.facts, holding.subject, holding.answer),
        })
        .collect();
    let order = |kind: &str| ["user", "service", "anonymous"].iter().position(|known| *known == kind);
    principals.sort_unstable_by(|one, other| {
        (order(&one.principal.kind), &one.principal.name).cmp(&(order(&other.principal.kind), &other.principal.name))
    });
    let mut groups: Vec<GroupAnswer> = questions
        .groups_that_can(registry, repository, requested)
        .map(|holding| {
            let by_namespace = holding.namespace.map_or(Actions::NONE, |(_, actions)| actions);
            let with_privileges = holding.path.map_or(Actions::NONE, |(_, actions)| actions) - by_namespace;
            let group = holding.group.name.to_string();
            let text = match (by_namespace.is_empty(), with_privileges.is_empty()) {
                (false, false) => "by its rights on the namespace, and by the path to members with the privileges",
                (false, true) => "by its rights on the namespace",
                (true, _) => "by the path, to members with the privileges",
            };
            GroupAnswer { group, allowed: by_namespace, with_privileges, text: text.to_owned() }
        })
        .collect();
    groups.sort_unstable_by(|one, other| one.group.cmp(&other.group));
    let everybody_else = (!others.allowed.is_empty()).then(|| given(questions.facts, Subject::Anonymous, others));
    let address_missing = questions.lack_an_address();
    Ok(WhoCan { registry: service.clone(), repository: repository.clone(), requested, everybody_else, groups, principals, address_missing })
}

/// Lists what somebody may do, on one registry or on all, in no order within a registry. `each` may break off.
///
/// # Errors
/// [`Error::NotFound`] for the registry, the user or the service account.
pub fn what_can<B>(
    questions: &Questions<'_>,
    service: Option<&ServiceName>,
    who: &Who,
    mut each: impl FnMut(AreaAnswer) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, Error> {
    let subject = who.subject(questions)?;
    let registries = registries(questions.facts, service)?;
    Ok(questions.what_can(subject, registries, |area: &Area<'_>, answer| {
        each(AreaAnswer {
            registry: area.registry.facts.service.clone(),
            area: area.patterns.to_vec(),
            namespace: area.namespace.map(|namespace| namespace.path.clone()),
            repository: area.representative.clone(),
            given: given(questions.facts, subject, answer),
            by_path: matches!(answer.because.rule, Rule::Path(_)),
        })
    }))
}

/// Lists what would change if these were the facts; see [`compare`]. `each` may break off.
pub fn what_changes<'f, B>(
    questions: Questions<'f>,
    after: &'f Facts,
    also: &[RepositoryName],
    mut each: impl FnMut(WhatChanges) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut last: Option<WhatChanges> = None;
    compare(questions, after, also, |difference: Difference<'f>| {
        let of = |facts, subject: Option<Subject<'_>>, answer: Option<Answer>| Some(given(facts, subject?, answer?));
        let change = WhatChanges {
            principal: difference.subject().into(),
            registry: difference.registry.facts.service.clone(),
            gained: difference.gained(),
            lost: difference.lost(),
            before: of(questions.facts, difference.subject_before, difference.before),
            after: of(after, difference.subject_after, difference.after),
            area: difference.pattern,
            repository: difference.repository,
        };
        // What lies in one area in both states may have been asked for by two names.
        let same = |last: &WhatChanges| WhatChanges { repository: change.repository.clone(), ..last.clone() } == change;
        if last.as_ref().is_some_and(same) {
            return ControlFlow::Continue(());
        }
        last = Some(change.clone());
        each(change)
    })
}
