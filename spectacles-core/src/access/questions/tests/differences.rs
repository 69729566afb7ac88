//! Differences between two states against decisions in both.

use super::*;
use crate::access::Facts;

type Place = (Option<NamespaceId>, Option<PathRule>);

/// One state becomes another: now and then all of it, mostly one thing.
fn next() -> impl Strategy<Value = (World, World)> {
    (world(), world(), 0..8, any::<prop::sample::Index>()).prop_map(|(before, other, what, which)| {
        let after = changed(&before, |world| match what {
            0 => *world = World { groups: world.groups.clone(), ..other },
            1 => replace(&mut world.users, other.users, which),
            2 => replace(&mut world.apps, other.apps, which),
            3 => replace(&mut world.services, other.services, which),
            4 => replace(&mut world.groups, other.groups, which),
            5 => world.registry = other.registry,
            6 => world.namespaces = other.namespaces,
            _ => drop(world.users.remove(which.index(world.users.len()))),
        });
        (before, after)
    })
}

fn replace<T>(list: &mut [T], other: Vec<T>, which: prop::sample::Index) {
    let place = which.index(list.len());
    list[place] = other.into_iter().nth(place).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn differences_are_those_of_decisions_and_none_is_left_out((before, after) in next(), names in names(), from in addresses()) {
        let (before, after) = (before.facts(), after.facts());
        let (asked, then) = (questions(&before, from), questions(&after, from));
        let mut found: Vec<(String, [Option<Place>; 2], Difference<'_>)> = Vec::new();
        let _ = compare(asked, &after, &[], |difference| {
            let at = |questions, subject: Option<Subject<'_>>| subject.map(|subject| place(&questions, subject, &difference.repository));
            let places = [at(asked, difference.subject_before), at(then, difference.subject_after)];
            found.push((difference.subject().to_string(), places, difference));
            GO_ON
        });
        for (_, _, difference) in &found {
            let name = &difference.repository;
            let answer = |questions: Questions<'_>, subject: Option<Subject<'_>>| {
                subject.map(|subject| questions.answer(registry(questions.facts), subject, name, Actions::ALL))
            };
            prop_assert_eq!(difference.before, answer(asked, difference.subject_before));
            prop_assert_eq!(difference.after, answer(then, difference.subject_after));
            prop_assert!(!difference.gained().is_empty() || !difference.lost().is_empty());
        }
        let mut people: Vec<String> = asked.everybody().chain(then.everybody()).map(|subject| subject.to_string()).collect();
        people.sort_unstable();
        people.dedup();
        for name in &names {
            let name: RepositoryName = name.parse().unwrap();
            for person in &people {
                let of = |questions: Questions<'_>| {
                    let subject = questions.everybody().find(|subject| subject.to_string() == *person)?;
                    Some((place(&questions, subject, &name), questions.answer(registry(questions.facts), subject, &name, Actions::ALL)))
                };
                let (one, other) = (of(asked), of(then));
                let all = |answer: Option<(Place, Answer)>| answer.map(|(_, answer)| (answer.allowed, answer.alone())).unwrap_or_default();
                let places = [one.map(|(place, _)| place), other.map(|(place, _)| place)];
                let listed = found.iter().find(|(of, at, _)| of == person && *at == places);
                if all(one) != all(other) {
                    prop_assert!(listed.is_some(), "{} on {}: {:?} {:?}", person, name, one, other);
                }
                if let Some((_, _, difference)) = listed {
                    let ((allowed, alone), (then, then_alone)) = (all(one), all(other));
                    prop_assert_eq!(difference.gained(), (then - allowed) | (then_alone - alone));
                    prop_assert_eq!(difference.lost(), (allowed - then) | (alone - then_alone));
                }
            }
        }
    }
}

