//! The decision against a naive one, on random states.
//!
//! The other one is written from the rules, over plain lists, without an index and without care for what it costs.

use super::testing::NOW;
use super::*;
use crate::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use crate::model::{Anonymous, Assignment, Circumstances, Grant, Grantee, Policy, Privileges, Terms, TimedGroup};
use crate::name::RepositoryName;
use crate::right::{Action, Actions, Right};
use crate::time::Timestamp;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Plain lists of everything.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) users: Vec<UserFacts>,
    pub(super) groups: Vec<GroupFacts>,
    pub(super) apps: Vec<AppFacts>,
    pub(super) services: Vec<ServiceAccountFacts>,
    pub(super) registry: RegistryFacts,
    pub(super) namespaces: Vec<NamespaceFacts>,
}

impl World {
    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        self.users.iter().cloned().for_each(|user| facts.put_user(user));
        self.groups.iter().cloned().for_each(|group| facts.put_group(group));
        self.apps.iter().cloned().for_each(|app| facts.put_app(app));
        self.services.iter().cloned().for_each(|service| facts.put_service(service));
        facts.put_registry(self.registry.clone());
        self.namespaces.iter().cloned().for_each(|namespace| facts.put_namespace(namespace));
        facts
    }

    /// What of everything a request may get, right by right, as the documentation has it.
    fn naive(&self, subject: &Subject<'_>, name: &str, requested: &[Action], at: &Circumstances) -> Vec<Action> {
        if !self.registry.enabled {
            return vec![];
        }
        let (groups, holder, user): (Vec<GroupId>, Option<Grantee>, Option<&UserFacts>) = match subject {
            Subject::Administrator(user) | Subject::User(user) => {
                if !user.enabled {
                    return vec![];
                }
                (current(&user.groups, at), Some(Grantee::User(user.id)), Some(user))
            }
            Subject::Service(service) => {
                if !service.enabled {
                    return vec![];
                }
                (vec![], Some(Grantee::Service(service.id)), None)
            }
            Subject::System => return requested.to_vec(),
            Subject::Anonymous => (vec![], None, None),
        };
        let mut allowed = vec![];
        if let Subject::Administrator(_) = subject {
            allowed.extend(requested);
        } else {
            let governing = self.governing(name);
            if let (Some(namespace), Some(holder)) = (governing, holder)
                && self.registry.policy != Policy::Paths
            {
                for right in rights(namespace, holder, user.map(|user| user.id), &groups, at) {
                    allowed.extend(actions(right, requested));
                }
            }
            if self.registry.policy != Policy::Namespaces {
                let by_path = match subject {
                    Subject::User(user) => self.path_of_user(user, &groups, name, at),
                    Subject::Service(service) => self.path_of_service(service, name, at),
                    Subject::Administrator(_) | Subject::System | Subject::Anonymous => vec![],
                };
                allowed.extend(by_path);
            }
            if governing.is_some_and(|namespace| namespace.public) && self.registry.anonymous == Anonymous::Pull {
                allowed.push(Action::Pull);
            }
        }
        requested
            .iter()
            .copied()
            .filter(|action| allowed.contains(action))
            .filter(|action| !self.registry.read_only || *action == Action::Pull)
            .collect()
    }

    fn governing(&self, name: &str) -> Option<&NamespaceFacts> {
        let parts: Vec<&str> = name.split('/').collect();
        let covers = |namespace: &&NamespaceFacts| {
            if namespace.path.as_str() == "/" {
                return parts.len() == 1;
            }
            let path: Vec<&str> = namespace.path.as_str().split('/').collect();
            path.len() <= parts.len() && path.iter().zip(&parts).all(|(component, part)| *component == "*" || component == part)
        };
        // Deeper first; at the same depth the one whose first difference is literal. `/` is the shallowest.
        let precedence = |namespace: &&NamespaceFacts| {
            if namespace.path.as_str() == "/" {
                return (0, vec![]);
            }
            let path: Vec<bool> = namespace.path.as_str().split('/').map(|component| component != "*").collect();
            (path.len(), path)
        };
        self.namespaces.iter().filter(covers).max_by_key(precedence)
    }

    fn path_of_user(&self, user: &UserFacts, groups: &[GroupId], name: &str, at: &Circumstances) -> Vec<Action> {
        let any = |of: &[TimedGroup]| current(of, at).iter().any(|group| groups.contains(group));
        if !any(&self.registry.publications) {
            return vec![];
        }
        let responsible = any(&self.registry.responsibles);
        let parts: Vec<&str> = name.split('/').collect();
        let second = parts.get(1).copied().unwrap_or("");
        let is = |id: i64, slug: Option<&str>| {
            if second.bytes().all(|b| b.is_ascii_digit()) { second == id.to_string() } else { slug == Some(second) }
        };
        let app = self.apps.iter().find(|app| is(app.id.get(), app.slug.as_ref().map(|slug| slug.as_str())));
        let (may_pull, own) = match parts[0] {
            "users" => (is(user.id.get(), Some(user.name.as_str())), true),
            "groups" => {
                let group = self.groups.iter().find(|group| is(group.id.get(), group.slug.as_ref().map(|slug| slug.as_str())));
                (group.is_some_and(|group| groups.contains(&group.id)), true)
            }
            "apps" if app.is_some_and(|app| any(&app.responsibles)) => (true, true),
            "apps" => (app.is_some_and(|app| any(&app.publications)), false),
            _ => (true, false),
        };
        let elsewhere = !["users", "groups", "apps"].contains(&parts[0]);
        let may_push = may_pull && if elsewhere { responsible } else { own && (responsible || !self.registry.restricted) };
        let mut allowed = vec![];
        if may_pull && user.privileges.puller {
            allowed.push(Action::Pull);
        }
        if may_push && user.privileges.pusher {
            allowed.push(Action::Push);
        }
        if responsible && user.privileges.manager {
            allowed.push(Action::Delete);
        }
        allowed
    }

    fn path_of_service(&self, service: &ServiceAccountFacts, name: &str, at: &Circumstances) -> Vec<Action> {
        let Some(app) = self.apps.iter().find(|app| Some(app.id) == service.app) else { return vec![] };
        let published = current(&self.registry.publications, at);
        if !current(&app.publications, at).iter().any(|group| published.contains(group)) {
            return vec![];
        }
        let parts: Vec<&str> = name.split('/').collect();
        let pulls = match parts[0] {
            "users" | "groups" => false,
            "apps" => parts
                .get(1)
                .is_some_and(|second| *second == app.id.to_string() || app.slug.as_ref().is_some_and(|slug| slug.as_str() == *second)),
            _ => true,
        };
        if pulls { vec![Action::Pull] } else { vec![] }
    }
}

