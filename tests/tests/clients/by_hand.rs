//! The registry's own API with tokens asked for by hand: what no client shows on its own.

use reqwest::Method;

use super::world;
use crate::support::clients::{begin_upload, mount};
use crate::support::http::{self, Credentials};
use crate::support::image::Image;
use crate::support::server::within_a_second;
use crate::support::token;
use crate::support::world::{Role, World};

#[test]
fn the_challenge_leads_to_us() {
    let world = world();
    let answer = http::get(&format!("http://{}/v2/", world.registry.host()), Credentials::None);
    assert_eq!(answer.status, 401);
    let challenge = answer.header("www-authenticate").to_owned();
    let value = |name: &str| challenge.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let realm = value("realm").expect("a realm");
    assert!(realm.starts_with(&world.spectacles.url()), "{challenge}");
    assert_eq!(value("service").as_deref(), Some(World::SERVICE), "{challenge}");
    // Exactly what a client does: the realm as it stands, the service as it stands.
    let url = format!("{realm}?{}", http::form(&[("service", World::SERVICE), ("scope", "registry:catalog:*")]));
    let answer = http::get(&url, Role::Administrator.person().credentials());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let bearer = answer.json()["token"].as_str().expect("a token").to_owned();
    let catalog = world.registry.request(&Method::GET, "/v2/_catalog", &bearer);
    assert_eq!(catalog.status, 200, "{}", catalog.text());
}

#[test]
fn a_login_is_enough_for_the_root_and_for_nothing_else() {
    let world = world();
    let bearer = world.spectacles.bearer(&Role::Nobody.person(), World::SERVICE, &[]);
    assert_eq!(world.registry.request(&Method::GET, "/v2/", &bearer).status, 200);
    for path in ["/v2/_catalog", "/v2/team/app/tags/list", "/v2/shared/app/manifests/v1"] {
        assert_eq!(world.registry.request(&Method::GET, path, &bearer).status, 401, "{path}");
    }
}

#[test]
fn only_administrators_read_the_catalog() {
    let world = world();
    for role in Role::ALL {
        let bearer = world.spectacles.bearer(&role.person(), World::SERVICE, &["registry:catalog:*"]);
        let status = world.registry.request(&Method::GET, "/v2/_catalog", &bearer).status;
        assert_eq!(status, if role == Role::Administrator { 200 } else { 401 }, "{role:?}");
    }
}

#[test]
fn a_mount_takes_pull_at_the_source_and_push_at_the_target() {
    let world = world();
    let image = Image::new("to be mounted");
    for source in ["shared/mount-source", "team/mount-source", "secret/mount-source"] {
        world.provide(&image, &format!("{source}:v1"));
    }
    for (role, source, target, mounts, uploads) in [
        (Role::Write, "shared/mount-source", "team/mount-1", true, true),
        (Role::Full, "team/mount-source", "team/mount-2", true, true),
        (Role::Administrator, "secret/mount-source", "shared/mount-3", true, true),
        // The source may not be read: the push goes on as an upload with the same token.
        (Role::Write, "team/mount-source", "team/mount-4", false, true),
        (Role::Owner, "secret/mount-source", "team/mount-5", false, true),
        // The target may not be pushed to.
        (Role::Read, "shared/mount-source", "team/mount-6", false, false),
        (Role::Owner, "team/mount-source", "secret/mount-7", false, false),
    ] {
        let scopes = [format!("repository:{target}:pull,push"), format!("repository:{source}:pull")];
        let bearer = world.spectacles.bearer(&role.person(), World::SERVICE, &[&scopes[0], &scopes[1]]);
        let mounted = mount(&world.registry, &bearer, &image, source, target);
        assert_eq!(mounted, if mounts { 201 } else { 401 }, "{role:?} mounts from {source} into {target}");
        let begun = begin_upload(&world.registry, &bearer, target);
        assert_eq!(begun, if uploads { 202 } else { 401 }, "{role:?} uploads to {target}");
    }
}

#[test]
fn a_token_for_one_registry_is_refused_by_another() {
    let world = world();
    world.spectacles.command(&["registry", "create", "elsewhere.test", "--url", "http://127.0.0.1:9"]);
    let admin = Role::Administrator.person();
    let query = [("service", "elsewhere.test"), ("scope", "registry:catalog:*")];
    let known = || Some(world.spectacles.token(admin.credentials(), &query)).filter(|answer| answer.status == 200);
    let answer = within_a_second("a new registry", known);
    let bearer = answer.json()["token"].as_str().expect("a token").to_owned();
    assert_eq!(token::claims(&bearer)["aud"], "elsewhere.test");
    assert_eq!(world.registry.request(&Method::GET, "/v2/_catalog", &bearer).status, 401);
}

#[test]
fn a_token_that_was_tampered_with_is_refused() {
    let world = world();
    let bearer = world.spectacles.bearer(&Role::Read.person(), World::SERVICE, &["repository:team/app:pull"]);
    let stronger = world.spectacles.bearer(&Role::Administrator.person(), World::SERVICE, &["repository:team/app:pull"]);
    let part = |token: &str, n: usize| token.split('.').nth(n).expect("three parts").to_owned();
    let forged = [part(&bearer, 0), part(&stronger, 1), part(&bearer, 2)].join(".");
    assert_eq!(world.registry.request(&Method::GET, "/v2/team/app/tags/list", &forged).status, 401);
}
