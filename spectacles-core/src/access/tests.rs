//! The decision, rule by rule.

use super::testing::{NOW, a_group, a_service, a_user, assigned, facts, grant, group, namespace, registry, user};
use super::*;
use crate::id::{GroupId, RegistryId, ServiceAccountId, UserId};
use crate::model::{Anonymous, Assignment, Circumstances, Grant, Terms, TimedGroup};
use crate::right::{Actions, Right};
use crate::time::Timestamp;

fn ask(facts: &Facts, subject: Subject<'_>, repository: &str, requested: Actions) -> Decision {
    ask_at(facts, subject, repository, requested, NOW)
}

fn ask_at(facts: &Facts, subject: Subject<'_>, repository: &str, requested: Actions, circumstances: Circumstances) -> Decision {
    let repository = &repository.parse().unwrap();
    decide(facts, facts.registry("registry"), &Question { subject, repository, requested, circumstances })
}

/// The same facts with another registry.
fn on(facts: &Facts, change: impl FnOnce(&mut RegistryFacts)) -> Facts {
    let mut facts = facts.clone();
    let mut registry = registry();
    change(&mut registry);
    facts.put_registry(registry);
    facts
}

fn service(id: i64) -> ServiceAccountFacts {
    ServiceAccountFacts { id: ServiceAccountId::new(id), name: "ci".parse().unwrap(), app: None, enabled: true, secrets: [].into() }
}

/// A namespace in which every rule has something to say to user 1 of group 10, each something else.
fn crowded() -> NamespaceFacts {
    NamespaceFacts {
        owner: Some(UserId::new(1)),
        members_right: Right::Write,
        groups_right: Right::Read,
        others_right: Right::Full,
        assigned: [assigned(a_user(1)), assigned(a_group(10))].into(),
        grants: [grant(a_user(1), Right::Read), grant(a_group(10), Right::None)].into(),
        ..namespace(1, "team")
    }
}

fn without_grant(facts: &mut NamespaceFacts, grantee: crate::model::Grantee) {
    facts.grants = facts.grants.iter().filter(|grant| grant.grantee != grantee).cloned().collect();
}

fn without_assignment(facts: &mut NamespaceFacts, grantee: crate::model::Grantee) {
    facts.assigned = facts.assigned.iter().filter(|assignment| assignment.grantee != grantee).cloned().collect();
}

#[test]
fn the_rules_are_asked_in_order_and_the_first_that_applies_stops() {
    let alice = user(1, "alice", &[10]);
    let mut there = crowded();
    let mut ask = |change: fn(&mut NamespaceFacts)| {
        change(&mut there);
        ask(&facts([there.clone()]), Subject::User(&alice), "team/app", Actions::ALL)
    };
    type Change = fn(&mut NamespaceFacts);
    let table: [(Change, Rule, Actions); 6] = [
        (|_| (), Rule::Grant(Right::Read), Actions::PULL),
        (|there| without_grant(there, a_user(1)), Rule::Owner, Actions::ALL),
        (|there| there.owner = None, Rule::Member(Right::Write), Actions::PULL | Actions::PUSH),
        (|there| without_assignment(there, a_user(1)), Rule::GroupGrants(Right::None.into()), Actions::NONE),
        (|there| there.grants = [].into(), Rule::AssignedGroup(GroupId::new(10), Right::Read), Actions::PULL),
        (|there| there.assigned = [].into(), Rule::Others(Right::Full), Actions::ALL),
    ];
    for (change, rule, allowed) in table {
        let decision = ask(change);
        assert_eq!((decision.because.rule, decision.allowed), (rule, allowed));
    }
}

#[test]
fn services_have_custom_rights_are_members_and_others_and_nothing_of_users() {
    // User 7 and service 7 are two.
    let (ci, other, user) = (service(7), service(8), user(7, "seven", &[]));
    let disabled = ServiceAccountFacts { enabled: false, ..service(7) };
    let there = NamespaceFacts {
        members_right: Right::Write,
        others_right: Right::Read,
        assigned: [assigned(a_service(7)), assigned(a_user(8))].into(),
        grants: [grant(a_service(7), Right::Full), grant(a_user(8), Right::None)].into(),
        ..namespace(1, "team")
    };
    let rule = |there: &NamespaceFacts, subject| ask(&facts([there.clone()]), subject, "team/x", Actions::ALL).because.rule;
    assert_eq!(rule(&there, Subject::Service(&ci)), Rule::Grant(Right::Full));
    assert_eq!(rule(&there, Subject::User(&user)), Rule::Others(Right::Read));
    assert_eq!(rule(&there, Subject::Service(&other)), Rule::Others(Right::Read));
    let assigned = NamespaceFacts { grants: [].into(), owner: Some(UserId::new(7)), ..there };
    assert_eq!(rule(&assigned, Subject::Service(&ci)), Rule::Member(Right::Write), "the owner is user 7");
    assert_eq!(rule(&assigned, Subject::User(&user)), Rule::Owner);
    assert_eq!(rule(&assigned, Subject::Service(&disabled)), Rule::ServiceDisabled);
}