fn current(groups: &[TimedGroup], at: &Circumstances) -> Vec<GroupId> {
    groups.iter().filter(|group| group.until.is_none_or(|until| until > at.at)).map(|group| group.group).collect()
}

fn holds(terms: &Terms, at: &Circumstances) -> bool {
    terms.until.is_none_or(|until| until > at.at)
        && (terms.networks.is_empty() || at.from.is_some_and(|from| terms.networks.iter().any(|network| network.contains(&from))))
}

/// The rights of the first rule that applies.
fn rights(namespace: &NamespaceFacts, holder: Grantee, user: Option<UserId>, groups: &[GroupId], at: &Circumstances) -> Vec<Right> {
    let grants: Vec<&Grant> = namespace.grants.iter().filter(|grant| holds(&grant.terms, at)).collect();
    let assigned: Vec<Grantee> = namespace.assigned.iter().filter(|one| holds(&one.terms, at)).map(|one| one.grantee).collect();
    if let Some(own) = grants.iter().find(|grant| grant.grantee == holder) {
        return vec![own.right];
    }
    if user.is_some() && namespace.owner == user {
        return vec![Right::Full];
    }
    if assigned.contains(&holder) {
        return vec![namespace.members_right];
    }
    let of_groups: Vec<Right> =
        grants.iter().filter(|grant| groups.iter().any(|group| grant.grantee == Grantee::Group(*group))).map(|grant| grant.right).collect();
    if !of_groups.is_empty() {
        return of_groups;
    }
    if groups.iter().any(|group| assigned.contains(&Grantee::Group(*group))) {
        return vec![namespace.groups_right];
    }
    vec![namespace.others_right]
}

