//! Whatever is learnt in whatever order, a store ends as the one in memory does.

use super::manifests::image;
use super::place::{digest, meet, pulled, pushed, put, registry, seen};
use crate::MemoryStore;
use crate::conformance::listing::random::Random;
use crate::conformance::support::{at, commit, new_user, read};
use spectacles_core::id::{RegistryId, RepositoryId, UserId};
use spectacles_core::listing::{Given, Listing};
use spectacles_core::store::{ContentTx, Store};
use std::fmt::Write as _;
use std::sync::Arc;

const NAMES: [&str; 5] = ["a", "team/app", "team/web", "team", "z/y/x"];

/// One of the two, and what its things are called.
struct Side {
    store: Arc<dyn Store>,
    registry: RegistryId,
    users: Vec<UserId>,
}

impl Side {
    async fn new(store: Arc<dyn Store>) -> Self {
        let registry = registry(store.as_ref(), "registry").await;
        let mut users = Vec::new();
        for name in ["alice", "bob"] {
            users.push(commit!(store, tx => tx.insert_user(&new_user(name)).await.unwrap()));
        }
        Self { store, registry, users }
    }

    /// Does something at random, the same on either side; what came of it.
    async fn step(&self, random: &mut Random) -> String {
        let mut names = NAMES.to_vec();
        let repositories = meet(self.store.as_ref(), self.registry, &names.split_off(random.below(4)), at(0)).await;
        let mut tx = self.store.content().await.unwrap();
        let said = match random.below(9) {
            0..=2 => {
                let many = (0..random.below(12)).map(|_| {
                    let (name, what, when) = (random.pick(&["v1", "v2", "latest"]), random.below(5), random.below(50));
                    let (what, when) = (i64::try_from(what).unwrap(), at(i64::try_from(when).unwrap()));
                    let id = random.pick(&repositories);
                    if random.one_in(2) { seen(id, name, what, when) } else { pushed(id, name, what, when, random.pick(&["alice", "bob"])) }
                });
                let many: Vec<_> = many.collect();
                format!("{:?}", tx.put_tags(&many).await)
            }
            3 | 4 => {
                let many = (0..random.below(12)).map(|_| {
                    let (what, when) = (i64::try_from(random.below(5)).unwrap(), i64::try_from(random.below(9)).unwrap());
                    pulled(random.pick(&repositories), random.pick(&["v1", "v9"]), what, at(when * 40_000_000), random.pick(&["", "alice"]))
                });
                let many: Vec<_> = many.collect();
                format!("{:?}", tx.count_pulls(&many).await)
            }
            5 => {
                let tags = tx.tags_of(&[random.pick(&repositories)]).await.unwrap();
                let tags: Vec<_> = tags.iter().take(random.below(4)).map(|tag| tag.id).collect();
                let before = i64::try_from(random.below(50)).unwrap();
                format!("{:?}", tx.remove_tags_unless_changed(&tags, at(before), at(60)).await)
            }
            6 => {
                let images: Vec<_> = (0..random.below(5)).map(|number| image(i64::try_from(number).unwrap(), 9)).collect();
                format!("{:?}", tx.put_manifests(self.registry, &images).await)
            }
            7 => {
                let (repository, user) = (random.pick(&repositories), random.pick(&self.users));
                format!("{:?}", tx.star(repository, user, random.one_in(2), at(1)).await)
            }
            _ => format!("{:?}", tx.forget_gone(at(i64::try_from(random.below(80)).unwrap()), 100).await),
        };
        ContentTx::commit(tx).await.unwrap();
        said
    }

    /// Everything there is, without ids: they are each store's own.
    async fn export(&self) -> String {
        let mut text = String::new();
        let names: Vec<_> = NAMES.iter().map(|name| name.parse().unwrap()).collect();
        let mut tx = self.store.read().await.unwrap();
        let mut repositories = tx.repositories_named(self.registry, &names).await.unwrap();
        repositories.sort_by(|one, other| one.name.cmp(&other.name));
        for mut repository in repositories {
            let id = std::mem::replace(&mut repository.id, RepositoryId::new(0));
            writeln!(text, "{repository:?}").unwrap();
            for tag in tx.tags_of(&[id]).await.unwrap() {
                let tag = spectacles_core::model::Tag { id: spectacles_core::id::TagId::new(0), repository: repository.id, ..tag };
                writeln!(text, "{tag:?}").unwrap();
            }
            for number in 0..5 {
                writeln!(text, "{:?}", tx.consumers(id, &digest(number), 100).await.unwrap()).unwrap();
            }
        }
        let digests: Vec<_> = (0..5).map(digest).collect();
        let mut manifests = tx.manifests(self.registry, &digests).await.unwrap();
        manifests.sort_by(|one, other| one.digest.cmp(&other.digest));
        let listing = Listing::read(Given { limit: Some("0"), ..Given::default() }).unwrap();
        let number = tx.number_of_repositories(&Default::default(), &listing.query(at(0), None)).await.unwrap();
        writeln!(text, "{manifests:?} {number}").unwrap();
        text
    }
}

pub(in crate::conformance) async fn steps_end_as_in_memory(store: Arc<dyn Store>) {
    let sides = [Side::new(store).await, Side::new(Arc::new(MemoryStore::new())).await];
    for round in 0..150 {
        let said = [
            sides[0].step(&mut Random::new(&format!("step {round}"))).await,
            sides[1].step(&mut Random::new(&format!("step {round}"))).await,
        ];
        assert_eq!(said[0], said[1], "round {round}");
        assert_eq!(sides[0].export().await, sides[1].export().await, "round {round}: {}", said[0]);
    }
    // It was not about nothing.
    put(sides[0].store.as_ref(), &[]).await;
    assert!(read!(sides[0].store, tx => tx.repositories(sides[0].registry, None, 10).await.unwrap()).len() > 1);
}
