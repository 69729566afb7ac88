//! What checks have in common.

use spectacles_core::id::{AppId, GroupId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use spectacles_core::model::{
    Anonymous, Assignment, Connection, Grantee, NewApp, NewGroup, NewNamespace, NewRegistry, NewServiceAccount, NewUser, PasswordHash,
    Policy, Privileges, Published, Relation, SecretHash, Terms, TimedGroup, TokenSettings,
};
use spectacles_core::right::Right;
use spectacles_core::store::{Store, WriteTx};
use spectacles_core::time::Timestamp;

/// Does something in a write transaction, and commits.
macro_rules! commit {
    ($store:expr, $tx:ident => $work:expr) => {{
        let mut $tx = $store.write().await.expect("a write transaction");
        let done = $work;
        $tx.commit().await.expect("a commit");
        done
    }};
}
pub(super) use commit;

/// Does something in a read transaction.
macro_rules! read {
    ($store:expr, $tx:ident => $work:expr) => {{
        let mut $tx = $store.read().await.expect("a read transaction");
        $work
    }};
}
pub(super) use read;

/// Some moment, and one that many milliseconds later.
pub(super) fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_700_000_000_000 + millis)
}

pub(super) fn new_user(name: &str) -> NewUser {
    NewUser {
        name: name.parse().expect(name),
        display_name: String::new(),
        email: None,
        password: None,
        admin: false,
        auditor: false,
        enabled: true,
        privileges: Privileges::NONE,
        default_group: None,
        created: at(0),
    }
}

pub(super) fn new_group(name: &str) -> NewGroup {
    NewGroup { name: name.parse().expect(name), slug: None, description: String::new(), created: at(0) }
}

pub(super) fn new_app(name: &str) -> NewApp {
    NewApp { name: name.parse().expect(name), slug: None, description: String::new(), created: at(0) }
}

pub(super) fn new_service(name: &str) -> NewServiceAccount {
    NewServiceAccount { name: name.parse().expect(name), app: None, owner: None, description: String::new(), enabled: true, created: at(0) }
}

/// For some time, from anywhere.
pub(super) fn until(millis: i64) -> Terms {
    Terms { until: Some(at(millis)), ..Terms::none() }
}

/// For some time, and from some networks only.
pub(super) fn limited(millis: i64) -> Terms {
    let networks = ["2001:db8::/32", "192.0.2.0/24", "198.51.100.7/32"];
    Terms { until: Some(at(millis)), networks: networks.iter().map(|network| network.parse().expect("a network")).collect() }
}

/// A group that has a relation for some time.
pub(super) fn timed(group: GroupId, millis: i64) -> TimedGroup {
    TimedGroup { group, until: Some(at(millis)) }
}

/// Somebody who is assigned without limits.
pub(super) fn assigned(grantee: Grantee) -> Assignment {
    Assignment { grantee, terms: Terms::none() }
}

pub(super) fn new_registry(service: &str) -> NewRegistry {
    NewRegistry {
        service: service.parse().expect(service),
        url: "http://registry:5000".parse().expect("a URL"),
        external_url: None,
        enabled: true,
        read_only: false,
        delete_enabled: false,
        anonymous: Anonymous::Off,
        policy: Policy::Both,
        restricted: true,
        token: TokenSettings::default(),
        connection: Connection::default(),
        created: at(0),
    }
}

pub(super) fn new_namespace(registry: RegistryId, path: &str) -> NewNamespace {
    NewNamespace {
        registry,
        path: path.parse().expect(path),
        owner: None,
        description: String::new(),
        public: false,
        members_right: Right::Write,
        groups_right: Right::Read,
        others_right: Right::None,
        created: at(0),
    }
}

/// The hash that the secret in a [`World`] has.
pub(super) const HASH: SecretHash = SecretHash::from_bytes([0xa5; 32]);

/// Some of everything: two users in two groups, one of whom is an owner, an app and a service account that runs it, and on one of two
/// registries two namespaces where each kind of right is given to each of them.
pub(super) struct World {
    pub(super) alice: UserId,
    pub(super) bob: UserId,
    pub(super) developers: GroupId,
    /// The default group of bob. It answers for the registry and, for some time, for the app.
    pub(super) operators: GroupId,
    /// Published to developers.
    pub(super) portal: AppId,
    /// Runs the app; bob owns it. Assigned to the shared namespace, and has a right on it from some networks.
    pub(super) builder: ServiceAccountId,
    /// Of the builder.
    pub(super) secret: SecretId,
    /// Published to developers.
    pub(super) registry: RegistryId,
    pub(super) mirror: RegistryId,
    /// Owned by alice.
    pub(super) team: NamespaceId,
    /// Owned by nobody.
    pub(super) shared: NamespaceId,
}

