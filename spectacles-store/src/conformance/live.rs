//! Facts that follow a store.

use super::support::{HASH, World, at, commit, new_app, new_group, new_namespace, new_registry, new_service, new_user, read, timed, until};
use async_trait::async_trait;
use spectacles_core::access::Facts;
use spectacles_core::id::{AppId, GroupId, NamespaceId, ServiceAccountId};
use spectacles_core::live::LiveFacts;
use spectacles_core::model::{
    Anonymous, Grantee, NewApiToken, PasswordHash, Policy, Privileges, Published, Relation, StoredTokenLimits, Terms, TimedGroup,
};
use spectacles_core::right::Right;
use spectacles_core::store::{ContentTx, LogTx, ReadTx, Store, StoreError, WriteTx};
use spectacles_core::time::SystemClock;
use std::fmt::Write as _;
use std::sync::{Arc, RwLock};

const USERS: [&str; 5] = ["alice", "bob", "carol", "robert", "dora"];
const SERVICES: [&str; 4] = ["registry.example.com", "Mirror registry", "new", "renamed"];

/// Everything that can be asked, as text that can be compared.
fn view(facts: &Facts) -> String {
    let mut text = String::new();
    for name in USERS {
        writeln!(text, "{name}: {:?}", facts.user(name)).unwrap();
    }
    for service in SERVICES {
        let registry = facts.registry(service);
        let mut namespaces: Vec<_> = registry.iter().flat_map(|registry| registry.namespaces.iter()).collect();
        namespaces.sort_by_key(|namespace| namespace.id);
        writeln!(text, "{service}: {:?} {namespaces:?}", registry.map(|registry| &registry.facts)).unwrap();
    }
    for id in 1..=20 {
        writeln!(text, "{id}: {:?} {:?}", facts.group(GroupId::new(id)), facts.namespace(NamespaceId::new(id))).unwrap();
        writeln!(text, "{id}: {:?} {:?}", facts.app(AppId::new(id)), facts.service_with(ServiceAccountId::new(id))).unwrap();
    }
    writeln!(text, "{} registries", facts.count_registries()).unwrap();
    text
}

async fn load(store: &Arc<dyn Store>) -> LiveFacts {
    LiveFacts::load(Arc::clone(store), Arc::new(SystemClock::new())).await.unwrap()
}

