//! Answers to questions against decisions, on random states.

mod advice;
mod cases;
mod differences;
mod sight;

use super::*;
use crate::access::model_tests::{World, subjects, world};
use crate::access::paths::by_path;
use crate::access::testing::NOW;
use crate::access::{NamespaceEntry, PathRule};
use crate::id::NamespaceId;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::ops::ControlFlow;

const BREAK_OFF: ControlFlow<()> = ControlFlow::Break(());
const GO_ON: ControlFlow<()> = ControlFlow::Continue(());

fn questions<'f>(facts: &'f Facts, from: Option<&str>) -> Questions<'f> {
    let from = from.map(|from| from.parse().unwrap());
    Questions { facts, admin_bypass: true, circumstances: Circumstances { from, ..NOW } }
}

fn registry(facts: &Facts) -> &RegistryState {
    facts.registry("registry").unwrap()
}

/// Names in which everything of a random state may be met.
fn names() -> impl Strategy<Value = Vec<String>> {
    vec("(team|users|groups|apps|other)(/(ann|ben|dan|eve|app|1|2|4|03|x|x1)){0,3}", 6)
}

fn addresses() -> impl Strategy<Value = Option<&'static str>> {
    select(vec![None, Some("192.0.2.1"), Some("192.0.2.200"), Some("2001:db8::1"), Some("198.51.100.1")])
}

fn some_actions() -> impl Strategy<Value = Actions> {
    proptest::sample::subsequence(Action::ALL.to_vec(), 1..=3).prop_map(|actions| actions.into_iter().collect())
}

/// What a decision rests on: the governing namespace, and what the path policy says.
fn place(questions: &Questions<'_>, subject: Subject<'_>, name: &RepositoryName) -> (Option<NamespaceId>, Option<PathRule>) {
    let registry = registry(questions.facts);
    if let Subject::Administrator(_) = subject {
        return (None, None);
    }
    let governing = registry.namespaces.governing(name).map(|namespace| namespace.id);
    let rule = by_path(questions.facts, &registry.facts, subject, name, &questions.circumstances).0;
    let matters = registry.facts.policy.has_paths() && !matches!(rule, PathRule::NotPublished | PathRule::Nobody);
    (governing, matters.then_some(rule))
}

