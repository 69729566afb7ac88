//! What a document makes of what is known.

use super::document::Document;
use super::plan::{Object, Plan};
use super::read::Declaration;
use super::{Problem, Scope, changes, references};
use crate::model::is_current;
use crate::name::Slug;
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// What is to be, and what leads there.
#[derive(Debug, Clone)]
pub struct Target {
    /// What is to be known afterwards, of everything.
    pub state: Document,
    /// What differs from what is known.
    pub plan: Plan,
}

impl Target {
    /// Lays a declaration over what is known. With `prune`, what its scope has and it does not mention is to be deleted; administrators are
    /// not.
    ///
    /// # Errors
    /// What the declaration refers to and will not be there, and what must not be done.
    pub fn new(declaration: &Declaration, known: &Document, prune: bool, now: Timestamp) -> Result<Self, Vec<Problem>> {
        if prune && declaration.document.scope.is_none() {
            let message = "a file without a scope owns only what it mentions, so that nothing is left to prune; say what it owns, such as \
                           `scope: [groups, registries/registry.example.com]`";
            return Err(vec![Problem { at: None, path: "scope".to_owned(), message: message.to_owned() }]);
        }
        let mut problems = references::default_groups(declaration);
        let mut document = declaration.document.clone();
        document.settle(now);
        let unmentioned = unmentioned(&document, known);
        let mut state = overlay(document, known);
        let mut kept = BTreeSet::new();
        for object in unmentioned {
            if !prune || !remove(&mut state, &object) {
                kept.insert(object);
            }
        }
        forget_deleted(&mut state, known);
        problems.extend(references::check(declaration, &state, known));
        if !problems.is_empty() {
            problems.sort_by_key(|problem| problem.at);
            return Err(problems);
        }
        let changes = changes::between(known, &state);
        Ok(Self { state, plan: Plan { changes, unmentioned: kept.into_iter().collect() } })
    }
}

impl Document {
    /// Leaves out what has expired, and what is said although it goes without saying: two documents that mean the same are equal then.
    pub fn settle(&mut self, now: Timestamp) {
        for (name, group) in &mut self.groups {
            group.members.retain(|_, until| is_current(*until, now));
            settle_slug(name.as_str(), &mut group.slug);
        }
        for (name, app) in &mut self.apps {
            settle_slug(name.as_str(), &mut app.slug);
            app.responsible.retain(|_, until| is_current(*until, now));
            app.publication.retain(|_, until| is_current(*until, now));
        }
        for (name, user) in &mut self.users {
            if user.display_name.as_deref() == Some(name.as_str()) {
                user.display_name = None;
            }
        }
        for registry in self.registries.values_mut() {
            registry.responsible.retain(|_, until| is_current(*until, now));
            registry.publication.retain(|_, until| is_current(*until, now));
            for namespace in registry.namespaces.values_mut() {
                namespace.assigned.retain(|_, terms| is_current(terms.until, now));
                namespace.grants.retain(|_, granted| is_current(granted.terms.until, now));
            }
        }
    }

    /// Takes default groups away from those who are not in them.
    fn settle_default_groups(&mut self) {
        for (name, user) in &mut self.users {
            let is_in = |group| self.groups.get(group).is_some_and(|group: &super::DeclaredGroup| group.members.contains_key(name));
            if user.default_group.as_ref().is_some_and(|group| !is_in(group)) {
                user.default_group = None;
            }
        }
    }

    /// What is known, as it is compared.
    pub(crate) fn settled(mut self, now: Timestamp) -> Self {
        self.settle(now);
        self.settle_default_groups();
        self
    }
}

/// The slug that a name stands for is not said; nor that there is none, where the name cannot be one.
fn settle_slug(name: &str, slug: &mut Option<Option<Slug>>) {
    let usual = Slug::from_str(name).ok();
    if slug.as_ref() == Some(&usual) {
        *slug = None;
    }
}

