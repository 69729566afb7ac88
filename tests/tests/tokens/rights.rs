//! What is granted: what was asked for and is allowed, no more.

use serde_json::json;

use super::desk::{CLOSED, Desk, FROZEN, OTHER, SERVICE, gina, refusal};
use crate::support::http::Credentials;
use crate::support::token;
use crate::support::world::Role;

through_both_frameworks!(
    each_right_gives_what_was_asked_for_and_no_more,
    what_is_denied_is_left_out_and_no_error,
    the_catalog_is_for_administrators,
    rights_end_at_the_registry,
    rights_of_a_group_end_at_the_namespace,
    an_unknown_registry_is_refused,
    a_disabled_registry_gives_nothing,
    a_read_only_registry_is_only_read,
    the_deepest_namespace_governs,
    every_scope_of_a_request_is_answered,
    scopes_of_one_repository_are_one,
);

fn each_right_gives_what_was_asked_for_and_no_more(desk: &Desk) {
    let all = "pull,push,delete";
    let requests = ["pull", "push", "push,pull", "delete", "*", "pull,*", "pull,push,delete", "PULL", "pull,frobnicate", ""];
    for (role, granted) in [
        (Role::Read, ["pull", "", "pull", "", "pull", "pull", "pull", "", "pull", ""]),
        // Pull comes with push only: a registry demands both for an upload.
        (Role::Write, ["", "push", "pull,push", "", "pull,push", "pull,push", "pull,push", "", "", ""]),
        (Role::Full, ["pull", "push", "pull,push", "delete", all, all, all, "", "pull", ""]),
        (Role::Owner, ["pull", "push", "pull,push", "delete", all, all, all, "", "pull", ""]),
        (Role::Administrator, ["pull", "push", "pull,push", "delete", all, all, all, "", "pull", ""]),
        (Role::Nobody, [""; 10]),
    ] {
        for (requested, granted) in requests.into_iter().zip(granted) {
            assert_eq!(desk.actions(role, "team/app", requested), granted, "{role:?} asks for {requested:?}");
        }
    }
}

fn what_is_denied_is_left_out_and_no_error(desk: &Desk) {
    for scope in
        ["repository:secret/app:pull,push", "repository:nowhere/app:pull", "repository:teams/app:pull", "repository:team:pull,delete"]
    {
        let answer = desk.ask(Role::Nobody.person().credentials(), &[scope]);
        assert_eq!(answer.status, 200, "{scope}: {}", answer.text());
        let claims = token::claims(answer.json()["token"].as_str().expect("a token"));
        for entry in claims["access"].as_array().expect("a list") {
            assert_eq!(entry["actions"], json!([]), "{scope}");
        }
    }
}

fn the_catalog_is_for_administrators(desk: &Desk) {
    let catalog = |role| token::actions_of(&desk.claims(role, &["registry:catalog:*"]), "registry", "catalog");
    assert_eq!(catalog(Role::Administrator), "*");
    for role in [Role::Owner, Role::Full, Role::Nobody] {
        assert_eq!(catalog(role), "", "{role:?}");
    }
    // What `docker search` asks for after a login.
    let search = desk.claims(Role::Nobody, &["registry:catalog:search"]);
    assert_eq!(token::actions_of(&search, "registry", "catalog"), "search");
}

fn rights_end_at_the_registry(desk: &Desk) {
    // Both registries have a namespace `team`, of different owners.
    assert_eq!(desk.actions_on(SERVICE, Role::Owner, "team/app", "*"), "pull,push,delete");
    assert_eq!(desk.actions_on(OTHER, Role::Owner, "team/app", "*"), "");
    assert_eq!(desk.actions_on(SERVICE, Role::Nobody, "team/app", "*"), "");
    assert_eq!(desk.actions_on(OTHER, Role::Nobody, "team/app", "*"), "pull,push,delete");
    assert_eq!(desk.actions_on(OTHER, Role::Full, "team/app", "*"), "");
}

fn rights_of_a_group_end_at_the_namespace(desk: &Desk) {
    let gina = gina();
    assert_eq!(desk.spectacles.actions(gina.credentials(), SERVICE, "group-a/app", "*"), "pull,push,delete");
    for repository in ["group-b/app", "team/app", "secret/app", "group-ab/app"] {
        assert_eq!(desk.spectacles.actions(gina.credentials(), SERVICE, repository, "*"), "", "{repository}");
    }
    assert_eq!(desk.spectacles.actions(gina.credentials(), OTHER, "group-a/app", "*"), "");
}

