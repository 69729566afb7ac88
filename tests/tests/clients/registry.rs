//! Registries that are set up differently: public, read-only, with nested namespaces; a server through poem, and on other databases.

use super::{assert_denied, everybody_logs_in_pulls_and_pushes};
use crate::support::clients::{Client as _, Skopeo};
use crate::support::database::{Database, Engine};
use crate::support::image::Image;
use crate::support::server::{Spectacles, within_a_second};
use crate::support::world::{Role, World};

#[test]
fn without_a_login_what_is_public_can_be_pulled() {
    let world = World::start_with(Spectacles::new(), &["--anonymous", "pull"], &[], |spectacles| {
        spectacles.command(&["namespace", "create", World::SERVICE, "open", "--owner", "olivia", "--public"]);
    });
    let image = Image::new("for the public");
    for name in ["open/app:v1", "team/app:v1"] {
        world.provide(&image, name);
    }
    let stranger = Skopeo::new(&world.registry);
    assert_eq!(stranger.pull("open/app:v1").expect("what is public can be pulled"), image.config);
    assert_denied(&stranger.pull("team/app:v1").expect_err("what is not public was pulled"));
    for name in ["open/more:v1", "team/more:v1"] {
        let push = stranger.push(&image, name);
        assert!(!push.succeeded(), "a stranger pushes {name}");
        assert_denied(&push);
        world.assert_untouched(name);
    }
    assert!(!stranger.delete("open/app:v1").succeeded(), "a stranger deletes");
    assert_eq!(world.image("open/app:v1"), Some(image.config.clone()));
    // Whoever has a login may pull it as well.
    assert_eq!(logged_in(&world, Role::Nobody).pull("open/app:v1").expect("people pull what is public"), image.config);
}

#[test]
fn without_a_login_nothing_can_be_pulled_where_nobody_said_so() {
    let world = World::start_with(Spectacles::new(), &[], &[], |spectacles| {
        spectacles.command(&["namespace", "create", World::SERVICE, "open", "--owner", "olivia", "--public"]);
    });
    let image = Image::new("public in name only");
    world.provide(&image, "open/app:v1");
    assert_denied(&Skopeo::new(&world.registry).pull("open/app:v1").expect_err("the registry admits nobody"));
    assert_denied(&logged_in(&world, Role::Nobody).pull("open/app:v1").expect_err("nobody has a right there"));
}

#[test]
fn a_read_only_registry_is_only_read() {
    let world = World::start();
    let image = Image::new("frozen");
    world.provide(&image, "team/app:v1");
    world.spectacles.command(&["registry", "set", World::SERVICE, "--read-only", "true"]);
    let pushes = |role: Role| world.spectacles.actions(role.person().credentials(), World::SERVICE, "team/app", "push");
    within_a_second("a read-only registry", || pushes(Role::Administrator).is_empty().then_some(()));
    for role in [Role::Full, Role::Owner, Role::Administrator] {
        let person = logged_in(&world, role);
        let push = person.push(&image, "team/more:v1");
        assert!(!push.succeeded(), "{role:?} pushes to a read-only registry");
        assert_denied(&push);
        assert!(!person.delete("team/app:v1").succeeded(), "{role:?} deletes from a read-only registry");
        assert_eq!(person.pull("team/app:v1").expect("it can still be read"), image.config, "{role:?}");
    }
    world.assert_untouched("team/more:v1");
    world.spectacles.command(&["registry", "set", World::SERVICE, "--read-only", "false"]);
    within_a_second("a registry that takes pushes again", || (pushes(Role::Owner) == "push").then_some(()));
    assert!(logged_in(&world, Role::Owner).push(&image, "team/more:v1").succeeded());
}

#[test]
fn the_deepest_namespace_governs() {
    let world = World::start_with(Spectacles::new(), &[], &[], |spectacles| {
        let namespace = |path: &str, more: &[&str]| {
            spectacles.command(&[&["namespace", "create", World::SERVICE, path, "--owner", "admin"], more].concat());
        };
        namespace("tree", &["--others", "READ"]);
        namespace("tree/branch", &[]);
        namespace("tree/*/leaf", &["--others", "FULL"]);
        namespace("/", &["--others", "FULL"]);
    });
    let image = Image::new("in a tree");
    let person = logged_in(&world, Role::Nobody);
    for (repository, pulls, pushes) in [
        ("tree/app", true, false),
        ("tree/app/deep", true, false),
        ("tree/branch/app", false, false),
        ("tree/app/leaf", true, true),
        ("tree/branch/leaf", true, true),
        ("busybox", true, true),
        ("treetop/app", false, false),
    ] {
        let name = format!("{repository}:v1");
        let push = person.push(&image, &name);
        assert_eq!(push.succeeded(), pushes, "{repository}: {}", push.text());
        if !pushes {
            assert_denied(&push);
            world.assert_untouched(&name);
            world.provide(&image, &name);
        }
        match person.pull(&name) {
            Ok(config) => assert!(pulls && config == image.config, "{repository} was pulled"),
            Err(outcome) => assert!(!pulls, "{repository}: {}", outcome.text()),
        }
    }
}

#[test]
fn it_is_the_same_through_poem() {
    let world = World::start_with(Spectacles::new(), &[], &["--framework", "poem"], |_| {});
    everybody_logs_in_pulls_and_pushes(&world, "skopeo", |_| Skopeo::new(&world.registry));
}

#[test]
fn it_is_the_same_on_postgresql() {
    it_is_the_same_on(Engine::PostgreSql);
}

#[test]
fn it_is_the_same_on_mariadb() {
    it_is_the_same_on(Engine::MariaDb);
}

fn it_is_the_same_on(engine: Engine) {
    let database = Database::start(engine);
    let world = World::start_with(Spectacles::on(&database.create("registry")), &[], &[], |_| {});
    everybody_logs_in_pulls_and_pushes(&world, "skopeo", |_| Skopeo::new(&world.registry));
}

fn logged_in(world: &World, role: Role) -> Skopeo {
    let skopeo = Skopeo::new(&world.registry);
    let login = skopeo.login(&role.person());
    assert!(login.succeeded(), "{role:?} cannot log in: {}", login.text());
    skopeo
}
