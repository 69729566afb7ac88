//! The decision, rule by rule.

use super::testing::{namespace, registry, user};
use super::*;
use crate::id::{GroupId, UserId};
use crate::model::Anonymous;
use crate::name::RepositoryName;
use crate::right::{Actions, Right};
use proptest::prelude::*;

fn name(text: &str) -> RepositoryName {
    text.parse().unwrap()
}

fn asked(subject: Subject<'_>, registry: &RegistryState, repository: &str, requested: Actions) -> Decision {
    decide(subject, Some(registry), &name(repository), requested)
}

/// A namespace in which every rule has something to say to user 1 of group 10, each something else.
fn crowded() -> NamespaceFacts {
    NamespaceFacts {
        owner: Some(UserId::new(1)),
        members_right: Right::Write,
        groups_right: Right::Read,
        others_right: Right::Full,
        members: [UserId::new(1)].into(),
        groups: [GroupId::new(10)].into(),
        user_grants: [(UserId::new(1), Right::Read)].into(),
        group_grants: [(GroupId::new(10), Right::None)].into(),
        ..namespace(1, "team")
    }
}

#[test]
fn the_rules_are_asked_in_order_and_the_first_that_applies_stops() {
    let alice = user(1, "alice", &[10]);
    let mut facts = crowded();
    let mut ask = |change: fn(&mut NamespaceFacts)| {
        change(&mut facts);
        asked(Subject::User(&alice), &registry([facts.clone()]), "team/app", Actions::ALL)
    };
    type Change = fn(&mut NamespaceFacts);
    let table: [(Change, Rule, Actions); 6] = [
        (|_| (), Rule::UserGrant(Right::Read), Actions::PULL),
        (|facts| facts.user_grants = [].into(), Rule::Owner, Actions::ALL),
        (|facts| facts.owner = None, Rule::Member(Right::Write), Actions::PULL | Actions::PUSH),
        (|facts| facts.members = [].into(), Rule::GroupGrants(Right::None.into()), Actions::NONE),
        (|facts| facts.group_grants = [].into(), Rule::AssignedGroup(GroupId::new(10), Right::Read), Actions::PULL),
        (|facts| facts.groups = [].into(), Rule::Others(Right::Full), Actions::ALL),
    ];
    for (change, rule, allowed) in table {
        let decision = ask(change);
        assert_eq!((decision.because.rule, decision.allowed), (rule, allowed));
    }
}

#[test]
fn an_explicit_none_stops_at_every_rule() {
    let alice = user(1, "alice", &[10]);
    let none: [fn(&mut NamespaceFacts); 4] = [
        |facts| facts.user_grants = [(UserId::new(1), Right::None)].into(),
        |facts| {
            (facts.members, facts.members_right) = ([UserId::new(1)].into(), Right::None);
        },
        |facts| facts.group_grants = [(GroupId::new(10), Right::None)].into(),
        |facts| {
            (facts.groups, facts.groups_right) = ([GroupId::new(10)].into(), Right::None);
        },
    ];
    for set_none in none {
        let mut facts = NamespaceFacts { others_right: Right::Full, ..namespace(1, "team") };
        set_none(&mut facts);
        let decision = asked(Subject::User(&alice), &registry([facts]), "team/app", Actions::ALL);
        assert_eq!(decision.allowed, Actions::NONE, "{:?}", decision.because);
    }
}

#[test]
fn several_groups_bring_the_union_of_their_rights() {
    let alice = user(1, "alice", &[10, 11, 12]);
    let facts = NamespaceFacts {
        group_grants: [(GroupId::new(10), Right::Read), (GroupId::new(12), Right::Write), (GroupId::new(13), Right::Full)].into(),
        ..namespace(1, "team")
    };
    let state = registry([facts]);
    assert_eq!(asked(Subject::User(&alice), &state, "team/app", Actions::ALL).allowed, Actions::PULL | Actions::PUSH);
    assert_eq!(asked(Subject::User(&alice), &state, "team/app", Actions::PULL).allowed, Actions::PULL);
}

