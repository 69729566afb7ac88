//! What a decision costs, by the number of namespaces.
//!
//! `decide` asks for a thousand repositories, wherever they are among the namespaces; `decide_cold` for another one each time, so that a large
//! index is never in the caches of the processor.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use spectacles_core::access::{Facts, NamespaceFacts, Question, RegistryFacts, Subject, UserFacts, decide};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Assignment, Circumstances, Grant, Grantee, Policy, Privileges, Terms, TimedGroup};
use spectacles_core::name::RepositoryName;
use spectacles_core::right::{Actions, Right};
use spectacles_core::time::Timestamp;
use std::hint::black_box;

/// One registry with `count` namespaces: plain ones, nested ones and ones with `*`; by this policy.
fn facts(count: i64, policy: Policy) -> Facts {
    let mut facts = Facts::default();
    let groups = (1..=5).map(|id| TimedGroup::always(GroupId::new(id))).collect();
    let alice = UserFacts::new(UserId::new(1), "alice".parse().unwrap());
    facts.put_user(UserFacts { groups, privileges: Privileges::ALL, ..alice });
    let published = |id| [TimedGroup::always(GroupId::new(id)), TimedGroup::always(GroupId::new(id + 10))].into();
    let registry = RegistryFacts::new(RegistryId::new(1), "registry.test".parse().unwrap());
    facts.put_registry(RegistryFacts { policy, publications: published(2), responsibles: published(9), ..registry });
    let grant = |grantee| Grant { grantee, right: Right::Write, terms: Terms::none() };
    let assigned = |grantee| Assignment { grantee, terms: Terms::none() };
    for id in 1..=count {
        let path = match id % 10 {
            0 => format!("team{id}/*/release"),
            1..3 => format!("team{id}/product"),
            _ => format!("team{id}"),
        };
        facts.put_namespace(NamespaceFacts {
            owner: Some(UserId::new(2)),
            groups_right: Right::Read,
            assigned: [
                assigned(Grantee::User(UserId::new(10))),
                assigned(Grantee::User(UserId::new(11))),
                assigned(Grantee::Group(GroupId::new(3))),
                assigned(Grantee::Group(GroupId::new(7))),
            ]
            .into(),
            grants: [grant(Grantee::User(UserId::new(5))), grant(Grantee::Group(GroupId::new(9)))].into(),
            ..NamespaceFacts::new(NamespaceId::new(id), RegistryId::new(1), path.parse().unwrap())
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
    let counts = &[10, 1_000, 100_000, 1_000_000][..];
    for (name, requests, policy, counts) in [
        ("decide", 1_000, Policy::Namespaces, counts),
        ("decide_both", 1_000, Policy::Both, counts),
        ("decide_cold", 1 << 16, Policy::Namespaces, counts),
    ] {
        decisions_on(criterion, name, requests, policy, counts);
    }
}

fn decisions_on(criterion: &mut Criterion, name: &str, requests: usize, policy: Policy, counts: &[i64]) {
    let mut group = criterion.benchmark_group(name);
    for count in counts {
        let (facts, repositories) = (facts(*count, policy), repositories(*count, requests));
        let registry = facts.registry("registry.test");
        let subject = Subject::User(facts.user("alice").unwrap());
        let circumstances = Circumstances { at: Timestamp::from_unix_millis(1), from: None };
        let question = |repository| Question { subject, repository, requested: Actions::PULL, circumstances };
        let allowed = repositories.iter().filter(|name| !decide(&facts, registry, &question(name)).allowed.is_empty()).count();
        assert_eq!(allowed, repositories.len(), "every repository is governed by a namespace that lets groups read");
        let mut names = repositories.iter().cycle();
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| names.next().map(|name| decide(&facts, registry, black_box(&question(name)))));
        });
    }
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
