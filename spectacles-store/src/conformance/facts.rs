//! Reading facts.

use super::support::{World, commit, new_user, read};
use spectacles_core::access::{NamespaceFacts, RegistryFacts, UserFacts};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Anonymous, PasswordHash, TokenSettings};
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
        id: world.alice,
        name: "alice".parse().unwrap(),
        admin: true,
        enabled: true,
        password: Some(PasswordHash::from_phc("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")),
        groups: [world.developers].into(),
    };
    let bob = UserFacts {
        id: world.bob,
        name: "bob".parse().unwrap(),
        admin: false,
        enabled: true,
        password: None,
        groups: [world.developers, world.operators].into(),
    };
    assert_eq!(tx.user_facts(page(ALL)).await.unwrap(), [alice, bob]);
    let groups = [(world.developers, "Developers".parse().unwrap()), (world.operators, "Operators".parse().unwrap())];
    assert_eq!(tx.group_facts(page(ALL)).await.unwrap(), groups);
    let registry = |id: RegistryId, service: &str| RegistryFacts {
        id,
        service: service.parse().unwrap(),
        enabled: true,
        read_only: false,
        anonymous: Anonymous::Off,
        token: TokenSettings::default(),
    };
    let registries = [registry(world.registry, "registry.example.com"), registry(world.mirror, "Mirror registry")];
    assert_eq!(tx.registry_facts(page(ALL)).await.unwrap(), registries);
    let team = NamespaceFacts {
        id: world.team,
        registry: world.registry,
        path: "team".parse().unwrap(),
        owner: Some(world.alice),
        public: false,
        members_right: Right::Write,
        groups_right: Right::Read,
        others_right: Right::None,
        members: [world.bob].into(),
        groups: [].into(),
        user_grants: [].into(),
        group_grants: [].into(),
    };
    let shared = NamespaceFacts {
        id: world.shared,
        path: "shared/*".parse().unwrap(),
        owner: None,
        members: [world.bob].into(),
        groups: [world.developers, world.operators].into(),
        user_grants: [(world.alice, Right::Read), (world.bob, Right::None)].into(),
        group_grants: [(world.operators, Right::Full)].into(),
        ..team.clone()
    };
    assert_eq!(tx.namespace_facts(page(ALL)).await.unwrap(), [team, shared]);
}

pub(super) async fn are_read_one_by_one(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    let mut tx = store.read().await.unwrap();
    macro_rules! one_by_one {
        ($read:ident, $id:ident, $of:expr) => {
            let all = tx.$read(page(ALL)).await.unwrap();
            assert_eq!(all.len(), 2);
            for thing in all {
                assert_eq!(tx.$read(Which::One($of(&thing))).await.unwrap(), [thing]);
            }
            for none in [4_711, 0, -1, i64::MIN, i64::MAX] {
                assert_eq!(tx.$read(Which::One($id::new(none))).await.unwrap(), [], "{none}");
            }
        };
    }
    one_by_one!(user_facts, UserId, |user: &UserFacts| user.id);
    one_by_one!(group_facts, GroupId, |group: &(GroupId, _)| group.0);
    one_by_one!(registry_facts, RegistryId, |registry: &RegistryFacts| registry.id);
    one_by_one!(namespace_facts, NamespaceId, |namespace: &NamespaceFacts| namespace.id);
    assert_eq!(tx.user_facts(Which::One(world.bob)).await.unwrap()[0].groups.len(), 2);
}

pub(super) async fn are_read_page_by_page(store: Arc<dyn Store>) {
    let world = World::make(store.as_ref()).await;
    commit!(store, tx => for number in 0..7 {
        let id = tx.insert_user(&new_user(&format!("u{number}"))).await.unwrap();
        if number % 2 == 0 {
            tx.add_to_group(world.operators, id).await.unwrap();
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
