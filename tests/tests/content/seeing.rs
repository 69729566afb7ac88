//! Who sees which repositories, and what people say of them.

use super::{Shelf, at, names};
use crate::support::server::{Person, Spectacles};
use crate::support::world::{Role, World};

#[test]
fn everybody_sees_what_he_may_pull_and_nothing_else_is_there() {
    let shelf = Shelf::filled(&[]);
    let audrey = Person::new("audrey");
    for (who, seen, actions) in [
        (Role::Administrator.person(), "secret/plan shared/tool team/app", "pull,push,delete"),
        (audrey, "secret/plan shared/tool team/app", ""),
        (Role::Owner.person(), "shared/tool team/app", "pull,push,delete"),
        (Role::Full.person(), "shared/tool team/app", "pull,push,delete"),
        (Role::Write.person(), "shared/tool team/app", "pull,push"),
        (Role::Read.person(), "shared/tool team/app", "pull"),
        (Role::Nobody.person(), "shared/tool", "-"),
    ] {
        for path in ["/repositories?total=true", &format!("/registries/{}/repositories?total=true", World::SERVICE)] {
            let list = shelf.get(&who, path);
            assert_eq!(names(&list["items"], "name"), seen, "{} {path}", who.name);
            assert_eq!(list["total"], seen.split(' ').count(), "{} {path}", who.name);
        }
        // One after the other, as whoever turns pages sees them.
        let (mut pages, mut after) = (Vec::new(), String::new());
        loop {
            let page = shelf.get(&who, &format!("/repositories?limit=1{after}"));
            pages.push(names(&page["items"], "name"));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(pages.join(" "), seen, "{}", who.name);
        let app = shelf.ask(&who, "GET", &at("team/app"), "");
        let secret = if seen.contains("secret") { 200 } else { 404 };
        for (path, expected) in [
            (at("secret/plan"), secret),
            (format!("{}/tags", at("secret/plan")), secret),
            (format!("{}/tags/v1", at("secret/plan")), secret),
            (at("team/ghost"), 404),
            (format!("{}/tags/ghost", at("shared/tool")), 404),
        ] {
            assert_eq!(shelf.ask(&who, "GET", &path, "").status, expected, "{} {path}", who.name);
        }
        if actions == "-" {
            assert_eq!(app.status, 404, "{}", who.name);
            continue;
        }
        let app = app.json();
        let told: Vec<_> = app["actions"].as_array().expect("actions").iter().map(|action| action.as_str().expect("a word")).collect();
        // What the API says and what a token gives are the same.
        assert_eq!(told.join(","), actions, "{}", who.name);
        assert_eq!(
            shelf.world.spectacles.actions(who.credentials(), World::SERVICE, "team/app", "pull,push,delete"),
            actions,
            "{}",
            who.name
        );
        assert_eq!((app["namespace"].as_str(), app["tags"].as_u64()), (Some("team"), Some(4)));
        assert_eq!(app["address"], format!("{}/team/app", shelf.registry().host()));
    }
}

#[test]
fn a_tag_names_its_siblings_and_a_manifest_shows_what_is_in_it() {
    let shelf = Shelf::filled(&[]);
    let reader = Role::Read.person();
    let tag = shelf.get(&reader, &format!("{}/tags/b", at("team/app")));
    let siblings: Vec<_> = tag["siblings"].as_array().expect("siblings").iter().map(|tag| tag.as_str().expect("a tag")).collect();
    assert_eq!(siblings.join(" "), "a c");
    assert_eq!(tag["platforms"][0]["architecture"], "amd64");
    let digest = tag["digest"].as_str().expect("a digest").to_owned();
    let manifest = shelf.get(&reader, &format!("{}/manifests/{digest}", at("team/app")));
    assert_eq!((manifest["config"].clone(), manifest["tags"].as_array().expect("tags").len()), (tag["config"].clone(), 3));
    assert_eq!(manifest["details"]["layers"].as_array().expect("layers").len(), 1);
    assert!(manifest["referrers"].as_array().expect("referrers").is_empty());
    // What is in one repository is not to be read in another: `secret/plan` has this manifest as well, `shared/tool` has not.
    assert_eq!(shelf.ask(&reader, "GET", &format!("{}/manifests/{digest}", at("shared/tool")), "").status, 404);
    assert_eq!(shelf.ask(&Role::Nobody.person(), "GET", &format!("{}/manifests/{digest}", at("secret/plan")), "").status, 404);
}

#[test]
fn those_who_push_describe_and_those_who_answer_for_the_registry_vouch() {
    let shelf = Shelf::filled(&[]);
    let said = r##"{"description":"# The shop\n\nWhat customers see.","automated":true}"##;
    for (who, body, expected) in [
        (Role::Nobody.person(), said, 404),
        (Role::Read.person(), said, 403),
        (Role::Write.person(), said, 200),
        (Role::Owner.person(), r#"{"official":true}"#, 403),
        (Person::new("audrey"), said, 403),
        (Role::Administrator.person(), r#"{"official":true}"#, 200),
        (Role::Owner.person(), r#"{"description":"a\u0000b"}"#, 400),
        (Role::Owner.person(), &format!(r#"{{"description":"{}"}}"#, "ä".repeat(12_501)), 400),
    ] {
        let answer = shelf.ask(&who, "PATCH", &at("team/app"), body);
        assert_eq!(answer.status, expected, "{} {body:.40}: {}", who.name, answer.text());
    }
    let app = shelf.get(&Role::Read.person(), &at("team/app"));
    assert_eq!(
        (app["summary"].as_str(), app["official"].as_bool(), app["automated"].as_bool()),
        (Some("The shop"), Some(true), Some(true))
    );
    assert_eq!(app["description"], "# The shop\n\nWhat customers see.");
    let list = shelf.get(&Role::Read.person(), "/repositories?filter=official%20true");
    assert_eq!((names(&list["items"], "name").as_str(), list["items"][0].get("description")), ("team/app", None));
}

#[test]
fn a_star_is_given_once_by_everybody_who_sees() {
    let shelf = Shelf::filled(&[]);
    let star = format!("{}/star", at("team/app"));
    for (who, method, status, stars) in [
        (Role::Read.person(), "PUT", 200, 1),
        (Role::Read.person(), "PUT", 200, 1),
        (Role::Owner.person(), "PUT", 200, 2),
        (Role::Nobody.person(), "PUT", 404, 2),
        (Role::Owner.person(), "DELETE", 204, 1),
        (Role::Owner.person(), "DELETE", 204, 1),
    ] {
        assert_eq!(shelf.ask(&who, method, &star, "").status, status, "{} {method}", who.name);
        assert_eq!(shelf.get(&Role::Full.person(), &at("team/app"))["stars"], stars, "{} {method}", who.name);
    }
    let starred = |who: Role| shelf.get(&who.person(), &at("team/app"))["starred"].as_bool();
    assert_eq!((starred(Role::Read), starred(Role::Owner)), (Some(true), Some(false)));
}

#[test]
fn a_token_for_a_namespace_is_good_for_its_repositories_only() {
    let shelf = Shelf::filled(&[]);
    let admin = Role::Administrator.person();
    let limits = format!(r#"{{"name":"narrow","limits":{{"registry":"{}","namespace":"team"}}}}"#, World::SERVICE);
    let made = shelf.ask(&admin, "POST", "/users/admin/tokens", &limits);
    assert_eq!(made.status, 201, "{}", made.text());
    let secret = made.json()["secret"].as_str().expect("a secret").to_owned();
    for (path, expected) in [
        (at("team/app"), 200),
        (format!("{}/tags/a", at("team/app")), 200),
        (at("shared/tool"), 403),
        (at("team/ghost"), 404),
        (at("ghost/app"), 403),
        ("/repositories".to_owned(), 403),
        (format!("/registries/{}/repositories", World::SERVICE), 403),
    ] {
        let url = format!("{}/api/v1{path}", shelf.world.spectacles.url());
        let answer = crate::support::http::get(&url, crate::support::http::Credentials::Bearer(&secret));
        assert_eq!(answer.status, expected, "{path}: {}", answer.text());
    }
}

#[test]
fn names_that_hold_content_are_for_administrators_to_give_away() {
    let shelf = Shelf::filled_on(Spectacles::new().with("SPECTACLES_NAMESPACE_CREATION", "everyone"), &[]);
    shelf.world.provide(&crate::support::image::Image::new("loose"), "loose/app:v1");
    shelf.sync();
    let create = |who: Role, path: &str| {
        let body = format!(r#"{{"path":"{path}"}}"#);
        shelf.ask(&who.person(), "POST", &format!("/registries/{}/namespaces", World::SERVICE), &body)
    };
    let refused = create(Role::Nobody, "loose");
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(refused.text().contains("repositories already"), "{}", refused.text());
    assert_eq!(create(Role::Nobody, "loose/app").status, 403);
    assert_eq!(create(Role::Nobody, "loo").status, 201, "what only begins so is not below it");
    assert_eq!(create(Role::Administrator, "loose").status, 201);
}
