//! What registries tell by themselves, in this process.

use super::fake::Fake;
use super::place::{Place, service, target};
use serde_json::json;
use spectacles_core::auth::SecretString;
use spectacles_core::model::{ActivityKind, LoginKind};
use spectacles_core::name::Digest;
use spectacles_core::service::{ConnectionChanges, Notified, RegistryChanges, Settings};
use spectacles_core::time::Clock as _;
use spectacles_store::MemoryStore;
use std::sync::Arc;

fn digest(text: &str) -> Digest {
    Digest::sha256(text.as_bytes())
}

#[tokio::test]
async fn a_push_is_known_at_once_and_what_it_brings_a_moment_later() {
    let fake = Fake::new();
    let pushed = fake.push("team/app", "v1");
    let place = Place::new(&[("one", &fake)]).await;
    let secret = place.event_secret("one").await;
    let child = place.event("e0", "push", &target(None, &digest("a part of an index")));
    place.notify("one", &secret, &[child, place.event("e1", "push", &target(Some("v1"), &pushed))]).await;
    let tag = place.tag("one", "team/app", "v1").await.expect("a tag");
    assert_eq!((&tag.digest, tag.size, tag.pushed_by.as_deref()), (&pushed, None, Some("alice")));
    assert_eq!(place.names("one").await, ["team/app:v1"]);
    assert!(fake.asked().is_empty(), "the registry waits for its answer: it is not asked anything now");
    place.app.inspect_pushed().await.expect("manifests are read");
    let tag = place.tag("one", "team/app", "v1").await.expect("a tag");
    assert!(tag.size.is_some_and(|size| size > 1000) && tag.pushed_by.is_some(), "{tag:?}");
    assert_eq!(place.told().await, ["push team/app v1"]);
    let record = place.activities().await.remove(0).record;
    assert_eq!(
        (record.principal.as_str(), record.address.as_deref(), record.agent.as_deref()),
        ("alice", Some("192.0.2.7"), Some("docker/28"))
    );
    let before = place.everything("one").await;
    place.pass("one").await;
    assert_eq!((place.everything("one").await, place.told().await.len()), (before, 1), "a look at the registry finds nothing new");
}

#[tokio::test]
async fn what_cannot_be_read_now_is_left_to_a_look_at_the_registry() {
    let fake = Fake::new();
    let pushed = fake.push("team/app", "v1");
    let place = Place::new(&[("one", &fake)]).await;
    let secret = place.event_secret("one").await;
    place.notify("one", &secret, &[place.event("e1", "push", &target(Some("v1"), &pushed))]).await;
    fake.rule(|_| Some(spectacles_core::registry::Trouble::Unreachable));
    place.app.inspect_pushed().await.expect("no error of ours");
    assert!(place.state("one").await.wanted.is_some());
    fake.no_rule();
    place.pass("one").await;
    assert!(place.tag("one", "team/app", "v1").await.expect("a tag").size.is_some());
}

#[tokio::test]
async fn the_same_twice_is_once_and_later_things_win_in_whatever_order_they_come() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake)]).await;
    let secret = place.event_secret("one").await;
    place.clock.forward(100_000);
    let now = place.clock.now();
    let at = |seconds: u64| now.before(std::time::Duration::from_secs(seconds)).expect("a moment");
    let (old, new) = (digest("old"), digest("new"));
    let push = |id: &str, digest: &Digest, seconds| place.event_at(id, "push", &target(Some("v1"), digest), at(seconds));
    place.notify("one", &secret, &[push("new", &new, 10)]).await;
    place.notify("one", &secret, &[push("old", &old, 60)]).await;
    assert_eq!(place.tag("one", "team/app", "v1").await.expect("a tag").digest, new);
    // Deleted before it was pushed again, and told afterwards.
    place.notify("one", &secret, &[place.event_at("deleted", "delete", &json!({ "digest": new }), at(30))]).await;
    assert!(place.tag("one", "team/app", "v1").await.is_some());
    let told = place.told().await;
    for _ in 0..3 {
        place.notify("one", &secret, &[push("old", &old, 60), push("new", &new, 10)]).await;
    }
    assert_eq!(place.told().await, told);
    let again = Place::on(Arc::clone(&place.store), &[]).await;
    again.notify("one", &secret, &[push("new", &new, 10)]).await;
    assert_eq!(place.told().await, told, "another process knows it, too");
}

