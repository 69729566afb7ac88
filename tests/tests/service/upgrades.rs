//! Password hashes that other programs have made, until their users have logged in.

use super::desk::{Desk, user};
use spectacles_core::auth::{bcrypt_hash, werkzeug_hash};
use spectacles_core::model::{PasswordHash, User};
use std::time::{Duration, Instant};

/// Of the password `123`.
const BCRYPT: &str = "$2y$05$WuwBasGDAgr.QCbGIjKJaep4dhxeai9gNZdmBnQXqpKly57oNutya";
/// Of 72 times `x`.
const LONG: &str = "$2b$05$DSjDWMOuxbcXMtCnfwx5DOS0OORaXkMA2Eu0zVV/aTXSrjUz09zxe";
/// Of the password `correct horse`.
const WERKZEUG: &str = concat!(
    "pbkdf2:sha512:1000$saltsalt$",
    "fac5120fc8f0e1ff27b3b9bd6fb923f0f7892def252573bc026d3d04b80eefd9124fd0ff2236b968a20d185e5783b864297c35f9f361073cc93f77885dc597c3"
);

impl Desk {
    async fn hash(&self, name: &str) -> PasswordHash {
        self.read().await.user_named(&user(name)).await.expect("an answer").and_then(|user| user.password).expect("a hash")
    }

    /// Gives somebody a hash, as an import does.
    async fn import(&self, name: &str, hash: PasswordHash) {
        let mut tx = self.store.write().await.expect("a transaction");
        let known = tx.user_named(&user(name)).await.expect("an answer").expect("a user");
        tx.update_user(&User { password: Some(hash), ..known }).await.expect("a change");
        tx.commit().await.expect("a commit");
        self.app.refresh().await.expect("a refresh");
    }
}

#[tokio::test]
async fn whoever_logs_in_with_the_hash_of_another_program_gets_one_of_ours() {
    let desk = Desk::new().await;
    let hashes = [("bob", bcrypt_hash(BCRYPT), "123", "bcrypt"), ("alice", werkzeug_hash(WERKZEUG), "correct horse", "pbkdf2-sha512")];
    for (name, hash, password, method) in hashes {
        let hash = hash.expect("a hash");
        desk.import(name, hash.clone()).await;
        let before = desk.revision().await;
        assert_eq!(desk.login(name, "wrong").await, Ok(None));
        desk.app.write_decisions().await.expect("nothing to write");
        assert_eq!((desk.hash(name).await, desk.revision().await), (hash.clone(), before), "a wrong password changes nothing");
        assert_eq!(desk.login(name, password).await, Ok(Some(user(name))));
        assert_eq!((desk.hash(name).await, desk.revision().await), (hash, before), "nobody waits for the database to log in");
        desk.app.write_decisions().await.expect("it is written");
        assert!(desk.hash(name).await.as_phc().starts_with("$argon2id$"));
        assert!(desk.revision().await > before, "the other processes learn of it");
        let (what, details) = desk.last_change().await;
        assert_eq!(what, ["background", "user.password.upgrade", &format!("user {name}")]);
        assert_eq!(details, serde_json::json!({ "from": method, "to": "argon2id" }));
        let now = desk.revision().await;
        assert_eq!((desk.login(name, password).await, desk.login(name, "wrong").await), (Ok(Some(user(name))), Ok(None)));
        desk.app.write_decisions().await.expect("nothing to write");
        assert_eq!(desk.revision().await, now, "once is enough");
    }
}

#[tokio::test]
async fn who_got_another_password_meanwhile_keeps_that() {
    let desk = Desk::new().await;
    desk.import("bob", bcrypt_hash(BCRYPT).expect("a hash")).await;
    assert_eq!(desk.login("bob", "123").await, Ok(Some(user("bob"))));
    let caller = desk.app.authenticate(&credentials("bob", "123"), None).await.expect("an answer").expect("a caller");
    desk.app.member(&caller).users().change_password("123".into(), "An0ther-one".into()).await.expect("a change");
    let (hash, revision) = (desk.hash("bob").await, desk.revision().await);
    desk.app.write_decisions().await.expect("nothing to write");
    assert_eq!((desk.hash("bob").await, desk.revision().await), (hash, revision));
    assert_eq!((desk.login("bob", "An0ther-one").await, desk.login("bob", "123").await), (Ok(Some(user("bob"))), Ok(None)));
}

fn credentials(account: &str, secret: &str) -> spectacles_core::auth::Credentials {
    spectacles_core::auth::Credentials { account: account.to_owned(), secret: secret.into() }
}

#[tokio::test]
async fn a_wrong_password_takes_no_less_than_for_nobody() {
    let desk = Desk::new().await;
    desk.import("bob", bcrypt_hash(BCRYPT).expect("a hash")).await;
    // Both are measured several times: whatever else the machine does makes them longer, and never shorter.
    let fastest = async |name: &str| {
        let mut fastest = Duration::MAX;
        for number in 0..5 {
            let begun = Instant::now();
            assert_eq!(desk.login(name, &format!("wrong {number}")).await, Ok(None));
            fastest = fastest.min(begun.elapsed());
        }
        fastest
    };
    let (known, unknown) = (fastest("bob").await, fastest("ghost").await);
    assert!(known > unknown / 2, "{known:?} for bob, {unknown:?} for nobody");
}

#[tokio::test]
async fn what_bcrypt_did_not_look_at_does_not_become_part_of_the_password() {
    let desk = Desk::new().await;
    let long = "x".repeat(72);
    desk.import("bob", bcrypt_hash(LONG).expect("a hash")).await;
    assert_eq!(desk.login("bob", &format!("{long} and a typing error")).await, Ok(Some(user("bob"))), "as it was before");
    desk.app.write_decisions().await.expect("nothing to write");
    assert_eq!(desk.hash("bob").await.as_phc(), LONG);
    assert_eq!(desk.login("bob", &long).await, Ok(Some(user("bob"))));
    desk.app.write_decisions().await.expect("it is written");
    assert_eq!((desk.login("bob", &long).await, desk.login("bob", &format!("{long}y")).await), (Ok(Some(user("bob"))), Ok(None)));
}
