//! The program and a registry: pushes that are told, pushes that are found, and what is in the way of both.

use crate::support::clients::{Client as _, Skopeo};
use crate::support::http::{self, Answer, Credentials};
use crate::support::image::Image;
use crate::support::process::{PATIENCE, free_port, poll, run};
use crate::support::registry::Registry;
use crate::support::server::{Person, Spectacles};
use reqwest::Method;
use serde_json::{Value, json};
use spectacles_core::model::{Repository, Tag};
use spectacles_core::store::Store;
use spectacles_store::{Options, open};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::runtime::Runtime;

/// What is in the database of a server.
struct Known {
    runtime: Runtime,
    store: Arc<dyn Store>,
}

impl Known {
    fn of(spectacles: &Spectacles) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let url = format!("sqlite:///{}", spectacles.data().join("spectacles.db").display());
        let store = runtime.block_on(open(&url, Options::default())).expect("the database");
        Self { runtime, store }
    }

    fn repositories(&self, service: &str) -> Vec<(Repository, Vec<Tag>)> {
        self.runtime.block_on(async {
            let mut tx = self.store.read().await.expect("a transaction");
            let registry = tx.registry_named(&service.parse().expect("a name")).await.expect("an answer").expect("a registry");
            let mut all = Vec::new();
            for repository in tx.repositories(registry.id, None, 100_000).await.expect("repositories") {
                let tags = tx.tags_of(&[repository.id]).await.expect("tags");
                all.push((repository, tags));
            }
            all
        })
    }

    fn names(&self, service: &str) -> Vec<String> {
        let name = |(repository, tags): (Repository, Vec<Tag>)| {
            tags.into_iter().map(move |tag| format!("{}:{}", repository.name, tag.name)).collect::<Vec<_>>()
        };
        self.repositories(service).into_iter().flat_map(name).collect()
    }
}

fn prepared(spectacles: &Spectacles, service: &str, more: &[&str]) -> (Person, u16) {
    let (admin, port) = (Person::new("admin"), free_port());
    spectacles.create_user(&admin, &["--admin"]);
    let url = format!("http://127.0.0.1:{port}");
    spectacles.command(&[&["registry", "create", service, "--url", &url][..], more].concat());
    spectacles.command(&["namespace", "create", service, "team"]);
    (admin, port)
}

fn logged_in(registry: &Registry, person: &Person) -> Skopeo {
    let skopeo = Skopeo::new(registry);
    let login = skopeo.login(person);
    assert!(login.succeeded(), "{}", login.text());
    skopeo
}

fn push(skopeo: &Skopeo, image: &Image, name: &str) {
    let pushed = skopeo.push(image, name);
    assert!(pushed.succeeded(), "{}", pushed.text());
}

#[test]
fn what_is_pushed_and_deleted_is_known_where_the_registry_tells_it() {
    let mut spectacles = Spectacles::new();
    let (admin, port) = prepared(&spectacles, "telling.test", &["--sync-seconds", "0"]);
    spectacles.serve(&[]);
    let registry = Registry::start_telling(&spectacles, "telling.test", port);
    let (skopeo, known) = (logged_in(&registry, &admin), Known::of(&spectacles));
    let image = Image::new("told");
    push(&skopeo, &image, "team/app:v1");
    // Nobody looks at this registry: what is known of it was told.
    let tag = poll(PATIENCE, || {
        let tag = known.repositories("telling.test").pop().and_then(|(_, mut tags)| tags.pop());
        tag.filter(|tag| tag.size.is_some())
    });
    let tag = tag.expect("a push that is known");
    assert_eq!((tag.digest.as_str(), tag.pushed_by.as_deref()), (image.manifest.as_str(), Some("admin")));
    assert!(skopeo.delete("team/app:v1").succeeded());
    let gone = poll(PATIENCE, || known.repositories("telling.test").is_empty().then_some(()));
    assert!(gone.is_some(), "a deletion is known");
    let check = spectacles.command(&["registry", "test", "telling.test"]);
    assert_eq!(check["ok"], true, "{check}");
    let outcome = |step: &str| {
        check["steps"].as_array().expect("steps").iter().find(|known| known["step"] == step).expect("a step")["outcome"].clone()
    };
    assert_eq!((outcome("catalog"), outcome("notifications"), outcome("service")), (json!("ok"), json!("ok"), json!("ok")));
}