impl World {
    pub(super) async fn make(store: &dyn Store) -> Self {
        let mut tx = store.write().await.expect("a write transaction");
        let world = Self::fill(tx.as_mut()).await;
        tx.commit().await.expect("a commit");
        world
    }

    async fn fill(tx: &mut dyn WriteTx) -> Self {
        let password = Some(PasswordHash::from_phc("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"));
        let alice = tx.insert_user(&NewUser { admin: true, auditor: true, password, ..new_user("alice") }).await.expect("alice");
        let developers = tx.insert_group(&new_group("Developers")).await.expect("developers");
        let operators = tx.insert_group(&new_group("Operators")).await.expect("operators");
        let bob = NewUser { default_group: Some(operators), ..new_user("bob") };
        let bob = tx.insert_user(&bob).await.expect("bob");
        for (group, user) in [(developers, alice), (developers, bob), (operators, bob)] {
            assert!(tx.add_to_group(group, user, None).await.expect("a member"));
        }
        let registry = tx.insert_registry(&new_registry("registry.example.com")).await.expect("a registry");
        let mirror = tx.insert_registry(&new_registry("Mirror registry")).await.expect("a mirror");
        let portal = tx.insert_app(&new_app("Portal")).await.expect("an app");
        let builder = NewServiceAccount { app: Some(portal), owner: Some(bob), ..new_service("ci/builder") };
        let builder = tx.insert_service_account(&builder).await.expect("a service account");
        let secret = tx.insert_secret(builder, HASH, at(0), &limited(2_000)).await.expect("a secret");
        for (of, relation, group) in [
            (Published::Registry(registry), Relation::Responsible, TimedGroup::always(operators)),
            (Published::Registry(registry), Relation::Publication, TimedGroup::always(developers)),
            (Published::App(portal), Relation::Responsible, timed(operators, 3_000)),
            (Published::App(portal), Relation::Publication, TimedGroup::always(developers)),
        ] {
            assert!(tx.relate(of, relation, group).await.expect("a relation"));
        }
        let team = NewNamespace { owner: Some(alice), ..new_namespace(registry, "team") };
        let team = tx.insert_namespace(&team).await.expect("a namespace");
        let shared = tx.insert_namespace(&new_namespace(registry, "shared/*")).await.expect("a namespace");
        for grantee in [Grantee::Service(builder), Grantee::Group(operators), Grantee::User(bob), Grantee::Group(developers)] {
            assert!(tx.assign(shared, grantee, &Terms::none()).await.expect("an assignment"));
        }
        assert!(tx.assign(team, Grantee::User(bob), &Terms::none()).await.expect("an assignment"));
        for (grantee, right, terms) in [
            (Grantee::Service(builder), Right::Write, limited(4_000)),
            (Grantee::Group(operators), Right::Full, Terms::none()),
            (Grantee::User(bob), Right::None, Terms::none()),
            (Grantee::User(alice), Right::Read, Terms::none()),
        ] {
            tx.grant(shared, grantee, right, &terms).await.expect("a grant");
        }
        Self { alice, bob, developers, operators, portal, builder, secret, registry, mirror, team, shared }
    }
}

/// The names that lists are tried with, in the order of their bytes. People, and databases set to a language, would order them
/// otherwise: they pass over signs.
pub(super) const ORDERED: [&str; 9] = ["a", "a-b", "a--z", "a.c", "a0", "a_a", "aa", "ab", "b"];

/// The same, out of order.
pub(super) fn shuffled() -> impl Iterator<Item = &'static str> {
    ORDERED.into_iter().rev().step_by(2).chain(ORDERED.into_iter().rev().skip(1).step_by(2))
}

/// Sorts what must come in byte order: `a--z` is before `a-b`.
pub(super) fn in_order(names: impl IntoIterator<Item = &'static str>) -> Vec<&'static str> {
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_unstable();
    names
}
