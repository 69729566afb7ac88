//! What is reported as changed.

use super::support::{HASH, World, at, commit, new_app, new_group, new_namespace, new_registry, new_service, new_user, read, timed, until};
use spectacles_core::id::{AppId, GroupId, KeyId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use spectacles_core::model::{AuditRecord, Grantee, Published, Relation, StoredKey, Terms, TimedGroup};
use spectacles_core::right::Right;
use spectacles_core::store::{Change, Revision, Store, Which};
use std::sync::Arc;
use std::time::Duration;

/// Does something in a write transaction, and returns what is reported as changed by it, sorted.
macro_rules! changes {
    ($store:expr, $tx:ident => $work:expr) => {{
        let before = read!($store, tx => tx.revision().await.unwrap());
        let _ = commit!($store, $tx => $work);
        let mut changes = read!($store, tx => tx.changes_since(before).await.unwrap()).expect("the last transaction is not too long ago");
        changes.sort_unstable();
        changes
    }};
}

pub(super) async fn of_users_are_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let changes = changes!(store, tx => tx.insert_user(&new_user("carol")).await.unwrap());
    let carol = read!(store, tx => tx.user_named(&"carol".parse().unwrap()).await.unwrap()).unwrap();
    assert_eq!(changes, [Change::User(carol.id)]);
    assert_eq!(changes!(store, tx => assert!(tx.update_user(&carol).await.unwrap())), [Change::User(carol.id)]);
    assert_eq!(changes!(store, tx => assert!(tx.delete_user(carol.id).await.unwrap())), [Change::User(carol.id)]);
    let mut expected = [Change::User(world.bob), Change::Namespace(world.team), Change::Namespace(world.shared)];
    expected.sort_unstable();
    assert_eq!(changes!(store, tx => assert!(tx.delete_user(world.bob).await.unwrap())), expected, "with all that names him");
}

pub(super) async fn of_groups_are_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let changes = changes!(store, tx => tx.insert_group(&new_group("New")).await.unwrap());
    let group = read!(store, tx => tx.group_named(&"New".parse().unwrap()).await.unwrap()).unwrap();
    assert_eq!(changes, [Change::Group(group.id)]);
    assert_eq!(changes!(store, tx => assert!(tx.update_group(&group).await.unwrap())), [Change::Group(group.id)]);
    let changes = changes!(store, tx => assert!(tx.add_to_group(group.id, world.alice, None).await.unwrap()));
    assert_eq!(changes, [Change::User(world.alice)]);
    let changes = changes!(store, tx => assert!(tx.add_to_group(group.id, world.alice, Some(at(1))).await.unwrap()));
    assert_eq!(changes, [Change::User(world.alice)]);
    let changes = changes!(store, tx => assert!(tx.remove_from_group(group.id, world.alice).await.unwrap()));
    assert_eq!(changes, [Change::User(world.alice)]);
    assert_eq!(changes!(store, tx => assert!(tx.delete_group(group.id).await.unwrap())), [Change::Group(group.id)]);
    // With all that names it: its member, the app and the registry it answers for, and the namespace where it is assigned and has a grant.
    let mut expected = [
        Change::User(world.bob),
        Change::Group(world.operators),
        Change::App(world.portal),
        Change::Registry(world.registry),
        Change::Namespace(world.shared),
    ];
    expected.sort_unstable();
    assert_eq!(changes!(store, tx => assert!(tx.delete_group(world.operators).await.unwrap())), expected);
    // Those whose default group it is are named although they are not in it.
    let homes = commit!(store, tx => {
        let homes = tx.insert_group(&new_group("Homes")).await.unwrap();
        let mut alice = tx.user(world.alice).await.unwrap().unwrap();
        alice.default_group = Some(homes);
        assert!(tx.update_user(&alice).await.unwrap());
        homes
    });
    let changes = changes!(store, tx => assert!(tx.delete_group(homes).await.unwrap()));
    assert_eq!(changes, [Change::User(world.alice), Change::Group(homes)]);
}

pub(super) async fn of_apps_are_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let changes = changes!(store, tx => tx.insert_app(&new_app("New")).await.unwrap());
    let app = read!(store, tx => tx.app_named(&"New".parse().unwrap()).await.unwrap()).unwrap();
    assert_eq!(changes, [Change::App(app.id)]);
    assert_eq!(changes!(store, tx => assert!(tx.update_app(&app).await.unwrap())), [Change::App(app.id)]);
    assert_eq!(changes!(store, tx => assert!(tx.delete_app(app.id).await.unwrap())), [Change::App(app.id)]);
    let expected = [Change::App(world.portal), Change::Service(world.builder)];
    assert_eq!(changes!(store, tx => assert!(tx.delete_app(world.portal).await.unwrap())), expected, "with the service that ran it");
}