#[test]
fn what_is_pushed_is_found_where_the_registry_tells_nothing_and_a_registry_that_is_down_keeps_what_is_known() {
    let mut spectacles = Spectacles::new();
    let (admin, port) = prepared(&spectacles, "silent.test", &["--sync-seconds", "0"]);
    spectacles.serve(&[]);
    let mut registry = Registry::start(&spectacles, "silent.test", port);
    let (skopeo, known) = (logged_in(&registry, &admin), Known::of(&spectacles));
    for name in ["team/app:v1", "team/app:v2", "team/other:v1"] {
        push(&skopeo, &Image::new(name), name);
    }
    assert!(known.names("silent.test").is_empty(), "nobody has looked yet");
    let state = spectacles.command(&["registry", "sync", "silent.test"]);
    assert_eq!((&state["repositories"], &state["tags"], &state["error"]), (&json!(2), &json!(3), &Value::Null));
    assert_eq!(known.names("silent.test"), ["team/app:v1", "team/app:v2", "team/other:v1"]);

    assert!(skopeo.delete("team/app:v1").succeeded() && skopeo.delete("team/other:v1").succeeded());
    // By the server that does the background work.
    let asked = http::send(
        &Method::POST,
        &format!("{}/api/v1/registries/silent.test/sync", spectacles.url()),
        admin.credentials(),
        &[("content-type", "application/json")],
        "{}",
    );
    assert_eq!(asked.status, 200, "{}", asked.text());
    let found = poll(Duration::from_secs(20), || (known.names("silent.test") == ["team/app:v2"]).then_some(()));
    assert!(found.is_some(), "{:?} {}", known.names("silent.test"), spectacles.command(&["registry", "state", "silent.test"]));

    let before = known.repositories("silent.test");
    registry.stop();
    let outcome = spectacles.try_command(&["registry", "sync", "silent.test"], "");
    assert!(outcome.code == 1 && outcome.stderr.contains("nobody listens there"), "{}", outcome.text());
    assert_eq!(known.repositories("silent.test"), before);
    let check = spectacles.try_command(&["registry", "test", "silent.test"], "");
    assert!(check.code == 1 && check.stdout.contains("check that the registry runs"), "{}", check.text());
}

#[test]
fn several_who_look_at_one_registry_get_in_nobodys_way() {
    let mut spectacles = Spectacles::new();
    let (admin, port) = prepared(&spectacles, "shared.test", &["--sync-seconds", "5"]);
    spectacles.serve(&[]);
    let registry = Registry::start(&spectacles, "shared.test", port);
    push(&logged_in(&registry, &admin), &Image::new("shared"), "team/app:v1");
    let outcomes: Vec<_> = thread::scope(|scope| {
        let syncs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| run(&spectacles.spectacles(&["registry", "sync", "shared.test", "--output", "json"]), "")))
            .collect();
        syncs.into_iter().map(|sync| sync.join().expect("no panic")).collect()
    });
    for outcome in outcomes {
        assert!(outcome.succeeded() && outcome.stdout.contains("\"tags\": 1"), "{}", outcome.text());
    }
    assert_eq!(Known::of(&spectacles).names("shared.test"), ["team/app:v1"]);
}

/// A server that knows a registry, and the secret of it.
fn told() -> (Spectacles, String) {
    let mut spectacles = Spectacles::new();
    let (admin, _) = prepared(&spectacles, "told.test", &["--sync-seconds", "0"]);
    spectacles.serve(&[]);
    let url = format!("{}/api/v1/registries/told.test/event-secret", spectacles.url());
    let made = http::send(&Method::POST, &url, admin.credentials(), &[("content-type", "application/json")], "{}");
    assert_eq!(made.status, 201, "{}", made.text());
    let secret = made.json()["secret"].as_str().expect("a secret").to_owned();
    (spectacles, secret)
}

fn tell(spectacles: &Spectacles, service: &str, secret: &str, body: &str) -> Answer {
    let headers = [("content-type", "application/vnd.docker.distribution.events.v2+json")];
    http::send(&Method::POST, &format!("{}/api/v1/events/{service}", spectacles.url()), Credentials::Bearer(secret), &headers, body)
}

fn pushed(id: &str, tag: &str) -> Value {
    let digest = format!("sha256:{}", "5".repeat(64));
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    json!({ "id": id, "action": "push", "timestamp": "2026-01-02T03:04:05Z", "actor": { "name": "alice" },
            "target": { "repository": "team/app", "tag": tag, "digest": digest, "mediaType": media_type } })
}

