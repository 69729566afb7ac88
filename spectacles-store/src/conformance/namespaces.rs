//! Namespaces.

use super::support::{World, assigned, at, commit, in_order, limited, new_namespace, read, until};
use spectacles_core::id::{NamespaceId, UserId};
use spectacles_core::model::{Assignment, Grant, Grantee, Namespace, NewNamespace, Terms};
use spectacles_core::name::NamespacePath;
use spectacles_core::right::Right;
use spectacles_core::store::{Store, StoreError, Unique, Which};
use std::sync::Arc;

pub(super) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let new = NewNamespace {
        owner: Some(world.bob),
        description: "For releases – öffentlich".to_owned(),
        public: true,
        members_right: Right::Full,
        groups_right: Right::None,
        others_right: Right::Write,
        created: at(1),
        ..new_namespace(world.mirror, "releases/*")
    };
    let id = commit!(store, tx => tx.insert_namespace(&new).await.unwrap());
    let mut namespace = Namespace {
        id,
        registry: world.mirror,
        path: new.path,
        owner: Some(world.bob),
        description: new.description,
        public: true,
        members_right: Right::Full,
        groups_right: Right::None,
        others_right: Right::Write,
        created: at(1),
        updated: at(1),
    };
    assert_eq!(read!(store, tx => tx.namespace(id).await.unwrap()).as_ref(), Some(&namespace));
    assert_eq!(read!(store, tx => tx.namespace_at(world.mirror, &namespace.path).await.unwrap()).as_ref(), Some(&namespace));
    assert_eq!(read!(store, tx => tx.namespace_at(world.registry, &namespace.path).await.unwrap()), None);
    namespace.path = NamespacePath::TOP.parse().unwrap();
    namespace.owner = None;
    namespace.description = String::new();
    namespace.public = false;
    (namespace.members_right, namespace.groups_right, namespace.others_right) = (Right::Read, Right::Write, Right::Full);
    namespace.updated = at(2);
    assert!(commit!(store, tx => tx.update_namespace(&namespace).await.unwrap()));
    assert_eq!(read!(store, tx => tx.namespace(id).await.unwrap()).as_ref(), Some(&namespace));
}

pub(super) async fn they_do_not_move(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let team = read!(store, tx => tx.namespace(world.team).await.unwrap()).unwrap();
    let moved = Namespace { registry: world.mirror, created: at(9), description: "x".to_owned(), ..team.clone() };
    assert!(commit!(store, tx => tx.update_namespace(&moved).await.unwrap()));
    let expected = Namespace { description: "x".to_owned(), ..team };
    assert_eq!(read!(store, tx => tx.namespace(world.team).await.unwrap()), Some(expected));
}

pub(super) async fn paths_are_unique_within_a_registry(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.write().await.unwrap();
    let again = tx.insert_namespace(&new_namespace(world.registry, "team")).await;
    assert!(matches!(again, Err(StoreError::Conflict(Unique::NamespacePath))), "{again:?}");
    tx.insert_namespace(&new_namespace(world.mirror, "team")).await.expect("on another registry it is another path");
    tx.insert_namespace(&new_namespace(world.mirror, "shared/*")).await.expect("on another registry it is another path");
    let mut shared = tx.namespace(world.shared).await.unwrap().unwrap();
    assert!(tx.update_namespace(&shared).await.unwrap());
    shared.path = "team".parse().unwrap();
    let renamed = tx.update_namespace(&shared).await;
    assert!(matches!(renamed, Err(StoreError::Conflict(Unique::NamespacePath))), "{renamed:?}");
    tx.commit().await.unwrap();
}

pub(super) async fn what_does_not_exist_is_neither_updated_nor_deleted(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let none = NamespaceId::new(4_711);
    let mut tx = store.write().await.unwrap();
    let known = tx.namespace(world.team).await.unwrap().unwrap();
    assert!(!tx.update_namespace(&Namespace { id: none, ..known }).await.unwrap());
    assert!(!tx.delete_namespace(none).await.unwrap());
    for grantee in [Grantee::User(world.alice), Grantee::Group(world.operators), Grantee::Service(world.builder)] {
        assert!(!tx.unassign(none, grantee).await.unwrap());
        assert!(!tx.revoke(none, grantee).await.unwrap());
    }
    assert_eq!(tx.namespace(none).await.unwrap(), None);
    assert_eq!(tx.assigned(none).await.unwrap(), []);
    assert_eq!(tx.grants(none).await.unwrap(), []);
}

