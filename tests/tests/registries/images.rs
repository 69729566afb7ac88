//! Copies that people ask for: at the machine, over the API, and with the rights that they have.

use crate::support::clients::{Client as _, Skopeo};
use crate::support::http::{self, Credentials};
use crate::support::image::Image;
use crate::support::process::free_port;
use crate::support::registry::Registry;
use crate::support::server::{Person, Spectacles};
use reqwest::Method;
use serde_json::{Value, json};

/// A server, and two registries that trust it. Alice owns `team` on both; bob may read it on the first.
struct Two {
    spectacles: Spectacles,
    one: Registry,
    two: Registry,
    admin: Person,
}

impl Two {
    fn start() -> Self {
        let mut spectacles = Spectacles::new();
        let admin = Person::new("admin");
        spectacles.create_user(&admin, &["--admin"]);
        for name in ["alice", "bob"] {
            spectacles.create_user(&Person::new(name), &[]);
        }
        let ports = [free_port(), free_port()];
        for (service, port) in ["one.test", "two.test"].into_iter().zip(ports) {
            spectacles.command(&["registry", "create", service, "--url", &format!("http://127.0.0.1:{port}")]);
            spectacles.command(&["namespace", "create", service, "team", "--owner", "alice"]);
        }
        spectacles.command(&["namespace", "grant", "one.test", "team", "--user", "bob", "READ"]);
        spectacles.serve(&[]);
        let (one, two) = (Registry::start(&spectacles, "one.test", ports[0]), Registry::start(&spectacles, "two.test", ports[1]));
        Self { spectacles, one, two, admin }
    }

    /// Puts an image into the first registry.
    fn provide(&self, name: &str) -> Image {
        let (skopeo, image) = (Skopeo::new(&self.one), Image::new(&format!("to be copied: {name}")));
        assert!(skopeo.login(&self.admin).succeeded());
        let push = skopeo.push(&image, name);
        assert!(push.succeeded(), "{}", push.text());
        image
    }

    fn copy(&self, who: &str, from: [&str; 3], to: [&str; 3]) -> http::Answer {
        let body = json!({
            "from": { "registry": from[0], "repository": from[1], "reference": from[2] },
            "to": { "registry": to[0], "repository": to[1], "tag": to[2] },
        });
        let (person, url) = (Person::new(who), format!("{}/api/v1/copies", self.spectacles.url()));
        http::send(&Method::POST, &url, person.credentials(), &[("content-type", "application/json")], &body.to_string())
    }

    fn last_change(&self) -> Value {
        let url = format!("{}/api/v1/audit?limit=1&order=-id", self.spectacles.url());
        http::get(&url, self.admin.credentials()).json()["items"][0].clone()
    }
}

#[test]
fn whoever_may_pull_and_push_copies() {
    let two = Two::start();
    let image = two.provide("team/app:v1");
    let (source, target) = (["one.test", "team/app", "v1"], ["two.test", "team/mirror", "v1"]);

    // Bob may read it, and write nowhere. Nobody else may even know.
    let refused = two.copy("bob", source, target);
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(refused.text().contains("may not push to repository `team/mirror` on registry `two.test`"), "{}", refused.text());
    two.spectacles.create_user(&Person::new("eve"), &[]);
    assert_eq!(two.copy("eve", source, target).status, 404);
    assert_eq!(two.two.image(&two.spectacles, &two.admin, "team/mirror", "v1"), None);

    let copied = two.copy("alice", source, target);
    assert_eq!(copied.status, 200, "{}", copied.text());
    assert_eq!((&copied.json()["digest"], &copied.json()["sent"]), (&image.manifest.clone().into(), &2.into()));
    assert_eq!(two.two.image(&two.spectacles, &two.admin, "team/mirror", "v1").as_ref(), Some(&image.config));
    let change = two.last_change();
    assert_eq!((change["action"].as_str(), change["actor"].as_str()), (Some("image.copy"), Some("alice")), "{change}");
    assert_eq!(change["object"], "image two.test team/mirror:v1");

    let missing = two.copy("alice", ["one.test", "team/app", "v9"], target);
    assert_eq!(missing.status, 404, "{}", missing.text());
    two.spectacles.command(&["registry", "set", "two.test", "--read-only", "true"]);
    let answer = two.copy("admin", source, ["two.test", "team/mirror", "v2"]);
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(answer.text().contains("read-only"), "{}", answer.text());
}

