//! What the questions cost: those that ask for everybody or everything, and why somebody may do something where many have rights.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use criterion::{Criterion, criterion_group, criterion_main};
use spectacles_core::access::questions::{Questions, Sight, compare};
use spectacles_core::access::{Facts, NamespaceFacts, RegistryFacts, Subject, UserFacts};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Assignment, Circumstances, Grant, Grantee, Terms, TimedGroup};
use spectacles_core::right::{Actions, Right};
use spectacles_core::time::Timestamp;
use std::hint::black_box;
use std::ops::ControlFlow;

const NOW: Circumstances = Circumstances { at: Timestamp::from_unix_millis(1), from: None };
const REGISTRY: RegistryId = RegistryId::new(1);

fn facts() -> Facts {
    let mut facts = Facts::default();
    facts.put_registry(RegistryFacts::new(REGISTRY, "registry.test".parse().unwrap()));
    facts
}

fn namespace(id: i64, path: &str) -> NamespaceFacts {
    NamespaceFacts::new(NamespaceId::new(id), REGISTRY, path.parse().unwrap())
}

fn questions(facts: &Facts) -> Questions<'_> {
    Questions { facts, admin_bypass: true, circumstances: NOW }
}

/// Ten thousand users, each with a right of his own on one namespace.
fn who_can(criterion: &mut Criterion) {
    let mut facts = facts();
    let users = 1..=10_000_i64;
    for id in users.clone() {
        facts.put_user(UserFacts::new(UserId::new(id), format!("user{id}").parse().unwrap()));
    }
    let grants = users.map(|id| Grant { grantee: Grantee::User(UserId::new(id)), right: Right::Read, terms: Terms::none() });
    facts.put_namespace(NamespaceFacts { grants: grants.collect(), ..namespace(1, "team") });
    let (registry, repository) = (facts.registry("registry.test").unwrap(), "team/app".parse().unwrap());
    criterion.bench_function("who_can/10000_grants", |bencher| {
        bencher.iter(|| {
            let found: Vec<String> = questions(&facts)
                .who_can(registry, black_box(&repository), Actions::ALL)
                .map(|holding| holding.answer.because.named(&facts, holding.subject).text)
                .collect();
            assert_eq!(found.len(), 10_000);
        });
    });
    let subject = Subject::User(facts.user("user77").unwrap());
    criterion.bench_function("explain/10000_grants", |bencher| {
        bencher.iter(|| {
            let explained = questions(&facts).explain(registry, black_box(subject), &repository, Actions::ALL, Sight::Everything);
            assert!(!explained.advice.is_empty());
        });
    });
}

/// A user in two hundred groups, and a hundred thousand namespaces, to each of which one of a thousand groups is assigned.
fn what_can(criterion: &mut Criterion) {
    let mut facts = facts();
    let groups = (1..=200).map(|id| TimedGroup::always(GroupId::new(id * 5))).collect();
    facts.put_user(UserFacts { groups, ..UserFacts::new(UserId::new(1), "alice".parse().unwrap()) });
    for id in 1..=100_000 {
        let assigned = [Assignment { grantee: Grantee::Group(GroupId::new(id % 1_000 + 1)), terms: Terms::none() }].into();
        facts.put_namespace(NamespaceFacts { assigned, groups_right: Right::Read, ..namespace(id, &format!("team{id}/app")) });
    }
    let subject = Subject::User(facts.user("alice").unwrap());
    criterion.bench_function("what_can/200_groups_100000_namespaces", |bencher| {
        bencher.iter(|| {
            let mut found = 0;
            let _ = questions(&facts).what_can(black_box(subject), facts.registries(), |area, answer| {
                found += area.patterns.len();
                assert!(!answer.allowed.is_empty());
                ControlFlow::<()>::Continue(())
            });
            assert_eq!(found, 20_000);
        });
    });
    let mut after = facts.clone();
    let fewer = (2..=200).map(|id| TimedGroup::always(GroupId::new(id * 5))).collect();
    after.put_user(UserFacts { groups: fewer, ..UserFacts::new(UserId::new(1), "alice".parse().unwrap()) });
    criterion.bench_function("compare/one_user_100000_namespaces", |bencher| {
        bencher.iter(|| {
            let mut lost = 0;
            let _ = compare(questions(&facts), black_box(&after), &[], |difference| {
                lost += usize::from(!difference.lost().is_empty());
                ControlFlow::<()>::Continue(())
            });
            assert_eq!(lost, 100);
        });
    });
}

criterion_group!(benches, who_can, what_can);
criterion_main!(benches);
