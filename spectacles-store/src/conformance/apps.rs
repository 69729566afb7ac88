//! Apps, and what groups have to do with them and with registries.

use super::support::{ORDERED, World, at, commit, in_order, new_app, read, shuffled, timed};
use spectacles_core::id::{AppId, GroupId, RegistryId};
use spectacles_core::model::{App, NewApp, Published, Relation, TimedGroup};
use spectacles_core::name::AppName;
use spectacles_core::store::{Store, StoreError, Unique};
use std::sync::Arc;

pub(super) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let new = NewApp {
        name: "Größe 7".parse().unwrap(),
        slug: Some("size-7".parse().unwrap()),
        description: "What it's for".to_owned(),
        created: at(1),
    };
    let id = commit!(store, tx => tx.insert_app(&new).await.unwrap());
    let mut app = App { id, name: new.name, slug: new.slug, description: new.description, created: at(1), updated: at(1) };
    assert_eq!(read!(store, tx => tx.app(id).await.unwrap()).as_ref(), Some(&app));
    assert_eq!(read!(store, tx => tx.app_named(&app.name).await.unwrap()).as_ref(), Some(&app));
    app.name = "größe 7".parse().unwrap();
    app.description = String::new();
    app.updated = at(2);
    for slug in [Some("seven".parse().unwrap()), None] {
        app.slug = slug;
        assert!(commit!(store, tx => tx.update_app(&App { created: at(9), ..app.clone() }).await.unwrap()));
        assert_eq!(read!(store, tx => tx.app(id).await.unwrap()).as_ref(), Some(&app));
    }
}

pub(super) async fn names_and_slugs_are_unique(store: Arc<dyn Store>) {
    let with = |name: &str, slug: &str| NewApp { slug: Some(slug.parse().unwrap()), ..new_app(name) };
    let mut tx = store.write().await.unwrap();
    tx.insert_app(&with("one", "first")).await.unwrap();
    let id = tx.insert_app(&with("two", "second")).await.unwrap();
    let again = tx.insert_app(&with("one", "third")).await;
    assert!(matches!(again, Err(StoreError::Conflict(Unique::AppName))), "{again:?}");
    let again = tx.insert_app(&with("three", "first")).await;
    assert!(matches!(again, Err(StoreError::Conflict(Unique::AppSlug))), "{again:?}");
    let two = tx.app(id).await.unwrap().unwrap();
    assert!(tx.update_app(&two).await.unwrap(), "its own are no conflict");
    let renamed = tx.update_app(&App { name: "one".parse().unwrap(), ..two.clone() }).await;
    assert!(matches!(renamed, Err(StoreError::Conflict(Unique::AppName))), "{renamed:?}");
    let renamed = tx.update_app(&App { slug: Some("first".parse().unwrap()), ..two }).await;
    assert!(matches!(renamed, Err(StoreError::Conflict(Unique::AppSlug))), "{renamed:?}");
    for name in ["ONE", "three", "four"] {
        tx.insert_app(&new_app(name)).await.expect("an app without a slug");
    }
    tx.commit().await.unwrap();
    assert_eq!(read!(store, tx => tx.apps(None, 10).await.unwrap()).len(), 5);
}

pub(super) async fn what_does_not_exist_is_neither_updated_nor_deleted(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let none = AppId::new(4_711);
    let mut tx = store.write().await.unwrap();
    let known = tx.app(world.portal).await.unwrap().unwrap();
    assert!(!tx.update_app(&App { id: none, ..known }).await.unwrap());
    assert!(!tx.delete_app(none).await.unwrap());
    assert_eq!(tx.app(none).await.unwrap(), None);
    for of in [Published::App(none), Published::Registry(RegistryId::new(4_711))] {
        assert_eq!(tx.related(of, Relation::Publication).await.unwrap(), []);
        assert!(!tx.unrelate(of, Relation::Publication, world.operators).await.unwrap());
    }
    assert!(!tx.unrelate(Published::App(world.portal), Relation::Responsible, GroupId::new(4_711)).await.unwrap());
}