pub(super) async fn of_relations_are_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let group = world.operators;
    for (of, only) in
        [(Published::Registry(world.mirror), [Change::Registry(world.mirror)]), (Published::App(world.portal), [Change::App(world.portal)])]
    {
        let relation = Relation::Publication;
        assert_eq!(changes!(store, tx => assert!(tx.relate(of, relation, TimedGroup::always(group)).await.unwrap())), only);
        assert_eq!(changes!(store, tx => assert!(tx.relate(of, relation, timed(group, 1)).await.unwrap())), only);
        assert_eq!(changes!(store, tx => assert!(!tx.relate(of, relation, timed(group, 1)).await.unwrap())), []);
        assert_eq!(changes!(store, tx => assert!(tx.unrelate(of, relation, group).await.unwrap())), only);
        assert_eq!(changes!(store, tx => assert!(!tx.unrelate(of, relation, group).await.unwrap())), []);
    }
}

pub(super) async fn of_service_accounts_are_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let changes = changes!(store, tx => tx.insert_service_account(&new_service("new")).await.unwrap());
    let service = read!(store, tx => tx.service_account_named(&"new".parse().unwrap()).await.unwrap()).unwrap();
    let only = [Change::Service(service.id)];
    assert_eq!(changes, only);
    assert_eq!(changes!(store, tx => assert!(tx.update_service_account(&service).await.unwrap())), only);
    assert_eq!(changes!(store, tx => tx.insert_secret(service.id, HASH, at(0), &Terms::none()).await.unwrap()), only);
    let secret = read!(store, tx => tx.secrets_of(service.id).await.unwrap())[0].id;
    assert_eq!(changes!(store, tx => assert!(tx.delete_secret(service.id, secret).await.unwrap())), only);
    assert_eq!(changes!(store, tx => assert!(tx.delete_service_account(service.id).await.unwrap())), only);
    let expected = [Change::Service(world.builder), Change::Namespace(world.shared)];
    let changes = changes!(store, tx => assert!(tx.delete_service_account(world.builder).await.unwrap()));
    assert_eq!(changes, expected, "with the namespace where it is assigned and has a grant");
}

pub(super) async fn of_registries_are_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let changes = changes!(store, tx => tx.insert_registry(&new_registry("new")).await.unwrap());
    let registry = read!(store, tx => tx.registry_named(&"new".parse().unwrap()).await.unwrap()).unwrap();
    assert_eq!(changes, [Change::Registry(registry.id)]);
    assert_eq!(changes!(store, tx => assert!(tx.update_registry(&registry).await.unwrap())), [Change::Registry(registry.id)]);
    let changes = changes!(store, tx => assert!(tx.delete_registry(world.registry).await.unwrap()));
    assert_eq!(changes, [Change::Registry(world.registry)], "its namespaces go without saying");
}

pub(super) async fn of_namespaces_are_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let changes = changes!(store, tx => tx.insert_namespace(&new_namespace(world.mirror, "new")).await.unwrap());
    let namespace = read!(store, tx => tx.namespace_at(world.mirror, &"new".parse().unwrap()).await.unwrap()).unwrap();
    let only = [Change::Namespace(namespace.id)];
    assert_eq!(changes, only);
    assert_eq!(changes!(store, tx => assert!(tx.update_namespace(&namespace).await.unwrap())), only);
    for grantee in [Grantee::User(world.alice), Grantee::Group(world.operators), Grantee::Service(world.builder)] {
        assert_eq!(changes!(store, tx => assert!(tx.assign(namespace.id, grantee, &Terms::none()).await.unwrap())), only);
        assert_eq!(changes!(store, tx => assert!(tx.assign(namespace.id, grantee, &until(1)).await.unwrap())), only);
        assert_eq!(changes!(store, tx => assert!(tx.unassign(namespace.id, grantee).await.unwrap())), only);
        assert_eq!(changes!(store, tx => tx.grant(namespace.id, grantee, Right::Read, &Terms::none()).await.unwrap()), only);
        assert_eq!(changes!(store, tx => tx.grant(namespace.id, grantee, Right::Full, &Terms::none()).await.unwrap()), only);
        assert_eq!(changes!(store, tx => assert!(tx.revoke(namespace.id, grantee).await.unwrap())), only);
    }
    assert_eq!(changes!(store, tx => assert!(tx.delete_namespace(namespace.id).await.unwrap())), only);
}

