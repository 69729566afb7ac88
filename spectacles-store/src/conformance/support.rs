//! What checks have in common.

use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Anonymous, Grantee, NewGroup, NewNamespace, NewRegistry, NewUser, PasswordHash, TokenSettings};
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
        enabled: true,
        created: at(0),
    }
}

pub(super) fn new_group(name: &str) -> NewGroup {
    NewGroup { name: name.parse().expect(name), description: String::new(), created: at(0) }
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
        token: TokenSettings::default(),
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

/// Some of everything: two users in two groups, one of whom is an owner, and on one of two registries two namespaces where each kind of
/// right is given to each of them.
pub(super) struct World {
    pub(super) alice: UserId,
    pub(super) bob: UserId,
    pub(super) developers: GroupId,
    pub(super) operators: GroupId,
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
        let alice = tx.insert_user(&NewUser { admin: true, password, ..new_user("alice") }).await.expect("alice");
        let bob = tx.insert_user(&new_user("bob")).await.expect("bob");
        let developers = tx.insert_group(&new_group("Developers")).await.expect("developers");
        let operators = tx.insert_group(&new_group("Operators")).await.expect("operators");
        for (group, user) in [(developers, alice), (developers, bob), (operators, bob)] {
            assert!(tx.add_to_group(group, user).await.expect("a member"));
        }
        let registry = tx.insert_registry(&new_registry("registry.example.com")).await.expect("a registry");
        let mirror = tx.insert_registry(&new_registry("Mirror registry")).await.expect("a mirror");
        let team = NewNamespace { owner: Some(alice), ..new_namespace(registry, "team") };
        let team = tx.insert_namespace(&team).await.expect("a namespace");
        let shared = tx.insert_namespace(&new_namespace(registry, "shared/*")).await.expect("a namespace");
        for grantee in [Grantee::Group(operators), Grantee::User(bob), Grantee::Group(developers)] {
            assert!(tx.assign(shared, grantee).await.expect("an assignment"));
        }
        assert!(tx.assign(team, Grantee::User(bob)).await.expect("an assignment"));
        for (grantee, right) in
            [(Grantee::Group(operators), Right::Full), (Grantee::User(bob), Right::None), (Grantee::User(alice), Right::Read)]
        {
            tx.grant(shared, grantee, right).await.expect("a grant");
        }
        Self { alice, bob, developers, operators, registry, mirror, team, shared }
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
