//! What one look at a registry finds, and what it leaves alone.

use super::fake::{DOCKER, DOCKER_LIST, Fake, OCI, OCI_INDEX};
use super::place::{Place, service};
use spectacles_core::model::{ActivityKind, RepositoryDescription};
use spectacles_core::registry::Trouble;
use spectacles_core::service::{CreateNamespace, Passed};
use spectacles_core::time::Clock as _;
use std::future::{pending, ready};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn registries_do_not_take_each_other_away_what_they_hold() {
    let (one, two) = (Fake::new(), Fake::new());
    one.push("team/app", "v1");
    one.push("team/one", "v1");
    two.push("team/app", "v1");
    two.push("team/app", "v2");
    let place = Place::new(&[("one", &one), ("two", &two)]).await;
    let mut before = None;
    for _ in 0..3 {
        for name in ["one", "two"] {
            assert_eq!(place.pass(name).await.error, None);
        }
        let all = (place.everything("one").await, place.everything("two").await, place.told().await);
        assert!(before.is_none_or(|before| before == all), "nothing changes when nothing has changed");
        before = Some(all);
    }
    assert_eq!(place.names("one").await, ["team/app:v1", "team/one:v1"]);
    assert_eq!(place.names("two").await, ["team/app:v1", "team/app:v2"]);
}

#[tokio::test]
async fn long_lists_are_read_to_their_end_and_the_first_look_is_told_in_one_line() {
    let fake = Fake::new();
    for number in 0..250 {
        fake.push(&format!("team/app{number:03}"), "v1");
        fake.push("team/many", &format!("v{number}"));
    }
    let place = Place::new(&[("one", &fake)]).await;
    let state = place.pass("one").await;
    assert_eq!((state.error, state.repositories, state.tags), (None, 251, 500));
    assert_eq!(place.names("one").await.len(), 500);
    let told = place.told().await;
    assert_eq!(told, ["appeared this registry was looked at for the first time: 251 repositories with 500 tags"]);
}

#[tokio::test]
async fn a_look_at_what_has_not_changed_costs_a_small_request_for_each_tag_and_writes_nothing() {
    let fake = Fake::new();
    for number in 0..30 {
        fake.push(&format!("team/app{number}"), "v1");
        fake.push(&format!("team/app{number}"), "v2");
    }
    let place = Place::new(&[("one", &fake)]).await;
    place.pass("one").await;
    let (first, before, told) = (fake.asked(), place.everything("one").await, place.told().await);
    let number = |asked: &[String], word: &str| asked.iter().filter(|what| what.starts_with(word)).count();
    assert_eq!((number(&first, "manifest "), first.len()), (60, 1 + 30 + 60 + 60), "what is new is read at once, and each manifest once");
    let state = place.pass("one").await;
    let asked = fake.asked();
    let numbers = (number(&asked, "catalog"), number(&asked, "tags "), number(&asked, "head "), asked.len());
    assert_eq!(numbers, (1, 30, 60, 91), "{asked:?}");
    assert_eq!((place.everything("one").await, place.told().await), (before, told));
    assert_eq!(state.succeeded, Some(place.clock.now()));
}

#[tokio::test]
async fn a_configuration_that_images_share_is_read_once() {
    let fake = Fake::new();
    let config = fake.config_of(&fake.push("team/app", "v0"));
    for number in 1..40 {
        fake.push_with(&format!("team/app{number}"), "v1", &config);
    }
    let place = Place::new(&[("one", &fake)]).await;
    place.pass("one").await;
    let blobs = fake.asked().iter().filter(|what| *what == "blob").count();
    assert!(blobs <= 16, "{blobs}: those that are read side by side cannot know of each other");
    for name in ["team/app", "team/app1", "team/app39"] {
        let tag = if name == "team/app" { "v0" } else { "v1" };
        let digest = place.tag("one", name, tag).await.expect("a tag").digest;
        let id = place.registry("one").await.id;
        let manifest = place.read().await.manifests(id, &[digest]).await.expect("an answer").pop().expect("a manifest");
        assert_eq!(manifest.details.platforms.first().map(|platform| platform.architecture.as_str()), Some("amd64"), "{name}");
    }
}

#[tokio::test]
async fn a_manifest_that_cannot_be_read_by_its_tag_is_listed_without_what_is_in_it() {
    let fake = Fake::new();
    let digest = fake.push("team/app", "v1");
    fake.push("team/app", "v2");
    for trouble in [Trouble::TooLarge, Trouble::Garbage] {
        fake.rule(move |asked| asked.starts_with("manifest").then_some(trouble));
        let place = Place::new(&[("one", &fake)]).await;
        assert_eq!(place.pass("one").await.error, None);
        let tag = place.tag("one", "team/app", "v1").await.expect("a tag");
        assert_eq!((tag.digest, tag.size), (digest.clone(), None), "{trouble:?}");
    }
}