#[test]
fn a_group_right_on_one_namespace_gives_nothing_on_another() {
    let alice = user(1, "alice", &[10]);
    let granted = NamespaceFacts { group_grants: [(GroupId::new(10), Right::Full)].into(), ..namespace(1, "a") };
    let state = registry([granted, namespace(2, "b")]);
    assert_eq!(asked(Subject::User(&alice), &state, "a/x", Actions::ALL).allowed, Actions::ALL);
    assert_eq!(asked(Subject::User(&alice), &state, "b/x", Actions::ALL).allowed, Actions::NONE);
}

#[test]
fn the_deeper_namespace_alone_decides() {
    let alice = user(1, "alice", &[]);
    let outer = NamespaceFacts { owner: Some(UserId::new(1)), ..namespace(1, "team") };
    let state = registry([outer, namespace(2, "team/secret")]);
    assert_eq!(asked(Subject::User(&alice), &state, "team/app", Actions::ALL).allowed, Actions::ALL);
    assert_eq!(asked(Subject::User(&alice), &state, "team/secret/x", Actions::ALL).allowed, Actions::NONE);
}

#[test]
fn administrators_need_no_namespace_but_must_be_enabled() {
    let mut root = UserFacts { admin: true, ..user(1, "root", &[]) };
    let state = registry([]);
    assert_eq!(asked(subject_of(&root, true), &state, "any/thing", Actions::ALL).allowed, Actions::ALL);
    assert_eq!(asked(subject_of(&root, false), &state, "any/thing", Actions::ALL).because.rule, Rule::NoNamespace);
    root.enabled = false;
    let decision = asked(subject_of(&root, true), &state, "any/thing", Actions::ALL);
    assert_eq!((decision.allowed, decision.because.rule), (Actions::NONE, Rule::UserDisabled));
}

#[test]
fn unknown_and_disabled_registries_give_nothing_to_anybody() {
    let root = UserFacts { admin: true, ..user(1, "root", &[]) };
    let mut state = registry([namespace(1, "team")]);
    state.facts.enabled = false;
    for subject in [Subject::Administrator(&root), Subject::User(&root), Subject::Anonymous, Subject::System] {
        assert_eq!(decide(subject, None, &name("team/x"), Actions::ALL).because.rule, Rule::UnknownRegistry);
        let decision = asked(subject, &state, "team/x", Actions::ALL);
        assert_eq!((decision.allowed, decision.because.rule), (Actions::NONE, Rule::RegistryDisabled));
    }
}

#[test]
fn read_only_takes_push_and_delete_from_all_but_the_system() {
    let root = UserFacts { admin: true, ..user(1, "root", &[]) };
    let alice = user(2, "alice", &[]);
    let mut state = registry([NamespaceFacts { owner: Some(UserId::new(2)), ..namespace(1, "team") }]);
    state.facts.read_only = true;
    for subject in [Subject::Administrator(&root), Subject::User(&alice)] {
        let decision = asked(subject, &state, "team/x", Actions::ALL);
        assert_eq!(decision.allowed, Actions::PULL);
        assert!(decision.because.read_only);
    }
    assert_eq!(asked(Subject::System, &state, "team/x", Actions::ALL).allowed, Actions::ALL);
}

#[test]
fn public_means_pull_for_everybody_where_the_registry_admits_it() {
    let alice = user(1, "alice", &[]);
    let facts = NamespaceFacts { public: true, user_grants: [(UserId::new(1), Right::None)].into(), ..namespace(1, "team") };
    let mut state = registry([facts, namespace(2, "team/private")]);
    for subject in [Subject::Anonymous, Subject::User(&alice)] {
        state.facts.anonymous = Anonymous::Off;
        assert_eq!(asked(subject, &state, "team/x", Actions::ALL).allowed, Actions::NONE);
        state.facts.anonymous = Anonymous::Pull;
        let decision = asked(subject, &state, "team/x", Actions::ALL);
        assert_eq!((decision.allowed, decision.because.rule), (Actions::PULL, Rule::Public));
        assert_eq!(asked(subject, &state, "team/private/x", Actions::ALL).allowed, Actions::NONE);
    }
}

#[test]
fn public_adds_pull_to_a_right_that_pushes_only() {
    let alice = user(1, "alice", &[]);
    let facts = NamespaceFacts { public: true, others_right: Right::Write, ..namespace(1, "team") };
    let mut state = registry([facts]);
    state.facts.anonymous = Anonymous::Pull;
    assert_eq!(asked(Subject::User(&alice), &state, "team/x", Actions::PULL).allowed, Actions::PULL);
}

