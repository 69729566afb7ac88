//! skopeo: everything people do with it, and what goes wrong for them.

use super::{assert_denied, assert_wrong_password, everybody_logs_in_pulls_and_pushes, world};
use crate::support::clients::{Client as _, Skopeo};
use crate::support::image::Image;
use crate::support::server::{Person, within_a_second};
use crate::support::world::{Role, World};

fn logged_in(world: &World, person: &Person) -> Skopeo {
    let skopeo = Skopeo::new(&world.registry);
    let login = skopeo.login(person);
    assert!(login.succeeded(), "{} cannot log in: {}", person.name, login.text());
    skopeo
}

#[test]
fn everybody_does_what_their_right_says() {
    let world = world();
    everybody_logs_in_pulls_and_pushes(&world, "skopeo", |_| Skopeo::new(&world.registry));
}

#[test]
fn deleting_takes_full_rights() {
    let world = world();
    for role in Role::ALL {
        let image = Image::new(&format!("to be deleted by {role:?}"));
        let name = format!("team/deleted-by-{}:v1", role.person().name);
        world.provide(&image, &name);
        let delete = logged_in(&world, &role.person()).delete(&name);
        assert_eq!(delete.succeeded(), role.deletes(), "{role:?} deletes: {}", delete.text());
        let left = if role.deletes() { None } else { Some(image.config) };
        assert_eq!(world.image(&name), left, "{role:?}");
    }
}

#[test]
fn a_layer_is_mounted_from_where_it_was_pushed_before() {
    let world = world();
    for role in [Role::Full, Role::Owner, Role::Administrator] {
        let image = Image::new(&format!("pushed twice by {role:?}"));
        let skopeo = logged_in(&world, &role.person());
        let (first, second) = (format!("team/first-{}", role.person().name), format!("team/second-{}", role.person().name));
        for repository in [&first, &second] {
            let push = skopeo.push(&image, &format!("{repository}:v1"));
            assert!(push.succeeded(), "{role:?}: {}", push.text());
        }
        assert_eq!(world.image(&format!("{second}:v1")), Some(image.config), "{role:?}");
        assert_eq!(world.registry.mounted(&second, &first), Some(true), "{role:?}: {}", world.registry.log());
    }
}

#[test]
fn a_push_works_when_the_source_of_a_layer_may_not_be_read() {
    let world = world();
    let image = Image::new("pushed twice by one who cannot read the first");
    // WRITE does not read the repository the layer is in; the token then has the target alone.
    let skopeo = logged_in(&world, &Role::Write.person());
    for name in ["team/unreadable:v1", "team/readable:v1"] {
        let push = skopeo.push(&image, name);
        assert!(push.succeeded(), "{}", push.text());
    }
    assert_eq!(world.image("team/readable:v1"), Some(image.config));
    assert_ne!(world.registry.mounted("team/readable", "team/unreadable"), Some(true), "{}", world.registry.log());
    assert!(world.registry.refused_blob("team/unreadable", &image.layer), "it was not tried: {}", world.registry.log());
}

#[test]
fn a_wrong_password_is_said_to_be_one() {
    let world = world();
    let reader = Role::Read.person();
    let mistyped = Person { password: "mistyped".to_owned(), ..reader };
    assert_wrong_password(&Skopeo::new(&world.registry).login(&mistyped));
    assert_wrong_password(&Skopeo::new(&world.registry).login(&Person::new("unknown")));
}

#[test]
fn a_disabled_user_can_do_nothing_any_more() {
    let world = world();
    let person = Person::new("leaver");
    world.spectacles.create_user(&person, &[]);
    world.spectacles.command(&["namespace", "grant", World::SERVICE, "team", "--user", "leaver", "FULL"]);
    let image = Image::new("seen by a user about to leave");
    world.provide(&image, "team/left:v1");
    let granted = || world.spectacles.token(person.credentials(), &[("service", World::SERVICE)]).status;
    within_a_second("a new user", || (granted() == 200).then_some(()));
    let skopeo = logged_in(&world, &person);
    assert_eq!(skopeo.pull("team/left:v1").expect("pulls"), image.config);

    world.spectacles.command(&["user", "set", "leaver", "--enabled", "false"]);
    within_a_second("a disabled user", || (granted() == 401).then_some(()));
    assert!(skopeo.pull("team/left:v1").is_err(), "a disabled user pulls");
    assert!(!skopeo.push(&image, "team/left-more:v1").succeeded(), "a disabled user pushes");
    assert!(!Skopeo::new(&world.registry).login(&person).succeeded(), "a disabled user logs in");
    world.assert_untouched("team/left-more:v1");
}

#[test]
fn rights_of_a_namespace_do_not_reach_the_next() {
    let world = world();
    let owner = logged_in(&world, &Role::Owner.person());
    let image = Image::new("for another namespace");
    for name in ["secret/app:v1", "teams/app:v1", "nowhere/app:v1", "app:v1"] {
        let push = owner.push(&image, name);
        assert!(!push.succeeded(), "{name}: the owner of `team` pushes");
        assert_denied(&push);
        world.assert_untouched(name);
    }
    world.provide(&image, "secret/held:v1");
    assert_denied(&owner.pull("secret/held:v1").expect_err("the owner of `team` pulls from `secret`"));
    world.provide(&image, "shared/held:v1");
    assert_eq!(owner.pull("shared/held:v1").expect("everybody pulls from `shared`"), image.config);
}

#[test]
fn inspecting_is_pulling() {
    let world = world();
    let image = Image::new("to look at");
    world.provide(&image, "team/looked-at:v1");
    assert_eq!(logged_in(&world, &Role::Read.person()).inspect("team/looked-at:v1").expect("a reader looks"), image.manifest);
    assert_denied(&logged_in(&world, &Role::Nobody.person()).inspect("team/looked-at:v1").expect_err("nobody looks"));
}