#[tokio::test]
async fn every_kind_of_manifest_is_known_by_the_digest_of_what_the_tag_names() {
    let fake = Fake::new();
    let images = [fake.image(OCI, "amd64 one"), fake.image(OCI, "arm64 two")];
    let expected = [
        ("docker", fake.image(DOCKER, "amd64 docker"), DOCKER, 1),
        ("oci", fake.image(OCI, "amd64 oci"), OCI, 1),
        ("list", fake.index(DOCKER_LIST, &images), DOCKER_LIST, 2),
        ("index", fake.index(OCI_INDEX, &images), OCI_INDEX, 2),
    ];
    for (tag, digest, ..) in &expected {
        fake.tag("team/app", tag, digest);
    }
    let place = Place::new(&[("one", &fake)]).await;
    assert_eq!(place.pass("one").await.error, None);
    let id = place.registry("one").await.id;
    for (tag, digest, media_type, platforms) in &expected {
        let known = place.tag("one", "team/app", tag).await.expect("a tag");
        assert_eq!((&known.digest, known.media_type.as_str()), (digest, *media_type));
        let manifest = place.read().await.manifests(id, std::slice::from_ref(digest)).await.expect("an answer").pop().expect("a manifest");
        assert_eq!(manifest.details.platforms.len(), *platforms, "{tag}");
        assert_eq!((known.size, manifest.config.is_some()), (Some(manifest.size), *platforms == 1), "{tag}");
    }
    let index = place.tag("one", "team/app", "index").await.expect("a tag");
    let parts = place.read().await.manifests(id, &images).await.expect("what it leads to");
    let sizes: u64 = parts.iter().map(|manifest| manifest.size).sum();
    assert_eq!((parts.len(), index.size), (2, Some(sizes + fake.size_of(&index.digest))));
    assert_eq!(parts.iter().flat_map(|manifest| manifest.details.labels.get("content")).count(), 2, "and what their labels say");
}

#[tokio::test]
async fn nothing_goes_because_something_goes_wrong() {
    let (fake, other) = (Fake::new(), Fake::new());
    for name in ["team/a", "team/b", "team/c"] {
        fake.push(name, "v1");
        fake.push(name, "v2");
    }
    other.push("team/x", "v1");
    let place = Place::new(&[("one", &fake), ("two", &other)]).await;
    place.pass("one").await;
    let before = place.everything("one").await;
    let rules: [(&str, Trouble); 10] = [
        ("catalog", Trouble::Unreachable),
        ("catalog", Trouble::Garbage),
        ("catalog", Trouble::Unauthorized),
        ("tags ", Trouble::Failed),
        ("tags team/b", Trouble::Garbage),
        ("tags team/b", Trouble::Certificate),
        ("head team/b:v1", Trouble::Failed),
        ("head team/b:v1", Trouble::Slow),
        ("head team/b:v1", Trouble::Unauthorized),
        ("head ", Trouble::Busy),
    ];
    for (what, trouble) in rules {
        fake.rule(move |asked| asked.starts_with(what).then_some(trouble));
        let state = place.pass("one").await;
        let error = state.error.unwrap_or_default();
        assert!(error.contains("went wrong") && state.failed == Some(place.clock.now()), "{what} {trouble}: {error}");
        assert_eq!(place.everything("one").await, before, "{what} {trouble}");
        assert_eq!(place.pass("two").await.error, None, "the other one goes on");
    }
    assert_eq!(place.told_of(ActivityKind::Failed).await.len(), 1, "a failure is told once");
    fake.no_rule();
    assert_eq!(place.pass("one").await.failures, 0);
    assert_eq!(place.told_of(ActivityKind::Recovered).await, ["recovered this registry can be looked at again"]);
    assert_eq!(place.everything("one").await, before);
}

#[tokio::test]
async fn one_bad_repository_keeps_nothing_of_the_others_back() {
    let fake = Fake::new();
    for name in ["team/a", "team/b", "team/c"] {
        fake.push(name, "v1");
    }
    let place = Place::new(&[("one", &fake)]).await;
    fake.rule(|asked| (asked == "tags team/b").then_some(Trouble::Failed));
    let state = place.pass("one").await;
    assert_eq!(place.names("one").await, ["team/a:v1", "team/c:v1"]);
    assert!(state.error.as_deref().unwrap_or_default().contains("team/b") && state.succeeded.is_none(), "{state:?}");
    assert_eq!(state.failures, 0, "the others are looked at as often as before");
    fake.push("team/a", "v2");
    fake.remove("team/c");
    place.pass("one").await;
    assert_eq!(place.names("one").await, ["team/a:v1", "team/a:v2"], "the catalog was complete, and what is gone is gone");
}

