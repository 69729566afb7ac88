//! Some dozens of everything, which have much in common.

use super::super::support::{at, limited, new_app, new_group, new_namespace, new_registry, new_service, new_user};
use super::random::{Random, TEXTS};
use spectacles_core::id::{GroupId, RegistryId, UserId};
use spectacles_core::model::{
    Anonymous, AuditRecord, Credential, DecisionRecord, Grantee, NewApp, NewGroup, NewNamespace, NewRegistry, NewServiceAccount, NewUser,
    Outcome, PasswordHash, Policy, Privileges, Published, RecordedScope, Relation, Terms, TimedGroup,
};
use spectacles_core::right::Right;
use spectacles_core::store::{Store, WriteTx};

const RIGHTS: [Right; 4] = [Right::None, Right::Read, Right::Write, Right::Full];

/// What is there.
pub(super) struct Crowd {
    pub(super) users: Vec<UserId>,
    pub(super) first_registry: RegistryId,
}

impl Crowd {
    pub(super) async fn make(store: &dyn Store) -> Self {
        let mut random = Random::new("crowd");
        let mut tx = store.write().await.expect("a write transaction");
        let groups = groups(tx.as_mut(), &mut random).await;
        let users = users(tx.as_mut(), &mut random, &groups).await;
        apps_and_services(tx.as_mut(), &mut random, &groups, &users).await;
        let registries = registries(tx.as_mut(), &mut random, &groups).await;
        namespaces(tx.as_mut(), &mut random, &registries, &users, &groups).await;
        for _ in 0..30 {
            let record = AuditRecord {
                at: at(random.millis()),
                actor: random.pick(&TEXTS).to_owned(),
                action: random.pick(&["user.create", "user.set", "group.add"]).to_owned(),
                object: random.pick(&TEXTS).to_owned(),
                details: serde_json::json!({ "a": random.pick(&TEXTS), "B": [1, 2] }),
            };
            tx.append_audit(&record).await.expect("an entry");
        }
        tx.commit().await.expect("a commit");
        decisions(store, &mut random).await;
        Self { users, first_registry: registries[0] }
    }
}

/// For ever, or until before or after the moment of all questions.
fn until(random: &mut Random) -> Option<spectacles_core::time::Timestamp> {
    random.pick(&[None, Some(at(1)), Some(at(9_000_000))])
}

async fn groups(tx: &mut dyn WriteTx, random: &mut Random) -> Vec<GroupId> {
    let mut groups = Vec::new();
    for name in ["a", "A", "ab", "a b", "a_b", "axb", "Ä", "z", "[a]", "a!b", "B", "日本"] {
        let slug = random.one_in(2).then(|| format!("g{}", groups.len()).parse().expect("a slug"));
        let new = NewGroup { slug, description: random.pick(&TEXTS).to_owned(), created: at(random.millis()), ..new_group(name) };
        groups.push(tx.insert_group(&new).await.expect("a group"));
    }
    groups
}

async fn users(tx: &mut dyn WriteTx, random: &mut Random, groups: &[GroupId]) -> Vec<UserId> {
    let mut users = Vec::new();
    for number in 0..40 {
        let name = format!("{}{}", random.pick(&["a", "ab", "a.b", "a-b", "a_b", "b", "z"]), number);
        let new = NewUser {
            display_name: random.pick(&TEXTS).to_owned(),
            email: random.one_in(2).then(|| random.pick(&["a@b", "A@b", "ab@b", "b@a"]).parse().expect("an address")),
            password: random.one_in(3).then(|| PasswordHash::from_phc("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")),
            admin: random.one_in(4),
            enabled: !random.one_in(4),
            privileges: random.pick(&[Privileges::NONE, Privileges::ALL]),
            created: at(random.millis()),
            ..new_user(&name)
        };
        let id = tx.insert_user(&new).await.expect("a user");
        if random.one_in(2) {
            let mut user = tx.user(id).await.expect("a user").expect("a user");
            user.updated = at(random.millis());
            tx.update_user(&user).await.expect("a change");
        }
        for group in groups {
            if random.one_in(4) {
                tx.add_to_group(*group, id, until(random)).await.expect("a member");
            }
        }
        users.push(id);
    }
    users
}

async fn relate(tx: &mut dyn WriteTx, random: &mut Random, of: Published, groups: &[GroupId]) {
    for group in groups {
        for relation in [Relation::Publication, Relation::Responsible] {
            if random.one_in(4) {
                tx.relate(of, relation, TimedGroup { group: *group, until: until(random) }).await.expect("a relation");
            }
        }
    }
}