#[tokio::test]
async fn pulls_count_for_people_and_not_for_this_server() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake)]).await;
    let secret = place.event_secret("one").await;
    let image = fake.push("team/app", "v1");
    place.pass("one").await;
    let pull = |id: &str, tag: Option<&str>, who: &str| {
        let mut event = place.event(id, "pull", &target(tag, &image));
        event["actor"]["name"] = json!(who);
        event
    };
    let events = [
        pull("1", Some("v1"), "alice"),
        pull("2", Some("v1"), "alice"),
        pull("3", None, "bob"),
        pull("4", Some("v1"), ""),
        pull("5", Some("v1"), "system"),
        pull("6", Some("unknown"), "alice"),
    ];
    place.notify("one", &secret, &events).await;
    let (repository, tags) = place.everything("one").await.remove(0);
    assert_eq!((repository.pulls, tags[0].pulls, tags.len()), (5, 3, 1));
    let consumers = place.read().await.consumers(repository.id, &image, 10).await.expect("consumers");
    let mut who: Vec<_> = consumers.iter().map(|consumer| (consumer.principal.as_str(), consumer.pulls)).collect();
    who.sort_unstable();
    assert_eq!(who, [("", 1), ("alice", 3), ("bob", 1)]);
    let told = place.told_of(ActivityKind::Pull).await;
    assert_eq!(told, ["pull team/app v1 2 times", "pull team/app", "pull team/app v1", "pull team/app unknown"]);
}

#[tokio::test]
async fn deleting_takes_all_tags_of_a_digest_or_the_one_that_is_named() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake)]).await;
    let secret = place.event_secret("one").await;
    let (image, other) = (digest("image"), digest("other"));
    let events = [("v1", &image), ("v2", &image), ("v3", &other), ("v4", &other)];
    let events: Vec<_> = events.iter().map(|(tag, digest)| place.event(tag, "push", &target(Some(tag), digest))).collect();
    place.notify("one", &secret, &events).await;
    place.clock.forward(1_000);
    place.notify("one", &secret, &[place.event("d1", "delete", &json!({ "digest": image, "mediaType": "" }))]).await;
    assert_eq!(place.names("one").await, ["team/app:v3", "team/app:v4"]);
    place.notify("one", &secret, &[place.event("d2", "delete", &json!({ "tag": "v3", "digest": "" }))]).await;
    assert_eq!(place.names("one").await, ["team/app:v4"]);
    // In one batch: what is pushed, deleted and pushed again is there.
    let push = |id: &str| place.event(id, "push", &target(Some("v5"), &image));
    let delete = place.event("d3", "delete", &json!({ "digest": image }));
    place.notify("one", &secret, &[push("p1"), delete, push("p2")]).await;
    assert_eq!(place.names("one").await, ["team/app:v4", "team/app:v5"]);
}

#[tokio::test]
async fn nobody_tells_anything_without_the_secret_and_junk_is_counted() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake), ("two", &fake)]).await;
    let push = json!({ "events": [place.event("e1", "push", &target(Some("v1"), &digest("x")))] }).to_string();
    let tell = |name: &str, secret: Option<&SecretString>, body: &str| place.app.notify(name, secret, body.as_bytes());
    assert!(matches!(tell("one", None, &push), Notified::Denied), "there is no secret yet");
    let secret = place.event_secret("one").await;
    assert!(matches!(tell("one", Some(&"guessed".into()), &push), Notified::Denied));
    assert!(matches!(tell("one", None, &push), Notified::Denied));
    assert!(matches!(tell("two", Some(&secret), &push), Notified::Denied), "it is that of another registry");
    assert!(matches!(tell("nobody", Some(&secret), &push), Notified::Unknown));
    let newer = place.event_secret("one").await;
    assert!(matches!(tell("one", Some(&secret), &push), Notified::Denied), "the one before is good no longer");
    for junk in ["", "{", "[]", r#"{"events":[{"action":"push"},null]}"#, r#"{"events":[{"id":"x"#] {
        let Notified::Kept(receipt) = tell("one", Some(&newer), junk) else { panic!("{junk}") };
        assert!(receipt.junk > 0 && receipt.events == 0, "{junk}");
    }
    assert_eq!(place.app.write_events().await.expect("nothing"), 0);
    assert!(place.names("one").await.is_empty() && place.app.events_state().junk > 5);
    let trail = place.app.administration().operator().audit().list(None, 1).await.expect("a trail").remove(0).record;
    assert_eq!((trail.action.as_str(), &trail.details), ("registry.event_secret", &json!({ "replaced": true })));
}