pub(super) async fn lists_are_pages_in_the_order_of_bytes(store: Arc<dyn Store>) {
    let mixed = ["Z", "a b", "ä"];
    commit!(store, tx => for name in shuffled().chain(mixed) {
        tx.insert_app(&new_app(name)).await.unwrap();
    });
    let mut tx = store.read().await.unwrap();
    let mut after: Option<AppName> = None;
    let mut paged = Vec::new();
    loop {
        let page = tx.apps(after.as_ref(), 5).await.unwrap();
        assert!(page.len() <= 5);
        let Some(last) = page.last() else { break };
        after = Some(last.name.clone());
        paged.extend(page.into_iter().map(|app| app.name.to_string()));
    }
    assert_eq!(paged, in_order(ORDERED.into_iter().chain(mixed)));
}

pub(super) async fn relations_come_change_and_go(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let (developers, operators) = (world.developers, world.operators);
    for of in [Published::App(world.portal), Published::Registry(world.registry)] {
        let mut tx = store.write().await.unwrap();
        assert!(!tx.relate(of, Relation::Publication, TimedGroup::always(developers)).await.unwrap());
        assert!(tx.relate(of, Relation::Publication, timed(operators, 1)).await.unwrap());
        assert!(!tx.relate(of, Relation::Publication, timed(operators, 1)).await.unwrap());
        let expected = [TimedGroup::always(developers), timed(operators, 1)];
        assert_eq!(tx.related(of, Relation::Publication).await.unwrap(), expected, "by id");
        assert!(tx.relate(of, Relation::Publication, timed(developers, -1)).await.unwrap());
        assert!(tx.relate(of, Relation::Publication, TimedGroup::always(operators)).await.unwrap());
        let expected = [timed(developers, -1), TimedGroup::always(operators)];
        assert_eq!(tx.related(of, Relation::Publication).await.unwrap(), expected, "also what has ended");
        assert!(tx.unrelate(of, Relation::Publication, developers).await.unwrap());
        assert!(!tx.unrelate(of, Relation::Publication, developers).await.unwrap());
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        assert_eq!(tx.related(of, Relation::Publication).await.unwrap(), [TimedGroup::always(operators)]);
        let responsibles = tx.related(of, Relation::Responsible).await.unwrap();
        assert_eq!(responsibles.iter().map(|timed| timed.group).collect::<Vec<_>>(), [operators], "the other relation stays");
    }
}

pub(super) async fn deletion_takes_relations_and_leaves_service_accounts(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let before = read!(store, tx => tx.service_account(world.builder).await.unwrap()).unwrap();
    assert_eq!(before.app, Some(world.portal));
    assert!(commit!(store, tx => tx.delete_app(world.portal).await.unwrap()));
    let mut tx = store.read().await.unwrap();
    for relation in [Relation::Publication, Relation::Responsible] {
        assert_eq!(tx.related(Published::App(world.portal), relation).await.unwrap(), []);
        assert_eq!(tx.related(Published::Registry(world.registry), relation).await.unwrap().len(), 1, "others stay");
    }
    let after = tx.service_account(world.builder).await.unwrap().unwrap();
    assert_eq!(after.app, None);
    assert_eq!((after.owner, after.enabled, after.updated), (before.owner, before.enabled, before.updated));
}

pub(super) async fn ids_are_never_used_again(store: Arc<dyn Store>) {
    let mut known = Vec::new();
    for round in 0..3 {
        let id = commit!(store, tx => tx.insert_app(&new_app("Portal")).await.unwrap());
        assert!(id.get() > 0 && !known.contains(&id), "round {round}: {id} after {known:?}");
        known.push(id);
        assert!(commit!(store, tx => tx.delete_app(id).await.unwrap()));
    }
}