pub(super) async fn of_keys_are_reported(store: Arc<dyn Store>) {
    let key = StoredKey { id: KeyId::new(0), private_pem: "private".to_owned(), certificate_pem: String::new(), created: at(0) };
    assert_eq!(changes!(store, tx => tx.insert_key(&key).await.unwrap()), [Change::Keys]);
    assert_eq!(changes!(store, tx => tx.insert_key(&key).await.unwrap()), [Change::Keys]);
}

pub(super) async fn that_do_not_happen_are_not_reported(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let nobody = UserId::new(4_711);
    let record = AuditRecord { at: at(0), actor: String::new(), action: String::new(), object: String::new(), details: Default::default() };
    let changes = changes!(store, tx => {
        let mut alice = tx.user(world.alice).await.unwrap().unwrap();
        alice.id = nobody;
        assert!(!tx.update_user(&alice).await.unwrap());
        assert!(!tx.delete_user(nobody).await.unwrap());
        assert!(tx.delete_user(world.alice).await.is_err());
        assert!(tx.insert_user(&new_user("bob")).await.is_err());
        assert!(!tx.delete_group(GroupId::new(4_711)).await.unwrap());
        assert!(!tx.delete_registry(RegistryId::new(4_711)).await.unwrap());
        assert!(!tx.delete_namespace(NamespaceId::new(4_711)).await.unwrap());
        assert!(!tx.add_to_group(world.developers, world.bob, None).await.unwrap());
        assert!(!tx.remove_from_group(world.operators, world.alice).await.unwrap());
        assert!(!tx.delete_app(AppId::new(4_711)).await.unwrap());
        assert!(!tx.delete_service_account(ServiceAccountId::new(4_711)).await.unwrap());
        assert!(!tx.delete_secret(world.builder, SecretId::new(4_711)).await.unwrap());
        assert!(tx.insert_app(&new_app("Portal")).await.is_err());
        assert!(tx.insert_service_account(&new_service("ci/builder")).await.is_err());
        assert!(!tx.assign(world.team, Grantee::User(world.bob), &Terms::none()).await.unwrap());
        assert!(!tx.unassign(world.team, Grantee::User(world.alice)).await.unwrap());
        assert!(!tx.revoke(world.team, Grantee::Group(world.operators)).await.unwrap());
        // These do happen, but no decision rests on them.
        tx.append_audit(&record).await.unwrap();
        assert!(tx.take_lease("lease", "holder", at(0), Duration::from_secs(1)).await.unwrap());
    });
    assert_eq!(changes, []);
}

pub(super) async fn are_reported_once_and_from_where_one_asks(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    for _ in 0..2 {
        commit!(store, tx => for right in [Right::Read, Right::Full] {
            tx.grant(world.team, Grantee::User(world.bob), right, &Terms::none()).await.unwrap();
        });
    }
    commit!(store, tx => assert!(tx.remove_from_group(world.operators, world.bob).await.unwrap()));
    let mut tx = store.read().await.unwrap();
    let (team, bob) = (Change::Namespace(world.team), Change::User(world.bob));
    for (since, expected) in [(4, vec![]), (3, vec![bob]), (2, vec![bob, team]), (1, vec![bob, team])] {
        let mut changes = tx.changes_since(Revision(since)).await.unwrap().unwrap();
        changes.sort_unstable();
        assert_eq!(changes, expected, "since {since}");
    }
    let everything = tx.changes_since(Revision(0)).await.unwrap().unwrap();
    assert_eq!(everything.len(), 10, "{everything:?}");
}

pub(super) async fn of_unknown_times_are_not_known(store: Arc<dyn Store>) {
    assert_eq!(read!(store, tx => tx.changes_since(Revision(0)).await.unwrap()), Some(vec![]));
    commit!(store, tx => tx.insert_user(&new_user("alice")).await.unwrap());
    let mut tx = store.read().await.unwrap();
    for unknown in [2, 3, i64::MAX, -1, i64::MIN] {
        assert_eq!(tx.changes_since(Revision(unknown)).await.unwrap(), None, "{unknown}");
    }
}

pub(super) async fn of_many_things_at_once_are_not_lost(store: Arc<dyn Store>) {
    const MANY: usize = 1_500;
    commit!(store, tx => for number in 0..MANY {
        tx.insert_user(&new_user(&format!("user-{number}"))).await.unwrap();
    });
    // It may say that there are too many to tell, but not that there are fewer.
    let changes = read!(store, tx => tx.changes_since(Revision(0)).await.unwrap());
    assert!(changes.is_none_or(|changes| changes.len() == MANY));
    assert_eq!(read!(store, tx => tx.user_facts(Which::Page { after: 0, limit: 10_000 }).await.unwrap()).len(), MANY);
    let changes = changes!(store, tx => tx.insert_group(&new_group("one")).await.unwrap());
    assert_eq!(changes.len(), 1, "those after it are told");
}
