//! Pages show to each role what the table of rights says: a page is there for whoever may read what it shows, and a form for whoever may do what it
//! does. None is offered that would be refused, and none is missing.

use super::rights::operations;
use super::rights_table::{Row, TABLE};
use super::rights_world::{ROLES, World};
use crate::support::server::Person;
use crate::support::web::{Form, Visitor};
use std::collections::{BTreeMap, BTreeSet};

/// A page, and the operations that its forms carry out. What is in braces stands for whoever looks.
struct Shown {
    page: &'static str,
    /// What it shows in the API, where that is at another path; nothing where it shows nothing of the API.
    reads: Reads,
    forms: &'static [&'static str],
}

enum Reads {
    /// The same path.
    Same,
    /// What is created there by one of the forms.
    New,
    /// The page is there for these, in the order of the roles.
    Table([u16; 7]),
}

const fn shown(page: &'static str, reads: Reads, forms: &'static [&'static str]) -> Shown {
    Shown { page, reads, forms }
}

const ALL: Reads = Reads::Table([200; 7]);
/// Those who read everything.
const READERS: Reads = Reads::Table([403, 403, 403, 403, 403, 200, 200]);

#[rustfmt::skip]
const PAGES: &[Shown] = &[
    shown("/", ALL, &[]),
    shown("/about", ALL, &[]),
    shown("/activity", ALL, &[]),
    shown("/search?q=team", ALL, &[]),
    shown("/repositories", Reads::Same, &[]),
    shown("/access", ALL, &[]),
    shown("/access/what?kind=user&name={me}", ALL, &[]),
    shown("/access/matrix", READERS, &[]),
    shown("/audit", READERS, &[]),
    shown("/audit/decisions", READERS, &[]),
    shown("/audit/verify", READERS, &[]),
    shown("/keys", READERS, &[]),
    shown("/password", ALL, &[]),
    shown("/users", Reads::Same, &[]),
    shown("/users/new", Reads::New, &["users.create"]),
    shown("/users/{me}", Reads::Same, &["users.change"]),
    shown("/users/uma", Reads::Same, &["users.change"]),
    shown("/users/vito", Reads::Table([404, 404, 404, 404, 404, 200, 200]), &["users.delete"]),
    shown("/users/{me}/tokens", Reads::Same, &["tokens.create"]),
    shown("/users/uma/tokens", Reads::Same, &["tokens.create"]),
    shown("/groups", Reads::Same, &[]),
    shown("/groups/new", Reads::New, &["groups.create"]),
    shown("/groups/devs", Reads::Same, &["groups.change", "groups.delete", "groups.members.add", "groups.members.delete"]),
    shown("/apps", Reads::Same, &[]),
    shown("/apps/new", Reads::New, &["apps.create"]),
    shown("/apps/shop", Reads::Same, &["apps.change", "apps.delete", "apps.responsibles.add", "apps.responsibles.delete", "apps.publications.add", "apps.publications.delete"]),
    shown("/services", Reads::Same, &[]),
    shown("/services/new", Reads::New, &["services.create"]),
    shown("/services/ci", Reads::Same, &["services.change", "services.delete", "services.secrets.create"]),
    shown("/registries", Reads::Same, &[]),
    shown("/registries/new", Reads::New, &["registries.create"]),
    shown("/registries/registry.test", Reads::Same, &["registries.change", "registries.delete", "registries.sync", "registries.test"]),
    shown("/registries/spare.test", Reads::Same, &["registries.delete"]),
    shown("/registries/closed.test", Reads::Same, &["registries.change"]),
    shown("/namespaces", ALL, &[]),
    shown("/namespaces/new", Reads::New, &["namespaces.create"]),
    shown("/registries/registry.test/namespaces/team", Reads::Same, &["namespaces.change", "namespaces.delete", "namespaces.grants.set", "namespaces.grants.delete", "namespaces.assignments.set", "namespaces.assignments.delete"]),
];

/// Rows of the table about an operation on what a page shows.
fn about<'t>(operation: &'t str, page: &'t str) -> impl Iterator<Item = &'static Row> + 't {
    let thing = page.strip_suffix("/new").unwrap_or(page);
    // Namespaces are created on a registry that the form asks for.
    let is_there = move |path: &str| path.starts_with(thing) || path.ends_with(thing);
    TABLE.iter().filter(move |row| row.operation == operation && is_there(row.path))
}

/// Whether somebody in this place of the roles may do it, in one way at least. That it cannot be done as things are is no refusal.
fn may(operation: &str, page: &str, place: usize) -> bool {
    let mut rows = about(operation, page).peekable();
    assert!(rows.peek().is_some(), "the table of rights has no {operation} on {page}");
    rows.any(|row| !matches!(row.roles[place], 401 | 403 | 404))
}

fn expected(shown: &Shown, place: usize) -> u16 {
    match &shown.reads {
        Reads::Table(table) => table[place],
        Reads::New => {
            if shown.forms.iter().any(|operation| may(operation, shown.page, place)) {
                200
            } else {
                403
            }
        }
        Reads::Same => {
            let row = TABLE.iter().find(|row| row.path == shown.page && row.body.is_empty() && is_read(row.operation));
            row.unwrap_or_else(|| panic!("the table of rights does not say who reads {}", shown.page)).roles[place]
        }
    }
}

fn is_read(operation: &str) -> bool {
    [".show", ".list", ".everywhere"].iter().any(|end| operation.ends_with(end))
}

#[test]
fn each_role_sees_the_pages_and_the_forms_that_are_for_it() {
    let world = World::start();
    let mut wrong = Vec::new();
    let mut forms_of = BTreeMap::<&str, BTreeSet<String>>::new();
    for (place, (role, name)) in ROLES.into_iter().enumerate() {
        let mut visitor = Visitor::signed_in(&world.spectacles().url(), &Person::new(name));
        for shown in PAGES {
            let path = shown.page.replace("{me}", name);
            let answer = visitor.get(&path);
            let status = expected(shown, place);
            if answer.status != status {
                wrong.push(format!("{path} as {role} is {} instead of {status}", answer.status));
                continue;
            }
            let forms = Form::all(&answer.text());
            let offered: BTreeSet<String> = forms.iter().map(|form| form.value("_do").to_owned()).filter(|form| !form.is_empty()).collect();
            forms_of.entry(shown.page).or_default().extend(offered.clone());
            for operation in shown.forms {
                match (offered.contains(*operation), status == 200 && may(operation, shown.page, place)) {
                    (true, false) => wrong.push(format!("{path} offers {operation} to {role}, who is refused")),
                    (false, true) => wrong.push(format!("{path} does not offer {operation} to {role}, who may do it")),
                    (true, true) | (false, false) => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // What is new on a page, or gone from it, is to be said above.
    let known = operations(&world);
    for shown in PAGES {
        let there = &forms_of[shown.page];
        let is_for_anybody = |form: &&&str| (0..ROLES.len()).any(|place| may(form, shown.page, place));
        let missing: Vec<_> = shown.forms.iter().filter(is_for_anybody).filter(|form| !there.contains(**form)).collect();
        assert!(missing.is_empty(), "{} has no form for {missing:?}, for nobody", shown.page);
        assert!(there.iter().all(|form| known.contains_key(form)), "{}: {there:?}", shown.page);
    }
}

#[test]
fn who_is_not_signed_in_is_asked_to() {
    let world = World::start();
    let mut visitor = Visitor::new(&world.spectacles().url());
    for shown in PAGES {
        let path = shown.page.replace("{me}", "nora");
        let answer = visitor.get(&path);
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location").starts_with("/login"), "{path}: {}", answer.header("location"));
    }
}