async fn apps_and_services(tx: &mut dyn WriteTx, random: &mut Random, groups: &[GroupId], users: &[UserId]) {
    let mut apps = Vec::new();
    for name in ["a", "A", "a b", "ab", "Web", "web", "z"] {
        let new = NewApp { description: random.pick(&TEXTS).to_owned(), created: at(random.millis()), ..new_app(name) };
        let app = tx.insert_app(&new).await.expect("an app");
        relate(tx, random, Published::App(app), groups).await;
        apps.push(app);
    }
    for number in 0..20 {
        let new = NewServiceAccount {
            app: random.one_in(2).then(|| random.pick(&apps)),
            owner: random.one_in(2).then(|| random.pick(users)),
            description: random.pick(&TEXTS).to_owned(),
            enabled: random.one_in(2),
            created: at(random.millis()),
            ..new_service(&format!("{}{number}", random.pick(&["a", "a/b", "b"])))
        };
        tx.insert_service_account(&new).await.expect("a service account");
    }
}

async fn registries(tx: &mut dyn WriteTx, random: &mut Random, groups: &[GroupId]) -> Vec<RegistryId> {
    let mut registries = Vec::new();
    for name in ["a", "A", "a b", "b", "[a]", "z", "ä"] {
        let new = NewRegistry {
            external_url: random.one_in(2).then(|| "https://a.test".parse().expect("a URL")),
            enabled: random.one_in(2),
            read_only: random.one_in(2),
            delete_enabled: random.one_in(2),
            anonymous: random.pick(Anonymous::ALL),
            policy: random.pick(Policy::ALL),
            restricted: random.one_in(2),
            created: at(random.millis()),
            ..new_registry(name)
        };
        let registry = tx.insert_registry(&new).await.expect("a registry");
        relate(tx, random, Published::Registry(registry), &groups[..3]).await;
        registries.push(registry);
    }
    registries
}

async fn namespaces(tx: &mut dyn WriteTx, random: &mut Random, registries: &[RegistryId], users: &[UserId], groups: &[GroupId]) {
    for number in 0..60 {
        // The same path on several registries, and enough of them on the first.
        let (name, registry) = (random.pick(&["a", "a/b", "a-b", "b/*", "z"]), registries[if number % 3 == 0 { 0 } else { number % 7 }]);
        let new = NewNamespace {
            owner: random.one_in(2).then(|| random.pick(users)),
            description: random.pick(&TEXTS).to_owned(),
            public: random.one_in(2),
            members_right: random.pick(&RIGHTS),
            groups_right: random.pick(&RIGHTS),
            others_right: random.pick(&RIGHTS),
            created: at(random.millis()),
            ..new_namespace(registry, &format!("{name}/{}", number / 7))
        };
        let Ok(id) = tx.insert_namespace(&new).await else { continue };
        let service = Grantee::Service(tx.service_accounts(None, 1).await.expect("service accounts")[0].id);
        for grantee in [Grantee::User(random.pick(users)), Grantee::Group(random.pick(groups)), service] {
            let terms = if random.one_in(2) { Terms::none() } else { limited(random.millis()) };
            tx.assign(id, grantee, &terms).await.expect("an assignment");
            tx.grant(id, grantee, random.pick(&RIGHTS), &terms).await.expect("a grant");
        }
    }
}

async fn decisions(store: &dyn Store, random: &mut Random) {
    let records: Vec<_> = (0..30)
        .map(|_| DecisionRecord {
            at: at(random.millis()),
            token: random.pick(&["", "a", "b"]).to_owned(),
            outcome: random.pick(Outcome::ALL),
            principal: random.pick(&TEXTS).to_owned(),
            credential: random.pick(Credential::ALL),
            address: random.one_in(2).then(|| "192.0.2.7".to_owned()),
            agent: random.pick(&TEXTS).to_owned(),
            service: random.pick(&TEXTS).to_owned(),
            scopes: (0..random.below(3))
                .map(|_| RecordedScope {
                    resource: format!("repository:{}", random.pick(&TEXTS)),
                    asked: "pull".to_owned(),
                    given: random.pick(&["pull", ""]).to_owned(),
                    rule: random.one_in(2).then(|| "owner".to_owned()),
                })
                .collect(),
            reason: random.one_in(2).then(|| random.pick(&TEXTS).to_owned()),
        })
        .collect();
    let mut log = store.log().await.expect("a log transaction");
    log.append_decisions(&records).await.expect("decisions");
    log.commit().await.expect("a commit");
}
