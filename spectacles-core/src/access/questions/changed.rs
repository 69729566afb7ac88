//! What differs between two states of facts, as far as decisions see it.

use super::pattern::{Component, components};
use crate::access::entry::Part;
use crate::access::paths::share;
use crate::access::{AppFacts, Facts, GroupFacts, NamespaceEntry, RegistryFacts, RegistryState, ServiceAccountFacts, UserFacts};
use crate::id::{AppId, GroupId, RegistryId, ServiceAccountId, UserId};
use crate::model::{Circumstances, TimedGroup};
use crate::name::NamespacePath;
use std::collections::HashSet;
use std::sync::Arc;

/// Whom and what changes touch.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Users of whom something else is known, or of whose groups or apps.
    pub(super) users: HashSet<UserId>,
    /// The same of service accounts.
    pub(super) services: HashSet<ServiceAccountId>,
    /// Registries that are there in one state only, or are set otherwise.
    pub(super) registries: HashSet<RegistryId>,
    /// Namespaces of registries that are there in both.
    pub(super) namespaces: Vec<ChangedNamespace>,
}

/// A namespace that is there in one state only, or gives other rights.
#[derive(Debug)]
pub(super) struct ChangedNamespace {
    pub(super) registry: RegistryId,
    pub(super) path: NamespacePath,
    /// Whether it governs in one state what others govern in the other.
    pub(super) moved: bool,
}

impl Changed {
    pub(super) fn between(before: &Facts, after: &Facts, circumstances: &Circumstances) -> Self {
        let mut changed = Self::default();
        changed.of_users(before, after);
        changed.of_services(before, after);
        let groups: HashSet<GroupId> =
            differing(before.groups(), after.groups(), |group| group.id, |id| before.group(id), |id| after.group(id), GroupFacts::eq)
                .collect();
        let apps: HashSet<AppId> =
            differing(before.apps(), after.apps(), |app| app.id, |id| before.app(id), |id| after.app(id), AppFacts::eq).collect();
        for facts in [before, after] {
            changed.behind(facts, &groups, &apps, circumstances);
        }
        changed.registries = differing(
            before.registries(),
            after.registries(),
            |registry| registry.facts.id,
            |id| before.registry_with(id),
            |id| after.registry_with(id),
            |one, other| decide_alike(&one.facts, &other.facts),
        )
        .collect();
        for registry in before.registries() {
            if let Some(then) = after.registry_with(registry.facts.id) {
                namespaces(registry, then, &mut changed.namespaces);
            }
        }
        changed
    }

    fn of_users(&mut self, before: &Facts, after: &Facts) {
        let same = |one: &Arc<UserFacts>, other: &Arc<UserFacts>| {
            let rights = |user: &UserFacts| (user.admin, user.enabled, user.privileges, user.name.clone());
            Arc::ptr_eq(one, other) || (rights(one) == rights(other) && one.groups == other.groups)
        };
        let (of_before, of_after) = (|id| before.user_with(id), |id| after.user_with(id));
        self.users = differing(before.users(), after.users(), |user| user.id, of_before, of_after, same).collect();
    }

    fn of_services(&mut self, before: &Facts, after: &Facts) {
        let same = |one: &Arc<ServiceAccountFacts>, other: &Arc<ServiceAccountFacts>| {
            Arc::ptr_eq(one, other) || (one.app, one.enabled, &one.name) == (other.app, other.enabled, &other.name)
        };
        let (of_before, of_after) = (|id| before.service_with(id), |id| after.service_with(id));
        self.services = differing(before.services(), after.services(), |service| service.id, of_before, of_after, same).collect();
    }

    /// Members of groups and those who have to do with apps: what these are called is part of what is theirs by its path.
    fn behind(&mut self, facts: &Facts, groups: &HashSet<GroupId>, apps: &HashSet<AppId>, circumstances: &Circumstances) {
        let apps: Vec<&AppFacts> = apps.iter().filter_map(|app| facts.app(*app)).collect();
        if groups.is_empty() && apps.is_empty() {
            return;
        }
        let has_to_do =
            |of: &[TimedGroup], app: &AppFacts| share(of, &app.responsibles, circumstances) || share(of, &app.publications, circumstances);
        let touched = |user: &UserFacts| {
            user.groups.iter().any(|group| groups.contains(&group.group)) || apps.iter().any(|app| has_to_do(&user.groups, app))
        };
        self.users.extend(facts.users().filter(|user| touched(user)).map(|user| user.id));
        let runs = |service: &&Arc<ServiceAccountFacts>| service.app.is_some_and(|app| apps.iter().any(|changed| changed.id == app));
        self.services.extend(facts.services().filter(runs).map(|service| service.id));
    }
}

/// The ids of what is in one list only, or is not the same in both.
fn differing<'f, T: 'f, Id: Copy>(
    before: impl Iterator<Item = &'f T>,
    after: impl Iterator<Item = &'f T>,
    id: impl Fn(&T) -> Id,
    in_before: impl Fn(Id) -> Option<&'f T>,
    in_after: impl Fn(Id) -> Option<&'f T>,
    same: impl Fn(&T, &T) -> bool,
) -> impl Iterator<Item = Id> {
    let ids: Vec<Id> = before
        .filter(|thing| in_after(id(thing)).is_none_or(|other| !same(thing, other)))
        .map(&id)
        .chain(after.filter(|thing| in_before(id(thing)).is_none()).map(&id))
        .collect();
    ids.into_iter()
}

/// Whether decisions do not differ by what these say: how tokens are made is no matter of theirs.
fn decide_alike(one: &RegistryFacts, other: &RegistryFacts) -> bool {
    *one == RegistryFacts { token: one.token, ..other.clone() }
}

/// The same of namespaces of one path: who has what there.
fn decide_the_same(one: &NamespaceEntry, other: &NamespaceEntry) -> bool {
    let rights = |of: &NamespaceEntry| (of.owner(), of.public, of.members_right, of.groups_right, of.others_right);
    let same = |part: Part| {
        let holders = |of| NamespaceEntry::everybody(of, part).map(move |(holder, terms)| (holder.grantee(part), holder.right(), terms));
        holders(one).eq(holders(other))
    };
    rights(one) == rights(other) && [Part::Grants, Part::Members, Part::GroupGrants, Part::Groups].into_iter().all(same)
}

fn namespaces(before: &RegistryState, after: &RegistryState, changed: &mut Vec<ChangedNamespace>) {
    let registry = before.facts.id;
    let mut add = |path: &NamespacePath, moved| changed.push(ChangedNamespace { registry, path: path.clone(), moved });
    for namespace in before.namespaces.iter() {
        match after.namespaces.get(namespace.path.as_str()) {
            Some(then) if decide_the_same(namespace, then) => {}
            found => add(&namespace.path, found.is_none()),
        }
    }
    for namespace in after.namespaces.iter().filter(|namespace| before.namespaces.get(namespace.path.as_str()).is_none()) {
        add(&namespace.path, true);
    }
}

impl ChangedNamespace {
    /// Whether namespaces may have governed only parts of what it governs, or do so now.
    ///
    /// Whatever covers one name below literal components, and is not deeper, covers all of them. Below `*` it may be otherwise.
    pub(super) fn cuts(&self) -> bool {
        self.moved && components(&self.path).iter().any(Component::is_none)
    }
}
