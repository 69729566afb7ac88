//! Deleting: what the registry confirms is gone here as well, and what it refuses stays.

use super::{Shelf, at, names};
use crate::support::image::Image;
use crate::support::world::{Role, World};
use serde_json::{Value, json};

/// Deletes one tag.
fn delete(shelf: &Shelf, who: Role, tag: &str, query: &str) -> crate::support::http::Answer {
    shelf.ask(&who.person(), "DELETE", &format!("{}/tags/{tag}{query}", at("team/app")), "")
}

fn several(shelf: &Shelf, wanted: &Value) -> Value {
    let answer = shelf.ask(&Role::Full.person(), "POST", &format!("{}/deletions", at("team/app")), &wanted.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// `tag outcome siblings`, one after the other.
fn told(deletions: &Value) -> String {
    let tag = |tag: &Value| {
        let siblings: Vec<_> = tag["siblings"].as_array().expect("siblings").iter().map(|tag| tag.as_str().expect("a tag")).collect();
        format!("{} {} [{}]", tag["tag"].as_str().expect("a tag"), tag["outcome"].as_str().expect("a word"), siblings.join(" "))
    };
    deletions["tags"].as_array().expect("tags").iter().map(tag).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_tag_that_shares_its_image_goes_only_when_the_others_may_go_too() {
    let shelf = Shelf::filled(&[]);
    let refused = delete(&shelf, Role::Full, "a", "");
    assert_eq!(refused.status, 409, "{}", refused.text());
    for word in ["`b`", "`c`", "with_siblings"] {
        assert!(refused.text().contains(word), "{word}: {}", refused.text());
    }
    assert!(!refused.text().contains("`d`"), "{}", refused.text());
    assert_eq!((shelf.tags("team/app").as_str(), shelf.held("team/app").as_str()), ("a b c d", "a b c d"));
    assert_eq!(shelf.deleted().len(), 0);

    let done = delete(&shelf, Role::Full, "a", "?with_siblings=true");
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(told(&done.json()), "a deleted [b c]");
    assert!(done.json()["note"].as_str().expect("a note").contains("garbage collection"));
    assert_eq!((shelf.tags("team/app").as_str(), shelf.held("team/app").as_str()), ("d", "d"));
    // The same image elsewhere is another one.
    assert_eq!(shelf.held("secret/plan"), "v1");
    let trail = shelf.deleted();
    assert_eq!(trail.len(), 1);
    assert_eq!((trail[0]["actor"].as_str(), trail[0]["object"].as_str()), (Some("fuller"), Some("tag registry.test team/app:a")));
    assert_eq!(trail[0]["details"]["siblings"], json!(["b", "c"]));
}

#[test]
fn a_sibling_that_nobody_here_knows_yet_is_not_lost_unasked() {
    let shelf = Shelf::filled(&[]);
    assert_eq!(delete(&shelf, Role::Full, "d", "").status, 200, "it was alone");
    shelf.world.provide(&Image::new("lonely"), "team/app:e");
    shelf.sync();
    shelf.world.provide(&Image::new("lonely"), "team/app:unknown");
    let refused = delete(&shelf, Role::Full, "e", "");
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("`unknown`"), "{}", refused.text());
    assert_eq!(shelf.held("team/app"), "a b c e unknown");
}

#[test]
fn only_what_was_seen_is_deleted() {
    let shelf = Shelf::filled(&[]);
    let seen = shelf.get(&Role::Full.person(), &format!("{}/tags/d", at("team/app")))["digest"].as_str().expect("a digest").to_owned();
    let other = shelf.get(&Role::Full.person(), &format!("{}/tags/a", at("team/app")))["digest"].as_str().expect("a digest").to_owned();
    assert_eq!(delete(&shelf, Role::Full, "d", &format!("?digest={other}")).status, 409);
    shelf.world.provide(&Image::new("pushed meanwhile"), "team/app:d");
    let refused = delete(&shelf, Role::Full, "d", &format!("?digest={seen}"));
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("look again"), "{}", refused.text());
    assert_eq!(shelf.held("team/app"), "a b c d");
    shelf.sync();
    assert_eq!(delete(&shelf, Role::Full, "d", "").status, 200);
    assert_eq!(shelf.held("team/app"), "a b c");
}

#[test]
fn what_the_registry_does_not_delete_stays_here() {
    let shelf = Shelf::filled(&[("REGISTRY_STORAGE_DELETE_ENABLED", "false")]);
    let refused = delete(&shelf, Role::Full, "d", "");
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("REGISTRY_STORAGE_DELETE_ENABLED"), "{}", refused.text());
    assert_eq!((shelf.tags("team/app").as_str(), shelf.held("team/app").as_str()), ("a b c d", "a b c d"));

    // It is known to be so without asking, once that was said.
    shelf.world.spectacles.command(&["registry", "set", World::SERVICE, "--delete-enabled", "false"]);
    let refused = delete(&shelf, Role::Administrator, "d", "");
    assert_eq!(refused.status, 409, "{}", refused.text());

    // A registry that is not there.
    shelf.world.spectacles.command(&["registry", "set", World::SERVICE, "--delete-enabled", "true", "--url", "http://127.0.0.1:1"]);
    let failed = delete(&shelf, Role::Administrator, "d", "");
    assert_eq!(failed.status, 502, "{}", failed.text());
    assert_eq!(shelf.tags("team/app"), "a b c d");
    assert_eq!(shelf.deleted().len(), 0);
}

