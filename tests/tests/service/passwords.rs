//! Changing one's own password.

use super::desk::{Desk, user};
use spectacles_core::service::{Error, UserChanges};
use std::time::Duration;

#[tokio::test]
async fn a_new_password_takes_the_current_one_and_works_at_once() {
    let desk = Desk::new().await;
    for name in ["bob", "root"] {
        let caller = desk.caller(name).await;
        let users = desk.app.member(&caller).users();
        let current = || format!("secret of {name}");
        let wrong = users.change_password("a guess".into(), "new secret".into()).await;
        assert!(matches!(wrong, Err(Error::Denied(_))), "{wrong:?}");
        for bad in ["", "new secret", "N3w-one"] {
            let bad = users.change_password(current().into(), bad.into()).await;
            assert!(matches!(bad, Err(Error::Invalid(_))), "{bad:?}");
        }
        assert_eq!(desk.login(name, &current()).await, Ok(Some(user(name))), "nothing was changed");
        users.change_password(current().into(), format!("N3w-secret of {name}").into()).await.expect("a change");
        let (what, details) = desk.last_change().await;
        assert_eq!(what, [name, "user.set", &format!("user {name}")]);
        assert_eq!(details, serde_json::json!({ "password": "changed" }));
        assert_eq!(desk.login(name, &current()).await, Ok(None), "{name}");
        assert_eq!(desk.login(name, &format!("N3w-secret of {name}")).await, Ok(Some(user(name))));
    }
}

#[tokio::test]
async fn whoever_guesses_at_the_current_password_is_limited_as_at_logins() {
    let desk = Desk::new().await;
    let caller = desk.caller("bob").await;
    let users = desk.app.member(&caller).users();
    desk.clock.forward(Duration::from_secs(61));
    desk.app.refresh().await.expect("the facts are checked");
    for guess in 0..20 {
        let wrong = users.change_password(format!("guess {guess}").into(), "N3w-secret".into()).await;
        assert!(matches!(wrong, Err(Error::Denied(_))), "{guess}: {wrong:?}");
    }
    let throttled = users.change_password("secret of bob".into(), "N3w-secret".into()).await;
    assert!(matches!(throttled, Err(Error::Throttled { retry_after }) if !retry_after.is_zero()), "{throttled:?}");
    desk.clock.forward(Duration::from_secs(10));
    users.change_password("secret of bob".into(), "N3w-secret".into()).await.expect("a while later it is admitted");
}

#[tokio::test]
async fn nobody_changes_one_who_is_not_there_or_not_any_more() {
    let desk = Desk::new().await;
    let caller = desk.caller("bob").await;
    let refused = desk.admin().users().change_password("x".into(), "y".into()).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "nobody sits there: {refused:?}");
    // What was proved for one is no proof for what he is now.
    let off = UserChanges { enabled: Some(false), ..UserChanges::default() };
    desk.admin().users().set(&user("bob"), off).await.expect("a change");
    let refused = desk.app.member(&caller).users().change_password("secret of bob".into(), "N3w-secret".into()).await;
    assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
}
