//! Repositories, and the transactions that learn of them.

use super::place::{content, learn, meet, pulled, pushed, put, registry, repository, seen, tags};
use crate::conformance::support::{ORDERED, World, at, commit, in_order, new_user, read};
use spectacles_core::id::{RegistryId, RepositoryId};
use spectacles_core::model::{Repository, RepositoryDescription};
use spectacles_core::name::RepositoryName;
use spectacles_core::store::{Revision, Store, StoreError};
use std::sync::Arc;

pub(in crate::conformance) async fn they_are_met_once(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let first = meet(store.as_ref(), one, &["team/app", "base"], at(1)).await;
    let again = meet(store.as_ref(), one, &["base", "team/new", "team/app"], at(2)).await;
    let elsewhere = meet(store.as_ref(), other, &["base"], at(3)).await;
    assert_eq!((again[0], again[2]), (first[1], first[0]));
    assert!(!first.contains(&again[1]) && !first.contains(&elsewhere[0]));
    let expected = Repository {
        id: first[0],
        registry: one,
        name: "team/app".parse().unwrap(),
        said: RepositoryDescription::default(),
        stars: 0,
        pulls: 0,
        pull_days: 0,
        tags: 0,
        created: at(1),
        updated: at(1),
        pushed: None,
        pulled: None,
        gone: Some(at(1)),
    };
    assert_eq!(repository(store.as_ref(), first[0]).await, expected);
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.repository(RepositoryId::new(i64::MAX)).await.unwrap(), None);
    let names: Vec<RepositoryName> = ["team/app", "team", "nothing"].map(|name| name.parse().unwrap()).into();
    assert_eq!(tx.repositories_named(one, &names).await.unwrap(), [expected]);
    assert_eq!(tx.repositories(one, None, 10).await.unwrap(), [], "they are gone until they have a tag");
    assert_eq!(learn!(store, tx => tx.meet_repositories(one, &[], at(4)).await.unwrap()), []);
    let nowhere = content(store.as_ref()).await.meet_repositories(RegistryId::new(i64::MAX), &names, at(4)).await;
    assert!(matches!(nowhere, Err(StoreError::InUse(_))), "{nowhere:?}");
}

pub(in crate::conformance) async fn a_thousand_at_once_keep_their_order(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let names: Vec<RepositoryName> = (0..1_000).map(|number| format!("team{}/app{number}", number % 7).parse().unwrap()).collect();
    let some: Vec<_> = names.iter().step_by(3).cloned().collect();
    let known = learn!(store, tx => tx.meet_repositories(registry, &some, at(0)).await.unwrap());
    let all = learn!(store, tx => tx.meet_repositories(registry, &names, at(1)).await.unwrap());
    assert_eq!(all.iter().step_by(3).copied().collect::<Vec<_>>(), known);
    let mut tx = store.read().await.unwrap();
    for number in [0, 1, 500, 999] {
        assert_eq!(tx.repository(all[number]).await.unwrap().unwrap().name, names[number]);
    }
    assert_eq!(tx.repositories_named(registry, &names).await.unwrap().len(), 1_000);
}

pub(in crate::conformance) async fn they_are_described(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["team/app"], at(5)).await[0];
    let said =
        RepositoryDescription { description: "# Größer 'als' \"%_\\\n\n日本\u{1f980} ".repeat(600), official: true, automated: false };
    assert!(learn!(store, tx => tx.describe_repository(id, &said, at(9)).await.unwrap()));
    let there = repository(store.as_ref(), id).await;
    assert_eq!((there.said, there.updated, there.created), (said.clone(), at(9), at(5)));
    assert!(learn!(store, tx => tx.describe_repository(id, &RepositoryDescription::default(), at(7)).await.unwrap()));
    let there = repository(store.as_ref(), id).await;
    assert_eq!((there.said, there.updated), (RepositoryDescription::default(), at(9)), "no moment goes back");
    assert!(!learn!(store, tx => tx.describe_repository(RepositoryId::new(i64::MAX), &said, at(9)).await.unwrap()));
}