#[test]
fn what_has_ended_or_holds_elsewhere_counts_as_absent() {
    let (alice, ci) = (user(1, "alice", &[10]), service(2));
    let until = |millis: i64| Terms { until: Some(Timestamp::from_unix_millis(NOW.at.unix_millis() + millis)), ..Terms::none() };
    let office = Terms { networks: ["192.0.2.0/24".parse().unwrap()].into(), ..Terms::none() };
    let elsewhere = Circumstances { from: Some("198.51.100.1".parse().unwrap()), ..NOW };
    let inside = Circumstances { from: Some("192.0.2.9".parse().unwrap()), ..NOW };
    // Each with every kind of holder that the terms may be of.
    for (holder, subject) in
        [(a_user(1), Subject::User(&alice)), (a_group(10), Subject::User(&alice)), (a_service(2), Subject::Service(&ci))]
    {
        for by_grant in [true, false] {
            let there = |terms: &Terms| {
                let (mut grants, mut members) = (Vec::new(), Vec::new());
                if by_grant {
                    grants.push(Grant { grantee: holder, right: Right::Full, terms: terms.clone() });
                } else {
                    members.push(Assignment { grantee: holder, terms: terms.clone() });
                }
                // Others around, so that places and keys differ.
                grants.push(grant(a_user(90), Right::Read));
                members.push(assigned(a_user(91)));
                let (assigned, grants) = (members.into(), grants.into());
                facts([NamespaceFacts { groups_right: Right::Full, assigned, grants, ..namespace(1, "team") }])
            };
            let allowed = |terms: &Terms, at| ask_at(&there(terms), subject, "team/x", Actions::ALL, at).allowed;
            assert_eq!(allowed(&until(1), NOW), Actions::ALL, "{holder:?}");
            assert_eq!(allowed(&until(0), NOW), Actions::NONE, "{holder:?}");
            assert_eq!(allowed(&office, inside), Actions::ALL, "{holder:?}");
            assert_eq!(allowed(&office, elsewhere), Actions::NONE, "{holder:?}");
            assert_eq!(allowed(&office, NOW), Actions::NONE, "{holder:?}: nobody knows from where");
        }
    }
    // A membership that has ended.
    let past = TimedGroup { group: GroupId::new(10), until: Some(NOW.at) };
    let former = UserFacts { groups: [past].into(), ..alice };
    let there = facts([NamespaceFacts { grants: [grant(a_group(10), Right::Full)].into(), ..namespace(1, "team") }]);
    assert_eq!(ask(&there, Subject::User(&former), "team/x", Actions::ALL).allowed, Actions::NONE);
}

#[test]
fn an_explicit_none_stops_at_every_rule() {
    let alice = user(1, "alice", &[10]);
    let none: [fn(&mut NamespaceFacts); 4] = [
        |there| there.grants = [grant(a_user(1), Right::None)].into(),
        |there| (there.assigned, there.members_right) = ([assigned(a_user(1))].into(), Right::None),
        |there| there.grants = [grant(a_group(10), Right::None)].into(),
        |there| (there.assigned, there.groups_right) = ([assigned(a_group(10))].into(), Right::None),
    ];
    for set_none in none {
        let mut there = NamespaceFacts { others_right: Right::Full, ..namespace(1, "team") };
        set_none(&mut there);
        let decision = ask(&facts([there]), Subject::User(&alice), "team/app", Actions::ALL);
        assert_eq!(decision.allowed, Actions::NONE, "{:?}", decision.because);
    }
}

#[test]
fn several_groups_bring_the_union_of_their_rights() {
    let alice = user(1, "alice", &[10, 11, 12]);
    let grants = [grant(a_group(10), Right::Read), grant(a_group(12), Right::Write), grant(a_group(13), Right::Full)].into();
    let facts = facts([NamespaceFacts { grants, ..namespace(1, "team") }]);
    assert_eq!(ask(&facts, Subject::User(&alice), "team/app", Actions::ALL).allowed, Actions::PULL | Actions::PUSH);
    assert_eq!(ask(&facts, Subject::User(&alice), "team/app", Actions::PULL).allowed, Actions::PULL);
}