#[tokio::test]
async fn a_registry_that_goes_down_midway_is_asked_no_more() {
    let fake = Fake::new();
    for number in 0..200 {
        fake.push(&format!("team/app{number:03}"), "v1");
    }
    let place = Place::new(&[("one", &fake)]).await;
    place.pass("one").await;
    let before = place.everything("one").await;
    fake.asked();
    let count = Mutex::new(0);
    fake.rule(move |_| {
        let mut count = count.lock().expect("a count");
        *count += 1;
        (*count > 120).then_some(Trouble::Unreachable)
    });
    let state = place.pass("one").await;
    assert_eq!((state.failures, place.everything("one").await), (1, before));
    assert!(fake.asked().len() < 160, "it is left alone");
}

#[tokio::test]
async fn what_is_gone_goes_and_what_comes_back_is_what_it_was() {
    let fake = Fake::new();
    fake.push("team/app", "v1");
    fake.push("team/app", "v2");
    fake.push("team/gone", "v1");
    let place = Place::new(&[("one", &fake)]).await;
    place.pass("one").await;
    let app = place.everything("one").await[0].0.clone();
    let said = RepositoryDescription { description: "# Ours".to_owned(), ..RepositoryDescription::default() };
    let mut tx = place.store.content().await.expect("a transaction");
    assert!(tx.describe_repository(app.id, &said, place.clock.now()).await.expect("an answer"));
    tx.commit().await.expect("a commit");

    fake.untag("team/app", "v2");
    fake.remove("team/gone");
    place.pass("one").await;
    assert_eq!(place.names("one").await, ["team/app:v1"]);
    fake.untag("team/app", "v1");
    place.pass("one").await;
    assert!(place.everything("one").await.is_empty());
    let tail = |told: Vec<String>| told[told.len() - 3..].to_vec();
    assert_eq!(
        tail(place.told().await),
        [
            "disappeared team/app v2",
            "disappeared team/gone the repository with its 1 tag",
            "disappeared team/app the repository with its 1 tag"
        ]
    );

    let moved = fake.push("team/app", "v3");
    place.pass("one").await;
    let (back, tags) = place.everything("one").await.remove(0);
    assert_eq!((back.id, back.said.description.as_str(), &tags[0].digest), (app.id, "# Ours", &moved));
    let newer = fake.image(OCI, "amd64 newer");
    fake.tag("team/app", "v3", &newer);
    place.pass("one").await;
    let tag = place.tag("one", "team/app", "v3").await.expect("a tag");
    assert_eq!((tag.digest, tag.id), (newer, tags[0].id));
    assert_eq!(place.told().await.pop().as_deref(), Some("moved team/app v3"));
}

#[tokio::test]
async fn what_happens_while_it_is_looked_at_stays() {
    let fake = Fake::new();
    let (old, pushed) = (fake.push("team/app", "v1"), fake.image(OCI, "amd64 pushed"));
    fake.push("team/app", "v2");
    let place = Arc::new(Place::new(&[("one", &fake)]).await);
    place.pass("one").await;
    let secret = place.event_secret("one").await;
    // Between the list of tags and the answer about v1: v1 moves, v2 goes, v3 comes; and the answer about v1 is the old one.
    let place_there = Arc::clone(&place);
    let pushed_there = pushed.clone();
    let done = Mutex::new(false);
    fake.rule(move |asked| {
        let mut done = done.lock().expect("a flag");
        if asked == "head team/app:v1" && !*done {
            *done = true;
            let event = |id: &str, tag: &str| place_there.event(id, "push", &super::place::target(Some(tag), &pushed_there));
            let body = serde_json::json!({ "events": [event("e1", "v1"), event("e3", "v3")] }).to_string();
            place_there.app.notify("one", Some(&secret), body.as_bytes());
            let write = place_there.app.write_events();
            assert_eq!(futures_lite_block_on(write), 0);
        }
        None
    });
    place.pass("one").await;
    assert_ne!(old, pushed);
    assert_eq!(place.tag("one", "team/app", "v1").await.expect("v1").digest, pushed, "the push was later than the question");
    assert_eq!(place.tag("one", "team/app", "v3").await.expect("v3").digest, pushed, "it was in no list");
    let told = place.told().await;
    assert!(!told.iter().any(|line| line.starts_with("moved") || line.starts_with("disappeared")), "{told:?}");
}