pub(super) async fn lists_are_pages_of_one_registry(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let paths = ["/", "*", "*/a", "a", "a-b", "a.b", "a/b", "a0", "a_b", "aa", "b"];
    commit!(store, tx => for path in paths.into_iter().rev() {
        tx.insert_namespace(&new_namespace(world.mirror, path)).await.unwrap();
    });
    let mut tx = store.read().await.unwrap();
    let mut after: Option<NamespacePath> = None;
    let mut paged = Vec::new();
    loop {
        let page = tx.namespaces(world.mirror, after.as_ref(), 3).await.unwrap();
        assert!(page.len() <= 3);
        let Some(last) = page.last() else { break };
        after = Some(last.path.clone());
        paged.extend(page.into_iter().map(|namespace| namespace.path.to_string()));
    }
    assert_eq!(paged, in_order(paths));
    let others = tx.namespaces(world.registry, None, 100).await.unwrap();
    assert_eq!(others.into_iter().map(|namespace| namespace.id).collect::<Vec<_>>(), [world.shared, world.team]);
}

pub(super) async fn those_of_an_owner_are_found(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let added = NewNamespace { owner: Some(world.alice), ..new_namespace(world.mirror, "a") };
    let added = commit!(store, tx => tx.insert_namespace(&added).await.unwrap());
    let mut tx = store.read().await.unwrap();
    let owned = tx.namespaces_owned_by(world.alice).await.unwrap();
    assert_eq!(owned.into_iter().map(|namespace| namespace.id).collect::<Vec<_>>(), [world.team, added], "by id");
    assert_eq!(tx.namespaces_owned_by(UserId::new(4_711)).await.unwrap(), []);
}

pub(super) async fn those_with_a_grantee_are_found(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let (operators, nobody) = (Grantee::Group(world.operators), Grantee::User(UserId::new(4_711)));
    let mut tx = store.write().await.unwrap();
    for namespace in tx.namespaces_with(operators).await.unwrap() {
        tx.revoke(namespace, operators).await.unwrap();
        tx.unassign(namespace, operators).await.unwrap();
    }
    assert_eq!(tx.namespaces_with(operators).await.unwrap(), []);
    tx.assign(world.team, operators, &Terms::none()).await.unwrap();
    assert_eq!(tx.namespaces_with(operators).await.unwrap(), [world.team]);
    tx.grant(world.shared, operators, Right::None, &Terms::none()).await.unwrap();
    tx.grant(world.team, operators, Right::Read, &Terms::none()).await.unwrap();
    let mut both = [world.team, world.shared];
    both.sort_unstable();
    assert_eq!(tx.namespaces_with(operators).await.unwrap(), both, "by id, each once");
    assert_eq!(tx.namespaces_with(nobody).await.unwrap(), []);
}