/// Whether a pattern is that of a name.
fn covers(pattern: &Pattern, name: &str) -> bool {
    match pattern.as_str() {
        "…" => true,
        "/" => !name.contains('/'),
        pattern => match pattern.strip_suffix("/…") {
            None => pattern == name,
            Some(path) => path.parse::<crate::name::NamespacePath>().unwrap().covers(&name.parse().unwrap()),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_can_lists_what_is_decided_and_leaves_out_nothing(world in world(), names in names(), from in addresses()) {
        let facts = world.facts();
        let questions = questions(&facts, from);
        for subject in questions.everybody() {
            let mut listed = Vec::new();
            let _ = questions.what_can(subject, facts.registries(), |area, answer| {
                listed.push((place(&questions, subject, &area.representative), area.clone(), answer));
                GO_ON
            });
            for (at, area, answer) in &listed {
                let name = &area.representative;
                prop_assert_eq!(questions.answer(registry(&facts), subject, name, Actions::ALL), *answer);
                prop_assert!(!answer.allowed.is_empty());
                if !matches!(subject, Subject::Administrator(_)) {
                    prop_assert_eq!(*at, (area.namespace.map(|namespace| namespace.id), area.path), "{} {:?}", name, &area.patterns);
                }
                prop_assert!(covers(&area.patterns[0], name.as_str()), "{:?} {}", area.patterns, name);
            }
            for name in &names {
                let name: RepositoryName = name.parse().unwrap();
                let answer = questions.answer(registry(&facts), subject, &name, Actions::ALL);
                let at = place(&questions, subject, &name);
                let found: Vec<_> = listed.iter().filter(|(listed, ..)| *listed == at).collect();
                if answer.allowed.is_empty() {
                    prop_assert!(found.is_empty(), "{} on {} is listed: {:?}", subject, name, found[0].1.patterns);
                } else {
                    prop_assert_eq!(found.len(), 1, "{} on {}", subject, &name);
                    let (_, area, listed) = found[0];
                    prop_assert_eq!((answer.allowed, answer.pull_needs_push), (listed.allowed, listed.pull_needs_push));
                    prop_assert!(area.patterns.iter().any(|pattern| covers(pattern, name.as_str())), "{:?} {}", area.patterns, name);
                }
            }
        }
    }

    #[test]
    fn who_can_lists_everybody_who_can(world in world(), names in names(), from in addresses(), requested in some_actions()) {
        let facts = world.facts();
        let questions = questions(&facts, from);
        let registry = registry(&facts);
        for name in &names {
            let name: RepositoryName = name.parse().unwrap();
            let ask = |subject: Subject<'_>| {
                decide(&facts, Some(registry), &Question { subject, repository: &name, requested, circumstances: questions.circumstances })
            };
            let holdings: Vec<Holding<'_>> = questions.who_can(registry, &name, requested).collect();
            for holding in &holdings {
                let decision = ask(holding.subject);
                prop_assert_eq!((holding.answer.allowed, holding.answer.because), (decision.allowed, decision.because));
            }
            let users = facts.users().map(|user| subject_of(user, true)).chain(facts.services().map(|service| Subject::Service(service)));
            let can = users.chain([Subject::Anonymous]).filter(|subject| !ask(*subject).allowed.is_empty()).count();
            prop_assert_eq!(holdings.len(), can);
            // What a group brings is what a member without anything else has, as far as not everybody has it.
            let others = questions.everybody_else(registry, &name, requested);
            for group in questions.groups_that_can(registry, &name, requested) {
                let member = UserFacts {
                    groups: [crate::model::TimedGroup::always(group.group.id)].into(),
                    privileges: crate::model::Privileges::ALL,
                    ..UserFacts::new(crate::id::UserId::new(77), "somebody".parse().unwrap())
                };
                let decision = ask(Subject::User(&member));
                prop_assert!((group.allowed() - decision.allowed).is_empty(), "{:?} {:?}", group, decision);
                prop_assert!((decision.allowed - group.allowed() - others.allowed).is_empty(), "{:?} {:?}", group, decision);
            }
        }
    }

    #[test]
    fn steps_lead_to_what_is_decided(world in world(), names in names(), from in addresses(), requested in some_actions()) {
        let facts = world.facts();
        let questions = questions(&facts, from);
        for name in &names {
            let name: RepositoryName = name.parse().unwrap();
            for subject in subjects(&facts) {
                let explained = questions.explain(registry(&facts), subject, &name, requested, Sight::Everything);
                let given = explained.steps.iter().fold(Actions::NONE, |given, step| given | step.gives);
                let read_only = registry(&facts).facts.read_only && !matches!(subject, Subject::System);
                let left = if read_only { given & Actions::PULL } else { given };
                prop_assert_eq!(left, explained.answer.allowed, "{} on {}: {:#?}", subject, &name, &explained);
                prop_assert!(explained.steps.iter().all(|step| !step.text.is_empty()));
                let decided = |rule: &str| explained.steps.iter().any(|step| step.rule == rule && step.state == State::Decided);
                if !explained.answer.allowed.is_empty() {
                    prop_assert!(decided(&explained.because.rule), "{:#?}", explained);
                }
                prop_assert_eq!(decided("read-only"), explained.because.read_only);
                // No rule gives anything that did not decide.
                prop_assert!(explained.steps.iter().all(|step| step.gives.is_empty() || step.state == State::Decided));
            }
        }
    }
}

/// Namespaces, users and groups may be called what would be put into gaps.
#[test]
fn gaps_are_filled_with_what_nobody_has_taken() {
    use crate::access::testing::{group, namespace, registry, timed, user};
    use crate::access::{NamespaceFacts, RegistryFacts};
    let with = |id, path| NamespaceFacts { others_right: Right::Read, ..namespace(id, path) };
    let none = |id, path| NamespaceFacts { others_right: Right::None, ..namespace(id, path) };
    let mut facts = crate::access::testing::facts([with(1, "*"), none(2, "x"), none(3, "x1"), with(4, "team/*"), none(5, "team/x")]);
    facts.put_group(group(10, "x"));
    facts.put_registry(RegistryFacts {
        publications: timed(&[10]),
        responsibles: timed(&[10]),
        policy: crate::model::Policy::Both,
        ..registry()
    });
    let manager = crate::model::Privileges { manager: true, ..crate::model::Privileges::NONE };
    facts.put_user(UserFacts { privileges: manager, ..user(1, "x", &[10]) });
    let questions = questions(&facts, None);
    let mut listed = Vec::new();
    let _ = questions.what_can(Subject::User(facts.user("x").unwrap()), facts.registries(), |area, answer| {
        listed.push(format!("{} {} {}", area.patterns[0], area.representative, answer.allowed));
        GO_ON
    });
    listed.sort_unstable();
    assert_eq!(
        listed,
        [
            "*/… x2 pull,delete",
            "apps/… apps/x pull,delete",
            "groups/x/… groups/x pull,delete",
            "groups/… groups/x1 pull,delete",
            "team/*/… team/x1 pull,delete",
            "team/x/… team/x delete",
            "users users pull,delete",
            "users/x/… users/x pull,delete",
            "users/… users/x1 pull,delete",
            "x/… x delete",
            "x1/… x1 delete",
        ]
    );
}

#[test]
fn a_list_can_be_broken_off() {
    let facts = crate::access::testing::facts(
        [crate::access::testing::namespace(1, "a"), crate::access::testing::namespace(2, "b")]
            .map(|namespace| crate::access::NamespaceFacts { others_right: Right::Read, ..namespace }),
    );
    let alice = crate::access::testing::user(1, "alice", &[]);
    let mut seen = 0;
    let outcome = questions(&facts, None).what_can(Subject::User(&alice), facts.registries(), |_, _| {
        seen += 1;
        BREAK_OFF
    });
    assert!(outcome.is_break());
    assert_eq!(seen, 1);
}

/// An entry of the index, for tests that look at it.
fn governing<'f>(facts: &'f Facts, name: &str) -> Option<&'f NamespaceEntry> {
    registry(facts).namespaces.governing(&name.parse().unwrap())
}

/// The same state with something changed.
fn changed(world: &World, change: impl FnOnce(&mut World)) -> World {
    let mut world = world.clone();
    change(&mut world);
    world
}