pub(in crate::conformance) async fn stars_are_given_and_taken_back(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let ids = meet(store.as_ref(), world.registry, &["a", "b", "c"], at(0)).await;
    for (repository, user, given, changed) in [
        (ids[0], world.alice, true, true),
        (ids[0], world.alice, true, false),
        (ids[0], world.bob, true, true),
        (ids[1], world.bob, true, true),
        (ids[1], world.alice, false, false),
        (ids[1], world.bob, false, true),
        (ids[2], world.bob, true, true),
    ] {
        assert_eq!(learn!(store, tx => tx.star(repository, user, given, at(1)).await.unwrap()), changed);
    }
    let stars = async |id| repository(store.as_ref(), id).await.stars;
    assert_eq!([stars(ids[0]).await, stars(ids[1]).await, stars(ids[2]).await], [2, 0, 1]);
    let mut starred = read!(store, tx => tx.starred(world.bob, &ids).await.unwrap());
    starred.sort_unstable();
    assert_eq!(starred, [ids[0], ids[2]]);
    assert_eq!(read!(store, tx => tx.starred(world.alice, &ids[1..]).await.unwrap()), []);
    for (repository, user) in [(RepositoryId::new(i64::MAX), world.bob), (ids[1], spectacles_core::id::UserId::new(i64::MAX))] {
        let nowhere = content(store.as_ref()).await.star(repository, user, true, at(1)).await;
        assert!(matches!(nowhere, Err(StoreError::InUse(_))), "{nowhere:?}");
    }
    assert!(commit!(store, tx => tx.delete_user(world.bob).await.unwrap()));
    assert_eq!([stars(ids[0]).await, stars(ids[2]).await], [1, 0], "his stars go with him");
}

pub(in crate::conformance) async fn they_are_pages_in_the_order_of_bytes(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let names: Vec<&str> = ORDERED.into_iter().filter(|name| name.parse::<RepositoryName>().is_ok()).collect();
    assert!(names.len() > 3);
    for registry in [one, other] {
        let ids = meet(store.as_ref(), registry, &names, at(0)).await;
        let all: Vec<_> = ids.iter().map(|id| seen(*id, "latest", 1, at(0))).collect();
        put(store.as_ref(), &all).await;
    }
    meet(store.as_ref(), one, &["gone"], at(0)).await;
    let mut paged: Vec<RepositoryName> = Vec::new();
    loop {
        let page = read!(store, tx => tx.repositories(one, paged.last(), 2).await.unwrap());
        if page.is_empty() {
            break;
        }
        assert!(page.iter().all(|repository| repository.registry == one));
        paged.extend(page.into_iter().map(|repository| repository.name));
    }
    assert_eq!(paged.iter().map(ToString::to_string).collect::<Vec<_>>(), in_order(names));
}

pub(in crate::conformance) async fn learning_is_no_change(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["a"], at(0)).await[0];
    let mut reader = store.read().await.unwrap();
    assert_eq!(reader.tags_of(&[id]).await.unwrap(), []);
    put(store.as_ref(), &[seen(id, "latest", 1, at(1))]).await;
    assert_eq!(reader.tags_of(&[id]).await.unwrap(), [], "a reader sees one moment");
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.revision().await.unwrap(), Revision(1));
    assert_eq!(tx.changes_since(Revision(1)).await.unwrap(), Some(vec![]));
    assert_eq!(tx.tags_of(&[id]).await.unwrap().len(), 1);
    drop(tx);
    // What is not committed was not learnt.
    let mut tx = content(store.as_ref()).await;
    tx.put_tags(&[seen(id, "other", 1, at(1))]).await.unwrap();
    assert_eq!(tx.tags_of(&[id]).await.unwrap().len(), 2, "it sees what it wrote");
    drop(tx);
    assert_eq!(tags(store.as_ref(), id).await.len(), 1);
}

pub(in crate::conformance) async fn those_who_change_rights_change_content_too(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["a"], at(0)).await[0];
    let mut tx = store.write().await.unwrap();
    // Both are known of to whom writes next, although the transaction was there before.
    assert_eq!(tx.tags_of(&[id]).await.unwrap(), []);
    tx.put_tags(&[seen(id, "latest", 1, at(1))]).await.unwrap();
    tx.insert_user(&new_user("alice")).await.unwrap();
    tx.commit().await.unwrap();
    let tag = tags(store.as_ref(), id).await.remove(0);
    let mut tx = store.write().await.unwrap();
    assert_eq!(tx.remove_tags(&[tag.id], at(2)).await.unwrap(), 1);
    drop(tx);
    assert_eq!(tags(store.as_ref(), id).await, [tag], "it was rolled back");
}

