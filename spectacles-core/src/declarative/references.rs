//! What a document needs that is not in its own hands: that what it names is there, and that nothing is lost that must not be.

use super::document::Document;
use super::plan::{Kind, Object};
use super::read::Declaration;
use super::reader::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// Everything that stands in the way of a state.
pub(super) fn check(declaration: &Declaration, state: &Document, known: &Document) -> Vec<Problem> {
    let mut problems = dangling(declaration, state, known);
    problems.extend(orphans(state, known));
    problems.extend(same_slugs("groups", state.groups.iter().map(|(name, group)| (name, &group.slug))));
    problems.extend(same_slugs("apps", state.apps.iter().map(|(name, app)| (name, &app.slug))));
    let administrators = |document: &Document| document.users.values().filter(|user| user.admin && user.enabled).count();
    if administrators(known) > 0 && administrators(state) == 0 {
        problems.push(problem("users", "no enabled administrator would be left".to_owned()));
    }
    problems
}

fn problem(path: impl Display, message: String) -> Problem {
    Problem { at: None, path: path.to_string(), message }
}

/// Where something will be, or was.
fn has(document: &Document, object: &Object) -> bool {
    let name = object.name.as_str();
    match object.kind {
        Kind::User => document.users.contains_key(name),
        Kind::Group => document.groups.contains_key(name),
        Kind::App => document.apps.contains_key(name),
        Kind::Service => document.services.contains_key(name),
        // One without a URL was only named.
        Kind::Registry => document.registries.get(name).is_some_and(|registry| registry.url.is_some()),
        Kind::Namespace => false,
    }
}

fn dangling(declaration: &Declaration, state: &Document, known: &Document) -> Vec<Problem> {
    let mentions = declaration.references.iter().filter(|mention| !has(state, &mention.object));
    mentions
        .map(|mention| {
            let Object { kind, name } = &mention.object;
            let (kind, name) = (kind.as_str(), crate::name::excerpt(name));
            let message = match (&mention.object.kind, has(known, &mention.object)) {
                (_, true) => format!("{kind} `{name}` would be deleted, because this file does not mention it elsewhere"),
                (Kind::Registry, false) => format!("there is no registry `{name}`; give its `url` to create it"),
                (_, false) => format!("there is no {kind} `{name}`, neither in this file nor on the server"),
            };
            Problem { at: mention.at, path: mention.path.clone(), message }
        })
        .collect()
}

/// Users who would be deleted and own what stays.
fn orphans(state: &Document, known: &Document) -> Vec<Problem> {
    /// As many as somebody would read.
    const NAMED: usize = 5;
    let gone: BTreeSet<_> = known.users.keys().filter(|name| !state.users.contains_key(*name)).collect();
    let mut owned: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (service, registry) in state.registries.iter().filter(|_| !gone.is_empty()) {
        for (path, namespace) in &registry.namespaces {
            if let Some(owner) = namespace.owner.as_ref().filter(|owner| gone.contains(owner)) {
                owned.entry(owner).or_default().push(format!("{service} {path}"));
            }
        }
    }
    let tell = |(owner, namespaces): (_, Vec<String>)| {
        let more = namespaces.len().saturating_sub(NAMED);
        let named = namespaces.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let message = format!("the user would be deleted, and owns {named}{more}: give them to somebody else in this file, or delete them");
        problem(format_args!("users.{owner}"), message)
    };
    owned.into_iter().map(tell).collect()
}

type Said<'a> = &'a Option<Option<crate::name::Slug>>;

fn same_slugs<'a, N: AsRef<str> + 'a>(section: &str, things: impl Iterator<Item = (&'a N, Said<'a>)>) -> Vec<Problem> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, slug) in things {
        let name = name.as_ref();
        let slug = match slug {
            Some(slug) => slug.as_ref().map(ToString::to_string),
            None => name.parse().ok().map(|slug: crate::name::Slug| slug.to_string()),
        };
        let Some(slug) = slug else { continue };
        if let Some(first) = seen.get(&slug) {
            let message = format!("`{first}` has the slug `{slug}` as well; give one of them another one, or none: `slug: null`");
            problems.push(problem(format_args!("{section}.{name}.slug"), message));
        } else {
            seen.insert(slug, name);
        }
    }
    problems
}

/// Users whose default group is none of theirs. Looked at before what has expired is left out: a file is not wrong because time passes.
pub(super) fn default_groups(declaration: &Declaration) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, user) in &declaration.document.users {
        if let Some(default) = &user.default_group
            && let Some(group) = declaration.document.groups.get(default)
            && !group.members.contains_key(name)
        {
            let path = format!("users.{name}.default_group");
            let at = declaration.references.iter().find(|mention| mention.path == path).and_then(|mention| mention.at);
            problems.push(Problem { at, path, message: format!("`{name}` is not among the members of group `{default}`") });
        }
    }
    problems
}
