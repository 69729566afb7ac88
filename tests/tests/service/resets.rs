//! Setting a new password without the one there is.

use super::desk::{Desk, user};
use secrecy::{ExposeSecret as _, SecretString};
use spectacles_core::model::SessionOrigin;
use spectacles_core::name::UserName;
use spectacles_core::service::{Error, UserChanges};
use std::net::IpAddr;
use std::time::Duration;

const NEW: &str = "Another-1-password";

fn somewhere() -> Option<IpAddr> {
    Some("192.0.2.7".parse().expect("an address"))
}

impl Desk {
    /// A code for somebody, from an administrator.
    async fn code(&self, name: &str) -> SecretString {
        self.admin().users().password_reset(&user(name)).await.expect("a code").code
    }

    async fn reset(&self, code: &SecretString, new: &str) -> Result<UserName, Error> {
        self.app.reset_password(code, new.into(), somewhere()).await
    }

    async fn is_refused(&self, code: &SecretString) -> bool {
        matches!(self.reset(code, NEW).await, Err(Error::Denied(_)))
    }

    async fn change(&self, name: &str, changes: UserChanges) {
        self.admin().users().set(&user(name), changes).await.expect("a change");
    }
}

#[tokio::test]
async fn a_code_gives_a_new_password_once_and_ends_all_sessions() {
    let desk = Desk::new().await;
    let caller = desk.caller("bob").await;
    let session = desk.app.sign_in(&caller, SessionOrigin::default()).await.expect("a session");
    let code = desk.code("bob").await;
    let (what, details) = desk.last_change().await;
    assert_eq!(what, ["operator", "user.password_reset", "user bob"]);
    assert!(!details.to_string().contains(code.expose_secret()), "{details}");
    assert_eq!(desk.login("bob", "secret of bob").await, Ok(Some(user("bob"))), "until then it is good");
    assert_eq!(desk.reset(&code, NEW).await.expect("a new password"), user("bob"));
    let (what, details) = desk.last_change().await;
    assert_eq!(what, ["bob", "user.password_reset.use", "user bob"]);
    assert_eq!(details, serde_json::json!({ "password": "changed" }));
    assert_eq!(desk.login("bob", "secret of bob").await, Ok(None));
    assert_eq!(desk.login("bob", NEW).await, Ok(Some(user("bob"))));
    assert_eq!(desk.app.session(&session, somewhere()).await, Ok(None));
    assert!(desk.is_refused(&code).await, "it was used");
    assert_eq!(desk.login("bob", NEW).await, Ok(Some(user("bob"))));
}

#[tokio::test]
async fn of_all_codes_the_newest_is_good_for_a_day() {
    let desk = Desk::new().await;
    let (old, code) = (desk.code("bob").await, desk.code("bob").await);
    assert!(desk.is_refused(&old).await, "there is a newer one");
    desk.clock.forward(Duration::from_secs(24 * 60 * 60) - Duration::from_millis(1));
    let simple = desk.reset(&code, "simple").await;
    assert!(matches!(&simple, Err(Error::Invalid(text)) if text.contains("simple")), "{simple:?}");
    desk.reset(&code, NEW).await.expect("it stays good when the password is refused");
    let code = desk.code("bob").await;
    desk.clock.forward(Duration::from_secs(24 * 60 * 60));
    assert!(desk.is_refused(&code).await, "its day is over");
}

#[tokio::test]
async fn a_code_ends_with_whatever_it_was_given_for() {
    let desk = Desk::new().await;
    let nothing = UserChanges::default;
    for (name, changes) in [
        ("another password", UserChanges { password: Some("by root".into()), ..nothing() }),
        ("disabled", UserChanges { enabled: Some(false), ..nothing() }),
        ("enabled", UserChanges { enabled: Some(true), ..nothing() }),
        ("another address", UserChanges { email: Some(Some("bob@example.com".parse().expect("an address"))), ..nothing() }),
        ("an auditor", UserChanges { auditor: Some(true), ..nothing() }),
        ("an administrator", UserChanges { admin: Some(true), ..nothing() }),
    ] {
        // Enabling brings no code back that disabling has ended.
        let code = if name == "enabled" {
            desk.change("alice", UserChanges { enabled: Some(true), ..nothing() }).await;
            let code = desk.code("alice").await;
            desk.change("alice", UserChanges { enabled: Some(false), ..nothing() }).await;
            code
        } else {
            desk.code("alice").await
        };
        desk.change("alice", changes).await;
        assert!(desk.is_refused(&code).await, "{name}");
    }
    let code = desk.code("alice").await;
    desk.change("alice", UserChanges { display_name: Some("Alice".to_owned()), ..nothing() }).await;
    desk.reset(&code, NEW).await.expect("what he is called is nothing to it");

    let code = desk.code("bob").await;
    let caller = desk.caller("bob").await;
    desk.app.member(&caller).users().change_password("secret of bob".into(), "Rememb3red-it".into()).await.expect("a change");
    assert!(desk.is_refused(&code).await, "he has remembered the old one");
    let code = desk.code("bob").await;
    desk.admin().users().delete(&user("bob"), None).await.expect("a deletion");
    assert!(desk.is_refused(&code).await, "there is nobody any more");
}