pub(in crate::conformance) async fn many_learn_at_once(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let learning: Vec<_> = (0..6_i64)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for round in 0..5 {
                    let ids = meet(store.as_ref(), registry, &["shared", &format!("own{number}")], at(round)).await;
                    let name = format!("v{number}.{round}");
                    put(store.as_ref(), &[seen(ids[0], &name, number, at(round)), seen(ids[1], &name, number, at(round))]).await;
                    learn!(store, tx => tx.count_pulls(&[pulled(ids[0], &name, number, at(round), "alice")]).await.unwrap());
                }
            })
        })
        .collect();
    for number in 0..5 {
        commit!(store, tx => tx.insert_user(&new_user(&format!("user-{number}"))).await.unwrap());
    }
    for one in learning {
        one.await.unwrap();
    }
    let names: Vec<RepositoryName> = vec!["shared".parse().unwrap()];
    let shared = read!(store, tx => tx.repositories_named(registry, &names).await.unwrap()).remove(0);
    assert_eq!((shared.tags, shared.pulls, shared.pull_days), (30, 30, 1));
    assert_eq!(read!(store, tx => tx.repositories(registry, None, 10).await.unwrap()).len(), 7);
    assert_eq!(read!(store, tx => tx.revision().await.unwrap()), Revision(6));
}

pub(in crate::conformance) async fn all_of_it_goes_with_its_registry(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    for registry in [world.registry, world.mirror] {
        let ids = meet(store.as_ref(), registry, &["a"], at(0)).await;
        put(store.as_ref(), &[pushed(ids[0], "latest", 1, at(1), "bob")]).await;
        learn!(store, tx => {
            tx.count_pulls(&[pulled(ids[0], "latest", 1, at(2), "bob")]).await.unwrap();
            tx.star(ids[0], world.bob, true, at(2)).await.unwrap();
            tx.put_manifests(registry, &[super::manifests::image(1, 2)]).await.unwrap();
            tx.append_activities(&[super::activities::record(registry, 1)]).await.unwrap();
            tx.put_sync_state(&spectacles_core::model::SyncState::new(registry)).await.unwrap();
            assert!(tx.take_turn(registry, "me", at(0), std::time::Duration::from_secs(1)).await.unwrap());
        });
    }
    assert!(commit!(store, tx => tx.delete_registry(world.registry).await.unwrap()));
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.find_tags(None, "latest", 10).await.unwrap().len(), 1);
    assert_eq!(tx.consumers_of_image(&super::place::digest(1), 10).await.unwrap().len(), 1);
    assert_eq!(tx.sync_states().await.unwrap().len(), 1);
    assert_eq!(tx.manifests(world.registry, &[super::place::digest(1)]).await.unwrap(), []);
    assert_eq!(tx.manifests(world.mirror, &[super::place::digest(1)]).await.unwrap().len(), 1);
    assert_eq!(tx.known_events(world.registry, &["event 1"]).await.unwrap(), Vec::<String>::new());
    assert_eq!(tx.known_events(world.mirror, &["event 1"]).await.unwrap(), ["event 1"]);
}

pub(in crate::conformance) async fn ids_are_never_used_again(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let (mut known, mut known_tags) = (Vec::new(), Vec::new());
    for round in 0..3 {
        let id = meet(store.as_ref(), registry, &["a"], at(round)).await[0];
        assert!(id.get() > 0 && !known.contains(&id));
        known.push(id);
        put(store.as_ref(), &[seen(id, "latest", 1, at(round))]).await;
        let tag = tags(store.as_ref(), id).await[0].id;
        assert!(tag.get() > 0 && !known_tags.contains(&tag));
        known_tags.push(tag);
        assert_eq!(learn!(store, tx => tx.remove_tags(&[tag], at(round)).await.unwrap()), 1);
        assert_eq!(learn!(store, tx => tx.forget_gone(at(round + 1), 10).await.unwrap()), 1);
    }
}