/// Runs a future that waits for nothing but memory.
fn futures_lite_block_on<T, E: std::fmt::Debug>(future: impl Future<Output = Result<T, E>>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..10_000 {
        if let std::task::Poll::Ready(outcome) = future.as_mut().poll(&mut context) {
            return outcome.expect("an outcome");
        }
    }
    panic!("it waits for something")
}

#[tokio::test]
async fn a_tag_that_vanishes_midway_is_gone_and_that_is_no_failure() {
    let fake = Fake::new();
    fake.push("team/app", "v1");
    fake.push("team/app", "v2");
    let place = Place::new(&[("one", &fake)]).await;
    place.pass("one").await;
    let there = fake.clone();
    fake.rule(move |asked| {
        if asked == "head team/app:v2" {
            there.untag("team/app", "v2");
        }
        None
    });
    assert_eq!(place.pass("one").await.error, None);
    assert_eq!(place.names("one").await, ["team/app:v1"]);
}

#[tokio::test]
async fn what_no_namespace_governs_is_told_once() {
    let fake = Fake::new();
    for name in ["team/app", "stray/one", "stray/two", "lone"] {
        fake.push(name, "v1");
    }
    let place = Place::new(&[("one", &fake)]).await;
    for _ in 0..3 {
        place.pass("one").await;
    }
    let told = place.told_of(ActivityKind::Ungoverned).await;
    assert_eq!(told, ["ungoverned no namespace governs lone, stray/one, stray/two: only administrators get at them"]);
    let namespace = CreateNamespace::new(service("one"), "stray".parse().expect("a path"));
    place.app.administration().operator().namespaces().create(namespace).await.expect("a namespace");
    fake.push("stray/three", "v1");
    place.pass("one").await;
    assert_eq!(place.told_of(ActivityKind::Ungoverned).await.len(), 1);
}

#[tokio::test]
async fn only_one_looks_at_a_registry_and_whoever_is_broken_off_gives_it_up() {
    let fake = Fake::new();
    fake.push("team/app", "v1");
    let place = Arc::new(Place::new(&[("one", &fake)]).await);
    let registry = place.registry("one").await;
    let other = place.app.administration().discovery().expect("another");
    let (first, second) = tokio::join!(place.discovery.pass(&registry, pending()), other.pass(&registry, pending()));
    assert!(matches!((first.expect("a pass"), second.expect("a pass")), (Passed::Ended(_), Passed::Taken)));
    let broken_off = place.discovery.pass(&registry, async { tokio::task::yield_now().await }).await.expect("a pass");
    assert_eq!(broken_off, Passed::BrokenOff);
    assert!(place.state("one").await.progress.is_none());
    assert!(matches!(other.pass(&registry, pending()).await.expect("a pass"), Passed::Ended(_)));
    assert_eq!(place.discovery.pass(&registry, ready(())).await.expect("a pass"), Passed::BrokenOff);
}

#[tokio::test]
async fn it_is_told_how_far_it_has_come_and_it_is_looked_at_again_in_time() {
    let fake = Fake::new();
    for number in 0..10 {
        fake.push(&format!("team/app{number}"), "v1");
    }
    let place = Arc::new(Place::new(&[("one", &fake)]).await);
    let (clock, seen) = (Arc::clone(&place.clock), Arc::new(Mutex::new(Vec::new())));
    let (place_there, seen_there) = (Arc::clone(&place), Arc::clone(&seen));
    fake.rule(move |asked| {
        if asked.starts_with("manifest team/") {
            clock.forward(1_500);
            let state = futures_lite_block_on(place_there.store.read());
            let mut state = state;
            let states = futures_lite_block_on(state.sync_states());
            seen_there.lock().expect("a list").extend(states.first().and_then(|state| state.progress));
        }
        None
    });
    let state = place.pass("one").await;
    let seen = seen.lock().expect("a list").clone();
    assert!(seen.iter().any(|progress| progress.of == 10 && (1..10).contains(&progress.tags)), "{seen:?}");
    assert!(seen.is_sorted_by_key(|progress| progress.tags));
    assert_eq!((state.took_ms, state.progress), (Some(15_000), None));

    let due = async || place.discovery.due().await.expect("an answer").len();
    assert_eq!(due().await, 0);
    place.clock.forward(20_000);
    assert_eq!(due().await, 1);
    fake.rule(|_| Some(Trouble::Unreachable));
    for _ in 0..3 {
        place.pass("one").await;
    }
    place.clock.forward(200_000);
    assert_eq!(due().await, 0, "it is tried more seldom while it fails");
    let wanted = place.app.administration().operator().registries().want_sync(&service("one")).await.expect("a state");
    assert_eq!((wanted.wanted, due().await), (Some(place.clock.now()), 1), "unless somebody wants it");
}
