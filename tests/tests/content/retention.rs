//! Policies of retention, carried out on a registry.

use super::{Shelf, at};
use crate::support::image::Image;
use crate::support::world::{Role, World};
use serde_json::{Value, json};

fn policy() -> String {
    format!("/registries/{}/namespaces/team/retention", World::SERVICE)
}

fn set(shelf: &Shelf, who: Role, policy_is: &Value) -> u16 {
    shelf.ask(&who.person(), "PUT", &policy(), &policy_is.to_string()).status
}

fn run(shelf: &Shelf, who: Role, dry_run: bool) -> crate::support::http::Answer {
    shelf.ask(&who.person(), "POST", &format!("{}/runs", policy()), &json!({ "dry_run": dry_run }).to_string())
}

#[test]
fn what_no_rule_keeps_is_deleted_and_the_trail_says_by_which_rules() {
    let shelf = Shelf::filled(&[]);
    shelf.world.provide(&Image::new("old"), "team/app:old");
    shelf.sync();
    let rules = json!({ "keep": [{ "matching": ["a", "d"] }] });
    assert_eq!(shelf.ask(&Role::Owner.person(), "GET", &policy(), "").status, 404);
    for (who, expected) in [(Role::Nobody, 404), (Role::Read, 403), (Role::Full, 403), (Role::Owner, 200)] {
        assert_eq!(set(&shelf, who, &rules), expected, "{who:?}");
    }
    assert_eq!(run(&shelf, Role::Full, false).status, 403);
    let tried = run(&shelf, Role::Owner, true).json();
    let verdicts: Vec<String> = tried["repositories"][0]["verdicts"]
        .as_array()
        .expect("verdicts")
        .iter()
        .map(|verdict| format!("{} {}", verdict["tag"].as_str().expect("a tag"), verdict["kept_by"].as_str().unwrap_or("goes")))
        .collect();
    assert_eq!(verdicts, ["a matching a d", "b goes", "c goes", "d matching a d", "old goes"]);
    assert_eq!(shelf.held("team/app"), "a b c d old");
    let done = run(&shelf, Role::Owner, false);
    assert_eq!(done.status, 200, "{}", done.text());
    // This registry deletes by digest only, and `a` is the same image as `b` and `c`: they stay.
    assert_eq!((shelf.tags("team/app").as_str(), shelf.held("team/app").as_str()), ("a b c d", "a b c d"));
    let trail = shelf.deleted();
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0]["details"]["retention"], json!({ "namespace": "team", "kept_by_none_of": ["matching a d"] }));
}

#[test]
fn what_is_immutable_is_deleted_by_nobody() {
    let shelf = Shelf::filled(&[]);
    assert_eq!(set(&shelf, Role::Owner, &json!({ "immutable": ["d", "b"] })), 200);
    let refused = shelf.ask(&Role::Administrator.person(), "DELETE", &format!("{}/tags/d", at("team/app")), "");
    assert_eq!(refused.status, 409, "{}", refused.text());
    let refused = shelf.ask(&Role::Administrator.person(), "DELETE", &format!("{}/tags/a?with_siblings=true", at("team/app")), "");
    assert_eq!(refused.status, 409, "`b` would go with it: {}", refused.text());
    assert_eq!(shelf.held("team/app"), "a b c d");
    assert_eq!(shelf.get(&Role::Read.person(), &format!("{}/tags/d", at("team/app")))["immutable"], true);
    // A policy without rules deletes nothing.
    let done = run(&shelf, Role::Owner, false);
    assert_eq!((done.status, done.json()["repositories"].clone()), (200, json!([])));
    assert_eq!(shelf.ask(&Role::Owner.person(), "DELETE", &policy(), "").status, 204);
    assert_eq!(shelf.ask(&Role::Administrator.person(), "DELETE", &format!("{}/tags/d", at("team/app")), "").status, 200);
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let shelf = Shelf::filled(&[]);
    for rules in [
        json!({ "keep": [{ "last": 0 }] }),
        json!({ "keep": [{ "first": 3 }] }),
        json!({ "keep": [{ "matching": ["a b"] }] }),
        json!({ "keep": [{ "last": -1 }] }),
        json!({ "kept": [] }),
        json!({ "immutable": [""] }),
        json!({ "immutible": ["v*"] }),
    ] {
        assert_eq!(set(&shelf, Role::Owner, &rules), 400, "{rules}");
    }
}