fn an_unknown_registry_is_refused(desk: &Desk) {
    for role in [Role::Nobody, Role::Administrator] {
        for service in ["unknown.test", "REGISTRY.TEST", " registry.test", "", "registry.test\n", &"x".repeat(5000)] {
            refusal(&desk.ask_for(service, role.person().credentials(), &["repository:team/app:pull"]), 400);
        }
        refusal(&desk.spectacles.token(role.person().credentials(), &[("scope", "repository:team/app:pull")]), 400);
        refusal(&desk.spectacles.token(role.person().credentials(), &[]), 400);
    }
}

fn a_disabled_registry_gives_nothing(desk: &Desk) {
    for role in [Role::Owner, Role::Administrator] {
        let answer = desk.ask_for(CLOSED, role.person().credentials(), &["repository:team/app:pull", "registry:catalog:*"]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let claims = token::claims(answer.json()["token"].as_str().expect("a token"));
        assert_eq!(token::actions(&claims, "team/app"), "", "{role:?}");
        assert_eq!(token::actions_of(&claims, "registry", "catalog"), "", "{role:?}");
    }
}

fn a_read_only_registry_is_only_read(desk: &Desk) {
    for role in [Role::Owner, Role::Administrator] {
        assert_eq!(desk.actions_on(FROZEN, role, "team/app", "*"), "pull", "{role:?}");
        assert_eq!(desk.actions_on(FROZEN, role, "team/app", "push,delete"), "", "{role:?}");
    }
}

fn the_deepest_namespace_governs(desk: &Desk) {
    for (repository, granted) in [
        ("tree", "pull"),
        ("tree/app", "pull"),
        ("tree/app/deep", "pull"),
        ("tree/branch", ""),
        ("tree/branch/app", ""),
        ("tree/app/leaf", "pull,push,delete"),
        ("tree/app/leaf/deep", "pull,push,delete"),
        // A name beats `*` in the same place.
        ("tree/branch/leaf", "pull,push"),
        ("treetop/app", ""),
        // What has no slash is governed by a namespace of its own name, else by `/`; `/` governs nothing else.
        ("busybox", "pull"),
        ("team", ""),
        ("nowhere/app", ""),
    ] {
        assert_eq!(desk.actions(Role::Nobody, repository, "*"), granted, "{repository}");
    }
}

fn every_scope_of_a_request_is_answered(desk: &Desk) {
    // A mount across repositories: the target, and the source that the same token must be able to read.
    let mount = ["repository:team/target:pull,push", "repository:shared/source:pull", "repository:secret/app:pull"];
    let repeated = desk.claims(Role::Full, &mount);
    let listed = desk.claims(Role::Full, &[&mount.join(" ")]);
    for claims in [&repeated, &listed] {
        assert_eq!(token::actions(claims, "team/target"), "pull,push");
        assert_eq!(token::actions(claims, "shared/source"), "pull");
        assert_eq!(token::actions(claims, "secret/app"), "");
    }
    assert_eq!(repeated["access"], listed["access"]);
    // docker asks for both when it fetches a plugin.
    let plugin = desk
        .ask(Credentials::Basic("reader", &Role::Read.person().password), &["repository(plugin):team/p:pull", "repository:team/p:pull"]);
    assert_eq!(plugin.status, 200, "{}", plugin.text());
    let claims = token::claims(plugin.json()["token"].as_str().expect("a token"));
    let access = claims["access"].as_array().expect("a list");
    assert!(access.iter().all(|entry| entry["type"] == "repository"), "registries match no other type: {claims}");
    assert!(access.iter().any(|entry| entry["name"] == "team/p" && entry["actions"] == json!(["pull"])), "{claims}");
}

fn scopes_of_one_repository_are_one(desk: &Desk) {
    // Alone, pull is not in WRITE; with the push of the same request it is.
    let claims = desk.claims(Role::Write, &["repository:team/app:pull", "repository:team/app:push", "repository:team/app:pull,push"]);
    assert_eq!(claims["access"], json!([{ "type": "repository", "name": "team/app", "actions": ["pull", "push"] }]));
}