#[test]
fn a_tag_that_is_immutable_is_made_and_never_moved() {
    let two = Two::start();
    let (first, second) = (two.provide("team/app:v1"), two.provide("team/app:next"));
    two.spectacles.command(&["retention", "set", "two.test", "team", "--immutable", "v*"]);
    let target = ["two.test", "team/app", "v1"];
    assert_eq!(two.copy("alice", ["one.test", "team/app", "v1"], target).status, 200, "it is made");
    for who in ["alice", "admin"] {
        let moved = two.copy(who, ["one.test", "team/app", "next"], target);
        assert_eq!(moved.status, 409, "{}", moved.text());
        assert!(moved.text().contains("lets nobody move it"), "{}", moved.text());
    }
    let there = two.two.image(&two.spectacles, &two.admin, "team/app", "v1");
    assert_eq!(there.as_ref(), Some(&first.config));
    let elsewhere = two.copy("alice", ["one.test", "team/app", "next"], ["two.test", "team/app", "dev"]);
    assert_eq!((elsewhere.status, &elsewhere.json()["digest"]), (200, &second.manifest.into()), "what does not fit is free");
}

#[test]
fn nor_are_the_tags_of_what_refers_to_an_image_moved() {
    let two = Two::start();
    let image = two.provide("team/app:v1");
    let signature = format!("{}.sig", image.manifest.replace(':', "-"));
    let signed = two.provide(&format!("team/app:{signature}"));
    two.spectacles.command(&["retention", "set", "two.test", "team", "--immutable", "sha256-*"]);
    let source = ["one.test", "team/app", "v1"];
    let at = |tag: &str| two.two.image(&two.spectacles, &two.admin, "team/app", tag);
    let first = two.copy("alice", source, ["two.test", "team/app", "v1"]);
    assert_eq!(first.status, 200, "it is made: {}", first.text());
    assert_eq!(at(&signature).as_ref(), Some(&signed.config));
    let again = two.copy("alice", source, ["two.test", "team/app", "v2"]);
    assert_eq!(again.status, 200, "it stays as it is: {}", again.text());

    let (skopeo, other) = (Skopeo::new(&two.one), Image::new("signed by somebody else"));
    assert!(skopeo.login(&two.admin).succeeded());
    let push = skopeo.push(&other, &format!("team/app:{signature}"));
    assert!(push.succeeded(), "{}", push.text());
    for who in ["alice", "admin"] {
        let moved = two.copy(who, source, ["two.test", "team/app", "v3"]);
        assert_eq!(moved.status, 409, "{}", moved.text());
        assert!(moved.text().contains(&signature) && moved.text().contains("lets nobody move it"), "{}", moved.text());
    }
    assert_eq!(at(&signature).as_ref(), Some(&signed.config));
}

#[test]
fn commands_copy_and_tag_at_the_machine_itself() {
    let two = Two::start();
    let image = two.provide("team/app:v1");
    let copied = two.spectacles.command(&["image", "copy", "one.test", "team/app", "v1", "two.test", "other/app"]);
    assert_eq!(copied["digest"], image.manifest.as_str());
    assert_eq!(two.two.image(&two.spectacles, &two.admin, "other/app", "v1").as_ref(), Some(&image.config));

    let tagged = two.spectacles.command(&["image", "tag", "one.test", "team/app", &image.manifest, "stable"]);
    assert_eq!((&tagged["tag"], &tagged["sent"], &tagged["present"]), (&"stable".into(), &0.into(), &2.into()), "{tagged}");
    assert_eq!(two.one.image(&two.spectacles, &two.admin, "team/app", "stable").as_ref(), Some(&image.config));
    assert_eq!(two.last_change()["action"], "image.tag");

    let nameless = two.spectacles.try_command(&["image", "copy", "one.test", "team/app", &image.manifest, "two.test", "other/app"], "");
    assert_eq!(nameless.code, 2, "{}", nameless.text());
    let missing = two.spectacles.try_command(&["image", "tag", "one.test", "team/app", "v9", "stable"], "");
    assert_eq!(missing.code, 3, "{}", missing.text());
    let none = Credentials::None;
    assert_eq!(http::send(&Method::POST, &format!("{}/api/v1/copies", two.spectacles.url()), none, &[], "").status, 401);
}
