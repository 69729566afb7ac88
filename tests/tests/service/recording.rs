//! What is recorded of token requests.

use super::desk::{Desk, REGISTRY};
use async_trait::async_trait;
use serde_json::{Value, json};
use spectacles_core::auth::Credentials;
use spectacles_core::model::{DecisionEntry, DecisionFilter, Outcome};
use spectacles_core::service::{RecordingState, Settings, Spectacles, TokenRequest};
use spectacles_core::store::{ContentTx, LogTx, ReadTx, Store, StoreError, WriteTx};
use spectacles_store::MemoryStore;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

impl Desk {
    /// Everything that is recorded, oldest first.
    async fn recorded(&self) -> Vec<DecisionEntry> {
        self.recorded_up_to(100).await
    }

    async fn recorded_all(&self) -> Vec<DecisionEntry> {
        self.recorded_up_to(10_000).await
    }

    async fn recorded_up_to(&self, limit: u32) -> Vec<DecisionEntry> {
        while self.app.write_decisions().await.expect("written") > 0 {}
        let mut entries = self.admin().audit().decisions(&DecisionFilter::default(), limit).await.expect("decisions");
        entries.reverse();
        entries
    }
}

/// The fields of a decision that are the same in every run.
fn told(entry: &DecisionEntry) -> Value {
    let mut fields = serde_json::to_value(&entry.record).expect("JSON");
    let fields = fields.as_object_mut().expect("an object");
    fields.remove("at");
    fields.remove("token");
    json!(fields)
}

#[tokio::test]
async fn every_decision_says_who_got_what_and_why() {
    let desk = Desk::new().await;
    let granted = desk.token("alice", "repository:team/app:pull,push").await.expect("a token");
    desk.token("root", "registry:catalog:*").await.expect("a token");
    desk.token("bob", "repository:team/app:pull").await.expect("a token");
    desk.token("alice", "repository:team/app:pull repository:other/app:pull").await.expect("a token");
    desk.request("alice", "a guess", "repository:team/app:pull", None).await.expect_err("a wrong password");
    let nobody = TokenRequest { service: Some(REGISTRY), scopes: vec![], account: None, credentials: None, address: None, agent: None };
    desk.app.token(nobody).await.expect_err("no credentials");

    let entries = desk.recorded().await;
    assert_eq!(entries[0].record.token, granted.id, "the request id is the id of the token");
    let outcomes: Vec<(&str, &str)> =
        entries.iter().map(|entry| (entry.record.principal.as_str(), entry.record.outcome.as_str())).collect();
    let expected =
        [("alice", "granted"), ("root", "granted"), ("bob", "refused"), ("alice", "reduced"), ("alice", "refused"), ("", "refused")];
    assert_eq!(outcomes, expected);
    let of_alice = json!({
        "outcome": "granted",
        "principal": "alice",
        "credential": "password",
        "address": "192.0.2.7",
        "agent": "a test",
        "service": REGISTRY,
        "scopes": [{ "resource": "repository:team/app", "asked": "pull,push", "given": "pull,push", "rule": "owner" }],
        "reason": null,
    });
    assert_eq!(told(&entries[0]), of_alice);
    let of_bob = json!([{ "resource": "repository:team/app", "asked": "pull", "given": "", "rule": "others" }]);
    assert_eq!(told(&entries[2])["scopes"], of_bob);
    assert_eq!(told(&entries[4])["reason"], "incorrect username or password");
    assert_eq!(told(&entries[5])["credential"], "none");
    let told: Vec<String> = entries.iter().map(|entry| told(entry).to_string()).collect();
    assert!(told.iter().all(|entry| !entry.contains("a guess") && !entry.contains("secret of")), "no secrets: {told:?}");

    let refused = DecisionFilter { principal: Some("alice".into()), outcome: Some(Outcome::Refused), ..DecisionFilter::default() };
    let found = desk.admin().audit().decisions(&refused, 100).await.expect("decisions");
    assert_eq!(found.iter().map(|entry| entry.id).collect::<Vec<_>>(), [entries[4].id]);
}

#[tokio::test]
async fn the_path_of_a_token_writes_nothing_and_recording_changes_nothing() {
    let desk = Desk::new().await;
    let before = desk.revision().await;
    desk.token("alice", "repository:team/app:pull,push").await.expect("a token");
    desk.request("alice", "a guess", "repository:team/app:pull", None).await.expect_err("a wrong password");
    assert!(desk.admin().audit().decisions(&DecisionFilter::default(), 9).await.expect("decisions").is_empty(), "nothing is written yet");
    assert_eq!(desk.app.recording().waiting, 2);
    assert_eq!(desk.recorded().await.len(), 2);
    assert_eq!(desk.app.recording().waiting, 0);
    assert_eq!(desk.revision().await, before, "facts do not have to be read again");
}

#[tokio::test]
async fn a_queue_that_is_full_loses_nothing_in_silence() {
    let desk = Desk::new().await;
    // A scope takes as much room as a decision: with a hundred of them there is room for 649.
    let scopes: Vec<String> = (0..100).map(|number| format!("repository:team/app{number}:pull")).collect();
    for _ in 0..660 {
        desk.token("alice", &scopes.join(" ")).await.expect("a token");
    }
    assert_eq!(desk.app.recording(), RecordingState { waiting: 649, lost: 11 });
    let entries = desk.recorded_all().await;
    let last = &entries.last().expect("an entry").record;
    assert_eq!((entries.len(), last.outcome), (650, Outcome::Lost));
    assert!(last.reason.as_ref().expect("a reason").starts_with("11 decisions"), "{:?}", last.reason);
    desk.token("alice", "repository:team/app:pull").await.expect("a token");
    assert_eq!(desk.recorded().await.last().expect("an entry").record.principal, "alice", "there is room again");
}