/// Everything that is known, and is not mentioned although the document owns it.
fn unmentioned(document: &Document, known: &Document) -> Vec<Object> {
    let Some(scope) = &document.scope else { return Vec::new() };
    let mut missing = Vec::new();
    let mut look = |there: bool, object: Object| {
        if !there && scope.iter().any(|scope: &Scope| scope.has(&object)) {
            missing.push(object);
        }
    };
    known.users.keys().for_each(|name| look(document.users.contains_key(name), Object::user(name)));
    known.groups.keys().for_each(|name| look(document.groups.contains_key(name), Object::group(name)));
    known.apps.keys().for_each(|name| look(document.apps.contains_key(name), Object::app(name)));
    known.services.keys().for_each(|name| look(document.services.contains_key(name), Object::service(name)));
    for (service, registry) in &known.registries {
        let mentioned = document.registries.get(service);
        look(mentioned.is_some(), Object::registry_named(service));
        for path in registry.namespaces.keys() {
            look(mentioned.is_some_and(|registry| registry.namespaces.contains_key(path)), Object::namespace(service, path));
        }
    }
    missing
}

/// What is mentioned as it is said, and the rest as it is known.
fn overlay(document: Document, known: &Document) -> Document {
    let mut state = Document { scope: None, assertions: Vec::new(), ..known.clone() };
    state.users.extend(document.users);
    state.groups.extend(document.groups);
    state.apps.extend(document.apps);
    state.services.extend(document.services);
    for (service, mut declared) in document.registries {
        let namespaces = std::mem::take(&mut declared.namespaces);
        let registry = state.registries.entry(service).or_default();
        if declared.url.is_some() {
            declared.namespaces = std::mem::take(&mut registry.namespaces);
            *registry = declared;
        }
        registry.namespaces.extend(namespaces);
    }
    state
}

/// Takes a thing out, unless it is an administrator.
fn remove(state: &mut Document, object: &Object) -> bool {
    use super::Kind;
    let name = object.name.as_str();
    match object.kind {
        Kind::User if state.users.get(name).is_some_and(|user| user.admin) => return false,
        Kind::User => drop(state.users.remove(name)),
        Kind::Group => drop(state.groups.remove(name)),
        Kind::App => drop(state.apps.remove(name)),
        Kind::Service => drop(state.services.remove(name)),
        Kind::Registry => drop(state.registries.remove(name)),
        Kind::Namespace => {
            if let Some((service, path)) = name.rsplit_once(' ')
                && let Some(registry) = state.registries.get_mut(service)
            {
                registry.namespaces.remove(path);
            }
        }
    }
    true
}

/// What is deleted goes from every list it is in, as it does in the store. Owners do not: that is refused.
fn forget_deleted(state: &mut Document, known: &Document) {
    fn gone<K: Ord + Clone, V>(known: &BTreeMap<K, V>, state: &BTreeMap<K, V>) -> BTreeSet<K> {
        known.keys().filter(|name| !state.contains_key(*name)).cloned().collect()
    }
    let users = gone(&known.users, &state.users);
    let groups = gone(&known.groups, &state.groups);
    let apps = gone(&known.apps, &state.apps);
    let services = gone(&known.services, &state.services);
    if !users.is_empty() || !groups.is_empty() || !apps.is_empty() || !services.is_empty() {
        state.groups.values_mut().for_each(|group| group.members.retain(|name, _| !users.contains(name)));
        for app in state.apps.values_mut() {
            app.responsible.retain(|name, _| !groups.contains(name));
            app.publication.retain(|name, _| !groups.contains(name));
        }
        for service in state.services.values_mut() {
            service.owner.take_if(|name| users.contains(name));
            service.app.take_if(|name| apps.contains(name));
        }
        use crate::service::GranteeName;
        let stays = |grantee: &GranteeName| match grantee {
            GranteeName::User(name) => !users.contains(name),
            GranteeName::Group(name) => !groups.contains(name),
            GranteeName::Service(name) => !services.contains(name),
        };
        for registry in state.registries.values_mut() {
            registry.responsible.retain(|name, _| !groups.contains(name));
            registry.publication.retain(|name, _| !groups.contains(name));
            for namespace in registry.namespaces.values_mut() {
                namespace.assigned.retain(|grantee, _| stays(grantee));
                namespace.grants.retain(|grantee, _| stays(grantee));
            }
        }
    }
    state.settle_default_groups();
}
