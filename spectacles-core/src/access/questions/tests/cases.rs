//! What explanations say, sentence by sentence.

use super::*;
use crate::access::testing::{NOW, a_group, a_user, assigned, facts, grant, group, namespace, registry as namespaces_only, user};
use crate::access::{NamespaceFacts, RegistryFacts};
use crate::id::{GroupId, UserId};
use crate::model::{Assignment, Grant, Policy, Privileges, Terms, TimedGroup};
use crate::time::Timestamp;
use std::borrow::Cow;

fn steps(facts: &Facts, subject: Subject<'_>, repository: &str, from: Option<&str>) -> Vec<(Cow<'static, str>, State, String)> {
    let repository = repository.parse().unwrap();
    let explained = questions(facts, from).explain(registry(facts), subject, &repository, Actions::ALL, Sight::Everything);
    explained.steps.into_iter().map(|step| (step.rule, step.state, step.text)).collect()
}

fn ended() -> Timestamp {
    Timestamp::from_unix_millis(NOW.at.unix_millis() - 1)
}

fn says(steps: &[(Cow<'static, str>, State, String)], rule: &str) -> (State, String) {
    let (_, state, text) = steps.iter().find(|(step, _, _)| *step == rule).unwrap();
    (*state, text.clone())
}

#[test]
fn every_rule_that_is_passed_over_says_why() {
    let office = Terms { networks: ["10.0.0.0/8".parse().unwrap()].into(), ..Terms::none() };
    let over = Terms { until: Some(ended()), ..Terms::none() };
    let there = NamespaceFacts {
        owner: Some(UserId::new(9)),
        others_right: Right::Read,
        assigned: [Assignment { grantee: a_user(2), terms: over.clone() }, assigned(a_group(11))].into(),
        grants: [
            Grant { grantee: a_user(2), right: Right::Full, terms: office.clone() },
            grant(a_group(10), Right::Full),
            Grant { grantee: a_group(12), right: Right::Full, terms: office },
        ]
        .into(),
        ..namespace(1, "team")
    };
    let mut facts = facts([there]);
    for (id, name) in [(10, "devs"), (11, "board"), (12, "ops")] {
        facts.put_group(group(id, name));
    }
    facts.put_user(user(9, "carol", &[]));
    let mut bob = user(2, "bob", &[12]);
    bob.groups = [TimedGroup { group: GroupId::new(10), until: Some(ended()) }, TimedGroup::always(GroupId::new(12))].into();
    let found = steps(&facts, Subject::User(&bob), "team/app", Some("192.0.2.1"));
    let until = ended();
    let passed = |text: &str| (State::PassedOver, text.to_owned());
    for (rule, expected) in [
        ("registry-disabled", passed("the registry is enabled")),
        ("user-disabled", passed("user `bob` is enabled")),
        ("administrator", passed("user `bob` is no administrator")),
        ("grant", passed("the right FULL of user `bob` holds only for requests from 10.0.0.0/8, and this one comes from 192.0.2.1")),
        ("owner", passed("the namespace is owned by `carol`")),
        ("member", passed(&format!("the assignment of user `bob` ended on {until}"))),
        (
            "group-grants",
            passed(&format!(
                "the membership of user `bob` in group `devs` ended on {until}; what group `ops` has there holds only for requests from \
                 10.0.0.0/8, and this one comes from 192.0.2.1"
            )),
        ),
        ("assigned-group", passed("no group of user `bob` is assigned")),
        ("others", (State::Decided, "everybody else has READ on namespace `team`".to_owned())),
        ("path", (State::DoesNotApply, "the registry gives no rights by paths".to_owned())),
        ("public", passed("namespace `team` is not public")),
        ("read-only", passed("the registry is not read-only")),
    ] {
        assert_eq!(says(&found, rule), expected, "{rule}");
    }
    // In the order of asking, and each once.
    let rules: Vec<_> = found.iter().map(|(rule, _, _)| rule.clone()).collect();
    assert_eq!(rules.len(), 12, "{rules:?}");
    let inside = steps(&facts, Subject::User(&bob), "team/app", Some("10.1.2.3"));
    assert_eq!(says(&inside, "grant").0, State::Decided);
    assert_eq!(says(&inside, "owner").0, State::NotReached);
    let unknown = steps(&facts, Subject::User(&bob), "team/app", None);
    assert!(says(&unknown, "grant").1.ends_with("and it is not known where this one comes from"));
    let nobody = steps(&facts, Subject::Anonymous, "team/app", None);
    assert_eq!(says(&nobody, "grant").0, State::DoesNotApply);
}

#[test]
fn the_path_policy_says_what_is_missing_for_each_action() {
    let mut facts = facts([]);
    facts.put_registry(RegistryFacts {
        policy: Policy::Paths,
        publications: [TimedGroup::always(GroupId::new(10)), TimedGroup { group: GroupId::new(11), until: Some(ended()) }].into(),
        ..namespaces_only()
    });
    for (id, name) in [(10, "devs"), (11, "ops")] {
        facts.put_group(group(id, name));
    }
    let alice = UserFacts { privileges: Privileges { puller: true, pusher: true, manager: false }, ..user(1, "alice", &[10]) };
    let found = steps(&facts, Subject::User(&alice), "users/alice/app", None);
    assert_eq!(says(&found, "path-own").0, State::Decided);
    assert_eq!(says(&found, "path-push").1, "the registry is restricted, and no group of user `alice` answers for the registry");
    assert_eq!(says(&found, "path-delete").1, "user `alice` does not have the privilege manager");
    assert_eq!(says(&found, "grant").1, "the registry gives no rights by namespaces");
    let bob = user(2, "bob", &[11]);
    let found = steps(&facts, Subject::User(&bob), "users/bob/app", None);
    let text = says(&found, "path-not-published").1;
    assert!(text.ends_with(&format!("its publication to group `ops` ended on {}", ended())), "{text}");
    let explained =
        questions(&facts, None).explain(registry(&facts), Subject::User(&bob), &"a/b".parse().unwrap(), Actions::PULL, Sight::Everything);
    assert_eq!(explained.ceilings.iter().map(|ceiling| ceiling.rule.clone()).collect::<Vec<_>>(), ["path-not-published"]);
}

#[test]
fn ceilings_are_told_where_they_were_felt() {
    let mut facts = facts([NamespaceFacts { owner: Some(UserId::new(1)), ..namespace(1, "team") }]);
    let alice = user(1, "alice", &[]);
    let disabled = UserFacts { enabled: false, ..alice.clone() };
    let felt = |facts: &Facts, subject, requested| {
        let explained =
            questions(facts, None).explain(registry(facts), subject, &"team/app".parse().unwrap(), requested, Sight::Everything);
        explained.ceilings.into_iter().map(|ceiling| ceiling.rule.clone()).collect::<Vec<_>>()
    };
    facts.put_registry(RegistryFacts { read_only: true, ..namespaces_only() });
    assert_eq!(felt(&facts, Subject::User(&alice), Actions::ALL), ["read-only"]);
    assert!(felt(&facts, Subject::User(&alice), Actions::PULL).is_empty(), "nothing was taken away");
    assert_eq!(felt(&facts, Subject::Administrator(&alice), Actions::ALL), ["read-only"]);
    facts.put_registry(RegistryFacts { policy: Policy::Both, ..namespaces_only() });
    assert!(felt(&facts, Subject::User(&alice), Actions::ALL).is_empty(), "what she owns need not be published to her");
    facts.put_registry(RegistryFacts { enabled: false, ..namespaces_only() });
    assert_eq!(felt(&facts, Subject::Administrator(&alice), Actions::ALL), ["registry-disabled"]);
    facts.put_registry(namespaces_only());
    assert_eq!(felt(&facts, Subject::User(&disabled), Actions::ALL), ["user-disabled"]);
}
