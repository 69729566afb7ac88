//! Groups.

use super::support::{ORDERED, World, assigned, at, commit, in_order, new_group, new_user, read, shuffled};
use spectacles_core::id::{GroupId, UserId};
use spectacles_core::model::{Grantee, Group, NewGroup, Published, Relation, TimedGroup};
use spectacles_core::name::GroupName;
use spectacles_core::store::{Store, StoreError, Unique};
use std::sync::Arc;

pub(super) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let new = NewGroup {
        name: "Développeurs 開発".parse().unwrap(),
        slug: Some("dev-team".parse().unwrap()),
        description: "Those who \"build\"".to_owned(),
        created: at(1),
    };
    let id = commit!(store, tx => tx.insert_group(&new).await.unwrap());
    let mut group = Group { id, name: new.name, slug: new.slug, description: new.description, created: at(1), updated: at(1) };
    assert_eq!(read!(store, tx => tx.group(id).await.unwrap()).as_ref(), Some(&group));
    assert_eq!(read!(store, tx => tx.group_named(&group.name).await.unwrap()).as_ref(), Some(&group));
    group.name = "Builders".parse().unwrap();
    group.slug = Some("builders".parse().unwrap());
    group.description = String::new();
    group.updated = at(2);
    assert!(commit!(store, tx => tx.update_group(&Group { created: at(9), ..group.clone() }).await.unwrap()));
    assert_eq!(read!(store, tx => tx.group(id).await.unwrap()).as_ref(), Some(&group));
    assert_eq!(read!(store, tx => tx.group_with_slug(&"builders".parse().unwrap()).await.unwrap()).as_ref(), Some(&group));
    assert_eq!(read!(store, tx => tx.group_with_slug(&"dev-team".parse().unwrap()).await.unwrap()), None);
    group.slug = None;
    assert!(commit!(store, tx => tx.update_group(&group).await.unwrap()));
    assert_eq!(read!(store, tx => tx.group(id).await.unwrap()).as_ref(), Some(&group));
}

pub(super) async fn slugs_are_unique(store: Arc<dyn Store>) {
    let with = |name: &str, slug: &str| NewGroup { slug: Some(slug.parse().unwrap()), ..new_group(name) };
    let world = World::make(store.as_ref()).await;
    let mut tx = store.write().await.unwrap();
    let id = tx.insert_group(&with("Builders", "builders")).await.unwrap();
    let again = tx.insert_group(&with("Others", "builders")).await;
    assert!(matches!(again, Err(StoreError::Conflict(Unique::GroupSlug))), "{again:?}");
    let mut operators = tx.group(world.operators).await.unwrap().unwrap();
    operators.slug = Some("builders".parse().unwrap());
    let taken = tx.update_group(&operators).await;
    assert!(matches!(taken, Err(StoreError::Conflict(Unique::GroupSlug))), "{taken:?}");
    // Its own is no conflict, and no slug is none either. The transaction goes on.
    let builders = tx.group(id).await.unwrap().unwrap();
    assert!(tx.update_group(&builders).await.unwrap());
    tx.insert_group(&new_group("Others")).await.expect("a group without a slug");
    assert!(tx.update_group(&Group { slug: None, ..builders }).await.unwrap());
    assert!(tx.update_group(&operators).await.unwrap(), "the slug is free again");
    tx.commit().await.unwrap();
}

pub(super) async fn names_are_unique(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.write().await.unwrap();
    let again = tx.insert_group(&new_group("Developers")).await;
    assert!(matches!(again, Err(StoreError::Conflict(Unique::GroupName))), "{again:?}");
    let mut operators = tx.group(world.operators).await.unwrap().unwrap();
    assert!(tx.update_group(&operators).await.unwrap());
    operators.name = "Developers".parse().unwrap();
    let renamed = tx.update_group(&operators).await;
    assert!(matches!(renamed, Err(StoreError::Conflict(Unique::GroupName))), "{renamed:?}");
    tx.commit().await.unwrap();
}

pub(super) async fn names_are_compared_exactly(store: Arc<dyn Store>) {
    let names = ["Straße", "Strasse", "STRASSE", "straße", "caf\u{e9}", "cafe\u{301}", "cafe", "İ", "i", "I", "ı", "a b", "a\u{a0}b"];
    let mut ids = Vec::new();
    commit!(store, tx => for name in names {
        ids.push(tx.insert_group(&new_group(name)).await.expect(name));
    });
    let mut tx = store.read().await.unwrap();
    for (name, id) in names.into_iter().zip(ids) {
        let found = tx.group_named(&name.parse().unwrap()).await.unwrap();
        assert_eq!(found.map(|group| group.id), Some(id), "{name}");
    }
    assert_eq!(tx.group_named(&"STRAßE".parse().unwrap()).await.unwrap(), None);
    let listed: Vec<_> = tx.groups(None, 100).await.unwrap().into_iter().map(|group| group.name.to_string()).collect();
    assert_eq!(listed, in_order(names));
}