pub(super) async fn assignments_come_and_go(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let (alice, bob) = (Grantee::User(world.alice), Grantee::User(world.bob));
    let (developers, operators) = (Grantee::Group(world.developers), Grantee::Group(world.operators));
    let builder = Grantee::Service(world.builder);
    let mut tx = store.write().await.unwrap();
    for known in [bob, developers, builder] {
        assert!(!tx.assign(world.shared, known, &Terms::none()).await.unwrap());
    }
    assert!(tx.assign(world.shared, alice, &Terms::none()).await.unwrap());
    let expected = [alice, bob, developers, operators, builder].map(assigned);
    assert_eq!(tx.assigned(world.shared).await.unwrap(), expected, "users, groups, service accounts, each by id");
    assert!(tx.unassign(world.shared, bob).await.unwrap());
    assert!(!tx.unassign(world.shared, bob).await.unwrap());
    assert!(tx.unassign(world.shared, operators).await.unwrap());
    assert!(tx.unassign(world.shared, builder).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(read!(store, tx => tx.assigned(world.shared).await.unwrap()), [alice, developers].map(assigned));
    assert_eq!(read!(store, tx => tx.assigned(world.team).await.unwrap()), [assigned(bob)], "others stay");
    assert!(commit!(store, tx => tx.delete_namespace(world.shared).await.unwrap()));
    assert_eq!(read!(store, tx => tx.assigned(world.shared).await.unwrap()), []);
    assert_eq!(read!(store, tx => tx.grants(world.shared).await.unwrap()), []);
}

pub(super) async fn grants_come_replace_and_go(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let (alice, bob) = (Grantee::User(world.alice), Grantee::User(world.bob));
    let (developers, operators) = (Grantee::Group(world.developers), Grantee::Group(world.operators));
    let builder = Grantee::Service(world.builder);
    let mut tx = store.write().await.unwrap();
    tx.grant(world.shared, bob, Right::Full, &Terms::none()).await.unwrap();
    tx.grant(world.shared, bob, Right::Full, &Terms::none()).await.unwrap();
    tx.grant(world.shared, operators, Right::Write, &Terms::none()).await.unwrap();
    tx.grant(world.shared, developers, Right::None, &Terms::none()).await.unwrap();
    tx.grant(world.shared, builder, Right::Full, &Terms::none()).await.unwrap();
    let expected = [(alice, Right::Read), (bob, Right::Full), (developers, Right::None), (operators, Right::Write), (builder, Right::Full)];
    let expected = expected.map(|(grantee, right)| Grant { grantee, right, terms: Terms::none() });
    assert_eq!(tx.grants(world.shared).await.unwrap(), expected, "users, groups, service accounts, each by id");
    assert_eq!(tx.grants(world.team).await.unwrap(), []);
    assert!(tx.revoke(world.shared, alice).await.unwrap());
    assert!(!tx.revoke(world.shared, alice).await.unwrap());
    assert!(tx.revoke(world.shared, developers).await.unwrap());
    assert!(tx.revoke(world.shared, builder).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(read!(store, tx => tx.grants(world.shared).await.unwrap()), [expected[1].clone(), expected[3].clone()]);
}

pub(super) async fn terms_are_kept_and_changed(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let from_networks = Terms { until: None, ..limited(0) };
    for grantee in [Grantee::User(world.alice), Grantee::Group(world.developers), Grantee::Service(world.builder)] {
        for terms in [until(1), limited(1), from_networks.clone(), Terms::none(), limited(-1)] {
            let mut tx = store.write().await.unwrap();
            assert!(tx.assign(world.team, grantee, &terms).await.unwrap(), "{terms:?} is news");
            assert!(!tx.assign(world.team, grantee, &terms).await.unwrap(), "{terms:?} is known");
            tx.grant(world.team, grantee, Right::Read, &terms).await.unwrap();
            tx.commit().await.unwrap();
            let mut tx = store.read().await.unwrap();
            let facts = tx.namespace_facts(Which::One(world.team)).await.unwrap().remove(0);
            let assigned = tx.assigned(world.team).await.unwrap();
            assert!(assigned.contains(&Assignment { grantee, terms: terms.clone() }), "{assigned:?}");
            assert_eq!(*facts.assigned, *assigned, "also what has ended");
            let grants = tx.grants(world.team).await.unwrap();
            assert!(grants.contains(&Grant { grantee, right: Right::Read, terms }), "{grants:?}");
            assert_eq!(*facts.grants, *grants, "also what has ended");
        }
    }
}

pub(super) async fn ids_are_never_used_again(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut known = vec![world.team, world.shared];
    for round in 0..3 {
        let id = commit!(store, tx => tx.insert_namespace(&new_namespace(world.mirror, "again")).await.unwrap());
        assert!(id.get() > 0 && !known.contains(&id), "round {round}: {id} after {known:?}");
        known.push(id);
        assert!(commit!(store, tx => tx.delete_namespace(id).await.unwrap()));
    }
    // Also when it goes with its registry.
    let id = commit!(store, tx => tx.insert_namespace(&new_namespace(world.mirror, "again")).await.unwrap());
    known.push(id);
    commit!(store, tx => tx.delete_registry(world.mirror).await.unwrap());
    let id = commit!(store, tx => tx.insert_namespace(&new_namespace(world.registry, "again")).await.unwrap());
    assert!(!known.contains(&id), "{id} after {known:?}");
}
