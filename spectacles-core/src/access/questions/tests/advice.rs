//! Advice, taken on the whole state.

use super::*;
use crate::access::questions::draft::Change;
use crate::access::{NamespaceFacts, facts::GroupFacts};
use crate::id::GroupId;
use crate::model::{Assignment, Grant, Grantee, Terms, TimedGroup};

/// Does what an administrator would do, to the plain lists.
fn take(world: &mut World, subject: Subject<'_>, repository: &str, change: &Change) {
    let governing = {
        let facts = world.facts();
        governing(&facts, repository).map(|namespace| namespace.id)
    };
    let me = match subject {
        Subject::User(user) | Subject::Administrator(user) => Some(Grantee::User(user.id)),
        Subject::Service(service) => Some(Grantee::Service(service.id)),
        Subject::System | Subject::Anonymous => None,
    };
    fn put(list: &mut Box<[TimedGroup]>, group: GroupId) {
        let mut groups: Vec<TimedGroup> = list.iter().copied().filter(|one| one.group != group).collect();
        groups.push(TimedGroup::always(group));
        *list = groups.into();
    }
    fn grant(namespace: &mut NamespaceFacts, grantee: Grantee, right: Option<Right>) {
        let mut grants: Vec<Grant> = namespace.grants.iter().filter(|one| one.grantee != grantee).cloned().collect();
        grants.extend(right.map(|right| Grant { grantee, right, terms: Terms::none() }));
        namespace.grants = grants.into();
    }
    let user = me.and_then(|me| world.users.iter_mut().find(|user| Grantee::User(user.id) == me));
    let service = me.and_then(|me| world.services.iter_mut().find(|service| Grantee::Service(service.id) == me));
    let namespace = world.namespaces.iter_mut().find(|namespace| Some(namespace.id) == governing);
    match change {
        Change::EnableRegistry => world.registry.enabled = true,
        Change::EnableUser => user.unwrap().enabled = true,
        Change::EnableService => service.unwrap().enabled = true,
        Change::Writable => world.registry.read_only = false,
        Change::AdmitAnybody => world.registry.anonymous = crate::model::Anonymous::Pull,
        Change::Publish(group) => put(&mut world.registry.publications, *group),
        Change::MakeResponsible(group) => put(&mut world.registry.responsibles, *group),
        Change::SetPrivileges(privileges) => user.unwrap().privileges = *privileges,
        Change::AddToGroup(group) => put(&mut user.unwrap().groups, *group),
        Change::Grant(right) => grant(namespace.unwrap(), me.unwrap(), Some(*right)),
        Change::Revoke => grant(namespace.unwrap(), me.unwrap(), None),
        Change::GrantGroup(group, right) => grant(namespace.unwrap(), Grantee::Group(*group), Some(*right)),
        Change::Assign => {
            let namespace = namespace.unwrap();
            let mut assigned: Vec<Assignment> = namespace.assigned.iter().filter(|one| Some(one.grantee) != me).cloned().collect();
            assigned.push(Assignment { grantee: me.unwrap(), terms: Terms::none() });
            namespace.assigned = assigned.into();
        }
        Change::MakePublic => namespace.unwrap().public = true,
        Change::Create(new) => {
            let owner = user.filter(|_| new.owned).map(|user| user.id);
            let path = new.path.clone();
            let created = NamespaceFacts::new(NamespaceId::new(99), world.registry.id, path);
            world.namespaces.push(NamespaceFacts { owner, public: new.public, ..created });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whoever_takes_advice_gets_what_he_asked_for(world in world(), names in names(), from in addresses(), requested in some_actions()) {
        let facts = world.facts();
        let questions = questions(&facts, from);
        for name in &names {
            let repository: RepositoryName = name.parse().unwrap();
            for subject in questions.everybody() {
                let explained = questions.explain(registry(&facts), subject, &repository, requested, Sight::Everything);
                let most = if matches!(subject, Subject::Anonymous) { Actions::PULL } else { Actions::ALL };
                let missing = (requested & most) - explained.answer.allowed;
                prop_assert!(!missing.is_empty() || explained.advice.is_empty());
                let governed = governing(&facts, name).is_some() && registry(&facts).facts.policy.has_namespaces();
                if !missing.is_empty() && governed && !matches!(subject, Subject::Anonymous) {
                    // A right of his own always helps.
                    prop_assert!(!explained.advice.is_empty(), "{} on {} {:#?}", subject, name, explained);
                }
                for suggestion in &explained.advice {
                    prop_assert_eq!(suggestion.commands.len(), suggestion.changes.len());
                    let mut world = world.clone();
                    suggestion.changes.iter().for_each(|change| take(&mut world, subject, name, change));
                    let facts = world.facts();
                    let questions = Questions { facts: &facts, ..questions };
                    let subject = match subject {
                        Subject::User(user) | Subject::Administrator(user) => subject_of(facts.user(user.name.as_str()).unwrap(), true),
                        Subject::Service(service) => Subject::Service(facts.service(service.name.as_str()).unwrap()),
                        Subject::System | Subject::Anonymous => subject,
                    };
                    let then = questions.answer(registry(&facts), subject, &repository, requested);
                    prop_assert!((missing - then.allowed).is_empty(), "{} on {}: {:?}", subject, name, suggestion);
                    prop_assert!((explained.answer.allowed - then.allowed).is_empty(), "{} on {}: {:?}", subject, name, suggestion);
                }
            }
        }
    }
}

fn advice(facts: &Facts, subject: Subject<'_>, repository: &str, requested: Actions) -> Vec<Vec<String>> {
    let repository = repository.parse().unwrap();
    let explained = questions(facts, None).explain(registry(facts), subject, &repository, requested, Sight::Everything);
    explained.advice.into_iter().map(|suggestion| suggestion.commands).collect()
}

#[test]
fn advice_is_short_and_the_narrowest_first() {
    use crate::access::testing::{a_group, a_user, assigned, facts, grant, group, namespace, user};
    let there = NamespaceFacts {
        groups_right: Right::Read,
        assigned: [assigned(a_group(10))].into(),
        grants: [grant(a_group(11), Right::Full), grant(a_user(7), Right::Full)].into(),
        ..namespace(1, "team")
    };
    let mut facts = facts([there]);
    facts.put_group(group(10, "devs"));
    facts.put_group(GroupFacts { name: "site ops".parse().unwrap(), ..group(11, "ops") });
    let bob = user(2, "bob", &[10]);
    let commands = advice(&facts, Subject::User(&bob), "team/app", Actions::PULL | Actions::PUSH);
    assert_eq!(
        commands,
        [
            // WRITE gives pull only with push, and takes what he has of the group: that is said, and so is what does not.
            ["spectacles namespace grant registry team --user bob WRITE"],
            ["spectacles namespace grant registry team --user bob FULL"],
            ["spectacles namespace assign registry team --user bob"],
            ["spectacles group add 'site ops' bob"],
            ["spectacles namespace grant registry team --group devs WRITE"],
        ]
    );
    let nothing_missing = advice(&facts, Subject::User(&bob), "team/app", Actions::PULL);
    assert!(nothing_missing.is_empty(), "{nothing_missing:?}");
    let elsewhere = advice(&facts, Subject::User(&bob), "other/app", Actions::PULL);
    assert_eq!(elsewhere, [["spectacles namespace create registry other --owner bob"]]);
    // Not what lies beside it: that belongs to others.
    let own = advice(&facts, Subject::User(&bob), "users/bob/app", Actions::PULL);
    assert_eq!(own, [["spectacles namespace create registry users/bob --owner bob"]]);
    assert!(advice(&facts, Subject::User(&bob), "users", Actions::PULL).is_empty());
    assert!(advice(&facts, Subject::Anonymous, "team/app", Actions::PUSH).is_empty(), "nobody pushes without credentials");
    let open = advice(&facts, Subject::Anonymous, "team/app", Actions::ALL);
    assert_eq!(open, [["spectacles namespace set registry team --public true", "spectacles registry set registry --anonymous pull"]]);
}

#[test]
fn where_only_the_ceiling_is_in_the_way_it_is_lifted() {
    use crate::access::testing::{facts, namespace, registry, user};
    let mut facts = facts([NamespaceFacts { owner: Some(crate::id::UserId::new(1)), ..namespace(1, "team") }]);
    facts.put_registry(crate::access::RegistryFacts { read_only: true, ..registry() });
    let alice = UserFacts { enabled: false, ..user(1, "alice", &[]) };
    let lift = "spectacles registry set registry --read-only false";
    assert_eq!(advice(&facts, Subject::User(&alice), "team/app", Actions::PULL), [["spectacles user set alice --enabled true"]]);
    let both = advice(&facts, Subject::User(&alice), "team/app", Actions::ALL);
    assert_eq!(both, [["spectacles user set alice --enabled true", lift]]);
}

#[test]
fn the_path_policy_is_followed_step_by_step() {
    use crate::access::testing::{facts, group, registry, timed, user};
    use crate::access::{AppFacts, RegistryFacts};
    use crate::id::AppId;
    use crate::model::{Policy, Privileges};
    let with = |restricted, publications: &[i64], responsibles: &[i64]| {
        let mut facts = facts([]);
        for (id, name) in [(10, "devs"), (11, "ops")] {
            facts.put_group(group(id, name));
        }
        facts.put_app(AppFacts {
            id: AppId::new(1),
            name: "web".parse().unwrap(),
            slug: "web".parse().ok(),
            responsibles: timed(&[11]),
            publications: timed(&[]),
        });
        let (publications, responsibles) = (timed(publications), timed(responsibles));
        facts.put_registry(RegistryFacts { policy: Policy::Paths, restricted, publications, responsibles, ..registry() });
        facts
    };
    let both = Actions::PULL | Actions::PUSH;
    let publish = "spectacles registry publish registry devs";
    let privileges = "spectacles user set alice --privileges puller,pusher";
    let answer = "spectacles registry responsible add registry devs";
    let join = "spectacles group add ops alice";
    let alice = user(1, "alice", &[10]);
    for (facts, repository, requested, expected) in [
        (with(true, &[], &[]), "users/alice/app", both, vec![publish, privileges, answer]),
        (with(false, &[], &[]), "users/alice/app", both, vec![publish, privileges]),
        (with(false, &[10], &[]), "users/alice/app", Actions::PULL, vec!["spectacles user set alice --privileges puller"]),
        (with(false, &[10], &[]), "other/app", both, vec![privileges, answer]),
        (with(false, &[10], &[11]), "other/app", both, vec![join, privileges]),
        (with(false, &[10], &[]), "groups/ops/app", both, vec![join, privileges]),
        (with(false, &[10], &[]), "apps/web/app", both, vec![join, privileges]),
        (with(true, &[10], &[10]), "users/bob/app", Actions::DELETE, vec!["spectacles user set alice --privileges manager"]),
    ] {
        assert_eq!(advice(&facts, Subject::User(&alice), repository, requested), [expected], "{repository}");
    }
    // Nothing makes what is another's his.
    assert!(advice(&with(false, &[10], &[]), Subject::User(&alice), "users/bob/app", Actions::PULL).is_empty());
    let shut_out = UserFacts { privileges: Privileges::ALL, ..user(1, "alice", &[]) };
    assert_eq!(advice(&with(false, &[11], &[]), Subject::User(&shut_out), "users/alice/app", both), [[join]]);
}
