//! Reading facts.

use super::support::{HASH, World, assigned, at, commit, limited, new_group, new_user, read, timed};
use spectacles_core::access::{AppFacts, GroupFacts, NamespaceFacts, RegistryFacts, SecretFacts, ServiceAccountFacts, UserFacts};
use spectacles_core::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use spectacles_core::model::{
    Anonymous, Grant, Grantee, NewGroup, PasswordHash, Policy, Privileges, Published, Relation, Terms, TimedGroup,
};
use spectacles_core::right::Right;
use spectacles_core::store::{Store, Which};
use std::sync::Arc;

const ALL: (i64, u32) = (0, 1_000);

fn page<Id>((after, limit): (i64, u32)) -> Which<Id> {
    Which::Page { after, limit }
}

pub(super) async fn say_everything_there_is(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.read().await.unwrap();
    let alice = UserFacts {
        admin: true,
        auditor: true,
        password: Some(PasswordHash::from_phc("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")),
        groups: [TimedGroup::always(world.developers)].into(),
        ..UserFacts::new(world.alice, "alice".parse().unwrap())
    };
    let groups = [world.developers, world.operators].map(TimedGroup::always);
    let bob = UserFacts { groups: groups.into(), ..UserFacts::new(world.bob, "bob".parse().unwrap()) };
    assert_eq!(tx.user_facts(page(ALL)).await.unwrap(), [alice, bob]);
    let group = |id, name: &str| GroupFacts { id, name: name.parse().unwrap(), slug: None };
    let groups = [group(world.developers, "Developers"), group(world.operators, "Operators")];
    assert_eq!(tx.group_facts(page(ALL)).await.unwrap(), groups);
    let portal = AppFacts {
        id: world.portal,
        name: "Portal".parse().unwrap(),
        slug: None,
        responsibles: [timed(world.operators, 3_000)].into(),
        publications: [TimedGroup::always(world.developers)].into(),
    };
    assert_eq!(tx.app_facts(page(ALL)).await.unwrap(), [portal]);
    let builder = ServiceAccountFacts {
        id: world.builder,
        name: "ci/builder".parse().unwrap(),
        app: Some(world.portal),
        enabled: true,
        secrets: [SecretFacts { id: world.secret, hash: HASH, terms: limited(2_000) }].into(),
    };
    assert_eq!(tx.service_facts(page(ALL)).await.unwrap(), [builder]);
    let registry = RegistryFacts {
        responsibles: [TimedGroup::always(world.operators)].into(),
        publications: [TimedGroup::always(world.developers)].into(),
        ..RegistryFacts::new(world.registry, "registry.example.com".parse().unwrap())
    };
    let mirror = RegistryFacts::new(world.mirror, "Mirror registry".parse().unwrap());
    assert_eq!(tx.registry_facts(page(ALL)).await.unwrap(), [registry, mirror]);
    assert_eq!(tx.namespace_facts(page(ALL)).await.unwrap(), namespaces(&world));
}

fn namespaces(world: &World) -> [NamespaceFacts; 2] {
    let (bob, builder) = (Grantee::User(world.bob), Grantee::Service(world.builder));
    let rights = |facts| NamespaceFacts { members_right: Right::Write, groups_right: Right::Read, ..facts };
    let team = NamespaceFacts {
        owner: Some(world.alice),
        assigned: [assigned(bob)].into(),
        ..NamespaceFacts::new(world.team, world.registry, "team".parse().unwrap())
    };
    let grant = |grantee, right| Grant { grantee, right, terms: Terms::none() };
    let shared = NamespaceFacts {
        assigned: [bob, Grantee::Group(world.developers), Grantee::Group(world.operators), builder].map(assigned).into(),
        grants: [
            grant(Grantee::User(world.alice), Right::Read),
            grant(bob, Right::None),
            grant(Grantee::Group(world.operators), Right::Full),
            Grant { terms: limited(4_000), ..grant(builder, Right::Write) },
        ]
        .into(),
        ..NamespaceFacts::new(world.shared, world.registry, "shared/*".parse().unwrap())
    };
    [rights(team), rights(shared)]
}

