//! containerd, which asks by form and names no account.

use super::{assert_denied, everybody_logs_in_pulls_and_pushes, world};
use crate::support::clients::Client as _;
use crate::support::containerd::{Containerd, Ctr};
use crate::support::image::Image;
use crate::support::server::Person;
use crate::support::world::Role;

#[test]
fn everybody_does_what_their_right_says() {
    let world = world();
    let containerd = Containerd::start();
    everybody_logs_in_pulls_and_pushes(&world, "ctr", |role| Ctr::new(&containerd, &world.registry, &role.person()));

    let mistyped = Person { password: "mistyped".to_owned(), ..Role::Full.person() };
    let push = Ctr::new(&containerd, &world.registry, &mistyped).push(&Image::new("never pushed"), "team/mistyped:v1");
    assert!(!push.succeeded(), "a wrong password pushes: {}", push.text());
    assert_denied(&push);
    world.assert_untouched("team/mistyped:v1");
}
