//! What an explanation may tell somebody who is no administrator.

use super::*;
use crate::access::decide::by_namespace;
use crate::access::testing::{a_group, a_user, assigned, facts, grant, group, namespace, user};
use crate::access::{NamespaceFacts, RegistryFacts};
use crate::id::UserId;
use crate::model::{Anonymous, Policy};

/// All that is told, as text.
fn told(facts: &Facts, subject: Subject<'_>, repository: &str, sight: Sight) -> String {
    let repository = repository.parse().unwrap();
    let explained = questions(facts, None).explain(registry(facts), subject, &repository, Actions::ALL, sight);
    format!("{explained:?}")
}

#[test]
fn what_he_may_not_see_is_told_as_if_it_was_not_there() {
    let bob = user(2, "bob", &[10]);
    let hidden = NamespaceFacts {
        owner: Some(UserId::new(9)),
        assigned: [assigned(a_group(11))].into(),
        grants: [grant(a_user(2), Right::None), grant(a_group(11), Right::Full)].into(),
        ..namespace(1, "secret")
    };
    for policy in Policy::ALL {
        let with = |namespaces: Vec<NamespaceFacts>| {
            let mut facts = facts(namespaces);
            facts.put_registry(RegistryFacts { policy: *policy, ..crate::access::testing::registry() });
            for (id, name) in [(10, "devs"), (11, "board")] {
                facts.put_group(group(id, name));
            }
            facts.put_user(user(9, "carol", &[11]));
            facts
        };
        let (there, gone) = (with(vec![hidden.clone()]), with(vec![]));
        for subject in [Subject::User(&bob), Subject::Anonymous] {
            let seen = told(&there, subject, "secret/app", Sight::Own);
            assert_eq!(seen, told(&gone, subject, "secret/app", Sight::Own));
            assert!(!seen.contains("secret`") && !seen.contains("board") && !seen.contains("carol"), "{seen}");
        }
    }
}

#[test]
fn where_he_has_something_he_reads_why_and_nothing_of_others() {
    let bob = user(2, "bob", &[10]);
    let there = NamespaceFacts {
        owner: Some(UserId::new(9)),
        groups_right: Right::Read,
        assigned: [assigned(a_group(10)), assigned(a_group(11))].into(),
        grants: [grant(a_group(11), Right::Full)].into(),
        ..namespace(1, "team")
    };
    let mut facts = facts([there]);
    for (id, name) in [(10, "devs"), (11, "board")] {
        facts.put_group(group(id, name));
    }
    facts.put_user(user(9, "carol", &[11]));
    let own = told(&facts, Subject::User(&bob), "team/app", Sight::Own);
    assert!(own.contains("group `devs` is assigned to namespace `team`") && own.contains("owned by somebody else"), "{own}");
    assert!(own.contains("namespace grant registry team --user bob"), "{own}");
    assert!(!own.contains("carol") && !own.contains("board"), "{own}");
    let everything = told(&facts, Subject::User(&bob), "team/app", Sight::Everything);
    assert!(everything.contains("carol") && everything.contains("group add board bob"), "{everything}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever a namespace on which he has nothing is like, he cannot tell it from none; and never is somebody else named.
    #[test]
    fn own_sight_is_the_same_without_what_gives_nothing(world in world(), names in names(), from in addresses()) {
        // Names that are in no other text.
        let world = changed(&world, |world| {
            for user in &mut world.users {
                user.name = format!("user-number-{}", user.id).parse().unwrap();
            }
            for group in &mut world.groups {
                group.name = format!("group-number-{}", group.id).parse().unwrap();
            }
        });
        let facts = world.facts();
        let questions = questions(&facts, from);
        for name in &names {
            let repository: RepositoryName = name.parse().unwrap();
            let Some(governing) = governing(&facts, name) else { continue };
            let without = changed(&world, |world| world.namespaces.retain(|namespace| !namespace.path.covers(&repository))).facts();
            for subject in facts.users().map(|user| Subject::User(user)).chain([Subject::Anonymous]) {
                let explain = |facts| {
                    Questions { facts, ..questions }.explain(registry(facts), subject, &repository, Actions::ALL, Sight::Own)
                };
                let seen = explain(&facts);
                let text = format!("{seen:?}");
                for user in world.users.iter().filter(|user| !matches!(subject, Subject::User(me) if me.id == user.id)) {
                    prop_assert!(!text.contains(user.name.as_str()), "{} reads {}", subject, text);
                }
                let mine = |id| subject.groups().iter().any(|group| group.group == id && group.is_current(NOW.at));
                for group in world.groups.iter().filter(|group| !mine(group.id)) {
                    prop_assert!(!text.contains(group.name.as_str()), "{} reads {}", subject, text);
                }
                let by_right = {
                    let (_, rights) = by_namespace(subject, governing, &questions.circumstances);
                    world.registry.policy.has_namespaces() && !rights.allow(Actions::ALL).is_empty()
                };
                let public = governing.public && world.registry.anonymous == Anonymous::Pull;
                if !(by_right || public) {
                    prop_assert_eq!(seen, explain(&without));
                }
            }
        }
    }
}
