//! What a decision costs, by the number of namespaces.
//!
//! `decide` asks for a thousand repositories, wherever they are among the namespaces; `decide_cold` for another one each time, so that a large
//! index is never in the caches of the processor.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use spectacles_core::access::{Facts, NamespaceFacts, RegistryFacts, Subject, UserFacts, decide};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Anonymous, TokenSettings};
use spectacles_core::name::RepositoryName;
use spectacles_core::right::{Actions, Right};
use std::hint::black_box;

/// One registry with `count` namespaces: plain ones, nested ones and ones with `*`.
fn facts(count: i64) -> Facts {
    let mut facts = Facts::default();
    let groups: Vec<GroupId> = (1..=5).map(GroupId::new).collect();
    let name = "alice".parse().unwrap();
    facts.put_user(UserFacts { id: UserId::new(1), name, admin: false, enabled: true, password: None, groups: groups.into() });
    facts.put_registry(RegistryFacts {
        id: RegistryId::new(1),
        service: "registry.test".parse().unwrap(),
        enabled: true,
        read_only: false,
        anonymous: Anonymous::Off,
        token: TokenSettings::default(),
    });
    for id in 1..=count {
        let path = match id % 10 {
            0 => format!("team{id}/*/release"),
            1..3 => format!("team{id}/product"),
            _ => format!("team{id}"),
        };
        facts.put_namespace(NamespaceFacts {
            id: NamespaceId::new(id),
            registry: RegistryId::new(1),
            path: path.parse().unwrap(),
            owner: Some(UserId::new(2)),
            public: false,
            members_right: Right::Full,
            groups_right: Right::Read,
            others_right: Right::None,
            members: Box::new([UserId::new(10), UserId::new(11)]),
            groups: Box::new([GroupId::new(3), GroupId::new(7)]),
            user_grants: Box::new([(UserId::new(5), Right::Write)]),
            group_grants: Box::new([(GroupId::new(9), Right::Write)]),
        });
    }
    facts
}

/// So many requests for repositories all over the namespaces, in an order that no processor foresees.
fn repositories(count: i64, requests: usize) -> Vec<RepositoryName> {
    let mut state = 1_u64;
    let mut next = || {
        // Knuth's linear congruential generator: good enough for shuffling.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as i64 % count + 1
    };
    (0..requests).map(|_| format!("team{}/product/release/app", next()).parse().unwrap()).collect()
}

fn decisions(criterion: &mut Criterion) {
    // What a registry is asked in a minute is asked again in the next: a thousand repositories that are in use, out of however many there
    // are. And the worst there can be: each request for another one, so that nothing is ever in the caches of the processor.
    for (name, requests) in [("decide", 1_000), ("decide_cold", 1 << 16)] {
        decisions_on(criterion, name, requests);
    }
}

fn decisions_on(criterion: &mut Criterion, name: &str, requests: usize) {
    let mut group = criterion.benchmark_group(name);
    for count in [10, 1_000, 100_000, 1_000_000] {
        let (facts, repositories) = (facts(count), repositories(count, requests));
        let registry = facts.registry("registry.test");
        let user = Subject::User(facts.user("alice").unwrap());
        let pull = Actions::PULL;
        let allowed = repositories.iter().filter(|name| !decide(user, registry, name, pull).allowed.is_empty()).count();
        assert_eq!(allowed, repositories.len(), "every repository is governed by a namespace that lets groups read");
        let mut names = repositories.iter().cycle();
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| names.next().map(|name| decide(black_box(user), registry, name, pull)));
        });
    }
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
