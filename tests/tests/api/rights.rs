//! Everybody gets of every operation what the table says, and no operation is left out of it.

use super::rights_table::{Row, TABLE};
use super::rights_world::{ROLES, TOKENS, World, limits};
use crate::support::http::Credentials;
use crate::support::server::Person;
use std::cell::Cell;
use std::collections::BTreeMap;

/// The method and the path of each operation, by its name, as the description of the API has them.
pub(super) fn operations(world: &World) -> BTreeMap<String, (String, String)> {
    let description = world.ask(Credentials::None, "GET", "/openapi.json", "").json();
    let mut operations = BTreeMap::new();
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for (method, operation) in
            methods.as_object().expect("methods").iter().filter(|(_, operation)| operation["operationId"].is_string())
        {
            let name = operation["operationId"].as_str().expect("a name").to_owned();
            operations.insert(name, (method.to_uppercase(), path.clone()));
        }
    }
    operations
}

/// Whether a path of the table is one of an operation.
pub(super) fn fits(path: &str, template: &str) -> bool {
    let (path, _) = path.split_once('?').unwrap_or((path, ""));
    let (parts, known): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
    parts.len() == known.len() && parts.iter().zip(known).all(|(part, known)| known.starts_with('{') || *part == known)
}

/// What is wrong with what the rows come to, for whoever `who` says in a column.
fn differences(
    world: &World,
    columns: &[&str],
    expected: impl Fn(&Row, usize) -> u16,
    who: impl Fn(usize) -> (String, Option<String>),
) -> Vec<String> {
    let operations = operations(world);
    let mut wrong = Vec::new();
    for row in TABLE {
        let (method, _) = &operations[row.operation];
        for (place, column) in columns.iter().enumerate() {
            let (name, token) = who(place);
            let (path, body) = (world.filled(row.path, &name), world.filled(row.body, &name));
            let person = Person::new(&name);
            let credentials = token.as_deref().map_or(person.credentials(), Credentials::Bearer);
            let answer = world.ask(credentials, method, &path, &body);
            if answer.status != expected(row, place) {
                let text = answer.text();
                wrong.push(format!(
                    "{} as {column}: {} instead of {}: {method} {path} {body}: {text}",
                    row.operation,
                    answer.status,
                    expected(row, place)
                ));
            }
            if method != "GET" && answer.status < 300 {
                world.reset();
            }
        }
    }
    wrong
}

#[test]
fn every_operation_is_in_the_table() {
    let world = World::start();
    let operations = operations(&world);
    assert!(operations.len() > 60, "{operations:?}");
    let missing: Vec<_> = operations.keys().filter(|name| !TABLE.iter().any(|row| row.operation == *name)).collect();
    assert!(missing.is_empty(), "who may do these? {missing:?}");
    for row in TABLE {
        let (_, template) = operations.get(row.operation).unwrap_or_else(|| panic!("there is no operation {}", row.operation));
        assert!(fits(row.path, template), "{} is no path of {}, which has {template}", row.path, row.operation);
    }
}

#[test]
fn each_role_may_do_what_the_table_says() {
    let world = World::start();
    let wrong = differences(&world, &ROLES.map(|(role, _)| role), |row, place| row.roles[place], |place| (ROLES[place].1.to_owned(), None));
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_token_may_do_what_the_table_says() {
    let world = World::start();
    // What a token is limited to may go, and the token with it: each request has its own, in place of the one before.
    let before = Cell::new(None);
    let token = |place: usize| {
        if let Some(id) = before.take() {
            world.revoke("admin", id);
        }
        let (id, secret) = world.token("admin", &limits(TOKENS[place]));
        before.set(Some(id));
        ("admin".to_owned(), Some(secret))
    };
    let wrong = differences(&world, &TOKENS, |row, place| row.tokens[place], token);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn relations_can_be_made_so_twice_and_taken_away_once() {
    let world = World::start();
    let rita = Person::new("rita");
    for relation in ["publications", "responsibles"] {
        let path = format!("/registries/spare.test/{relation}/ops");
        let statuses = |method: &str| [0; 2].map(|_| world.ask(rita.credentials(), method, &path, "").status);
        let last = || world.admin("GET", "/audit?limit=1", &serde_json::Value::Null)["items"][0]["id"].clone();
        assert_eq!(statuses("PUT"), [200, 200]);
        let before = last();
        assert_eq!(world.ask(rita.credentials(), "PUT", &path, "{}").status, 200);
        assert_eq!(last(), before, "what is so already is no change");
        let gone = if relation == "publications" { 404 } else { 403 };
        assert_eq!(statuses("DELETE"), [204, gone], "{relation}: whoever answers no more may not either");
    }
}
