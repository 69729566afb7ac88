//! Changes that come to nothing.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::access::{Facts, Question, Subject, decide};
use spectacles_core::model::{Circumstances, Terms};
use spectacles_core::right::{Actions, Right};
use spectacles_core::service::{CreateGroup, CreateUser, Error, GranteeName, UserChanges};
use spectacles_core::time::Clock as _;
use spectacles_store::{Options, open};

/// What somebody may do on `team/app` by these facts.
fn allowed(desk: &Desk, facts: &Facts, name: &str) -> Actions {
    let subject = facts.user(name).map_or(Subject::Anonymous, |user| Subject::User(user));
    let repository = "team/app".parse().expect("a name");
    let circumstances = Circumstances { at: desk.clock.now(), from: None };
    let question = Question { subject, repository: &repository, requested: Actions::ALL, circumstances };
    decide(facts, facts.registry(REGISTRY), &question).allowed
}

#[tokio::test]
async fn a_rehearsal_says_what_would_be_and_leaves_what_is() {
    rehearse(&Desk::new().await).await;
}

#[tokio::test]
async fn so_does_one_in_a_database() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite:///{}", directory.path().join("test.db").display());
    let store = open(&url, Options::default()).await.expect("a database");
    rehearse(&Desk::on(store, |builder| builder).await).await;
}

async fn rehearse(desk: &Desk) {
    let facts = desk.app.facts().read(Facts::clone);
    let revision = desk.revision().await;

    let rehearsal = desk.app.administration().rehearsal().await.expect("a rehearsal");
    let admin = rehearsal.administrator();
    let devs = "devs".parse().expect("a name");
    admin.groups().create(CreateGroup::named("devs".parse().expect("a name"))).await.expect("a group");
    admin.users().create(CreateUser::named(user("carol"))).await.expect("a user");
    admin.groups().add(&devs, &[user("bob"), user("carol")], None).await.expect("members");
    // What was rehearsed is there for what follows, also to be read.
    assert_eq!(admin.groups().show(&devs).await.expect("a group").members.len(), 2);
    admin.groups().add(&devs, &[user("bob")], None).await.expect("no change");
    let grantee = GranteeName::Group(devs.clone());
    admin.namespaces().grant(&service(REGISTRY), &path("team"), &grantee, Right::Read, Terms::none()).await.expect("a grant");
    admin.users().delete(&user("alice"), Some(&user("bob"))).await.expect("bob takes over");
    let outcome = rehearsal.outcome(&facts).await.expect("facts");

    assert_eq!((allowed(desk, &outcome, "carol"), allowed(desk, &outcome, "bob")), (Actions::PULL, Actions::ALL));
    assert!(outcome.user("alice").is_none());
    assert_eq!(desk.revision().await, revision);
    assert_eq!((allowed(desk, &facts, "alice"), allowed(desk, &facts, "bob")), (Actions::ALL, Actions::NONE));
    assert!(matches!(desk.admin().users().show(&user("carol")).await, Err(Error::NotFound { .. })));
    desk.admin().users().create(CreateUser::named(user("carol"))).await.expect("the stage is free again");
}

#[tokio::test]
async fn a_change_that_fails_ends_the_rehearsal() {
    let desk = Desk::new().await;
    let facts = desk.app.facts().read(Facts::clone);
    let rehearsal = desk.app.administration().rehearsal().await.expect("a rehearsal");
    let users = rehearsal.administrator().users();
    assert!(matches!(users.create(CreateUser::named(user("bob"))).await, Err(Error::Conflict(_))));
    let refused = users.set(&user("bob"), UserChanges { admin: Some(true), ..UserChanges::default() }).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert!(matches!(rehearsal.outcome(&facts).await, Err(Error::Refused(_))));
}