#[tokio::test]
async fn only_administrators_make_codes_also_for_somebody_who_is_one_by_now() {
    let desk = Desk::new().await;
    let alice = desk.caller("alice").await;
    let refused = desk.app.member(&alice).users().password_reset(&user("alice")).await.map(|_| ());
    assert!(matches!(refused, Err(Error::Denied(_))), "not for himself either: {refused:?}");
    let hidden = desk.app.member(&alice).users().password_reset(&user("bob")).await.map(|_| ());
    assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
    desk.change("bob", UserChanges { admin: Some(true), ..UserChanges::default() }).await;
    let refused = desk.app.member(&alice).users().password_reset(&user("bob")).await.map(|_| ());
    assert!(refused.is_err(), "{refused:?}");
    let bob = desk.caller("bob").await;
    desk.app.member(&bob).users().password_reset(&user("root")).await.expect("administrators do it for each other");
    desk.change("bob", UserChanges { admin: Some(false), ..UserChanges::default() }).await;
    let refused = desk.app.member(&bob).users().password_reset(&user("root")).await.map(|_| ());
    assert!(refused.is_err(), "he is none any more: {refused:?}");
    desk.change("bob", UserChanges { enabled: Some(false), ..UserChanges::default() }).await;
    let refused = desk.admin().users().password_reset(&user("bob")).await.map(|_| ());
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn the_code_of_one_is_no_code_of_another() {
    let desk = Desk::new().await;
    let (alices, bobs) = (desk.code("alice").await, desk.code("bob").await);
    let (id_of_alice, _) = alices.expose_secret().split_once('-').expect("an id");
    let (_, secret_of_bob) = bobs.expose_secret().split_once('-').expect("a secret");
    assert!(desk.is_refused(&format!("{id_of_alice}-{secret_of_bob}").into()).await);
    for junk in ["", "-", "1-", "x", secret_of_bob, "99999999999999999999-x", "1-spectacles_ä"] {
        assert!(desk.is_refused(&junk.to_owned().into()).await, "{junk}");
    }
    assert_eq!(desk.reset(&bobs, NEW).await.expect("his own"), user("bob"));
    assert_eq!(desk.login("alice", "secret of alice").await, Ok(Some(user("alice"))));
}

#[tokio::test]
async fn whoever_guesses_at_codes_is_limited_as_at_logins() {
    let desk = Desk::new().await;
    let (code, others) = (desk.code("alice").await, desk.code("bob").await);
    let (id, _) = code.expose_secret().split_once('-').expect("an id");
    let (_, wrong) = others.expose_secret().split_once('-').expect("a secret");
    let wrong: SecretString = format!("{id}-{wrong}").into();
    for guess in 0..20 {
        assert!(desk.is_refused(&wrong).await, "{guess}");
    }
    let throttled = desk.reset(&code, NEW).await;
    assert!(matches!(throttled, Err(Error::Throttled { retry_after }) if !retry_after.is_zero()), "{throttled:?}");
    assert_eq!(desk.login("alice", "secret of alice").await, Ok(Some(user("alice"))), "logins have limits of their own");
    desk.reset(&others, NEW).await.expect("so have the codes of others");
    desk.clock.forward(Duration::from_secs(10));
    desk.app.refresh().await.expect("the facts are checked");
    desk.reset(&code, NEW).await.expect("a while later it is admitted");
}

#[tokio::test]
async fn whoever_has_no_password_here_gets_his_first_one() {
    let desk = Desk::new().await;
    desk.admin().users().create(spectacles_core::service::CreateUser::named(user("carol"))).await.expect("a user");
    let code = desk.code("carol").await;
    desk.reset(&code, NEW).await.expect("a password");
    assert_eq!(desk.login("carol", NEW).await, Ok(Some(user("carol"))));
}