fn envelope(events: &[Value]) -> String {
    json!({ "events": events }).to_string()
}

#[test]
fn notifications_are_answered_so_that_registries_send_again_what_makes_sense_to() {
    let (spectacles, secret) = told();
    let push = envelope(&[pushed("e1", "v1")]);
    let answers = [
        ("guessed", "told.test", push.clone(), 401),
        (secret.as_str(), "unknown.test", push.clone(), 202),
        (&secret, "told.test", push.clone(), 200),
        (&secret, "told.test", push.clone(), 200),
        (&secret, "told.test", push[..push.len() / 2].to_owned(), 200),
        (&secret, "told.test", "junk".to_owned(), 200),
        (&secret, "told.test", envelope(&[json!({ "action": "dance" })]), 200),
        (&secret, "told.test", format!("{}{}", " ".repeat(1_000_000), push), 200),
    ];
    for (secret, service, body, status) in answers {
        let answer = tell(&spectacles, service, secret, &body);
        assert_eq!(answer.status, status, "{service} {}: {}", &body[..body.len().min(80)], answer.text());
    }
    assert_eq!(
        http::send(&Method::POST, &format!("{}/api/v1/events/told.test", spectacles.url()), Credentials::None, &[], &push).status,
        401
    );
    // Nobody waits for these to come to their end, so that not everybody who sends them hears why.
    for (secret, length) in [("guessed", 1_000_000), (&secret, 5_000_000)] {
        let (url, body) = (format!("{}/api/v1/events/told.test", spectacles.url()), " ".repeat(length));
        let answer = http::try_send(&Method::POST, &url, Credentials::Bearer(secret), &[], &body);
        assert!(answer.map_or(true, |answer| answer.status == 413), "{length}");
    }
    let known = Known::of(&spectacles);
    assert_eq!(known.names("told.test"), ["team/app:v1"]);
    let junk = tell(&spectacles, "told.test", &secret, &envelope(&[json!(1), pushed("e2", "v2")])).json();
    assert_eq!((&junk["events"], &junk["junk"]), (&json!(1), &json!(1)));
    assert_eq!(known.names("told.test"), ["team/app:v1", "team/app:v2"]);
}

#[test]
fn five_thousand_events_at_once_arrive_all_of_them() {
    let (spectacles, secret) = told();
    thread::scope(|scope| {
        for thread in 0..10 {
            let (spectacles, secret) = (&spectacles, &secret);
            scope.spawn(move || {
                for part in 0..50 {
                    let tag = |number| format!("v{thread}-{part}-{number}");
                    let events: Vec<_> = (0..10).map(|number| pushed(&tag(number), &tag(number))).collect();
                    let body = envelope(&events);
                    // As a registry does: whatever is not taken is sent again.
                    let taken = poll(Duration::from_secs(60), || (tell(spectacles, "told.test", secret, &body).status < 300).then_some(()));
                    assert!(taken.is_some(), "{part} of {thread}");
                }
            });
        }
    });
    let known = Known::of(&spectacles);
    let all = poll(Duration::from_secs(60), || Some(known.names("told.test").len()).filter(|count| *count == 5_000));
    assert_eq!(all, Some(5_000), "{}", known.names("told.test").len());
}

#[test]
fn a_registry_is_answered_while_the_database_is_locked_and_nothing_is_lost_when_the_server_ends() {
    let (mut spectacles, secret) = told();
    let known = Known::of(&spectacles);
    // A transaction that is dropped wants to know where.
    let _runtime = known.runtime.enter();
    let lock = known.runtime.block_on(known.store.write()).expect("the database is ours");
    let answer = tell(&spectacles, "told.test", &secret, &envelope(&[pushed("e1", "v1")]));
    assert_eq!(answer.status, 202, "{}", answer.text());
    drop(lock);
    let written = poll(Duration::from_secs(30), || (known.names("told.test") == ["team/app:v1"]).then_some(()));
    assert!(written.is_some(), "it is written when it can be");
    let lock = known.runtime.block_on(known.store.write()).expect("the database is ours");
    assert_eq!(tell(&spectacles, "told.test", &secret, &envelope(&[pushed("e2", "v2")])).status, 202);
    spectacles.server().signal("TERM");
    drop(lock);
    assert_eq!(spectacles.server().wait(), 0);
    assert_eq!(known.names("told.test"), ["team/app:v1", "team/app:v2"]);
}