pub(super) async fn facts_follow_every_kind_of_change(store: Arc<dyn Store>) {
    let live = load(&store).await;
    let mut last = live.read(view);
    /// Does something, and sees that the live facts changed, and are those that are loaded anew.
    macro_rules! step {
        ($tx:ident => $work:expr) => {{
            let done = commit!(store, $tx => $work);
            live.refresh().await.unwrap();
            let followed = live.read(view);
            assert_eq!(followed, load(&store).await.read(view), "after {}", stringify!($work));
            assert_ne!(followed, last, "nothing has changed after {}", stringify!($work));
            last = followed;
            done
        }};
    }
    let world = World::make(store.as_ref()).await;
    let carol = step!(tx => tx.insert_user(&new_user("carol")).await.unwrap());
    let mut bob = read!(store, tx => tx.user(world.bob).await.unwrap()).unwrap();
    bob.name = "robert".parse().unwrap();
    step!(tx => assert!(tx.update_user(&bob).await.unwrap()));
    bob.password = Some(PasswordHash::from_phc("$new"));
    step!(tx => assert!(tx.update_user(&bob).await.unwrap()));
    bob.privileges = Privileges::ALL;
    step!(tx => assert!(tx.update_user(&bob).await.unwrap()));
    bob.enabled = false;
    step!(tx => assert!(tx.update_user(&bob).await.unwrap()));

    let guests = step!(tx => tx.insert_group(&new_group("Guests")).await.unwrap());
    let mut group = read!(store, tx => tx.group(guests).await.unwrap()).unwrap();
    group.name = "Visitors".parse().unwrap();
    step!(tx => assert!(tx.update_group(&group).await.unwrap()));
    group.slug = Some("visitors".parse().unwrap());
    step!(tx => assert!(tx.update_group(&group).await.unwrap()));
    step!(tx => assert!(tx.add_to_group(guests, carol, None).await.unwrap()));
    step!(tx => assert!(tx.add_to_group(guests, carol, Some(at(1))).await.unwrap()));
    step!(tx => assert!(tx.remove_from_group(guests, carol).await.unwrap()));

    let new = step!(tx => tx.insert_registry(&new_registry("new")).await.unwrap());
    let mut registry = read!(store, tx => tx.registry(world.registry).await.unwrap()).unwrap();
    registry.service = "renamed".parse().unwrap();
    step!(tx => assert!(tx.update_registry(&registry).await.unwrap()));
    registry.anonymous = Anonymous::Pull;
    step!(tx => assert!(tx.update_registry(&registry).await.unwrap()));
    (registry.policy, registry.restricted) = (Policy::Namespaces, false);
    step!(tx => assert!(tx.update_registry(&registry).await.unwrap()));

    let shop = step!(tx => tx.insert_app(&new_app("Shop")).await.unwrap());
    let mut app = read!(store, tx => tx.app(shop).await.unwrap()).unwrap();
    app.slug = Some("shop".parse().unwrap());
    step!(tx => assert!(tx.update_app(&app).await.unwrap()));
    for of in [Published::App(shop), Published::Registry(new)] {
        step!(tx => assert!(tx.relate(of, Relation::Publication, TimedGroup::always(guests)).await.unwrap()));
        step!(tx => assert!(tx.relate(of, Relation::Publication, timed(guests, 1)).await.unwrap()));
        step!(tx => assert!(tx.relate(of, Relation::Responsible, TimedGroup::always(guests)).await.unwrap()));
        step!(tx => assert!(tx.unrelate(of, Relation::Responsible, guests).await.unwrap()));
    }
    let clerk = step!(tx => tx.insert_service_account(&new_service("clerk")).await.unwrap());
    let mut service = read!(store, tx => tx.service_account(clerk).await.unwrap()).unwrap();
    service.app = Some(shop);
    step!(tx => assert!(tx.update_service_account(&service).await.unwrap()));
    let secret = step!(tx => tx.insert_secret(clerk, HASH, at(0), &until(1)).await.unwrap());
    step!(tx => assert!(tx.delete_secret(clerk, secret).await.unwrap()));

    let limits = StoredTokenLimits { registry: Some(new), ..StoredTokenLimits::default() };
    let token = NewApiToken { user: carol, name: "ci".parse().unwrap(), hash: HASH, created: at(0), until: None, limits };
    let id = step!(tx => tx.insert_api_token(&token).await.unwrap());
    assert_eq!(live.read(|facts| facts.api_token(&HASH).map(|(user, token)| (user.id, token.id))), Some((carol, id)));
    step!(tx => assert!(tx.delete_api_token(carol, id).await.unwrap()));
    assert!(live.read(|facts| facts.api_token(&HASH).is_none()));
    step!(tx => tx.insert_api_token(&token).await.unwrap());

    let team = step!(tx => tx.insert_namespace(&new_namespace(new, "team")).await.unwrap());
    let mut namespace = read!(store, tx => tx.namespace(team).await.unwrap()).unwrap();
    namespace.path = "team/*".parse().unwrap();
    step!(tx => assert!(tx.update_namespace(&namespace).await.unwrap()));
    namespace.owner = Some(carol);
    step!(tx => assert!(tx.update_namespace(&namespace).await.unwrap()));
    for grantee in [Grantee::User(world.bob), Grantee::Group(guests), Grantee::Service(clerk)] {
        step!(tx => assert!(tx.assign(team, grantee, &Terms::none()).await.unwrap()));
        step!(tx => assert!(tx.assign(team, grantee, &until(1)).await.unwrap()));
        step!(tx => tx.grant(team, grantee, Right::Full, &Terms::none()).await.unwrap());
        step!(tx => tx.grant(team, grantee, Right::None, &Terms::none()).await.unwrap());
    }
    step!(tx => assert!(tx.revoke(team, Grantee::User(world.bob)).await.unwrap()));
    step!(tx => assert!(tx.unassign(team, Grantee::User(world.bob)).await.unwrap()));

    // Removal of what others refer to, and names that pass from one to another.
    step!(tx => assert!(tx.delete_app(shop).await.unwrap()));
    step!(tx => assert!(tx.delete_service_account(clerk).await.unwrap()));
    step!(tx => assert!(tx.delete_group(world.operators).await.unwrap()));
    step!(tx => assert!(tx.delete_group(guests).await.unwrap()));
    step!(tx => {
        assert!(tx.delete_user(world.bob).await.unwrap());
        tx.insert_user(&new_user("robert")).await.unwrap()
    });
    step!(tx => {
        assert!(tx.delete_namespace(team).await.unwrap());
        tx.insert_namespace(&new_namespace(new, "team/*")).await.unwrap()
    });
    step!(tx => {
        assert!(tx.delete_registry(new).await.unwrap());
        let again = tx.insert_registry(&new_registry("new")).await.unwrap();
        tx.insert_namespace(&new_namespace(again, "team/*")).await.unwrap()
    });
    step!(tx => assert!(tx.delete_registry(world.registry).await.unwrap()));
    step!(tx => assert!(tx.delete_user(world.alice).await.unwrap()));
    let _ = last;
}

/// A store that can be exchanged for another, as when a backup is put back under a running process.
struct Exchangeable(RwLock<Arc<dyn Store>>);

#[async_trait]
impl Store for Exchangeable {
    async fn read(&self) -> Result<Box<dyn ReadTx>, StoreError> {
        let store = Arc::clone(&self.0.read().unwrap());
        store.read().await
    }

    async fn write(&self) -> Result<Box<dyn WriteTx>, StoreError> {
        let store = Arc::clone(&self.0.read().unwrap());
        store.write().await
    }

    async fn log(&self) -> Result<Box<dyn LogTx>, StoreError> {
        let store = Arc::clone(&self.0.read().unwrap());
        store.log().await
    }

    async fn content(&self) -> Result<Box<dyn ContentTx>, StoreError> {
        let store = Arc::clone(&self.0.read().unwrap());
        store.content().await
    }
}

pub(super) async fn facts_follow_a_store_that_was_put_back(store: Arc<dyn Store>) {
    let newer = crate::MemoryStore::new();
    World::make(&newer).await;
    commit!(newer, tx => tx.insert_user(&new_user("carol")).await.unwrap());
    let exchangeable = Arc::new(Exchangeable(RwLock::new(Arc::new(newer))));
    let live = load(&(Arc::clone(&exchangeable) as Arc<dyn Store>)).await;
    commit!(store, tx => tx.insert_user(&new_user("dora")).await.unwrap());
    *exchangeable.0.write().unwrap() = Arc::clone(&store);
    live.refresh().await.unwrap();
    assert_eq!(live.read(view), load(&store).await.read(view));
}