fn actions(right: Right, requested: &[Action]) -> Vec<Action> {
    match right {
        Right::None => vec![],
        Right::Read => vec![Action::Pull],
        Right::Write if requested.contains(&Action::Push) => vec![Action::Pull, Action::Push],
        Right::Write => vec![],
        Right::Full => vec![Action::Pull, Action::Push, Action::Delete],
    }
}

fn right() -> impl Strategy<Value = Right> {
    select(Right::ALL.to_vec())
}

/// Mostly for ever; sometimes over, sometimes not yet.
fn until() -> impl Strategy<Value = Option<Timestamp>> {
    let at = |millis: i64| Some(Timestamp::from_unix_millis(NOW.at.unix_millis() + millis));
    prop_oneof![6 => Just(None), 1 => Just(at(-1)), 1 => Just(at(0)), 1 => Just(at(1))]
}

fn terms() -> impl Strategy<Value = Terms> {
    let networks = ["192.0.2.0/24", "192.0.2.128/25", "2001:db8::/32"].map(|network| network.parse().unwrap()).to_vec();
    let networks = prop_oneof![4 => Just(vec![]), 1 => subsequence(networks, 1..=2)];
    (until(), networks).prop_map(|(until, networks)| Terms { until, networks: networks.into() })
}

fn timed_groups() -> impl Strategy<Value = Box<[TimedGroup]>> {
    btree_map(1_i64..5, until(), 0..4)
        .prop_map(|groups| groups.into_iter().map(|(id, until)| TimedGroup { group: GroupId::new(id), until }).collect())
}

fn grantee() -> impl Strategy<Value = Grantee> {
    (0..3, 1_i64..5).prop_map(|(kind, id)| match kind {
        0 => Grantee::User(UserId::new(id)),
        1 => Grantee::Group(GroupId::new(id)),
        _ => Grantee::Service(ServiceAccountId::new(id)),
    })
}

fn privileges() -> impl Strategy<Value = Privileges> {
    any::<[bool; 3]>().prop_map(|[puller, pusher, manager]| Privileges { puller, pusher, manager })
}

prop_compose! {
    fn namespace()(
        owner in proptest::option::of(1_i64..5),
        public in any::<bool>(),
        rights in [right(), right(), right()],
        assigned in btree_map(grantee(), terms(), 0..5),
        grants in btree_map(grantee(), (right(), terms()), 0..5),
    ) -> NamespaceFacts {
        NamespaceFacts {
            owner: owner.map(UserId::new),
            public,
            members_right: rights[0],
            groups_right: rights[1],
            others_right: rights[2],
            assigned: assigned.into_iter().map(|(grantee, terms)| Assignment { grantee, terms }).collect(),
            grants: grants.into_iter().map(|(grantee, (right, terms))| Grant { grantee, right, terms }).collect(),
            ..testing::namespace(1, "team")
        }
    }
}

/// Slugs that are the names of users and the other kind too, so that one is taken for the other where that can be.
const NAMES: [&str; 5] = ["ann", "ben", "cleo", "dan", "eve"];

