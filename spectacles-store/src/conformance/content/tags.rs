//! Tags.

use super::place::{content, digest, learn, meet, pushed, put, registry, repository, seen, tags};
use crate::conformance::support::{at, read};
use spectacles_core::id::{RepositoryId, TagId};
use spectacles_core::model::{PutTag, Tag};
use spectacles_core::store::{Store, StoreError};
use std::sync::Arc;

pub(in crate::conformance) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["a"], at(0)).await[0];
    let name = "V".repeat(128);
    let put_tag = PutTag { size: Some(1 << 40), ..pushed(id, &name, 1, at(5), "service:ci/größer@node") };
    put(store.as_ref(), &[put_tag.clone(), seen(id, "_", 2, at(4))]).await;
    let there = tags(store.as_ref(), id).await;
    let expected = Tag {
        id: there[0].id,
        repository: id,
        name: name.parse().unwrap(),
        digest: digest(1),
        media_type: put_tag.media_type,
        size: Some(1 << 40),
        created: at(5),
        updated: at(5),
        pushed_by: Some("service:ci/größer@node".to_owned()),
        pushed: Some(at(5)),
        pulled: None,
        pulls: 0,
    };
    assert_eq!(there[0], expected, "upper case comes before `_`");
    assert_eq!((there[1].pushed, &there[1].pushed_by, there[1].size), (None, &None, Some(2_000)));
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.tag(id, &expected.name).await.unwrap(), Some(expected.clone()));
    assert_eq!(tx.tag(id, &"V".parse().unwrap()).await.unwrap(), None);
    assert_eq!(tx.tags_with(id, &digest(1)).await.unwrap(), [expected]);
    assert_eq!(tx.tags_with(id, &digest(3)).await.unwrap(), []);
    drop(tx);
    let there = repository(store.as_ref(), id).await;
    assert_eq!((there.tags, there.gone, there.updated, there.pushed), (2, None, at(5), Some(at(5))));
    let nowhere = content(store.as_ref()).await.put_tags(&[seen(RepositoryId::new(i64::MAX), "x", 1, at(0))]).await;
    assert!(matches!(nowhere, Err(StoreError::InUse(_))), "{nowhere:?}");
}

pub(in crate::conformance) async fn the_later_moment_wins(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["a"], at(0)).await[0];
    let now = async || tags(store.as_ref(), id).await.remove(0);
    put(store.as_ref(), &[seen(id, "latest", 1, at(10))]).await;
    put(store.as_ref(), &[seen(id, "latest", 1, at(20))]).await;
    let first = now().await;
    assert_eq!((first.created, first.updated), (at(10), at(10)), "it names what it named");
    put(store.as_ref(), &[pushed(id, "latest", 2, at(15), "bob")]).await;
    assert_eq!(now().await, first, "at a later moment it was known to name something else");
    assert_eq!(repository(store.as_ref(), id).await.pushed, Some(at(15)), "but it was pushed to");
    put(store.as_ref(), &[pushed(id, "latest", 3, at(30), "alice")]).await;
    let moved = now().await;
    assert_eq!((moved.id, &moved.digest, moved.size), (first.id, &digest(3), None), "the size was of another one");
    assert_eq!((moved.created, moved.updated, moved.pushed, moved.pushed_by.as_deref()), (at(10), at(30), Some(at(30)), Some("alice")));
    put(store.as_ref(), &[seen(id, "latest", 3, at(40))]).await;
    let seen_again = now().await;
    assert_eq!(seen_again, Tag { size: Some(3_000), ..moved.clone() }, "to see it is no push");
    put(store.as_ref(), &[PutTag { size: None, ..seen(id, "latest", 3, at(50)) }]).await;
    assert_eq!(now().await.size, Some(3_000), "what is absent leaves the size");
    put(store.as_ref(), &[pushed(id, "latest", 3, at(25), "bob")]).await;
    assert_eq!(now().await, seen_again, "an earlier push is not the last");
    let there = repository(store.as_ref(), id).await;
    assert_eq!((there.tags, there.updated, there.pushed), (1, at(30), Some(at(30))));
}

pub(in crate::conformance) async fn any_order_ends_the_same(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    // Pushed, moved back and forth, and seen in between.
    let moments = |id| {
        [
            seen(id, "latest", 1, at(10)),
            pushed(id, "latest", 2, at(20), "alice"),
            seen(id, "latest", 2, at(30)),
            pushed(id, "other", 3, at(15), "bob"),
            pushed(id, "latest", 1, at(40), "bob"),
        ]
    };
    let mut outcomes = Vec::new();
    for order in 0..120_usize {
        let id = meet(store.as_ref(), registry, &[&format!("a{order}")], at(0)).await[0];
        let (mut rest, mut number) = (moments(id).to_vec(), order);
        let mut shuffled = Vec::new();
        while !rest.is_empty() {
            shuffled.push(rest.remove(number % rest.len()));
            number /= rest.len().max(1) + 1;
        }
        // One after the other, and all at once.
        if order % 2 == 0 {
            put(store.as_ref(), &shuffled).await;
        } else {
            for one in &shuffled {
                put(store.as_ref(), std::slice::from_ref(one)).await;
            }
        }
        let there = repository(store.as_ref(), id).await;
        let named: Vec<_> =
            tags(store.as_ref(), id).await.into_iter().map(|tag| (tag.name, tag.digest, tag.pushed, tag.pushed_by)).collect();
        outcomes.push((there.tags, there.gone, there.pushed, named));
    }
    outcomes.dedup();
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    assert_eq!(outcomes[0].3[0].1, digest(1), "what it named last");
}

