//! Registries.

use super::support::{HASH, ORDERED, World, at, commit, in_order, new_registry, read, shuffled};
use spectacles_core::id::RegistryId;
use spectacles_core::model::{
    Anonymous, Connection, KidStyle, LoginKind, NewRegistry, Policy, Published, Registry, RegistryPassword, Relation, SyncSeconds,
    TokenLifetime, TokenSettings,
};
use spectacles_core::name::ServiceName;
use spectacles_core::store::{Store, StoreError, Unique, Which};
use std::sync::Arc;

pub(super) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let styles = |anonymous: &Anonymous| KidStyle::ALL.iter().map(|style| (*anonymous, *style)).collect::<Vec<_>>();
    let settings: Vec<_> = Anonymous::ALL.iter().flat_map(styles).collect();
    for (index, (anonymous, kid_style)) in settings.into_iter().enumerate() {
        let policy = Policy::ALL[index % Policy::ALL.len()];
        let new = NewRegistry {
            url: "https://registry.internal:5000/at".parse().unwrap(),
            external_url: Some("https://registry.example.com".parse().unwrap()),
            enabled: index % 2 == 0,
            read_only: index % 2 == 1,
            delete_enabled: index < 2,
            anonymous,
            policy,
            restricted: index % 2 == 0,
            token: TokenSettings { lifetime: TokenLifetime::from_seconds(86_400).unwrap(), kid_style },
            connection: Connection {
                insecure: index % 2 == 0,
                ca: (index % 2 == 1).then(|| "-----BEGIN CERTIFICATE-----\n".repeat(300)),
                login: LoginKind::ALL[index % LoginKind::ALL.len()],
                username: Some("größer".to_owned()),
                password: Some(RegistryPassword::new("päss word".to_owned())),
                sync_seconds: 604_800.try_into().unwrap(),
            },
            created: at(1),
            ..new_registry(&format!("Registry no. {index}"))
        };
        let id = commit!(store, tx => tx.insert_registry(&new).await.unwrap());
        let mut registry = Registry {
            id,
            service: new.service,
            url: new.url,
            external_url: new.external_url,
            enabled: new.enabled,
            read_only: new.read_only,
            delete_enabled: new.delete_enabled,
            anonymous,
            policy,
            restricted: new.restricted,
            token: new.token,
            connection: new.connection,
            event_secret: None,
            created: at(1),
            updated: at(1),
        };
        assert_eq!(read!(store, tx => tx.registry(id).await.unwrap()).as_ref(), Some(&registry));
        let facts = read!(store, tx => tx.registry_facts(Which::One(id)).await.unwrap());
        assert_eq!(facts.first().and_then(|facts| facts.login.as_deref()), Some("größer"));
        assert_eq!(read!(store, tx => tx.registry_named(&registry.service).await.unwrap()).as_ref(), Some(&registry));
        registry.service = format!("renamed{index}").parse().unwrap();
        registry.url = "http://other:5000".parse().unwrap();
        registry.external_url = None;
        registry.enabled = !registry.enabled;
        registry.read_only = !registry.read_only;
        registry.delete_enabled = !registry.delete_enabled;
        registry.anonymous = Anonymous::default();
        registry.policy = Policy::ALL[(index + 1) % Policy::ALL.len()];
        registry.restricted = !registry.restricted;
        registry.token = TokenSettings { lifetime: TokenLifetime::from_seconds(60).unwrap(), kid_style: KidStyle::default() };
        registry.connection = Connection { sync_seconds: SyncSeconds::NEVER, ..Connection::default() };
        registry.event_secret = Some(HASH);
        registry.updated = at(2);
        assert!(commit!(store, tx => tx.update_registry(&Registry { created: at(9), ..registry.clone() }).await.unwrap()));
        assert_eq!(read!(store, tx => tx.registry(id).await.unwrap()).as_ref(), Some(&registry));
    }
}