#[test]
fn a_group_right_on_one_namespace_gives_nothing_on_another() {
    let alice = user(1, "alice", &[10]);
    let granted = NamespaceFacts { grants: [grant(a_group(10), Right::Full)].into(), ..namespace(1, "a") };
    let facts = facts([granted, namespace(2, "b")]);
    assert_eq!(ask(&facts, Subject::User(&alice), "a/x", Actions::ALL).allowed, Actions::ALL);
    assert_eq!(ask(&facts, Subject::User(&alice), "b/x", Actions::ALL).allowed, Actions::NONE);
}

#[test]
fn a_right_on_one_registry_gives_nothing_on_another() {
    let alice = user(1, "alice", &[]);
    let mut facts = facts([NamespaceFacts { owner: Some(UserId::new(1)), ..namespace(1, "team") }]);
    facts.put_registry(RegistryFacts::new(RegistryId::new(2), "other".parse().unwrap()));
    facts.put_namespace(NamespaceFacts { registry: RegistryId::new(2), ..namespace(2, "team") });
    let asked = |service| {
        let repository = &"team/x".parse().unwrap();
        let question = Question { subject: Subject::User(&alice), repository, requested: Actions::ALL, circumstances: NOW };
        decide(&facts, facts.registry(service), &question).allowed
    };
    assert_eq!((asked("registry"), asked("other")), (Actions::ALL, Actions::NONE));
}

#[test]
fn the_deeper_namespace_alone_decides() {
    let alice = user(1, "alice", &[]);
    let outer = NamespaceFacts { owner: Some(UserId::new(1)), ..namespace(1, "team") };
    let facts = facts([outer, namespace(2, "team/secret")]);
    assert_eq!(ask(&facts, Subject::User(&alice), "team/app", Actions::ALL).allowed, Actions::ALL);
    assert_eq!(ask(&facts, Subject::User(&alice), "team/secret/x", Actions::ALL).allowed, Actions::NONE);
}

#[test]
fn administrators_need_no_namespace_but_must_be_enabled() {
    let mut root = UserFacts { admin: true, ..user(1, "root", &[]) };
    let facts = facts([]);
    assert_eq!(ask(&facts, subject_of(&root, true), "any/thing", Actions::ALL).allowed, Actions::ALL);
    assert_eq!(ask(&facts, subject_of(&root, false), "any/thing", Actions::ALL).because.rule, Rule::NoNamespace);
    root.enabled = false;
    let decision = ask(&facts, subject_of(&root, true), "any/thing", Actions::ALL);
    assert_eq!((decision.allowed, decision.because.rule), (Actions::NONE, Rule::UserDisabled));
}

#[test]
fn unknown_and_disabled_registries_give_nothing_to_anybody() {
    let root = UserFacts { admin: true, ..user(1, "root", &[]) };
    let facts = on(&facts([namespace(1, "team")]), |registry| registry.enabled = false);
    for subject in [Subject::Administrator(&root), Subject::User(&root), Subject::Anonymous, Subject::System] {
        let question = Question { subject, repository: &"team/x".parse().unwrap(), requested: Actions::ALL, circumstances: NOW };
        assert_eq!(decide(&facts, None, &question).because.rule, Rule::UnknownRegistry);
        let decision = ask(&facts, subject, "team/x", Actions::ALL);
        assert_eq!((decision.allowed, decision.because.rule), (Actions::NONE, Rule::RegistryDisabled));
    }
}

#[test]
fn read_only_takes_push_and_delete_from_all_but_the_system() {
    let root = UserFacts { admin: true, ..user(1, "root", &[]) };
    let alice = user(2, "alice", &[]);
    let facts = facts([NamespaceFacts { owner: Some(UserId::new(2)), ..namespace(1, "team") }]);
    let facts = on(&facts, |registry| registry.read_only = true);
    for subject in [Subject::Administrator(&root), Subject::User(&alice)] {
        let decision = ask(&facts, subject, "team/x", Actions::ALL);
        assert_eq!(decision.allowed, Actions::PULL);
        assert!(decision.because.read_only);
    }
    assert_eq!(ask(&facts, Subject::System, "team/x", Actions::ALL).allowed, Actions::ALL);
}

#[test]
fn public_means_pull_for_everybody_where_the_registry_admits_it() {
    let (alice, ci) = (user(1, "alice", &[]), service(1));
    let there = NamespaceFacts { public: true, grants: [grant(a_user(1), Right::None)].into(), ..namespace(1, "team") };
    let facts = facts([there, namespace(2, "team/private")]);
    for subject in [Subject::Anonymous, Subject::User(&alice), Subject::Service(&ci)] {
        assert_eq!(ask(&facts, subject, "team/x", Actions::ALL).allowed, Actions::NONE);
        let open = on(&facts, |registry| registry.anonymous = Anonymous::Pull);
        let decision = ask(&open, subject, "team/x", Actions::ALL);
        assert_eq!((decision.allowed, decision.because.rule), (Actions::PULL, Rule::Public));
        assert_eq!(ask(&open, subject, "team/private/x", Actions::ALL).allowed, Actions::NONE);
    }
}

