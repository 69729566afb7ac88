//! podman and buildah.

use super::{assert_wrong_password, everybody_logs_in_pulls_and_pushes, world};
use crate::support::clients::{Client as _, Containers};
use crate::support::server::Person;
use crate::support::world::Role;

#[test]
fn everybody_does_with_podman_what_their_right_says() {
    let world = world();
    everybody_logs_in_pulls_and_pushes(&world, "podman", |_| Containers::podman(&world.registry));
}

#[test]
fn everybody_does_with_buildah_what_their_right_says() {
    let world = world();
    everybody_logs_in_pulls_and_pushes(&world, "buildah", |_| Containers::buildah(&world.registry));
}

#[test]
fn a_wrong_password_is_said_to_be_one() {
    let world = world();
    let mistyped = Person { password: "mistyped".to_owned(), ..Role::Full.person() };
    assert_wrong_password(&Containers::podman(&world.registry).login(&mistyped));
    assert_wrong_password(&Containers::buildah(&world.registry).login(&mistyped));
}