#[tokio::test]
async fn a_queue_that_is_full_turns_away_and_loses_nothing() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake), ("two", &fake)]).await;
    let secret = place.event_secret("one").await;
    let body = |number: usize| {
        let event = |tag: usize| place.event(&format!("{number}-{tag}"), "push", &target(Some(&format!("v{number}-{tag}")), &digest("x")));
        json!({ "events": (0..500).map(event).collect::<Vec<_>>() }).to_string()
    };
    let mut kept = 0;
    while let Notified::Kept(_) = place.app.notify("one", Some(&secret), body(kept).as_bytes()) {
        kept += 1;
        assert!(kept < 1_000, "there is no end to what it takes");
    }
    // Others have room.
    let other = place.event_secret("two").await;
    assert!(matches!(place.app.notify("two", Some(&other), body(0).as_bytes()), Notified::Kept(_)));
    // The same again, as a registry does.
    let turned_away = body(kept);
    while place.app.write_events().await.expect("written") > 0 {}
    let Notified::Kept(receipt) = place.app.notify("one", Some(&secret), turned_away.as_bytes()) else { panic!("there is room now") };
    place.app.write_events().await.expect("written");
    receipt.written().await;
    assert_eq!(place.names("one").await.len(), (kept + 1) * 500);
}

#[tokio::test]
async fn a_registry_that_makes_names_up_does_not_fill_the_database() {
    let fake = Fake::new();
    let settings = Settings { most_repositories: 5, ..Settings::default() };
    let place = Place::with(Arc::new(MemoryStore::new()), &[("one", &fake), ("two", &fake)], settings).await;
    let (one, two) = (place.event_secret("one").await, place.event_secret("two").await);
    let push = |name: &str, tag: &str| {
        let mut target = target(Some(tag), &digest("x"));
        target["repository"] = json!(name);
        place.event(&format!("{name} {tag}"), "push", &target)
    };
    for round in 0..3 {
        let events: Vec<_> = (0..3).map(|number| push(&format!("team/made-up-{round}-{number}"), "v1")).collect();
        place.notify("one", &one, &events).await;
    }
    let known = place.names("one").await;
    assert_eq!(known.len(), 5, "{known:?}");
    // What is known goes on, and so does everybody else.
    let name = known[0].split(':').next().expect("a name");
    place.notify("one", &one, &[push(name, "v2")]).await;
    place.notify("two", &two, &[push("team/app", "v1")]).await;
    assert_eq!((place.names("one").await.len(), place.names("two").await.len()), (6, 1));
}

#[tokio::test]
async fn nobody_hides_his_pulls_behind_the_name_of_this_program() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake)]).await;
    let secret = place.event_secret("one").await;
    let image = fake.push("team/app", "v1");
    place.pass("one").await;
    let pull = |id: &str, who: &str| {
        let mut event = place.event(id, "pull", &target(Some("v1"), &image));
        event["request"]["useragent"] = json!("Spectacles/1.0");
        event["actor"]["name"] = json!(who);
        event
    };
    place.notify("one", &secret, &[pull("1", "alice"), pull("2", "reader"), pull("3", "system")]).await;
    assert_eq!(place.everything("one").await.remove(0).0.pulls, 2);
    // Where this server logs in by a name, that is its own.
    let connection = ConnectionChanges {
        login: Some(LoginKind::Basic),
        username: Some("reader".to_owned()),
        password: Some("secret".into()),
        ..ConnectionChanges::default()
    };
    let changes = RegistryChanges { connection, ..RegistryChanges::default() };
    place.app.administration().operator().registries().set(&service("one"), changes).await.expect("a change");
    place.notify("one", &secret, &[pull("4", "alice"), pull("5", "reader")]).await;
    assert_eq!(place.everything("one").await.remove(0).0.pulls, 3);
}

#[tokio::test]
async fn what_the_database_does_not_take_now_waits_and_a_registry_that_is_gone_keeps_nothing_back() {
    let fake = Fake::new();
    let place = Place::new(&[("one", &fake), ("two", &fake)]).await;
    let (one, two) = (place.event_secret("one").await, place.event_secret("two").await);
    let push = |id: &str| json!({ "events": [place.event(id, "push", &target(Some("v1"), &digest("x")))] }).to_string();
    for (name, secret) in [("one", &one), ("two", &two)] {
        assert!(matches!(place.app.notify(name, Some(secret), push(name).as_bytes()), Notified::Kept(_)));
    }
    // Broken off on the way: it goes back to where it was.
    let hanging = place.store.content().await.expect("a transaction");
    {
        let mut write = std::pin::pin!(place.app.write_events());
        let waker = std::task::Waker::noop();
        assert!(write.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
    }
    drop(hanging);
    assert_eq!(place.app.events_state().waiting, 2);
    place.app.administration().operator().registries().delete(&service("one")).await.expect("deleted");
    assert_eq!(place.app.write_events().await.expect("written"), 0);
    assert_eq!(place.names("two").await, ["team/app:v1"]);
}
