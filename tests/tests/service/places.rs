//! Where users get namespaces: nowhere that governs what is somebody else's.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::model::{NamespaceCreation, PersonalNamespaces};
use spectacles_core::name::UserName;
use spectacles_core::random::SystemRandom;
use spectacles_core::service::{
    Administration, CreateNamespace, CreateUser, Error, NamespaceChanges, NamespaceView, Policies, Settings, UserChanges,
};
use spectacles_core::time::SystemClock;
use std::sync::Arc;

async fn desk(policies: Policies) -> Desk {
    Desk::with(|builder| builder.settings(Settings { policies, ..Settings::default() })).await
}

async fn where_everyone_may() -> Desk {
    desk(Policies { namespace_creation: NamespaceCreation::Everyone, ..Policies::default() }).await
}

impl Desk {
    /// A namespace that an administrator makes.
    async fn given(&self, owner: Option<&str>, place: &str) {
        let new = CreateNamespace { owner: owner.map(user), ..CreateNamespace::new(service(REGISTRY), path(place)) };
        self.admin().namespaces().create(new).await.expect("a namespace");
    }

    /// What comes of it when bob creates one.
    async fn bob_creates(&self, place: &str) -> Result<NamespaceView, Error> {
        let bob = self.caller("bob").await;
        self.app.member(&bob).namespaces().create(CreateNamespace::new(service(REGISTRY), path(place))).await
    }

    async fn owner(&self, place: &str) -> Option<UserName> {
        self.admin().namespaces().show(&service(REGISTRY), &path(place)).await.ok().and_then(|view| view.owner)
    }
}

#[test]
fn nobody_is_called_like_a_part_of_paths_or_like_the_machine() {
    for name in ["users", "groups", "apps", "operator", "background", "system", "anonymous", "spectacles"] {
        let refused = name.parse::<UserName>().expect_err(name).to_string();
        assert!(refused.contains(name) && refused.contains("reserved"), "{refused}");
    }
    for name in ["user", "operators", "apps1"] {
        assert!(name.parse::<UserName>().is_ok(), "{name}");
    }
}

#[tokio::test]
async fn nobody_gets_a_namespace_above_somebody_elses_by_his_name() {
    let policies = Policies { personal_namespaces: PersonalNamespaces::Created, ..Policies::default() };
    let desk = desk(policies).await;
    desk.given(Some("alice"), "tools/vault").await;
    desk.given(None, "nobody/x/y").await;
    desk.given(Some("alice"), "stars/*").await;
    desk.given(Some("alice"), "near-by/x").await;
    for (name, gets) in [("tools", false), ("nobody", false), ("stars", false), ("near", true), ("tool", true), ("vault", true)] {
        desk.admin().users().create(CreateUser::named(user(name))).await.expect("a user");
        assert_eq!(desk.owner(name).await, gets.then(|| user(name)), "{name}");
    }
    assert_eq!(desk.owner("tools/vault").await, Some(user("alice")));
}

#[tokio::test]
async fn nobody_creates_a_namespace_above_somebody_elses() {
    let desk = where_everyone_may().await;
    desk.given(Some("alice"), "tools/vault").await;
    desk.given(None, "stars/*").await;
    desk.given(Some("bob"), "mine/a").await;
    for number in 0..120 {
        desk.given(Some("bob"), &format!("many/{number}")).await;
    }
    desk.given(Some("alice"), "many/zz").await;
    for (place, may) in [("tools", false), ("stars", false), ("many", false), ("mine", true), ("mine/b", true), ("tool", true)] {
        let outcome = desk.bob_creates(place).await;
        match may {
            true => assert_eq!(outcome.expect(place).owner, Some(user("bob"))),
            false => assert!(matches!(&outcome, Err(Error::Denied(text)) if text.contains("below")), "{place}: {outcome:?}"),
        }
    }
    // Whoever governs the place already takes nothing from anybody.
    desk.given(Some("alice"), "mine/deep/vault").await;
    assert!(desk.bob_creates("mine/deep").await.is_ok());
    let bob = desk.caller("bob").await;
    let moved = NamespaceChanges { path: Some(path("tools")), ..NamespaceChanges::default() };
    let refused = desk.app.member(&bob).namespaces().set(&service(REGISTRY), &path("tool"), moved).await;
    assert!(matches!(refused, Err(Error::Denied(_))), "nor does he move one there: {refused:?}");
}

#[tokio::test]
async fn with_his_own_name_either() {
    let desk = desk(Policies { namespace_creation: NamespaceCreation::OwnName, ..Policies::default() }).await;
    desk.given(Some("alice"), "bob/vault").await;
    assert!(matches!(desk.bob_creates("bob").await, Err(Error::Denied(_))));
    assert!(desk.bob_creates("bob/tools").await.is_ok());
}

#[tokio::test]
async fn the_name_of_somebody_else_is_no_place() {
    let desk = where_everyone_may().await;
    for place in ["alice", "alice/tools"] {
        let refused = desk.bob_creates(place).await;
        assert!(matches!(&refused, Err(Error::Denied(text)) if text.contains("another user")), "{place}: {refused:?}");
    }
    assert!(desk.bob_creates("bob").await.is_ok());
    let off = UserChanges { enabled: Some(false), ..UserChanges::default() };
    desk.admin().users().set(&user("alice"), off).await.expect("a change");
    assert!(matches!(desk.bob_creates("alice").await, Err(Error::Denied(_))), "she may come back");
}

#[tokio::test]
async fn what_another_process_made_a_moment_ago_is_known_where_it_counts() {
    let desk = where_everyone_may().await;
    let random = Arc::new(SystemRandom);
    let other = Administration::new(Arc::clone(&desk.store), Arc::new(SystemClock::new()), random).expect("another process");
    let bob = desk.caller("bob").await;
    let new = CreateNamespace { owner: Some(user("alice")), ..CreateNamespace::new(service(REGISTRY), path("*/vault")) };
    other.operator().namespaces().create(new).await.expect("a namespace");
    // The facts of this process do not know of it yet.
    let namespaces = desk.app.member(&bob).namespaces();
    for place in ["tools/vault", "tools/vault/x"] {
        let refused = namespaces.create(CreateNamespace::new(service(REGISTRY), path(place))).await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{place}: {refused:?}");
    }
    assert!(namespaces.create(CreateNamespace::new(service(REGISTRY), path("tools/other"))).await.is_ok());
}
