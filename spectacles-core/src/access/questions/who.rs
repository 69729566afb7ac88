//! Who can do something with a repository.

use super::super::paths::by_path;
use super::super::{GroupFacts, PathRule, RegistryState, Rule, Subject, UserFacts};
use super::{Answer, Questions};
use crate::id::UserId;
use crate::model::{Privileges, TimedGroup};
use crate::name::{RepositoryName, UserName};
use crate::right::{Actions, Rights};

/// Somebody who may do something.
#[derive(Debug, Clone, Copy)]
pub struct Holding<'f> {
    /// Who.
    pub subject: Subject<'f>,
    /// What, and why.
    pub answer: Answer,
}

/// What a group brings by itself, as far as a member has nothing of his own.
#[derive(Debug, Clone, Copy)]
pub struct GroupHolding<'f> {
    /// The group.
    pub group: &'f GroupFacts,
    /// By the governing namespace: the rule, and what it gives.
    pub namespace: Option<(Rule, Actions)>,
    /// By the path: the rule, and what it gives to members with every privilege.
    pub path: Option<(PathRule, Actions)>,
}

impl<'f> Questions<'f> {
    /// Everybody who may do something of `requested` with the repository, in no order: for each the decision is asked.
    pub fn who_can<'a>(
        &self,
        registry: &'a RegistryState,
        repository: &'a RepositoryName,
        requested: Actions,
    ) -> impl Iterator<Item = Holding<'f>> + use<'a, 'f> {
        let questions = *self;
        self.everybody()
            .map(move |subject| Holding { subject, answer: questions.answer(registry, subject, repository, requested) })
            .filter(|holding| !holding.answer.allowed.is_empty())
    }

    /// What somebody gets who has logged in and is in no group.
    pub fn everybody_else(&self, registry: &RegistryState, repository: &RepositoryName, requested: Actions) -> Answer {
        let Some(stranger) = stranger() else { return self.answer(registry, Subject::Anonymous, repository, requested) };
        self.answer(registry, Subject::User(&stranger), repository, requested)
    }

    /// The groups that have something there, in no order.
    pub fn groups_that_can<'a>(
        &self,
        registry: &'a RegistryState,
        repository: &'a RepositoryName,
        requested: Actions,
    ) -> impl Iterator<Item = GroupHolding<'f>> + use<'a, 'f> {
        let questions = *self;
        let groups = self.facts.groups().filter(move |_| registry.facts.enabled);
        groups.map(move |group| questions.of_group(group, registry, repository, requested)).filter(GroupHolding::has_something)
    }

    fn of_group(
        &self,
        group: &'f GroupFacts,
        registry: &RegistryState,
        repository: &RepositoryName,
        requested: Actions,
    ) -> GroupHolding<'f> {
        let alone = [TimedGroup::always(group.id)];
        let ceiling = if registry.facts.read_only { Actions::PULL } else { Actions::ALL };
        let something = |actions: Actions| Some(actions & requested & ceiling).filter(|actions| !actions.is_empty());
        let governing = registry.namespaces.governing(repository).filter(|_| registry.facts.policy.has_namespaces());
        let namespace = governing.and_then(|namespace| {
            let granted = namespace.group_grants(&alone, &self.circumstances).map(|rights| (Rule::GroupGrants(rights), rights));
            let (rule, rights) = granted.or_else(|| {
                let (group, right) = namespace.assigned_group(&alone, &self.circumstances)?;
                Some((Rule::AssignedGroup(group, right), Rights::from(right)))
            })?;
            Some((rule, something(rights.allow(requested))?))
        });
        let path = stranger().filter(|_| registry.facts.policy.has_paths()).and_then(|stranger| {
            let member = UserFacts { groups: alone.into(), privileges: Privileges::ALL, ..stranger };
            let (rule, actions) = by_path(self.facts, &registry.facts, Subject::User(&member), repository, &self.circumstances);
            Some((rule, something(actions)?))
        });
        GroupHolding { group, namespace, path }
    }
}

impl GroupHolding<'_> {
    /// What it brings to members with every privilege.
    pub fn allowed(&self) -> Actions {
        let of = |actions: Option<Actions>| actions.unwrap_or(Actions::NONE);
        of(self.namespace.map(|(_, actions)| actions)) | of(self.path.map(|(_, actions)| actions))
    }

    fn has_something(&self) -> bool {
        self.namespace.is_some() || self.path.is_some()
    }
}

/// A user whom no right can be of: his id comes from no sequence, and nobody may have his name.
fn stranger() -> Option<UserFacts> {
    const NOBODY: UserId = UserId::new(i64::MAX >> 4);
    // The longest name a user may have: there is none to collide with that would be a sensible one.
    let name: UserName = "nobody-nobody-nobody-nobody-nobody-nobody-nobody".parse().ok()?;
    Some(UserFacts::new(NOBODY, name))
}
