//! The path policy against its golden table, and what the table does not say.

use super::testing::{NOW, group, registry, timed, user};
use super::*;
use crate::id::{AppId, RegistryId, ServiceAccountId};
use crate::model::{Policy, Privileges};
use crate::right::{Action, Actions};

const GOLDEN: &str = include_str!("../../testdata/path-policy.txt");

/// Everything the table speaks of.
fn world() -> Facts {
    let mut facts = Facts::default();
    for (id, name) in [(10, "devs"), (11, "ops"), (12, "qa")] {
        facts.put_group(group(id, name));
    }
    for (id, name, responsible, publication) in [(1, "web", 10, 12), (2, "erp", 11, 10)] {
        facts.put_app(AppFacts {
            id: AppId::new(id),
            name: name.parse().unwrap(),
            slug: name.parse().ok(),
            responsibles: timed(&[responsible]),
            publications: timed(&[publication]),
        });
        facts.put_service(ServiceAccountFacts {
            id: ServiceAccountId::new(id),
            name: format!("svc-{name}").parse().unwrap(),
            app: Some(AppId::new(id)),
            enabled: true,
            secrets: [].into(),
        });
    }
    let users = [
        (1, "alice", 10, "puller,pusher"),
        (2, "bob", 12, "puller"),
        (3, "carol", 10, "none"),
        (4, "olga", 11, "puller,pusher"),
        (5, "mike", 11, "puller,pusher,manager"),
        (6, "pete", 10, "pusher"),
    ];
    for (id, name, group, privileges) in users {
        facts.put_user(UserFacts { privileges: privileges.parse().unwrap(), ..user(id, name, &[group]) });
    }
    for (id, service, restricted, publications) in
        [(1, "U", false, &[10, 11, 12][..]), (2, "R", true, &[10, 11, 12]), (3, "X", false, &[11])]
    {
        facts.put_registry(RegistryFacts {
            policy: Policy::Paths,
            restricted,
            publications: timed(publications),
            responsibles: timed(&[11]),
            ..RegistryFacts::new(RegistryId::new(id), service.parse().unwrap())
        });
    }
    facts
}

fn subject<'f>(facts: &'f Facts, name: &str) -> Subject<'f> {
    match (facts.user(name), facts.service(name)) {
        (Some(user), _) => subject_of(user, true),
        (None, Some(service)) => Subject::Service(service),
        (None, None) => {
            assert_eq!(name, "anonymous");
            Subject::Anonymous
        }
    }
}

fn asked(facts: &Facts, service: &str, name: &str, repository: &str) -> Decision {
    let repository = &repository.parse().unwrap();
    let question = Question { subject: subject(facts, name), repository, requested: Actions::ALL, circumstances: NOW };
    decide(facts, facts.registry(service), &question)
}

/// `lsd`, as the table has it.
fn letters(actions: Actions) -> String {
    let letter = |action| match action {
        Action::Pull => 'l',
        Action::Push => 's',
        Action::Delete => 'd',
    };
    if actions.is_empty() { "-".to_owned() } else { actions.iter().map(letter).collect() }
}

#[test]
fn every_cell_of_the_golden_table_is_so() {
    let facts = world();
    let (mut head, mut cells) = (Vec::new(), 0);
    for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.split_first() {
            None => head.clear(),
            Some(_) if head.is_empty() => head = words,
            Some((name, answers)) => {
                let service = head[0];
                for (repository, answer) in head[1..].iter().zip(answers) {
                    let decision = asked(&facts, service, name, repository);
                    assert_eq!(letters(decision.allowed), *answer, "{name} on {repository} at {service}: {:?}", decision.because);
                    cells += 1;
                }
            }
        }
    }
    assert_eq!(cells, 3 * 9 * 12);
}