/// What changes, one line for each difference.
fn lines(before: &Facts, after: &Facts, also: &[&str]) -> Vec<String> {
    let also: Vec<RepositoryName> = also.iter().map(|name| name.parse().unwrap()).collect();
    let mut lines = Vec::new();
    let _ = compare(questions(before, None), after, &also, |difference| {
        lines.push(format!("{} {} +{} -{}", difference.subject(), difference.pattern, difference.gained(), difference.lost()));
        GO_ON
    });
    lines.sort_unstable();
    lines
}

#[test]
fn only_what_changes_is_told_of() {
    use crate::access::NamespaceFacts;
    use crate::access::testing::{a_group, facts, grant, group, namespace, user};
    let team = NamespaceFacts { grants: [grant(a_group(10), Right::Write)].into(), ..namespace(1, "team") };
    let mut before = facts([team]);
    before.put_group(group(10, "devs"));
    before.put_user(user(1, "alice", &[10]));
    before.put_user(user(2, "bob", &[]));
    assert!(lines(&before, &before.clone(), &["team/app"]).is_empty());
    let mut after = before.clone();
    after.put_user(user(2, "bob", &[10]));
    assert_eq!(lines(&before, &after, &["team/app"]), ["user `bob` team/app +pull,push -nothing", "user `bob` team/… +pull,push -nothing"]);
    after = before.clone();
    after.put_namespace(namespace(2, "team/secret"));
    assert_eq!(lines(&before, &after, &[]), ["user `alice` team/secret/… +nothing -pull,push"]);
    // Pull without push is more than with it.
    after = before.clone();
    after.put_namespace(NamespaceFacts { grants: [grant(a_group(10), Right::Full)].into(), ..namespace(1, "team") });
    assert_eq!(lines(&before, &after, &[]), ["user `alice` team/… +pull,delete -nothing"]);
    after = before.clone();
    after.remove_user(crate::id::UserId::new(1));
    assert_eq!(lines(&before, &after, &[]), ["user `alice` team/… +nothing -pull,push"]);
}

#[test]
fn what_is_called_otherwise_belongs_to_others_by_its_path() {
    use crate::access::testing::{facts, group, registry, timed, user};
    use crate::access::{AppFacts, GroupFacts, RegistryFacts, ServiceAccountFacts};
    use crate::id::{AppId, ServiceAccountId};
    use crate::model::{Policy, Privileges};
    let mut before = facts([]);
    before.put_registry(RegistryFacts { policy: Policy::Paths, restricted: false, publications: timed(&[10]), ..registry() });
    before.put_group(group(10, "devs"));
    before.put_user(UserFacts { privileges: Privileges { manager: false, ..Privileges::ALL }, ..user(1, "alice", &[10]) });
    let web = AppFacts {
        id: AppId::new(7),
        name: "web".parse().unwrap(),
        slug: "web".parse().ok(),
        responsibles: timed(&[]),
        publications: timed(&[10]),
    };
    before.put_app(web.clone());
    let (id, name, app) = (ServiceAccountId::new(1), "ci".parse().unwrap(), Some(web.id));
    before.put_service(ServiceAccountFacts { id, name, app, enabled: true, secrets: [].into() });
    let mut after = before.clone();
    after.put_group(GroupFacts { slug: "dev".parse().ok(), ..group(10, "devs") });
    assert_eq!(
        lines(&before, &after, &[]),
        ["user `alice` groups/dev/… +pull,push -nothing", "user `alice` groups/devs/… +nothing -pull,push"]
    );
    after = before.clone();
    after.put_app(AppFacts { slug: "shop".parse().ok(), responsibles: timed(&[10]), ..web });
    assert_eq!(
        lines(&before, &after, &[]),
        [
            "service `ci` apps/shop/… +pull -nothing",
            "service `ci` apps/web/… +nothing -pull",
            "user `alice` apps/7/… +push -nothing",
            "user `alice` apps/shop/… +pull,push -nothing",
            "user `alice` apps/web/… +nothing -pull",
        ]
    );
}