pub(in crate::conformance) async fn a_thousand_are_noted_at_once(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let ids = meet(store.as_ref(), registry, &["a", "b", "c"], at(0)).await;
    let of = |number: i64| ids[usize::try_from(number % 3).unwrap()];
    let all: Vec<_> = (0..1_000).map(|number| seen(of(number), &format!("v{number}"), number, at(number))).collect();
    put(store.as_ref(), &all).await;
    let again: Vec<_> = (0..1_000).map(|number| seen(of(number), &format!("v{number}"), number / 2, at(2_000))).collect();
    put(store.as_ref(), &again).await;
    for (id, count) in ids.iter().zip([334, 333, 333]) {
        let there = repository(store.as_ref(), *id).await;
        assert_eq!((there.tags, there.updated), (count, at(2_000)));
    }
    let there = read!(store, tx => tx.tags_of(&ids).await.unwrap());
    assert_eq!(there.len(), 1_000);
    assert!(there.is_sorted_by(|one, other| (one.repository, &one.name) < (other.repository, &other.name)));
    let gone: Vec<_> = there.iter().filter(|tag| tag.repository == ids[0]).map(|tag| tag.id).collect();
    assert_eq!(learn!(store, tx => tx.remove_tags(&gone, at(3_000)).await.unwrap()), 334);
    let there = repository(store.as_ref(), ids[0]).await;
    assert_eq!((there.tags, there.gone, there.updated), (0, Some(at(3_000)), at(3_000)));
}

pub(in crate::conformance) async fn repositories_are_gone_with_their_last_tag(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["a"], at(0)).await[0];
    put(store.as_ref(), &[seen(id, "one", 1, at(1)), seen(id, "two", 2, at(1))]).await;
    let there = tags(store.as_ref(), id).await;
    let remove = async |tag: TagId, moment| learn!(store, tx => tx.remove_tags(&[tag], at(moment)).await.unwrap());
    assert_eq!(remove(there[0].id, 5).await, 1);
    assert_eq!(remove(there[0].id, 6).await, 0, "it is not there any more");
    assert_eq!(remove(TagId::new(i64::MAX), 6).await, 0);
    let left = repository(store.as_ref(), id).await;
    assert_eq!((left.tags, left.gone, left.updated), (1, None, at(5)));
    assert_eq!(remove(there[1].id, 7).await, 1);
    let left = repository(store.as_ref(), id).await;
    assert_eq!((left.tags, left.gone, left.updated), (0, Some(at(7)), at(7)));
    put(store.as_ref(), &[seen(id, "one", 1, at(9))]).await;
    let back = repository(store.as_ref(), id).await;
    assert_eq!((back.tags, back.gone, back.updated, back.created), (1, None, at(9), at(0)));
    assert_ne!(tags(store.as_ref(), id).await[0].id, there[0].id, "one that comes back is another one");
}

pub(in crate::conformance) async fn those_that_changed_meanwhile_stay(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let id = meet(store.as_ref(), registry, &["a"], at(0)).await[0];
    put(
        store.as_ref(),
        &[
            seen(id, "old", 1, at(10)),
            seen(id, "new", 1, at(30)),
            seen(id, "same", 1, at(10)),
            seen(id, "moved", 1, at(10)),
            seen(id, "seen", 1, at(10)),
        ],
    )
    .await;
    put(store.as_ref(), &[pushed(id, "same", 1, at(30), "bob"), seen(id, "moved", 2, at(20)), seen(id, "seen", 1, at(40))]).await;
    let all: Vec<_> = tags(store.as_ref(), id).await.into_iter().map(|tag| tag.id).collect();
    assert_eq!(learn!(store, tx => tx.remove_tags_unless_changed(&all, at(20), at(50)).await.unwrap()), 2);
    let left: Vec<_> = tags(store.as_ref(), id).await.into_iter().map(|tag| tag.name.to_string()).collect();
    assert_eq!(left, ["moved", "new", "same"], "to be seen again is no change");
    assert_eq!(repository(store.as_ref(), id).await.tags, 3);
}

pub(in crate::conformance) async fn they_are_found_by_how_they_begin(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let a = meet(store.as_ref(), one, &["a"], at(0)).await[0];
    let b = meet(store.as_ref(), other, &["b"], at(0)).await[0];
    let all =
        [seen(a, "v1", 1, at(0)), seen(a, "v10", 2, at(0)), seen(b, "v1", 3, at(0)), seen(b, "V1", 4, at(0)), seen(b, "v_1", 5, at(0))];
    put(store.as_ref(), &all).await;
    let mut tx = store.read().await.unwrap();
    let names = |tags: Vec<Tag>| tags.into_iter().map(|tag| format!("{} {}", tag.repository == a, tag.name)).collect::<Vec<_>>();
    assert_eq!(names(tx.find_tags(None, "v1", 10).await.unwrap()), ["true v1", "false v1", "true v10"]);
    assert_eq!(names(tx.find_tags(None, "v1", 2).await.unwrap()), ["true v1", "false v1"]);
    assert_eq!(names(tx.find_tags(Some(other), "v", 10).await.unwrap()), ["false v1", "false v_1"]);
    assert_eq!(names(tx.find_tags(None, "%", 10).await.unwrap()), Vec::<String>::new());
    let digits = digest(4).as_str()["sha256:".len()..][..12].to_owned();
    assert_eq!(names(tx.find_tags(None, &digits, 10).await.unwrap()), ["false V1"]);
    assert_eq!(names(tx.find_tags(Some(one), &digits, 10).await.unwrap()), Vec::<String>::new());
}