#[test]
fn whole_components_count_and_digits_are_always_an_id() {
    let facts = world();
    for (name, repository, rule) in [
        ("alice", "userspace/a", PathRule::Elsewhere),
        ("alice", "apps-infra/a", PathRule::Elsewhere),
        ("alice", "users", PathRule::Nameless),
        ("alice", "users/alice", PathRule::Own),
        ("alice", "users/1", PathRule::Own),
        ("alice", "users/01/a", PathRule::ForeignUser),
        ("alice", "users/99999999999999999999/a", PathRule::ForeignUser),
        ("alice", "users/0/a", PathRule::ForeignUser),
        ("alice", "groups/ops/a", PathRule::ForeignGroup),
        ("alice", "groups/none/a", PathRule::ForeignGroup),
        ("svc-web", "apps/01/a", PathRule::ForeignApp),
        ("svc-web", "apps/web", PathRule::AppService(AppId::new(1))),
    ] {
        let decision = asked(&facts, "U", name, repository);
        assert_eq!(decision.because.rule, Rule::Path(rule), "{name} on {repository}");
    }
}

#[test]
fn what_was_published_until_a_moment_is_not_published_any_more() {
    let mut facts = world();
    assert_eq!(letters(asked(&facts, "U", "alice", "groups/devs/a").allowed), "ls");
    let mut registry = facts.registry("U").unwrap().facts.clone();
    for group in &mut registry.publications {
        group.until = Some(NOW.at);
    }
    facts.put_registry(registry);
    assert_eq!(asked(&facts, "U", "alice", "groups/devs/a").because.rule, Rule::Path(PathRule::NotPublished));
    let mut app = facts.app(AppId::new(1)).unwrap().clone();
    assert_eq!(letters(asked(&facts, "R", "svc-web", "busybox").allowed), "l");
    app.publications[0].until = Some(NOW.at);
    facts.put_app(app);
    assert_eq!(letters(asked(&facts, "R", "svc-web", "busybox").allowed), "-");
}

/// Which policies a registry has, and what they then give to alice on a namespace where she may pull, and to others on one where nobody may.
#[test]
fn both_policies_together_give_what_either_gives_under_the_same_ceilings() {
    for (policy, team, own, other) in [(Policy::Namespaces, "l", "-", "-"), (Policy::Paths, "l", "ls", "l"), (Policy::Both, "l", "ls", "l")]
    {
        let mut facts = world();
        facts.put_registry(RegistryFacts { policy, ..facts.registry("U").unwrap().facts.clone() });
        let grants = [testing::grant(testing::a_user(1), crate::right::Right::Read)].into();
        facts.put_namespace(NamespaceFacts { grants, ..testing::namespace(1, "team") });
        facts.put_namespace(NamespaceFacts { others_right: crate::right::Right::None, ..testing::namespace(2, "users/alice") });
        for (repository, answer) in [("team/x", team), ("users/alice/x", own), ("global/x", other)] {
            assert_eq!(letters(asked(&facts, "U", "alice", repository).allowed), answer, "{policy}: {repository}");
        }
        let read_only = RegistryFacts { read_only: true, ..facts.registry("U").unwrap().facts.clone() };
        facts.put_registry(read_only);
        assert!((asked(&facts, "U", "alice", "users/alice/x").allowed - Actions::PULL).is_empty());
    }
}

#[test]
fn a_reason_says_what_each_policy_gave() {
    let mut facts = world();
    facts.put_registry(RegistryFacts { policy: Policy::Both, ..facts.registry("U").unwrap().facts.clone() });
    let grants = [testing::grant(testing::a_user(1), crate::right::Right::Read)].into();
    facts.put_namespace(NamespaceFacts { grants, ..testing::namespace(1, "users/alice") });
    let decision = asked(&facts, "U", "alice", "users/alice/x");
    assert_eq!(letters(decision.allowed), "ls");
    assert_eq!(
        decision.because.named(&facts, subject(&facts, "alice")).text,
        "user `alice` was granted READ on namespace `users/alice`; beside that, by its path the repository belongs to user `alice`, whose \
         privileges are puller,pusher"
    );
}

#[test]
fn privileges_mean_nothing_to_namespaces_and_administrators_need_none() {
    let mut facts = world();
    facts.put_user(UserFacts { admin: true, privileges: Privileges::NONE, ..user(9, "root", &[]) });
    assert_eq!(letters(asked(&facts, "X", "root", "users/1/a").allowed), "lsd");
    facts.put_registry(RegistryFacts { policy: Policy::Namespaces, ..registry() });
    facts.put_namespace(NamespaceFacts { owner: Some(crate::id::UserId::new(3)), ..testing::namespace(1, "team") });
    assert_eq!(letters(asked(&facts, "registry", "carol", "team/x").allowed), "lsd");
}
