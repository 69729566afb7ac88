//! Tokens, and when there are none.

use super::desk::{Desk, REGISTRY, path, service, user};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use spectacles_core::model::{KidStyle, Terms, TokenLifetime};
use spectacles_core::right::Right;
use spectacles_core::scope::Scope;
use spectacles_core::service::{CreateUser, GranteeName, RegistryChanges, Settings, TokenError, UserChanges};
use spectacles_core::token::Principal;
use std::time::Duration;

fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

#[tokio::test]
async fn a_registry_has_its_own_lifetime_and_kind_of_key_id() {
    let desk = Desk::new().await;
    let key = desk.app.issuer().keys();
    for (lifetime, kid_style) in [(60, KidStyle::Rfc7638), (86_400, KidStyle::Libtrust)] {
        let seconds = Some(TokenLifetime::from_seconds(lifetime).expect("in bounds"));
        let changes = RegistryChanges { lifetime: seconds, kid_style: Some(kid_style), ..RegistryChanges::default() };
        desk.admin().registries().set(&service(REGISTRY), changes).await.expect("a change");
        let issued = desk.token("alice", "repository:team/app:pull").await.expect("a token");
        let claims = part(&issued.token, 1);
        assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(lifetime.into()));
        assert_eq!((issued.expires_in, &claims["aud"]), (lifetime, &json!(REGISTRY)));
        assert_eq!(part(&issued.token, 0)["kid"], key.active().signer().public_key().kid(kid_style));
    }
}

#[tokio::test]
async fn no_two_tokens_have_the_same_id() {
    let desk = Desk::new().await;
    let one = desk.token("alice", "repository:team/app:pull").await.expect("a token");
    let other = desk.token("alice", "repository:team/app:pull").await.expect("a token");
    assert_ne!(part(&one.token, 1)["jti"], part(&other.token, 1)["jti"]);
    assert_eq!(part(&one.token, 1)["jti"], json!(one.id));
}

/// Registries take `*` for every action there will ever be.
#[tokio::test]
async fn only_the_server_itself_gets_a_star() {
    let desk = Desk::new().await;
    let issue = |principal: Principal<'_>| {
        let scopes = Scope::parse_all(["repository:any/thing:* registry:catalog:*"]).expect("scopes");
        let issued = desk.app.issuer().issue(principal, REGISTRY, scopes, None).expect("a token");
        part(&issued.token, 1)["access"].as_array().expect("a list").iter().map(|entry| entry["actions"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(issue(Principal::System), [json!(["*"]), json!(["*"])]);
    let (root, bob) = (user("root"), user("bob"));
    assert_eq!(issue(Principal::User(&root)), [json!(["pull", "push", "delete"]), json!(["*"])]);
    assert_eq!(issue(Principal::User(&bob)), [json!([]), json!([])]);
}

#[tokio::test]
async fn administrators_have_only_their_rights_when_the_bypass_is_off() {
    let desk = Desk::with(|builder| builder.settings(Settings { admin_bypass: false, ..Settings::default() })).await;
    assert_eq!(desk.allowed("root", "repository:team/app:pull").await, "nothing");
    assert_eq!(desk.allowed("root", "registry:catalog:*").await, "nothing");
}

/// Facts that may be out of date must not let anybody in who was locked out.
#[tokio::test]
async fn nothing_is_issued_by_facts_that_are_not_vouched_for() {
    let desk = Desk::new().await;
    let pull = "repository:team/app:pull";
    desk.clock.forward(Duration::from_secs(5));
    assert!(desk.token("alice", pull).await.is_ok());
    desk.clock.forward(Duration::from_millis(1));
    assert!(matches!(desk.token("alice", pull).await, Err(TokenError::Unavailable(_))));
    assert_eq!(desk.app.problems().len(), 1);
    desk.app.refresh().await.expect("a store");
    assert!(desk.token("alice", pull).await.is_ok() && desk.app.problems().is_empty());
}

#[tokio::test]
async fn what_another_process_changes_is_seen_at_the_next_refresh() {
    let desk = Desk::new().await;
    let other = Desk { clock: desk.clock.clone(), store: desk.store.clone(), app: second(&desk).await };
    assert_eq!(desk.app.issuer().keys().jwks(), other.app.issuer().keys().jwks(), "one key for all");
    other.admin().users().set(&user("alice"), UserChanges { enabled: Some(false), ..UserChanges::default() }).await.expect("a change");
    assert!(desk.token("alice", "repository:team/app:pull").await.is_ok());
    assert!(desk.app.refresh().await.expect("a store"));
    assert!(!desk.app.refresh().await.expect("a store"), "there is nothing new");
    assert_eq!(desk.token("alice", "repository:team/app:pull").await.unwrap_err(), TokenError::BadCredentials);
}

/// A script that gives a right and uses it must not have to wait.
#[tokio::test]
async fn what_another_process_gives_is_seen_before_it_is_refused() {
    let desk = Desk::new().await;
    let other = Desk { clock: desk.clock.clone(), store: desk.store.clone(), app: second(&desk).await };
    let new = CreateUser { password: Some("secret of carol".into()), ..CreateUser::named(user("carol")) };
    other.admin().users().create(new).await.expect("a user");
    desk.clock.forward(Duration::from_millis(100));
    assert_eq!(desk.allowed("carol", "repository:team/app:pull").await, "nothing");
    let carol = GranteeName::User(user("carol"));
    other.admin().namespaces().grant(&service(REGISTRY), &path("team"), &carol, Right::Read, Terms::none()).await.expect("a grant");
    desk.clock.forward(Duration::from_millis(100));
    assert_eq!(desk.allowed("carol", "repository:team/app:pull").await, "pull");
}

async fn second(desk: &Desk) -> spectacles_core::service::Spectacles {
    spectacles_core::service::Spectacles::builder(desk.store.clone()).clock(desk.clock.clone()).start().await.expect("a server")
}
