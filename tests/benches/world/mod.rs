//! A store in memory with a user, a registry and so many namespaces of his.

use spectacles_core::auth::hash_password;
use spectacles_core::model::{Anonymous, Connection, NewNamespace, NewRegistry, NewUser, Policy, Privileges, TokenSettings};
use spectacles_core::random::SystemRandom;
use spectacles_core::right::Right;
use spectacles_core::store::Store;
use spectacles_core::time::{Clock as _, SystemClock};
use spectacles_store::MemoryStore;
use std::sync::Arc;

pub(crate) const USER: &str = "alice";
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const SERVICE: &str = "registry.test";

#[allow(dead_code, reason = "not every benchmark has its world in memory")]
pub(crate) async fn store(namespaces: usize) -> Arc<dyn Store> {
    let store = MemoryStore::new();
    fill(&store, namespaces).await;
    Arc::new(store)
}

pub(crate) async fn fill(store: &dyn Store, namespaces: usize) {
    let created = SystemClock::new().now();
    let mut tx = store.write().await.expect("a transaction");
    let user = NewUser {
        name: USER.parse().expect("a name"),
        display_name: String::new(),
        email: None,
        password: Some(hash_password(&PASSWORD.into(), &SystemRandom).expect("a hash")),
        admin: false,
        auditor: false,
        enabled: true,
        privileges: Privileges::NONE,
        default_group: None,
        created,
    };
    let owner = tx.insert_user(&user).await.expect("a user");
    let registry = NewRegistry {
        service: SERVICE.parse().expect("a name"),
        url: "http://127.0.0.1:5000".parse().expect("a URL"),
        external_url: None,
        enabled: true,
        read_only: false,
        delete_enabled: false,
        anonymous: Anonymous::Off,
        policy: Policy::Both,
        restricted: true,
        token: TokenSettings::default(),
        connection: Connection::default(),
        created,
    };
    let registry = tx.insert_registry(&registry).await.expect("a registry");
    for number in 1..=namespaces {
        let namespace = NewNamespace {
            registry,
            path: format!("team{number}").parse().expect("a path"),
            owner: Some(owner),
            description: String::new(),
            public: false,
            members_right: Right::Full,
            groups_right: Right::None,
            others_right: Right::None,
            created,
        };
        tx.insert_namespace(&namespace).await.expect("a namespace");
    }
    tx.commit().await.expect("a commit");
}