pub(super) async fn services_are_unique(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.write().await.unwrap();
    let again = tx.insert_registry(&new_registry("registry.example.com")).await;
    assert!(matches!(again, Err(StoreError::Conflict(Unique::RegistryService))), "{again:?}");
    let mut mirror = tx.registry(world.mirror).await.unwrap().unwrap();
    assert!(tx.update_registry(&mirror).await.unwrap());
    mirror.service = "registry.example.com".parse().unwrap();
    let renamed = tx.update_registry(&mirror).await;
    assert!(matches!(renamed, Err(StoreError::Conflict(Unique::RegistryService))), "{renamed:?}");
    tx.commit().await.unwrap();
}

pub(super) async fn services_are_compared_exactly(store: Arc<dyn Store>) {
    commit!(store, tx => for service in ["Docker registry", "docker registry", "Docker  registry", "Döcker registry"] {
        tx.insert_registry(&new_registry(service)).await.expect(service);
    });
    assert_eq!(read!(store, tx => tx.registry_named(&"DOCKER REGISTRY".parse().unwrap()).await.unwrap()), None);
}

pub(super) async fn what_does_not_exist_is_neither_updated_nor_deleted(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let none = RegistryId::new(4_711);
    let mut tx = store.write().await.unwrap();
    let known = tx.registry(world.mirror).await.unwrap().unwrap();
    assert!(!tx.update_registry(&Registry { id: none, service: "none".parse().unwrap(), ..known.clone() }).await.unwrap());
    assert!(!tx.update_registry(&Registry { id: none, ..known }).await.unwrap());
    assert!(!tx.delete_registry(none).await.unwrap());
    assert_eq!(tx.registry(none).await.unwrap(), None);
    assert_eq!(tx.namespaces(none, None, 10).await.unwrap(), []);
}

pub(super) async fn lists_are_pages_in_the_order_of_bytes(store: Arc<dyn Store>) {
    commit!(store, tx => for service in shuffled().chain(["B", "a b"]) {
        tx.insert_registry(&new_registry(service)).await.unwrap();
    });
    let mut tx = store.read().await.unwrap();
    let mut after: Option<ServiceName> = None;
    let mut paged = Vec::new();
    loop {
        let page = tx.registries(after.as_ref(), 4).await.unwrap();
        assert!(page.len() <= 4);
        let Some(last) = page.last() else { break };
        after = Some(last.service.clone());
        paged.extend(page.into_iter().map(|registry| registry.service.to_string()));
    }
    assert_eq!(paged, in_order(ORDERED.into_iter().chain(["B", "a b"])));
}

pub(super) async fn deletion_takes_namespaces_and_relations(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    assert!(commit!(store, tx => tx.delete_registry(world.registry).await.unwrap()));
    let mut tx = store.write().await.unwrap();
    assert_eq!(tx.registry(world.registry).await.unwrap(), None);
    assert!(tx.registry(world.mirror).await.unwrap().is_some());
    for namespace in [world.team, world.shared] {
        assert_eq!(tx.namespace(namespace).await.unwrap(), None);
        assert_eq!(tx.assigned(namespace).await.unwrap(), []);
        assert_eq!(tx.grants(namespace).await.unwrap(), []);
    }
    for relation in [Relation::Responsible, Relation::Publication] {
        assert_eq!(tx.related(Published::Registry(world.registry), relation).await.unwrap(), []);
        assert_eq!(tx.related(Published::App(world.portal), relation).await.unwrap().len(), 1, "others stay");
    }
    assert_eq!(tx.namespaces_owned_by(world.alice).await.unwrap(), []);
    assert!(tx.delete_user(world.alice).await.unwrap(), "she owns nothing any more");
    tx.commit().await.unwrap();
}

pub(super) async fn ids_are_never_used_again(store: Arc<dyn Store>) {
    let mut known = Vec::new();
    for round in 0..3 {
        let id = commit!(store, tx => tx.insert_registry(&new_registry("registry")).await.unwrap());
        assert!(id.get() > 0 && !known.contains(&id), "round {round}: {id} after {known:?}");
        known.push(id);
        assert!(commit!(store, tx => tx.delete_registry(id).await.unwrap()));
    }
}
