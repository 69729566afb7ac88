//! What registries hold, as people see it, describe it, find it and delete it: the program, a real registry and real clients.
//!
//! * `seeing`: who is shown what, descriptions and stars
//! * `deleting`: what the registry confirms, and what it refuses
//! * `retention`: policies
//! * `searching`, `front`: docker and podman, with a proxy in front of the registry
//! * `commands`, `pages`: the same from the command line, and in a browser

mod commands;
mod deleting;
mod front;
mod pages;
mod retention;
mod searching;
mod seeing;

use crate::support::http::{self, Answer};
use crate::support::image::Image;
use crate::support::registry::Registry;
use crate::support::server::{Person, Spectacles};
use crate::support::world::{Role, World};
use reqwest::Method;
use serde_json::Value;

/// A registry with content, which the server looks at only when it is told to.
pub(super) struct Shelf {
    pub(super) world: World,
}

impl Shelf {
    /// `team/app` has the tags `a`, `b` and `c` of one image and `d` of another; `shared/tool` and `secret/plan` have one each.
    pub(super) fn filled(settings: &[(&str, &str)]) -> Self {
        Self::filled_on(Spectacles::new(), settings)
    }

    /// The same on a server with settings of its own.
    pub(super) fn filled_on(spectacles: Spectacles, settings: &[(&str, &str)]) -> Self {
        let never = |spectacles: &Spectacles| {
            spectacles.command(&["registry", "set", World::SERVICE, "--sync-seconds", "0"]);
            spectacles.create_user(&Person::new("audrey"), &["--auditor"]);
        };
        let world = World::start_with_settings(spectacles, &[], &[], settings, never);
        let shelf = Self { world };
        let (one, other) = (Image::new("one"), Image::new("another"));
        for (image, name) in [
            (&one, "team/app:a"),
            (&one, "team/app:b"),
            (&one, "team/app:c"),
            (&other, "team/app:d"),
            (&other, "shared/tool:v1"),
            (&one, "secret/plan:v1"),
        ] {
            shelf.world.provide(image, name);
        }
        shelf.sync();
        shelf
    }

    /// Looks at the registry.
    pub(super) fn sync(&self) {
        self.world.spectacles.command(&["registry", "sync", World::SERVICE]);
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.world.registry
    }

    /// One request to the API about what is on the registry.
    pub(super) fn ask(&self, who: &Person, method: &str, path: &str, body: &str) -> Answer {
        let mut headers = Vec::new();
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        if method == "PATCH" {
            headers.push(("if-match", "*"));
        }
        let verb = Method::from_bytes(method.as_bytes()).expect("a method");
        http::send(&verb, &format!("{}/api/v1{path}", self.world.spectacles.url()), who.credentials(), &headers, body)
    }

    /// What must be there.
    pub(super) fn get(&self, who: &Person, path: &str) -> Value {
        let answer = self.ask(who, "GET", path, "");
        assert_eq!(answer.status, 200, "{} {path}: {}", who.name, answer.text());
        answer.json()
    }

    /// The tags of a repository that are known, as the administrator sees them.
    pub(super) fn tags(&self, repository: &str) -> String {
        let path = format!("{}/tags?order=name", at(repository));
        let answer = self.ask(&Role::Administrator.person(), "GET", &path, "");
        if answer.status == 404 {
            return "no repository".to_owned();
        }
        names(&answer.json()["items"], "name")
    }

    /// The tags that the registry itself has.
    pub(super) fn held(&self, repository: &str) -> String {
        let token =
            self.world.spectacles.bearer(&Role::Administrator.person(), World::SERVICE, &[&format!("repository:{repository}:pull")]);
        let answer = self.registry().request(&Method::GET, &format!("/v2/{repository}/tags/list"), &token);
        let mut tags: Vec<String> = match answer.json()["tags"].as_array() {
            Some(tags) => tags.iter().map(|tag| tag.as_str().expect("a tag").to_owned()).collect(),
            None => Vec::new(),
        };
        tags.sort();
        tags.join(" ")
    }

    /// What the audit trail says was deleted, the first first.
    pub(super) fn deleted(&self) -> Vec<Value> {
        let path = "/audit?filter=action%20tag.delete&order=id";
        self.get(&Role::Administrator.person(), path)["items"].as_array().expect("entries").clone()
    }
}

/// Where a repository is in the API.
pub(super) fn at(repository: &str) -> String {
    format!("/registries/{}/repositories/{}", World::SERVICE, repository.replace('/', "%2F"))
}

/// One field of all that is in a list.
pub(super) fn names(items: &Value, field: &str) -> String {
    let items = items.as_array().expect("a list").iter();
    items.map(|item| item[field].as_str().unwrap_or_else(|| panic!("{field} in {item}"))).collect::<Vec<_>>().join(" ")
}