pub(super) async fn say_what_was_set(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let privileges = Privileges { puller: true, pusher: true, manager: false };
    let mut tx = store.write().await.unwrap();
    let mut bob = tx.user(world.bob).await.unwrap().unwrap();
    (bob.enabled, bob.privileges) = (false, privileges);
    assert!(tx.update_user(&bob).await.unwrap());
    let mut mirror = tx.registry(world.mirror).await.unwrap().unwrap();
    (mirror.policy, mirror.restricted, mirror.anonymous) = (Policy::Paths, false, Anonymous::Pull);
    assert!(tx.update_registry(&mirror).await.unwrap());
    let mut portal = tx.app(world.portal).await.unwrap().unwrap();
    portal.slug = Some("portal".parse().unwrap());
    assert!(tx.update_app(&portal).await.unwrap());
    let guests = tx.insert_group(&NewGroup { slug: Some("guests".parse().unwrap()), ..new_group("Guests") }).await.unwrap();
    assert!(tx.add_to_group(guests, world.alice, Some(at(-1))).await.unwrap());
    assert!(tx.relate(Published::Registry(world.mirror), Relation::Publication, timed(guests, -1)).await.unwrap());
    let mut builder = tx.service_account(world.builder).await.unwrap().unwrap();
    (builder.enabled, builder.app) = (false, None);
    assert!(tx.update_service_account(&builder).await.unwrap());
    tx.commit().await.unwrap();

    let mut tx = store.read().await.unwrap();
    let bob = tx.user_facts(Which::One(world.bob)).await.unwrap().remove(0);
    assert_eq!((bob.enabled, bob.privileges), (false, privileges));
    let alice = tx.user_facts(Which::One(world.alice)).await.unwrap().remove(0);
    assert_eq!(*alice.groups, [TimedGroup::always(world.developers), timed(guests, -1)], "also what has ended");
    let mirror = tx.registry_facts(Which::One(world.mirror)).await.unwrap().remove(0);
    assert_eq!((mirror.policy, mirror.restricted, mirror.anonymous), (Policy::Paths, false, Anonymous::Pull));
    assert_eq!((&*mirror.responsibles, &*mirror.publications), (&[][..], &[timed(guests, -1)][..]));
    assert_eq!(tx.app_facts(Which::One(world.portal)).await.unwrap().remove(0).slug, portal.slug);
    let guests = tx.group_facts(Which::One(guests)).await.unwrap().remove(0);
    assert_eq!(guests.slug.as_ref().map(ToString::to_string).as_deref(), Some("guests"));
    let builder = tx.service_facts(Which::One(world.builder)).await.unwrap().remove(0);
    assert_eq!((builder.enabled, builder.app), (false, None));
}

pub(super) async fn are_read_one_by_one(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.read().await.unwrap();
    macro_rules! one_by_one {
        ($read:ident, $id:ident, $of:expr, $count:literal) => {
            let all = tx.$read(page(ALL)).await.unwrap();
            assert_eq!(all.len(), $count);
            for thing in all {
                assert_eq!(tx.$read(Which::One($of(&thing))).await.unwrap(), [thing]);
            }
            for none in [4_711, 0, -1, i64::MIN, i64::MAX] {
                assert_eq!(tx.$read(Which::One($id::new(none))).await.unwrap(), [], "{none}");
            }
        };
    }
    one_by_one!(user_facts, UserId, |user: &UserFacts| user.id, 2);
    one_by_one!(group_facts, GroupId, |group: &GroupFacts| group.id, 2);
    one_by_one!(app_facts, AppId, |app: &AppFacts| app.id, 1);
    one_by_one!(service_facts, ServiceAccountId, |service: &ServiceAccountFacts| service.id, 1);
    one_by_one!(registry_facts, RegistryId, |registry: &RegistryFacts| registry.id, 2);
    one_by_one!(namespace_facts, NamespaceId, |namespace: &NamespaceFacts| namespace.id, 2);
    assert_eq!(tx.user_facts(Which::One(world.bob)).await.unwrap()[0].groups.len(), 2);
}

pub(super) async fn are_read_page_by_page(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    commit!(store, tx => for number in 0..7 {
        let id = tx.insert_user(&new_user(&format!("u{number}"))).await.unwrap();
        if number % 2 == 0 {
            tx.add_to_group(world.operators, id, None).await.unwrap();
        }
        if number == 3 {
            assert!(tx.delete_user(id).await.unwrap());
        }
    });
    let all = read!(store, tx => tx.user_facts(page(ALL)).await.unwrap());
    assert_eq!(all.len(), 8);
    assert!(all.windows(2).all(|pair| pair[0].id < pair[1].id));
    let mut tx = store.read().await.unwrap();
    for limit in [1, 3, 8, 9] {
        let mut paged = Vec::new();
        let mut after = 0;
        loop {
            let mut next = tx.user_facts(page((after, limit))).await.unwrap();
            assert!(next.len() <= limit as usize);
            let Some(last) = next.last() else { break };
            after = last.id.get();
            paged.append(&mut next);
        }
        assert_eq!(paged, all, "by {limit}");
    }
}
