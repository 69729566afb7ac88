//! Whose credentials are taken, and for how long.

use super::desk::{Desk, user};
use async_trait::async_trait;
use spectacles_core::auth::{Attempt, AuthenticationError, Authenticator, ExposeSecret as _, Verdict};
use spectacles_core::model::Terms;
use spectacles_core::service::{CreateService, TokenError, UserChanges};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[tokio::test]
async fn a_password_that_is_remembered_is_forgotten_with_the_user_or_the_password() {
    let desk = Desk::new().await;
    let secret = "secret of bob";
    let known = Some(user("bob"));
    assert_eq!(desk.login("bob", secret).await, Ok(known.clone()));
    let change = async |changes| desk.admin().users().set(&user("bob"), changes).await.expect("a change");

    change(UserChanges { enabled: Some(false), ..UserChanges::default() }).await;
    assert_eq!(desk.login("bob", secret).await, Ok(None));
    change(UserChanges { enabled: Some(true), ..UserChanges::default() }).await;
    assert_eq!(desk.login("bob", secret).await, Ok(known.clone()));

    change(UserChanges { password: Some("a new secret".into()), ..UserChanges::default() }).await;
    assert_eq!(desk.login("bob", secret).await, Ok(None));
    assert_eq!(desk.login("bob", "a new secret").await, Ok(known));

    desk.admin().users().delete(&user("bob"), None).await.expect("he was there");
    assert_eq!(desk.login("bob", "a new secret").await, Ok(None));
}

#[tokio::test]
async fn guessing_is_stopped_and_whoever_is_known_is_not_locked_out() {
    let desk = Desk::new().await;
    assert!(desk.login("alice", "secret of alice").await.expect("an answer").is_some());
    for _ in 0..20 {
        assert_eq!(desk.login("alice", "a guess").await, Ok(None));
        assert_eq!(desk.login("nobody", "a guess").await, Ok(None));
    }
    for name in ["alice", "nobody"] {
        let stopped = desk.login(name, "a guess").await;
        assert!(matches!(stopped, Err(AuthenticationError::Throttled { .. })), "{name}: {stopped:?}");
    }
    // She logged in a moment ago, from wherever she is.
    assert!(desk.login("alice", "secret of alice").await.expect("an answer").is_some());
    desk.clock.forward(Duration::from_secs(5));
    assert_eq!(desk.login("nobody", "a guess").await, Ok(None));
    assert!(desk.login("nobody", "a guess").await.is_err());
}

/// Whoever hangs up before the answer could otherwise guess without end.
#[tokio::test]
async fn a_guess_counts_also_when_nobody_waits_for_the_answer() {
    let desk = Desk::new().await;
    for _ in 0..20 {
        let gone = tokio::time::timeout(Duration::ZERO, desk.login("alice", "a guess")).await;
        assert!(gone.is_err(), "a password was checked in no time");
    }
    assert!(matches!(desk.login("alice", "a guess").await, Err(AuthenticationError::Throttled { .. })));
}

/// Knows the accounts of a build system, and is asked before the users.
struct Builds;

#[async_trait]
impl Authenticator for Builds {
    async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Verdict, AuthenticationError> {
        match attempt.account {
            "build-7" => Ok(Verdict::Accepted(user("bob").into())),
            "stranger" => Ok(Verdict::Accepted(user("stranger").into())),
            "alice" => Ok(Verdict::Rejected),
            "down" => Err(AuthenticationError::Unavailable("the build system does not answer".to_owned())),
            _ => Ok(Verdict::Unknown),
        }
    }
}

/// Every login of his is a login that the users before him did not know.
#[tokio::test]
async fn who_is_known_to_a_later_authenticator_is_not_taken_for_a_guesser() {
    let desk = Desk::with(|builder| builder.ask_after_users(Arc::new(Builds))).await;
    for _ in 0..30 {
        assert_eq!(desk.login("build-7", "a secret of the build system").await, Ok(Some(user("bob"))));
    }
    // What a later one rejects counts as any other guess.
    desk.admin().users().delete(&user("bob"), None).await.expect("he was there");
    for _ in 0..20 {
        assert_eq!(desk.login("nobody", "a guess").await, Ok(None));
    }
    assert!(matches!(desk.login("nobody", "a guess").await, Err(AuthenticationError::Throttled { .. })));
}

#[tokio::test]
async fn an_authenticator_of_ones_own_is_heard_and_never_worked_around() {
    let desk = Desk::with(|builder| builder.ask_before_users(Arc::new(Builds))).await;
    let pull = "repository:team/app:pull";
    assert_eq!(desk.token("build-7", pull).await.expect("a token").subject, "bob");
    assert_eq!(desk.token("root", pull).await.expect("a token").subject, "root");
    // Her password is right, and somebody who was asked before says no.
    assert_eq!(desk.token("alice", pull).await.unwrap_err(), TokenError::BadCredentials);
    assert_eq!(desk.token("stranger", pull).await.unwrap_err(), TokenError::BadCredentials);
    assert!(matches!(desk.token("down", pull).await.unwrap_err(), TokenError::Unavailable(_)));
}

#[tokio::test]
async fn a_service_account_with_a_right_secret_is_not_locked_out_by_those_who_guess() {
    let desk = Desk::new().await;
    let (services, name) = (desk.admin().services(), "ns/ci".parse().expect("a name"));
    services.create(CreateService::named(Clone::clone(&name))).await.expect("a service account");
    let secret = services.add_secret(&name, None, Terms::none()).await.expect("a secret").secret;
    let there = Some("192.0.2.7".parse().expect("an address"));
    let ask = async |account: &str, secret: &str| desk.request(account, secret, "repository:team/app:pull", there).await;
    for node in 0..20 {
        assert_eq!(ask(&format!("ns/ci@node{node}"), "a guess").await.unwrap_err(), TokenError::BadCredentials);
    }
    assert!(matches!(ask("ns/ci@node99", "a guess").await.unwrap_err(), TokenError::Throttled { .. }), "it is one account on every node");
    assert_eq!(ask("ns/ci@node1", secret.expose_secret()).await.expect("a token").subject, "service:ns/ci@node1");
    assert_eq!(ask("robot$ns/ci", secret.expose_secret()).await.expect("a token").subject, "service:ns/ci");
}

/// Remembers nothing, and wants nobody called alice any more.
struct Banished(AtomicBool);

#[async_trait]
impl Authenticator for Banished {
    async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Verdict, AuthenticationError> {
        Ok(if attempt.account == "alice" && self.0.load(Ordering::Relaxed) { Verdict::Rejected } else { Verdict::Unknown })
    }
}

#[tokio::test]
async fn what_a_later_authenticator_remembers_is_no_way_around_an_earlier_one() {
    let banished = Arc::new(Banished(AtomicBool::new(false)));
    let desk = Desk::with(|builder| builder.ask_before_users(banished.clone())).await;
    assert!(desk.token("alice", "repository:team/app:pull").await.is_ok());
    banished.0.store(true, Ordering::Relaxed);
    assert_eq!(desk.token("alice", "repository:team/app:pull").await.unwrap_err(), TokenError::BadCredentials);
}
