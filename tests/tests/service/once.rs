//! Requests that come twice and are done once.

use super::desk::{Desk, user};
use spectacles_core::service::{CreateUser, Done, Error, Once, UserChanges};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn once(key: &str) -> Once {
    Once { key: key.to_owned(), fingerprint: [7; 32], location: "/api/v1/users/carol".to_owned() }
}

#[tokio::test]
async fn what_was_done_under_a_key_is_not_done_again_for_a_day() {
    let desk = Desk::new().await;
    let caller = desk.caller("root").await;
    let root = desk.app.member(&caller);
    let once = once("one");
    assert_eq!(root.done("one").await.expect("an answer"), None);
    root.once(&once).users().create(CreateUser::named(user("carol"))).await.expect("a user");
    let done = Done { fingerprint: [7; 32], location: "/api/v1/users/carol".to_owned() };
    assert_eq!(root.done("one").await.expect("an answer"), Some(done.clone()));
    assert_eq!(desk.app.administrator(&caller).expect("he is one").done("one").await.expect("an answer"), Some(done));

    let revision = desk.revision().await;
    let again = root.once(&once).users().delete(&user("carol"), None).await;
    assert!(matches!(again, Err(Error::Repeated)), "{again:?}");
    assert_eq!(desk.revision().await, revision, "nothing was done");
    // Others have keys of their own.
    let alice = desk.caller("alice").await;
    let described = || UserChanges { display_name: Some("Alice".to_owned()), ..UserChanges::default() };
    assert_eq!(desk.app.member(&alice).done("one").await.expect("an answer"), None);
    desk.app.member(&alice).once(&once).users().set(&user("alice"), described()).await.expect("her first");

    desk.clock.forward(24 * HOUR - Duration::from_millis(1));
    desk.app.refresh().await.expect("the facts are checked");
    assert!(root.done("one").await.expect("an answer").is_some());
    assert_eq!(desk.app.administration().forget_requests().await.expect("nothing to do"), 0);
    desk.clock.forward(Duration::from_millis(1));
    desk.app.refresh().await.expect("the facts are checked");
    assert_eq!(root.done("one").await.expect("an answer"), None);
    root.once(&once).users().delete(&user("carol"), None).await.expect("a day later it is another request");

    let newest = desk.last_change().await;
    assert_eq!(desk.app.administration().forget_requests().await.expect("a change"), 0, "hers is as old as a day, and not older");
    desk.clock.forward(HOUR);
    assert_eq!(desk.app.administration().forget_requests().await.expect("a change"), 1, "hers is older than a day");
    assert_eq!(desk.last_change().await, newest, "the trail does not tell of it");
    assert!(root.done("one").await.expect("an answer").is_some());
}

#[tokio::test]
async fn what_failed_may_be_tried_again_under_its_key() {
    let desk = Desk::new().await;
    let caller = desk.caller("root").await;
    let (root, once) = (desk.app.member(&caller), once("one"));
    let taken = root.once(&once).users().create(CreateUser::named(user("alice"))).await;
    assert!(matches!(taken, Err(Error::Conflict(_))), "{taken:?}");
    assert_eq!(root.done("one").await.expect("an answer"), None);
    root.once(&once).users().create(CreateUser::named(user("carol"))).await.expect("another attempt");
}

#[tokio::test]
async fn keys_are_short_and_visible() {
    let desk = Desk::new().await;
    let caller = desk.caller("root").await;
    let root = desk.app.member(&caller);
    for (key, is_one) in
        [("k".repeat(255), true), ("k".repeat(256), false), (String::new(), false), ("a b".to_owned(), false), ("ä".to_owned(), false)]
    {
        assert_eq!(root.done(&key).await.is_ok(), is_one, "{key}");
        let once = once(&key);
        let outcome =
            root.once(&once).users().set(&user("bob"), UserChanges { display_name: Some(key.clone()), ..Default::default() }).await;
        assert_eq!(outcome.is_ok(), is_one, "{key}: {outcome:?}");
    }
}