#[test]
fn nobody_deletes_where_he_may_not_or_from_what_is_read_only() {
    let shelf = Shelf::filled(&[]);
    for (who, expected) in [(Role::Nobody, 404), (Role::Read, 403), (Role::Write, 403)] {
        for path in [format!("{}/tags/d", at("team/app")), at("team/app")] {
            assert_eq!(shelf.ask(&who.person(), "DELETE", &path, "").status, expected, "{who:?} {path}");
        }
        let body = r#"{"tags":["d"],"dry_run":true}"#;
        assert_eq!(shelf.ask(&who.person(), "POST", &format!("{}/deletions", at("team/app")), body).status, expected, "{who:?}");
    }
    let audrey = crate::support::server::Person::new("audrey");
    assert_eq!(shelf.ask(&audrey, "DELETE", &format!("{}/tags/d", at("team/app")), "").status, 403);
    shelf.world.spectacles.command(&["registry", "set", World::SERVICE, "--read-only", "true"]);
    for who in [Role::Full, Role::Owner, Role::Administrator] {
        let refused = delete(&shelf, who, "d", "");
        assert_eq!(refused.status, 403, "{who:?}: {}", refused.text());
        assert!(refused.text().contains("read-only"), "{}", refused.text());
    }
    assert_eq!((shelf.tags("team/app").as_str(), shelf.held("team/app").as_str()), ("a b c d", "a b c d"));
}

#[test]
fn several_tags_are_planned_and_deleted_and_each_is_told_of() {
    let shelf = Shelf::filled(&[]);
    let plan = several(&shelf, &json!({ "matching": ["a", "d"], "dry_run": true }));
    assert_eq!((told(&plan).as_str(), plan["dry_run"].as_bool()), ("a planned [b c], d planned []", Some(true)));
    assert_eq!(shelf.held("team/app"), "a b c d");
    // One that must stay does not keep the other.
    let done = several(&shelf, &json!({ "tags": ["a", "d", "ghost"] }));
    assert_eq!(told(&done), "a refused [b c], d deleted [], ghost absent []");
    assert_eq!((shelf.tags("team/app").as_str(), shelf.held("team/app").as_str()), ("a b c", "a b c"));
    // Those that were all meant are nobody's siblings.
    let done = several(&shelf, &json!({ "keep_last": 0 }));
    assert_eq!(told(&done), "a deleted [], b deleted [], c deleted []");
    assert_eq!((shelf.tags("team/app").as_str(), shelf.held("team/app").as_str()), ("no repository", ""));
    assert_eq!(shelf.ask(&Role::Full.person(), "POST", &format!("{}/deletions", at("team/app")), "{}").status, 404);
    let nothing = shelf.ask(&Role::Administrator.person(), "POST", &format!("{}/deletions", at("shared/tool")), "{}");
    assert_eq!(nothing.status, 400, "{}", nothing.text());
}

#[test]
fn a_repository_goes_with_all_its_tags_and_comes_back_with_what_was_said_of_it() {
    let shelf = Shelf::filled(&[]);
    let owner = Role::Owner.person();
    assert_eq!(shelf.ask(&owner, "PATCH", &at("team/app"), r#"{"description":"kept"}"#).status, 200);
    let plan = shelf.ask(&owner, "DELETE", &format!("{}?dry_run=true", at("team/app")), "").json();
    assert_eq!(told(&plan), "a planned [], b planned [], c planned [], d planned []");
    let done = shelf.ask(&owner, "DELETE", &at("team/app"), "");
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!((shelf.tags("team/app").as_str(), shelf.held("team/app").as_str()), ("no repository", ""));
    assert_eq!(names(&shelf.get(&owner, "/repositories")["items"], "name"), "shared/tool");
    shelf.world.provide(&Image::new("again"), "team/app:v2");
    shelf.sync();
    assert_eq!(shelf.get(&owner, &at("team/app"))["description"], "kept");
}
