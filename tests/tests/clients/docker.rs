//! Debian's Docker daemon and command line. The daemon is slow to start and keeps one set of images for everybody, so it is one
//! test that goes through all of it.

use super::everybody_logs_in_pulls_and_pushes;
use crate::support::clients::Client as _;
use crate::support::docker::{Daemon, Docker};
use crate::support::image::Image;
use crate::support::server::Person;
use crate::support::world::{Role, World};

#[test]
fn docker_logs_in_pulls_pushes_and_mounts() {
    let world = World::start();
    let daemon = Daemon::start();
    everybody_logs_in_pulls_and_pushes(&world, "docker", |_| Docker::new(&daemon, &world.registry));
    wrong_passwords(&world, &daemon);
    layers_are_mounted(&world, &daemon);
    without_login(&world, &daemon);
}

fn wrong_passwords(world: &World, daemon: &Daemon) {
    let mistyped = Person { password: "mistyped".to_owned(), ..Role::Full.person() };
    for person in [mistyped, Person::new("unknown")] {
        let login = Docker::new(daemon, &world.registry).login(&person);
        assert!(!login.succeeded(), "a wrong password is accepted: {}", login.text());
        assert!(login.text().contains("incorrect username or password"), "our sentence is not shown: {}", login.text());
    }
}

fn layers_are_mounted(world: &World, daemon: &Daemon) {
    let docker = Docker::new(daemon, &world.registry);
    assert!(docker.login(&Role::Owner.person()).succeeded());
    let image = Image::new("pushed twice with docker");
    for name in ["team/docker-first:v1", "team/docker-second:v1"] {
        let push = docker.push(&image, name);
        assert!(push.succeeded(), "{}", push.text());
    }
    assert_eq!(world.image("team/docker-second:v1"), Some(image.config));
    assert_eq!(world.registry.mounted("team/docker-second", "team/docker-first"), Some(true), "{}", world.registry.log());
}

fn without_login(world: &World, daemon: &Daemon) {
    let stranger = Docker::new(daemon, &world.registry);
    let outcome = stranger.pull("team/docker:v1").expect_err("somebody without a login pulled");
    let text = outcome.text();
    assert!(text.contains("unauthorized") || text.contains("denied"), "{text}");
}
