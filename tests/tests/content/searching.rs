//! Searching, by hand and with the clients that people have.

use super::front::Front;
use super::{Shelf, at, names};
use crate::support::docker::Daemon;
use crate::support::http::{self, Answer, Credentials};
use crate::support::process::{Outcome, run};
use crate::support::server::Person;
use crate::support::world::{Role, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

impl Shelf {
    fn search(&self, who: Credentials<'_>, path: &str) -> Answer {
        http::get(&format!("{}{path}", self.world.spectacles.url()), who)
    }

    fn found(&self, who: &Person, query: &str) -> String {
        let answer = self.search(who.credentials(), &format!("/v1/search?{query}"));
        assert_eq!(answer.status, 200, "{}: {}", who.name, answer.text());
        let body = answer.json();
        assert_eq!(body["num_results"], body["results"].as_array().expect("results").len());
        names(&body["results"], "name")
    }

    fn front(&self) -> Front {
        let registry = format!("http://{}", self.registry().host());
        Front::start(registry, self.world.spectacles.url(), World::SERVICE)
    }
}

#[test]
fn a_search_finds_what_its_user_may_pull_the_best_first() {
    let shelf = Shelf::filled(&[]);
    assert_eq!(shelf.found(&Role::Administrator.person(), "q="), "secret/plan shared/tool team/app");
    assert_eq!(shelf.found(&Role::Read.person(), "q="), "shared/tool team/app");
    assert_eq!(shelf.found(&Role::Nobody.person(), "q="), "shared/tool");
    assert_eq!(shelf.found(&Role::Read.person(), "q=APP"), "team/app", "upper and lower case are the same");
    assert_eq!(shelf.found(&Role::Read.person(), "q=secret"), "");
    assert_eq!(shelf.found(&Role::Read.person(), ""), "shared/tool team/app");
    assert_eq!(shelf.found(&Role::Read.person(), "q=&n=1"), "shared/tool");
    assert_eq!(shelf.found(&Role::Read.person(), "q=&n=1000"), "shared/tool team/app");
    // What is said of it is searched as well; stars come first, and before them the exact name.
    let owner = Role::Owner.person();
    assert_eq!(shelf.ask(&owner, "PATCH", &at("team/app"), r#"{"description":"A tool, too"}"#).status, 200);
    assert_eq!(shelf.ask(&owner, "PUT", &format!("{}/star", at("team/app")), "").status, 200);
    assert_eq!(shelf.found(&Role::Read.person(), "q=tool"), "team/app shared/tool");
    assert_eq!(shelf.found(&Role::Read.person(), "q=shared/tool"), "shared/tool");
    let body = shelf.search(owner.credentials(), "/v1/search?q=team&n=25").json();
    assert_eq!(
        body,
        json!({ "query": "team", "num_results": 1, "results": [
            { "name": "team/app", "description": "A tool, too", "star_count": 1, "is_official": false, "is_automated": false }
        ]})
    );
    for junk in ["q=a&n=0", "q=a&n=-1", "q=a&n=x", "q=%00", "q=a&q=b", &format!("q={}", "a".repeat(256))] {
        let answer = shelf.search(owner.credentials(), &format!("/v1/search?{junk}"));
        assert_eq!((answer.status, answer.json()["errors"][0]["code"].as_str()), (400, Some("INVALID")), "{junk}");
    }
}

#[test]
fn whoever_searches_says_who_he_is() {
    let shelf = Shelf::filled(&[]);
    let ping = shelf.search(Credentials::None, "/v1/_ping");
    assert_eq!((ping.status, ping.text().as_str(), ping.header("x-docker-registry-standalone")), (200, "true", "true"));
    for (path, challenge) in [
        ("/v1/search?q=a", "Basic realm=".to_owned()),
        (
            "/v2/search?q=a",
            format!(
                "Bearer realm=\"{}/token_auth\",service=\"registry.test\",scope=\"registry:catalog:search\"",
                shelf.world.spectacles.url()
            ),
        ),
        (
            "/v2/_catalog",
            format!("Bearer realm=\"{}/token_auth\",service=\"registry.test\",scope=\"registry:catalog:*\"", shelf.world.spectacles.url()),
        ),
    ] {
        let strangers =
            [Credentials::None, Credentials::Basic("reader", "mistyped"), Credentials::Bearer("junk"), Credentials::Bearer("a.b.c")];
        for who in strangers {
            let refused = shelf.search(who, path);
            assert_eq!((refused.status, refused.json()["errors"][0]["code"].as_str()), (401, Some("UNAUTHORIZED")), "{path} {who:?}");
            assert!(refused.header("www-authenticate").starts_with(&challenge), "{path}: {}", refused.header("www-authenticate"));
        }
    }
    let reader = Role::Read.person();
    for scope in ["registry:catalog:search", "registry:catalog:*"] {
        let token = shelf.world.spectacles.bearer(&reader, World::SERVICE, &[scope]);
        for path in ["/v1/search?q=", "/v2/search?q="] {
            let found = shelf.search(Credentials::Bearer(&token), path);
            assert_eq!((found.status, names(&found.json()["results"], "name").as_str()), (200, "shared/tool team/app"), "{scope} {path}");
        }
        let catalog = shelf.search(Credentials::Bearer(&token), "/v2/_catalog").json();
        assert_eq!(catalog, json!({ "repositories": ["shared/tool", "team/app"] }));
    }
    // A token for a repository is no token for the catalog, and one for another registry none for this.
    let token = shelf.world.spectacles.bearer(&reader, World::SERVICE, &["repository:team/app:pull"]);
    assert_eq!(shelf.search(Credentials::Bearer(&token), "/v2/_catalog").status, 401);
    shelf.world.spectacles.command(&["registry", "create", "other.test", "--url", "http://127.0.0.1:9"]);
    let token = shelf.world.spectacles.bearer(&reader, "other.test", &["registry:catalog:*"]);
    assert_eq!(shelf.search(Credentials::Bearer(&token), "/registry/registry.test/v2/_catalog").status, 401);
    assert_eq!(shelf.search(Credentials::Bearer(&token), "/registry/other.test/v2/_catalog").json(), json!({ "repositories": [] }));
    // Now there are two, and it has to be said which is meant.
    let unclear = shelf.search(reader.credentials(), "/v1/search?q=");
    assert_eq!(unclear.status, 404);
    assert!(unclear.text().contains("X-Spectacles-Registry"), "{}", unclear.text());
    let named = [("x-spectacles-registry", "registry.test")];
    let url = format!("{}/v1/search?q=", shelf.world.spectacles.url());
    assert_eq!(http::send(&reqwest::Method::GET, &url, reader.credentials(), &named, "").status, 200);
    assert_eq!(shelf.search(reader.credentials(), "/registry/registry.test/v1/search?q=").status, 200);
    assert_eq!(shelf.search(reader.credentials(), "/registry/ghost.test/v1/search?q=").status, 404);
    let host = shelf.registry().host();
    assert_eq!(http::send(&reqwest::Method::GET, &url, reader.credentials(), &[("host", &host)], "").status, 200);
}

#[test]
fn strangers_find_what_is_public_where_the_registry_admits_them() {
    let shelf = Shelf::filled(&[]);
    shelf.world.spectacles.command(&["registry", "set", World::SERVICE, "--anonymous", "pull"]);
    shelf.world.spectacles.command(&["namespace", "set", World::SERVICE, "shared", "--public", "true"]);
    let found = crate::support::server::within_a_second("the change", || {
        let answer = shelf.search(Credentials::None, "/v1/search?q=");
        (answer.status == 200).then(|| names(&answer.json()["results"], "name")).filter(|names| !names.is_empty())
    });
    assert_eq!(found, "shared/tool");
    assert_eq!(shelf.search(Credentials::None, "/v2/_catalog").json(), json!({ "repositories": ["shared/tool"] }));
    let token = shelf.world.spectacles.token(Credentials::None, &[("service", World::SERVICE), ("scope", "registry:catalog:*")]).json();
    let token = token["token"].as_str().expect("a token");
    assert_eq!(shelf.search(Credentials::Bearer(token), "/v2/_catalog").json(), json!({ "repositories": ["shared/tool"] }));
}

#[test]
fn the_catalog_has_pages() {
    let shelf = Shelf::filled(&[]);
    let admin = Role::Administrator.person();
    let (mut path, mut seen) = ("/v2/_catalog?n=2".to_owned(), Vec::new());
    for expected in [2, 1] {
        let page = shelf.search(admin.credentials(), &path);
        let names = page.json()["repositories"].as_array().expect("names").clone();
        assert_eq!(names.len(), expected);
        seen.extend(names);
        let link = page.header("link");
        path = link.trim_start_matches('<').split('>').next().expect("a link").to_owned();
    }
    assert_eq!((json!(seen), path.as_str()), (json!(["secret/plan", "shared/tool", "team/app"]), ""));
}

#[test]
fn the_api_finds_repositories_tags_and_labels() {
    let shelf = Shelf::filled(&[]);
    let find = |who: Role, query: &str| shelf.get(&who.person(), &format!("/search?q={query}"));
    let tags = |found: &Value| {
        let tag = |tag: &Value| format!("{}:{}", tag["repository"].as_str().expect("a repository"), tag["tag"].as_str().expect("a tag"));
        let mut tags: Vec<String> = found["tags"].as_array().expect("tags").iter().map(tag).collect();
        tags.sort();
        tags.join(" ")
    };
    assert_eq!(names(&find(Role::Read, "app")["repositories"], "name"), "team/app");
    assert_eq!(names(&find(Role::Nobody, "app")["repositories"], "name"), "");
    assert_eq!(tags(&find(Role::Read, "team/app:")), "team/app:a team/app:b team/app:c team/app:d");
    assert_eq!(tags(&find(Role::Nobody, "team/app:")), "");
    assert_eq!(tags(&find(Role::Administrator, "v1")), "secret/plan:v1 shared/tool:v1");
    assert_eq!(tags(&find(Role::Read, "v1")), "shared/tool:v1");
    let digest = shelf.get(&Role::Read.person(), &format!("{}/tags/d", at("team/app")))["digest"].as_str().expect("a digest").to_owned();
    assert_eq!(tags(&find(Role::Nobody, &digest)), "shared/tool:v1");
    assert_eq!(tags(&find(Role::Read, "label:maintainer")), "");
    assert_eq!(names(&find(Role::Read, "app&registry=registry.test")["repositories"], "name"), "team/app");
}

#[test]
fn podman_and_docker_search_through_the_front_of_a_registry() {
    let shelf = Shelf::filled(&[]);
    let front = shelf.front();
    let home = tempfile::tempdir().expect("a temporary directory");
    let reader = Role::Read.person();
    let auth = STANDARD.encode(format!("{}:{}", reader.name, reader.password));
    let file = home.path().join("config.json");
    fs::write(&file, json!({ "auths": { front.host(): { "auth": auth } } }).to_string()).expect("a file");

    let podman = |authfile: Option<&std::path::Path>, term: &str| -> Outcome {
        let mut command = Command::new("podman");
        command.env("HOME", home.path()).env("XDG_RUNTIME_DIR", home.path()).env_remove("REGISTRY_AUTH_FILE");
        command
            .arg("--root")
            .arg(home.path().join("storage"))
            .arg("--runroot")
            .arg(home.path().join("run"))
            .args(["--storage-driver", "vfs"]);
        command.args(["search", "--tls-verify=false", "--format", "{{.Name}}"]);
        if let Some(file) = authfile {
            command.arg("--authfile").arg(file);
        }
        run(command.arg(format!("{}/{term}", front.host())), "")
    };
    let found = podman(Some(&file), "app");
    assert!(found.succeeded(), "{}", found.text());
    assert_eq!(found.stdout.trim(), format!("{}/team/app", front.host()));
    let found = podman(Some(&file), "plan");
    assert_eq!(found.stdout.trim(), "", "what he may not pull he does not find");
    let stranger = podman(None, "app");
    assert!(!stranger.stdout.contains("team/app"), "{}", stranger.text());

    let daemon = Daemon::start();
    let docker = |term: &str| {
        let mut command = daemon.command();
        command.env("HOME", home.path()).env("DOCKER_CONFIG", home.path());
        run(command.args(["search", "--format", "{{.Name}}", &format!("{}/{term}", front.host())]), "")
    };
    let found = docker("app");
    assert!(found.succeeded() && found.stdout.contains("team/app"), "{}", found.text());
    let found = docker("plan");
    assert!(!found.stdout.contains("secret"), "{}", found.text());
}