prop_compose! {
    pub(super) fn world()(
        users in vec((timed_groups(), privileges(), any::<bool>(), proptest::bool::weighted(0.9)), 4),
        slugs in vec(any::<bool>(), 8),
        apps in vec((timed_groups(), timed_groups()), 4),
        services in vec((proptest::option::of(1_i64..5), proptest::bool::weighted(0.9)), 4),
        lists in (timed_groups(), timed_groups()),
        flags in (proptest::bool::weighted(0.9), proptest::bool::weighted(0.2), any::<bool>(), any::<bool>()),
        policy in select(Policy::ALL.to_vec()),
        namespaces in btree_map("(team|users|apps|\\*)(/(ann|app|1|\\*)){0,2}|/", namespace(), 0..6),
    ) -> World {
        let slug = |place: usize, name: usize| slugs[place].then(|| NAMES[name].parse().unwrap());
        let (enabled, read_only, anonymous, restricted) = flags;
        World {
            users: (1..).zip(users).map(|(id, (groups, privileges, admin, enabled))| UserFacts {
                groups, privileges, admin, enabled,
                ..UserFacts::new(UserId::new(id), NAMES[id as usize - 1].parse().unwrap())
            }).collect(),
            groups: (1..5).map(|id| GroupFacts {
                id: GroupId::new(id),
                name: format!("group {id}").parse().unwrap(),
                slug: slug(id as usize - 1, id as usize),
            }).collect(),
            apps: (1..).zip(apps).map(|(id, (responsibles, publications))| AppFacts {
                id: AppId::new(id),
                name: format!("app {id}").parse().unwrap(),
                slug: slug(id as usize + 3, 4 - id as usize),
                responsibles,
                publications,
            }).collect(),
            services: (1..).zip(services).map(|(id, (app, enabled))| ServiceAccountFacts {
                id: ServiceAccountId::new(id),
                name: format!("svc{id}").parse().unwrap(),
                app: app.map(AppId::new),
                enabled,
                secrets: [].into(),
            }).collect(),
            registry: RegistryFacts {
                enabled, read_only, restricted, policy,
                anonymous: if anonymous { Anonymous::Pull } else { Anonymous::Off },
                responsibles: lists.0,
                publications: lists.1,
                ..RegistryFacts::new(RegistryId::new(1), "registry".parse().unwrap())
            },
            namespaces: (1..).zip(namespaces).map(|(id, (path, namespace))| NamespaceFacts {
                id: NamespaceId::new(id),
                path: path.parse().unwrap(),
                ..namespace
            }).collect(),
        }
    }
}

pub(super) fn subjects(facts: &Facts) -> Vec<Subject<'_>> {
    let users = facts.users().flat_map(|user| [Subject::User(user), Subject::Administrator(user)]);
    let services = facts.services().map(|service| Subject::Service(service));
    users.chain(services).chain([Subject::Anonymous, Subject::System]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn decisions_are_those_of_a_naive_model(
        world in world(),
        names in vec("(team|users|groups|apps|other)(/(ann|ben|dan|eve|app|1|2|4|03)){0,3}", 4),
        requested in subsequence(Action::ALL.to_vec(), 0..=3),
        from in select(vec![None, Some("192.0.2.1"), Some("192.0.2.200"), Some("2001:db8::1"), Some("198.51.100.1")]),
    ) {
        let facts = world.facts();
        let circumstances = Circumstances { from: from.map(|from| from.parse().unwrap()), ..NOW };
        for name in &names {
            let repository: RepositoryName = name.parse().unwrap();
            for subject in subjects(&facts) {
                let wanted: Actions = requested.iter().copied().collect();
                let question = Question { subject, repository: &repository, requested: wanted, circumstances };
                let decision = decide(&facts, facts.registry("registry"), &question);
                let expected: Actions = world.naive(&subject, name, &requested, &circumstances).into_iter().collect();
                prop_assert_eq!(decision.allowed, expected, "{} on {}: {:?}", subject, name, decision.because);
                prop_assert!((decision.allowed - wanted).is_empty());
                // A sentence can be made of whatever it was.
                prop_assert!(!decision.because.named(&facts, subject).text.is_empty());
            }
        }
    }
}