pub(super) async fn what_does_not_exist_is_neither_updated_nor_deleted(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let none = GroupId::new(4_711);
    let mut tx = store.write().await.unwrap();
    let known = tx.group(world.operators).await.unwrap().unwrap();
    assert!(!tx.update_group(&Group { id: none, name: "Nobody".parse().unwrap(), ..known.clone() }).await.unwrap());
    assert!(!tx.update_group(&Group { id: none, ..known }).await.unwrap());
    assert!(!tx.delete_group(none).await.unwrap());
    assert!(!tx.remove_from_group(none, world.alice).await.unwrap());
    assert!(!tx.remove_from_group(world.operators, UserId::new(4_711)).await.unwrap());
    assert_eq!(tx.group(none).await.unwrap(), None);
    assert_eq!(tx.members_of_group(none).await.unwrap(), []);
}

pub(super) async fn lists_are_pages_in_the_order_of_bytes(store: Arc<dyn Store>) {
    let mixed = ["Z", "Ä", "a c", "ä", "日"];
    commit!(store, tx => for name in shuffled().chain(mixed) {
        tx.insert_group(&new_group(name)).await.unwrap();
    });
    let expected = in_order(ORDERED.into_iter().chain(mixed));
    let mut tx = store.read().await.unwrap();
    let mut after: Option<GroupName> = None;
    let mut paged = Vec::new();
    loop {
        let page = tx.groups(after.as_ref(), 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some(last.name.clone());
        paged.extend(page.into_iter().map(|group| group.name.to_string()));
    }
    assert_eq!(paged, expected);
}

pub(super) async fn members_come_and_go(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let aaron = commit!(store, tx => tx.insert_user(&new_user("aaron")).await.unwrap());
    let mut tx = store.write().await.unwrap();
    assert!(!tx.add_to_group(world.developers, world.bob, None).await.unwrap());
    assert!(tx.add_to_group(world.developers, aaron, Some(at(5))).await.unwrap());
    let members: Vec<_> = tx.members_of_group(world.developers).await.unwrap().into_iter().map(|(user, until)| (user.id, until)).collect();
    assert_eq!(members, [(aaron, Some(at(5))), (world.alice, None), (world.bob, None)], "by name");
    let groups: Vec<_> = tx.groups_of_user(world.bob).await.unwrap().into_iter().map(|(group, _)| group.id).collect();
    assert_eq!(groups, [world.developers, world.operators], "by name");
    assert!(tx.remove_from_group(world.developers, world.bob).await.unwrap());
    assert!(!tx.remove_from_group(world.developers, world.bob).await.unwrap());
    tx.commit().await.unwrap();
    let groups = read!(store, tx => tx.groups_of_user(world.bob).await.unwrap());
    assert_eq!(groups.into_iter().map(|(group, _)| group.id).collect::<Vec<_>>(), [world.operators]);
}

pub(super) async fn memberships_end_when_it_is_said(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    for until in [Some(at(5)), Some(at(-5)), None, Some(at(7))] {
        let mut tx = store.write().await.unwrap();
        assert!(tx.add_to_group(world.operators, world.bob, until).await.unwrap(), "{until:?} is news");
        assert!(!tx.add_to_group(world.operators, world.bob, until).await.unwrap(), "{until:?} is known");
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        let members = tx.members_of_group(world.operators).await.unwrap();
        assert_eq!(members.iter().map(|(user, until)| (user.id, *until)).collect::<Vec<_>>(), [(world.bob, until)]);
        let groups = tx.groups_of_user(world.bob).await.unwrap();
        assert_eq!(
            groups.iter().map(|(group, until)| (group.id, *until)).collect::<Vec<_>>(),
            [(world.developers, None), (world.operators, until)]
        );
    }
}

pub(super) async fn deletion_takes_memberships_assignments_and_grants(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    assert!(commit!(store, tx => tx.delete_group(world.operators).await.unwrap()));
    let mut tx = store.read().await.unwrap();
    let groups = tx.groups_of_user(world.bob).await.unwrap();
    assert_eq!(groups.into_iter().map(|(group, _)| group.id).collect::<Vec<_>>(), [world.developers]);
    assert_eq!(tx.members_of_group(world.operators).await.unwrap(), []);
    let left = [Grantee::User(world.bob), Grantee::Group(world.developers), Grantee::Service(world.builder)];
    assert_eq!(tx.assigned(world.shared).await.unwrap(), left.map(assigned));
    let grants = tx.grants(world.shared).await.unwrap();
    let left = [Grantee::User(world.alice), Grantee::User(world.bob), Grantee::Service(world.builder)];
    assert_eq!(grants.into_iter().map(|grant| grant.grantee).collect::<Vec<_>>(), left);
    for of in [Published::Registry(world.registry), Published::App(world.portal)] {
        assert_eq!(tx.related(of, Relation::Responsible).await.unwrap(), []);
        assert_eq!(tx.related(of, Relation::Publication).await.unwrap(), [TimedGroup::always(world.developers)]);
    }
    assert_eq!(tx.user(world.bob).await.unwrap().unwrap().default_group, None);
}

pub(super) async fn ids_are_never_used_again(store: Arc<dyn Store>) {
    let mut known = Vec::new();
    for round in 0..3 {
        let id = commit!(store, tx => tx.insert_group(&new_group("Developers")).await.unwrap());
        assert!(id.get() > 0 && !known.contains(&id), "round {round}: {id} after {known:?}");
        known.push(id);
        assert!(commit!(store, tx => tx.delete_group(id).await.unwrap()));
    }
}
