//! A server in this process with registries in memory, whose clock stands until it is put forward.

use super::fake::{Fake, Network};
use serde_json::{Value, json};
use spectacles_core::auth::SecretString;
use spectacles_core::model::{Activity, ActivityKind, Policy, Repository, SyncState, Tag};
use spectacles_core::name::{Digest, ServiceName};
use spectacles_core::service::{CreateNamespace, CreateRegistry, Discovery, Notified, Passed, Settings, Spectacles};
use spectacles_core::store::{ReadTx, Store};
use spectacles_core::time::{Clock, Timestamp};
use spectacles_store::MemoryStore;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[derive(Default)]
pub(super) struct Hand(AtomicU64);

impl Hand {
    pub(super) fn forward(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
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

pub(super) struct Place {
    pub(super) app: Arc<Spectacles>,
    pub(super) clock: Arc<Hand>,
    pub(super) store: Arc<dyn Store>,
    pub(super) discovery: Discovery,
}

/// Everything on a registry: repositories that are not gone, with their tags.
pub(super) type Everything = Vec<(Repository, Vec<Tag>)>;

impl Place {
    /// Knows registries `one`, `two` and so on, each with a namespace `team`.
    pub(super) async fn new(registries: &[(&str, &Fake)]) -> Self {
        Self::on(Arc::new(MemoryStore::new()), registries).await
    }

    pub(super) async fn on(store: Arc<dyn Store>, registries: &[(&str, &Fake)]) -> Self {
        Self::with(store, registries, Settings::default()).await
    }

    pub(super) async fn with(store: Arc<dyn Store>, registries: &[(&str, &Fake)], settings: Settings) -> Self {
        let clock = Arc::new(Hand::default());
        let network = Network(registries.iter().map(|(name, fake)| ((*name).to_owned(), (*fake).clone())).collect());
        let builder = Spectacles::builder(Arc::clone(&store)).clock(clock.clone()).settings(settings).connector(Arc::new(network));
        let app = Arc::new(builder.start().await.expect("a server"));
        let operator = app.administration().operator();
        for (name, _) in registries {
            let new = CreateRegistry { policy: Policy::Namespaces, ..CreateRegistry::new(service(name), url(name)) };
            operator.registries().create(new).await.expect("a registry");
            let team = CreateNamespace::new(service(name), "team".parse().expect("a path"));
            operator.namespaces().create(team).await.expect("a namespace");
        }
        let discovery = app.administration().discovery().expect("discovery");
        Self { app, clock, store, discovery }
    }

    pub(super) async fn read(&self) -> Box<dyn ReadTx> {
        self.store.read().await.expect("a transaction")
    }

    pub(super) async fn registry(&self, name: &str) -> spectacles_core::model::Registry {
        self.read().await.registry_named(&service(name)).await.expect("an answer").expect("a registry")
    }

    /// Looks at a registry, a second after whatever was before.
    pub(super) async fn pass(&self, name: &str) -> SyncState {
        self.clock.forward(1_000);
        let registry = self.registry(name).await;
        match self.discovery.pass(&registry, pending()).await.expect("a pass") {
            Passed::Ended(state) => state,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn state(&self, name: &str) -> SyncState {
        self.app.administration().operator().registries().sync_state(&service(name)).await.expect("a state")
    }

    pub(super) async fn everything(&self, name: &str) -> Everything {
        let id = self.registry(name).await.id;
        let mut tx = self.read().await;
        let mut all = Vec::new();
        for repository in tx.repositories(id, None, 100_000).await.expect("repositories") {
            let tags = tx.tags_of(&[repository.id]).await.expect("tags");
            all.push((repository, tags));
        }
        all
    }

    /// `repository:tag`, for all there are.
    pub(super) async fn names(&self, name: &str) -> Vec<String> {
        let all = self.everything(name).await;
        all.iter().flat_map(|(repository, tags)| tags.iter().map(move |tag| format!("{}:{}", repository.name, tag.name))).collect()
    }

    pub(super) async fn tag(&self, registry: &str, repository: &str, tag: &str) -> Option<Tag> {
        let all = self.everything(registry).await;
        let (_, tags) = all.into_iter().find(|(known, _)| known.name.as_str() == repository)?;
        tags.into_iter().find(|known| known.name.as_str() == tag)
    }

    /// All that was told, the oldest first.
    pub(super) async fn activities(&self) -> Vec<Activity> {
        use spectacles_core::listing::{ActivityField, Given, Listing};
        let listing = Listing::<ActivityField>::read(Given { limit: Some("1000"), ..Given::default() }).expect("a listing");
        let query = listing.query(self.clock.now(), None);
        let mut all: Vec<_> =
            self.read().await.list_activities(&query).await.expect("activities").into_iter().map(|named| named.activity).collect();
        all.sort_by_key(|activity| activity.id);
        all
    }

    /// Kind, repository, tag and text.
    pub(super) async fn told(&self) -> Vec<String> {
        let tell = |activity: Activity| {
            let record = activity.record;
            let words = [
                Some(record.kind.to_string()),
                record.repository.map(|name| name.to_string()),
                record.tag.map(|name| name.to_string()),
                record.text,
            ];
            words.into_iter().flatten().collect::<Vec<_>>().join(" ")
        };
        self.activities().await.into_iter().map(tell).collect()
    }

    pub(super) async fn told_of(&self, kind: ActivityKind) -> Vec<String> {
        self.told().await.into_iter().filter(|line| line.starts_with(kind.as_str())).collect()
    }

    pub(super) async fn event_secret(&self, name: &str) -> SecretString {
        self.app.administration().operator().registries().new_event_secret(&service(name)).await.expect("a secret")
    }

    /// Takes events of a registry, and writes them.
    pub(super) async fn notify(&self, name: &str, secret: &SecretString, events: &[Value]) {
        let body = json!({ "events": events }).to_string();
        let outcome = self.app.notify(name, Some(secret), body.as_bytes());
        assert!(matches!(outcome, Notified::Kept(_)), "{outcome:?}");
        while self.app.write_events().await.expect("events are written") > 0 {}
    }

    /// An event of now.
    pub(super) fn event(&self, id: &str, action: &str, target: &Value) -> Value {
        self.event_at(id, action, target, self.clock.now())
    }

    pub(super) fn event_at(&self, id: &str, action: &str, target: &Value, at: Timestamp) -> Value {
        let mut event = json!({ "id": id, "timestamp": at, "action": action, "target": target, "actor": { "name": "alice" },
            "request": { "addr": "192.0.2.7:5", "useragent": "docker/28", "method": "PUT" } });
        if event["target"]["repository"].is_null() {
            event["target"]["repository"] = json!("team/app");
        }
        event
    }
}

pub(super) fn target(tag: Option<&str>, digest: &Digest) -> Value {
    json!({ "mediaType": super::fake::OCI, "digest": digest, "tag": tag })
}

pub(super) fn service(name: &str) -> ServiceName {
    name.parse().expect("a name")
}

fn url(name: &str) -> spectacles_core::name::RegistryUrl {
    format!("http://{name}").parse().expect("a URL")
}