#[test]
fn public_adds_pull_to_a_right_that_pushes_only() {
    let alice = user(1, "alice", &[]);
    let there = facts([NamespaceFacts { public: true, others_right: Right::Write, ..namespace(1, "team") }]);
    let open = on(&there, |registry| registry.anonymous = Anonymous::Pull);
    assert_eq!(ask(&open, Subject::User(&alice), "team/x", Actions::PULL).allowed, Actions::PULL);
}

#[test]
fn reasons_name_what_they_came_from() {
    let team = NamespaceFacts { assigned: [assigned(a_group(10))].into(), groups_right: Right::Read, ..namespace(1, "team") };
    let mut facts = facts([team]);
    facts.put_group(group(10, "devs"));
    let alice = user(1, "alice", &[10]);
    let subject = Subject::User(&alice);
    let reason = ask(&facts, subject, "team/app", Actions::PULL).because.named(&facts, subject);
    assert_eq!(reason.text, "group `devs` is assigned to namespace `team`, whose groups have READ");
}

#[test]
fn facts_follow_renames_moves_and_removals() {
    let mut facts = facts([]);
    facts.put_user(user(1, "alice", &[]));
    facts.put_user(user(1, "alicia", &[]));
    assert!(facts.user("alice").is_none() && facts.user("alicia").is_some());

    facts.put_namespace(namespace(1, "old"));
    facts.put_namespace(namespace(1, "new"));
    let state = facts.registry("registry").unwrap();
    assert!(state.namespaces.get("old").is_none() && state.namespaces.get("new").is_some());

    let renamed = RegistryFacts { service: "other".parse().unwrap(), ..state.facts.clone() };
    facts.put_registry(renamed);
    assert!(facts.registry("registry").is_none());
    assert!(facts.registry("other").unwrap().namespaces.get("new").is_some());

    facts.remove_registry(RegistryId::new(1));
    assert!(facts.registry("other").is_none() && facts.namespace(crate::id::NamespaceId::new(1)).is_none());
}

#[test]
fn names_that_change_hands_in_one_step_are_not_lost() {
    let mut facts = Facts::default();
    facts.put_user(user(1, "alice", &[]));
    facts.put_user(user(2, "bob", &[]));
    // 1 takes the name of 2, who took another: whichever is told first.
    facts.put_user(user(1, "bob", &[]));
    facts.put_user(user(2, "carol", &[]));
    assert_eq!(facts.user("bob").unwrap().id, UserId::new(1));
    assert_eq!(facts.user("carol").unwrap().id, UserId::new(2));
}

#[test]
fn a_decision_allocates_nothing() {
    let until = Terms { until: Some(Timestamp::from_unix_millis(i64::MAX)), networks: ["192.0.2.0/24".parse().unwrap()].into() };
    let crowded = NamespaceFacts {
        assigned: (100..200).map(a_user).chain((10..20).map(a_group)).map(assigned).collect(),
        grants: (200..300)
            .map(|id| grant(a_user(id), Right::Write))
            .chain((20..30).map(|id| Grant { grantee: a_group(id), right: Right::Read, terms: until.clone() }))
            .collect(),
        ..namespace(1, "team/*/release")
    };
    let mut facts = facts([crowded, namespace(2, "team"), namespace(3, "*")]);
    facts.put_registry(RegistryFacts { publications: testing::timed(&[15]), policy: crate::model::Policy::Both, ..registry() });
    let (alice, repository) = (user(1, "alice", &[15, 25]), "team/app/release/x".parse().unwrap());
    let circumstances = Circumstances { from: Some("192.0.2.1".parse().unwrap()), ..NOW };
    let question = Question { subject: Subject::User(&alice), repository: &repository, requested: Actions::ALL, circumstances };
    let mut decision = None;
    let counted = allocation_counter::measure(|| decision = Some(decide(&facts, facts.registry("registry"), &question)));
    assert_eq!(decision.unwrap().allowed, Actions::PULL);
    assert_eq!(counted.count_total, 0);
}

#[test]
fn an_entry_of_the_index_takes_two_lines_of_a_cache() {
    assert!(size_of::<NamespaceEntry>() <= 128, "{}", size_of::<NamespaceEntry>());
}