#[tokio::test]
async fn strangers_do_not_fill_the_disk_nor_crowd_out_others() {
    let desk = Desk::new().await;
    let knock = async || {
        let nobody = TokenRequest { service: Some(REGISTRY), scopes: vec![], account: None, credentials: None, address: None, agent: None };
        desk.app.token(nobody).await.expect_err("no credentials");
    };
    for _ in 0..1_007 {
        knock().await;
    }
    desk.token("alice", "repository:team/app:pull").await.expect("a token");
    let entries = desk.recorded_all().await;
    assert_eq!(entries.len(), 1_002);
    assert_eq!(entries[1_000].record.principal, "alice");
    let left_out = entries[1_001].record.reason.as_ref().expect("a reason");
    assert!(left_out.starts_with("7 requests without credentials"), "{left_out}");
    // One more every tenth of a second.
    desk.clock.forward(Duration::from_millis(200));
    desk.app.refresh().await.expect("facts");
    for _ in 0..5 {
        knock().await;
    }
    assert_eq!(desk.recorded_all().await.len(), 1_002 + 3);
}

/// A store that takes no decisions for now.
struct Stuck(MemoryStore, AtomicBool);

#[async_trait]
impl Store for Stuck {
    async fn read(&self) -> Result<Box<dyn ReadTx>, StoreError> {
        self.0.read().await
    }

    async fn write(&self) -> Result<Box<dyn WriteTx>, StoreError> {
        self.0.write().await
    }

    async fn log(&self) -> Result<Box<dyn LogTx>, StoreError> {
        if self.1.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        self.0.log().await
    }

    async fn content(&self) -> Result<Box<dyn ContentTx>, StoreError> {
        self.0.content().await
    }
}

#[tokio::test]
async fn decisions_that_were_on_their_way_wait_on_when_nobody_waits_for_the_database_any_more() {
    let store = Arc::new(Stuck(MemoryStore::new(), AtomicBool::new(true)));
    let app = Spectacles::builder(store.clone()).start().await.expect("a server");
    for _ in 0..3 {
        let nobody = TokenRequest { service: Some("x"), scopes: vec![], account: None, credentials: None, address: None, agent: None };
        app.token(nobody).await.expect_err("an unknown registry");
    }
    let given_up = tokio::time::timeout(Duration::ZERO, app.write_decisions()).await;
    assert!(given_up.is_err());
    assert_eq!(app.recording().waiting, 3);
    store.1.store(false, Ordering::Relaxed);
    assert_eq!(app.write_decisions().await.expect("written"), 0);
    let all = app.administration().operator().audit().decisions(&DecisionFilter::default(), 9).await.expect("decisions");
    assert_eq!(all.len(), 3);
}

#[tokio::test]
async fn old_decisions_go_and_the_chain_stays_whole() {
    let keep = Duration::from_secs(60);
    let desk = Desk::with(|builder| builder.settings(Settings { keep_decisions: keep, ..Settings::default() })).await;
    for _ in 0..3 {
        desk.token("alice", "repository:team/app:pull").await.expect("a token");
        desk.recorded().await;
        desk.clock.forward(Duration::from_secs(40));
        desk.app.refresh().await.expect("facts");
    }
    let first = desk.recorded().await[0].id;
    let kept = desk.admin().audit().checkpoint().await.expect("a checkpoint");
    assert_eq!(desk.app.prune_decisions().await.expect("pruned"), 2);
    assert_eq!(desk.app.prune_decisions().await.expect("pruned"), 0);
    assert_eq!(desk.recorded().await.len(), 1);
    assert!(desk.recorded().await[0].id > first);
    let verified = desk.admin().audit().verify(&[kept]).await.expect("verified");
    assert!(verified.iter().all(|chain| chain.is_intact()), "{verified:?}");
    assert_eq!((verified[1].entries, verified[1].checkpoints), (1, 1));
    let told = desk.admin().audit().list(None, 1).await.expect("entries").remove(0).record;
    assert_eq!((told.actor.as_str(), told.action.as_str(), &told.details["up_to"]), ("background", "decisions.forget", &json!(2)));
}

#[tokio::test]
async fn nothing_is_recorded_where_that_is_not_wanted() {
    let desk = Desk::with(|builder| builder.settings(Settings { record_decisions: false, ..Settings::default() })).await;
    desk.token("alice", "repository:team/app:pull").await.expect("a token");
    assert!(desk.recorded().await.is_empty());
}

#[tokio::test]
async fn what_was_typed_for_an_account_is_kept_short() {
    let desk = Desk::new().await;
    let credentials = Credentials { account: format!("\0\x1b[31m{}", "x".repeat(10_000)), secret: "y".into() };
    let request = TokenRequest {
        service: Some(REGISTRY),
        scopes: vec!["junk"; 100],
        account: None,
        credentials: Some(&credentials),
        address: None,
        agent: Some(&"z".repeat(10_000)),
    };
    desk.app.token(request).await.expect_err("junk");
    let entry = &desk.recorded().await[0];
    assert!(serde_json::to_string(entry).expect("JSON").len() < 2_000);
    assert!(!entry.record.principal.contains(char::is_control), "what a terminal would obey, or a database refuse: {:?}", entry.record);
}
