//! Service accounts, paths, public namespaces and read-only registries, as clients meet them.

use super::assert_denied;
use crate::support::clients::{Client as _, Containers, Skopeo};
use crate::support::http::Credentials;
use crate::support::image::Image;
use crate::support::server::{Person, Spectacles, within_a_second};
use crate::support::world::{Role, World};

/// A registry that is published to `devs`, of whom olivia is one, with an app `web` and a service account that runs it.
fn prepare(spectacles: &Spectacles) {
    let run = |line: &str| spectacles.command(&line.split_whitespace().collect::<Vec<_>>());
    let service = World::SERVICE;
    run("group create devs");
    run("group add devs olivia");
    run("user set olivia --privileges puller,pusher");
    run("app create web --responsible devs --publication devs");
    run("service create ns/ci --app web");
    run(&format!("registry set {service} --restricted false --anonymous pull"));
    run(&format!("registry publish {service} devs"));
    run(&format!("namespace create {service} open --owner admin --public"));
}

/// The service account by one of its names.
fn service(spectacles: &Spectacles, account: &str) -> Person {
    let secret = spectacles.command(&["service", "secret", "ns/ci"])["secret"].as_str().expect("a secret").to_owned();
    Person { name: account.to_owned(), password: secret }
}

/// Waits until a change that another process made counts: for what it takes away that is a moment.
fn wait_for(world: &World, person: &Person, repository: &str, requested: &str, given: &str) {
    within_a_second(requested, || {
        (world.spectacles.actions(person.credentials(), World::SERVICE, repository, requested) == given).then_some(())
    });
}

fn world() -> World {
    World::start_with(Spectacles::new(), &[], &[], prepare)
}

#[test]
fn a_service_pulls_what_it_runs_and_pushes_where_it_was_granted() {
    let world = world();
    let app = Image::new("of the app web");
    world.provide(&app, "apps/web/front:v1");
    for account in ["ns/ci@node7.example", "robot$ns/ci"] {
        let ci = service(&world.spectacles, account);
        let skopeo = Skopeo::new(&world.registry);
        let login = skopeo.login(&ci);
        assert!(login.succeeded(), "{account} cannot log in: {}", login.text());
        assert_eq!(skopeo.pull("apps/web/front:v1").expect("its app"), app.config);
        assert_denied(&skopeo.push(&app, "apps/web/front:v2"));
        assert_denied(&skopeo.push(&app, "team/by-ci:v1"));
        world.assert_untouched("team/by-ci:v1");
    }
    world.spectacles.command(&["namespace", "grant", World::SERVICE, "team", "--service", "ns/ci", "WRITE"]);
    let podman = Containers::podman(&world.registry);
    let ci = service(&world.spectacles, "robot$ns/ci");
    assert!(podman.login(&ci).succeeded());
    let pushed = podman.push(&app, "team/by-ci:v1");
    assert!(pushed.succeeded(), "{}", pushed.text());
    assert_eq!(world.image("team/by-ci:v1"), Some(app.config));

    let all = world.spectacles.command(&["service", "secrets", "ns/ci"]);
    let newest = all.as_array().and_then(|all| all.last()).expect("a secret")["id"].to_string();
    world.spectacles.command(&["service", "revoke", "ns/ci", &newest]);
    within_a_second("a secret that was taken away", || {
        let answer = world.spectacles.token(ci.credentials(), &[("service", World::SERVICE)]);
        (answer.status == 401).then_some(())
    });
    assert!(!Skopeo::new(&world.registry).login(&ci).succeeded());
}

#[test]
fn users_push_below_their_name_and_their_groups() {
    let world = world();
    let image = Image::new("of olivia");
    let olivia = Skopeo::new(&world.registry);
    assert!(olivia.login(&Role::Owner.person()).succeeded());
    for name in ["users/olivia/app:v1", "groups/devs/app:v1", "apps/web/app:v1"] {
        let push = olivia.push(&image, name);
        assert!(push.succeeded(), "{name}: {}", push.text());
        assert_eq!(world.image(name).as_ref(), Some(&image.config), "{name}");
    }
    for name in ["users/reader/app:v1", "groups/ops/app:v1", "apps/none/app:v1", "global/app:v1"] {
        assert_denied(&olivia.push(&image, name));
        world.assert_untouched(name);
    }
    let reader = Skopeo::new(&world.registry);
    assert!(reader.login(&Role::Read.person()).succeeded());
    assert_denied(&reader.pull("users/olivia/app:v1").expect_err("somebody else's"));

    world.spectacles.command(&["registry", "set", World::SERVICE, "--restricted", "true"]);
    wait_for(&world, &Role::Owner.person(), "users/olivia/app", "pull,push", "pull");
    assert_denied(&olivia.push(&image, "users/olivia/app:v2"));
    assert_eq!(olivia.pull("users/olivia/app:v1").expect("pulling goes on"), image.config);
}

#[test]
fn what_is_public_is_pulled_without_login_and_nothing_else() {
    let world = world();
    let image = Image::new("for everybody");
    world.provide(&image, "open/app:v1");
    world.provide(&image, "team/app:v1");
    let anonymous = Skopeo::new(&world.registry);
    assert_eq!(anonymous.pull("open/app:v1").expect("it is public"), image.config);
    assert_denied(&anonymous.pull("team/app:v1").expect_err("it is private"));
    assert_denied(&anonymous.push(&image, "open/app:v2"));
    world.spectacles.command(&["registry", "set", World::SERVICE, "--anonymous", "off"]);
    within_a_second("anonymous access that ends", || {
        let answer = world.spectacles.token(Credentials::None, &[("service", World::SERVICE)]);
        (answer.status == 401).then_some(())
    });
    assert!(anonymous.pull("open/app:v1").is_err());
}

#[test]
fn a_registry_that_becomes_read_only_takes_no_push_from_the_next_token_on() {
    let world = world();
    let image = Image::new("pushed before");
    let admin = Skopeo::new(&world.registry);
    assert!(admin.login(&Role::Administrator.person()).succeeded());
    assert!(admin.push(&image, "team/before:v1").succeeded());
    world.spectacles.command(&["registry", "set", World::SERVICE, "--read-only", "true"]);
    wait_for(&world, &Role::Administrator.person(), "team/after", "pull,push", "pull");
    assert_denied(&admin.push(&Image::new("pushed after"), "team/after:v1"));
    assert_denied(&admin.delete("team/before:v1"));
    assert_eq!(admin.pull("team/before:v1").expect("pulling goes on"), image.config);
    world.spectacles.command(&["registry", "set", World::SERVICE, "--read-only", "false"]);
    assert!(admin.push(&Image::new("pushed later"), "team/later:v1").succeeded());
}
