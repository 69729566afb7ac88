//! A server whose clock stands until it is told otherwise.

use serde_json::Value;
use spectacles_core::auth::{AuthenticationError, Credentials};
use spectacles_core::name::{NamespacePath, ServiceName, UserName};
use spectacles_core::random::SystemRandom;
use spectacles_core::service::{
    Administrator, Builder, Caller, CreateNamespace, CreateRegistry, CreateUser, Spectacles, TokenError, TokenRequest,
};
use spectacles_core::store::{ReadTx, Revision, Store};
use spectacles_core::time::{Clock, Timestamp};
use spectacles_core::token::Issued;
use spectacles_store::MemoryStore;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Stands, unless it is put forward.
#[derive(Default)]
pub(super) struct Hand(AtomicU64);

impl Hand {
    pub(super) fn forward(&self, by: Duration) {
        self.0.fetch_add(u64::try_from(by.as_millis()).expect("not for ever"), Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1_767_323_045_000).after(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

pub(super) struct Desk {
    pub(super) app: Spectacles,
    pub(super) clock: Arc<Hand>,
    pub(super) store: Arc<dyn Store>,
}

pub(super) const REGISTRY: &str = "registry.test";

impl Desk {
    /// root, an administrator; alice, who owns `team`; bob. All have `secret of <name>` for a password.
    pub(super) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(super) async fn with(more: impl FnOnce(Builder) -> Builder) -> Self {
        Self::on(Arc::new(MemoryStore::new()), more).await
    }

    pub(super) async fn on(store: Arc<dyn Store>, more: impl FnOnce(Builder) -> Builder) -> Self {
        let clock = Arc::new(Hand::default());
        let builder = more(Spectacles::builder(Arc::clone(&store)).clock(clock.clone()).random(Arc::new(SystemRandom)));
        let app = builder.start().await.expect("a server");
        let desk = Self { app, clock, store };
        for name in ["root", "alice", "bob"] {
            let password = Some(format!("secret of {name}").into());
            let new = CreateUser { password, admin: name == "root", ..CreateUser::named(user(name)) };
            desk.admin().users().create(new).await.expect("a user");
        }
        let registry = CreateRegistry::new(service(REGISTRY), "http://127.0.0.1:5000".parse().expect("a URL"));
        desk.admin().registries().create(registry).await.expect("a registry");
        let team = CreateNamespace { owner: Some(user("alice")), ..CreateNamespace::new(service(REGISTRY), path("team")) };
        desk.admin().namespaces().create(team).await.expect("a namespace");
        desk
    }

    pub(super) fn admin(&self) -> Administrator<'_> {
        self.app.administration().operator()
    }

    /// Whoever proves to be this user, with what is his.
    pub(super) async fn caller(&self, name: &str) -> Caller {
        let credentials = Credentials { account: name.to_owned(), secret: format!("secret of {name}").into() };
        let address = Some("192.0.2.7".parse().expect("an address"));
        self.app.authenticate(&credentials, address).await.expect("an answer").expect("a caller")
    }

    pub(super) async fn read(&self) -> Box<dyn ReadTx> {
        self.store.read().await.expect("a transaction")
    }

    pub(super) async fn revision(&self) -> Revision {
        self.read().await.revision().await.expect("a revision")
    }

    /// The newest entry of the audit trail: who did what to what, and its details.
    pub(super) async fn last_change(&self) -> ([String; 3], Value) {
        let entry = self.admin().audit().list(None, 1).await.expect("a trail").pop().expect("an entry");
        ([entry.record.actor, entry.record.action, entry.record.object], entry.record.details)
    }

    pub(super) async fn login(&self, name: &str, password: &str) -> Result<Option<UserName>, AuthenticationError> {
        let credentials = Credentials { account: name.to_owned(), secret: password.into() };
        Ok(self.app.authenticate(&credentials, None).await?.map(|caller| caller.name().clone()))
    }

    pub(super) async fn token(&self, name: &str, scope: &str) -> Result<Arc<Issued>, TokenError> {
        self.request(name, &format!("secret of {name}"), scope, Some("192.0.2.7".parse().expect("an address"))).await
    }

    pub(super) async fn request(&self, name: &str, secret: &str, scope: &str, address: Option<IpAddr>) -> Result<Arc<Issued>, TokenError> {
        let credentials = Credentials { account: name.to_owned(), secret: secret.into() };
        let (service, scopes, credentials) = (Some(REGISTRY), vec![scope], Some(&credentials));
        self.app.token(TokenRequest { service, scopes, account: None, credentials, address, agent: Some("a test") }).await
    }

    /// What a token for this scope allows, as the log shows it.
    pub(super) async fn allowed(&self, name: &str, scope: &str) -> String {
        let issued = self.token(name, scope).await.expect("a token");
        issued.granted.iter().map(|granted| granted.actions.to_string()).collect::<Vec<_>>().join(";")
    }
}

pub(super) fn user(name: &str) -> UserName {
    name.parse().expect("a name")
}

pub(super) fn service(name: &str) -> ServiceName {
    name.parse().expect("a name")
}

pub(super) fn path(path: &str) -> NamespacePath {
    path.parse().expect("a path")
}