#[test]
fn reasons_name_what_they_came_from() {
    let mut facts = Facts::default();
    let state = registry([]);
    facts.put_registry(state.facts.clone());
    facts.put_group(GroupId::new(10), "devs".parse().unwrap());
    let team = NamespaceFacts { groups: [GroupId::new(10)].into(), groups_right: Right::Read, ..namespace(1, "team") };
    facts.put_namespace(team);
    let alice = user(1, "alice", &[10]);
    let decision = decide(Subject::User(&alice), facts.registry("registry"), &name("team/app"), Actions::PULL);
    assert_eq!(decision.because.named(&facts).text, "group `devs` is assigned to namespace `team`, whose groups have READ");
}

#[test]
fn facts_follow_renames_moves_and_removals() {
    let mut facts = Facts::default();
    facts.put_registry(registry([]).facts);
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

    facts.remove_registry(crate::id::RegistryId::new(1));
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

fn right() -> impl Strategy<Value = Right> {
    proptest::sample::select(Right::ALL.to_vec())
}

prop_compose! {
    fn any_namespace()(
        owner in proptest::option::of(1_i64..4),
        public in any::<bool>(),
        rights in [right(), right(), right()],
        members in proptest::collection::btree_set(1_i64..4, 0..3),
        groups in proptest::collection::btree_set(10_i64..14, 0..4),
        user_grants in proptest::collection::btree_map(1_i64..4, right(), 0..3),
        group_grants in proptest::collection::btree_map(10_i64..14, right(), 0..4),
    ) -> NamespaceFacts {
        NamespaceFacts {
            owner: owner.map(UserId::new),
            public,
            members_right: rights[0],
            groups_right: rights[1],
            others_right: rights[2],
            members: members.into_iter().map(UserId::new).collect(),
            groups: groups.into_iter().map(GroupId::new).collect(),
            user_grants: user_grants.into_iter().map(|(id, right)| (UserId::new(id), right)).collect(),
            group_grants: group_grants.into_iter().map(|(id, right)| (GroupId::new(id), right)).collect(),
            ..namespace(1, "team")
        }
    }
}

fn any_actions() -> impl Strategy<Value = Actions> {
    proptest::sample::subsequence(crate::right::Action::ALL.to_vec(), 0..=3).prop_map(|actions| actions.into_iter().collect())
}

proptest! {
    #[test]
    fn nothing_is_allowed_that_was_not_requested(
        facts in any_namespace(),
        groups in proptest::collection::btree_set(10_i64..14, 0..4),
        requested in any_actions(),
        read_only in any::<bool>(),
    ) {
        let alice = user(1, "alice", &groups.into_iter().collect::<Vec<_>>());
        let mut state = registry([facts]);
        state.facts.anonymous = Anonymous::Pull;
        state.facts.read_only = read_only;
        for subject in [Subject::User(&alice), Subject::Administrator(&alice), Subject::Anonymous] {
            let allowed = asked(subject, &state, "team/x", requested).allowed;
            prop_assert_eq!(allowed - requested, Actions::NONE);
            prop_assert!(!read_only || (allowed - Actions::PULL).is_empty());
            prop_assert_eq!(asked(subject, &state, "other/x", requested).allowed.is_empty(), !matches!(subject, Subject::Administrator(_)) || requested.is_empty() || (read_only && (requested & Actions::PULL).is_empty()));
        }
    }
}

#[test]
fn a_decision_allocates_nothing() {
    let crowded = NamespaceFacts {
        members: (100..200).map(UserId::new).collect(),
        groups: (10..20).map(GroupId::new).collect(),
        group_grants: (20..30).map(|id| (GroupId::new(id), Right::Read)).collect(),
        user_grants: (200..300).map(|id| (UserId::new(id), Right::Write)).collect(),
        ..namespace(1, "team/*/release")
    };
    let state = registry([crowded, namespace(2, "team"), namespace(3, "*")]);
    let (alice, name) = (user(1, "alice", &[15, 25]), "team/app/release/x".parse().unwrap());
    let mut decision = None;
    let counted = allocation_counter::measure(|| decision = Some(decide(Subject::User(&alice), Some(&state), &name, Actions::ALL)));
    assert_eq!(decision.unwrap().allowed, Actions::PULL);
    assert_eq!(counted.count_total, 0);
}
