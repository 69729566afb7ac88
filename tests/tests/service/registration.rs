//! Signing up, and what new users get.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::auth::Credentials;
use spectacles_core::model::{NamespaceCreation, PersonalNamespaces, Privileges};
use spectacles_core::service::{CreateNamespace, CreateRegistry, CreateUser, Error, Policies, Settings, Spectacles};
use spectacles_store::MemoryStore;
use std::sync::Arc;
use tokio::task::JoinSet;

const PASSWORD: &str = "Passw0rd!";

fn settings(policies: Policies) -> Settings {
    Settings { policies, ..Settings::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_are_first_at_once_one_is() {
    for registration in [false, true] {
        let policies = Policies { registration, ..Policies::default() };
        let builder = Spectacles::builder(Arc::new(MemoryStore::new())).settings(settings(policies));
        let app = Arc::new(builder.start().await.expect("a server"));
        let mut all = JoinSet::new();
        for number in 0..8 {
            let app = Arc::clone(&app);
            all.spawn(async move { app.administration().register(user(&format!("user{number}")), None, PASSWORD.into()).await });
        }
        let outcomes = all.join_all().await;
        let signed_up: Vec<_> = outcomes.iter().flatten().collect();
        assert_eq!(signed_up.iter().filter(|view| view.user.admin).count(), 1, "{outcomes:?}");
        assert_eq!(signed_up.len(), if registration { 8 } else { 1 }, "{outcomes:?}");
        assert!(outcomes.iter().flat_map(|outcome| outcome.as_ref().err()).all(|error| matches!(error, Error::Denied(_))), "{outcomes:?}");
    }
}

#[tokio::test]
async fn later_ones_sign_up_where_that_is_allowed_and_get_what_new_users_get() {
    let closed = Desk::new().await;
    let revision = closed.revision().await;
    let refused = closed.app.administration().register(user("carol"), None, PASSWORD.into()).await;
    assert!(matches!(refused, Err(Error::Denied(text)) if text.contains("administrator")));
    assert_eq!(closed.revision().await, revision);

    let default_privileges: Privileges = "puller".parse().expect("privileges");
    let policies = Policies { registration: true, default_privileges, ..Policies::default() };
    let desk = Desk::with(|builder| builder.settings(settings(policies))).await;
    let register = async |name: &str, password: &str| desk.app.administration().register(user(name), None, password.into()).await;
    let revision = desk.revision().await;
    assert!(matches!(register("carol", "password").await, Err(Error::Invalid(_))));
    assert!(matches!(register("bob", PASSWORD).await, Err(Error::Conflict(_))));
    assert_eq!(desk.revision().await, revision);
    let carol = register("carol", PASSWORD).await.expect("carol signs up");
    assert_eq!((carol.user.admin, carol.user.privileges), (false, default_privileges));
    let (who, _) = desk.last_change().await;
    assert_eq!(who, ["carol", "user.register", "user carol"]);
    let credentials = Credentials { account: "carol".to_owned(), secret: PASSWORD.into() };
    assert!(desk.app.authenticate(&credentials, None).await.expect("an answer").is_some(), "she can log in at once");
}

#[tokio::test]
async fn new_users_get_a_namespace_of_their_own_once() {
    let policies = Policies { personal_namespaces: PersonalNamespaces::Created, registration: true, ..Policies::default() };
    let desk = Desk::with(|builder| builder.settings(settings(policies))).await;
    let url = || "http://127.0.0.1:5000".parse().expect("a URL");
    let registries = desk.admin().registries();
    registries.create(CreateRegistry::new(service("second.test"), url())).await.expect("a registry");
    let off = CreateRegistry { enabled: false, ..CreateRegistry::new(service("off.test"), url()) };
    registries.create(off).await.expect("a registry");
    let namespaces = desk.admin().namespaces();
    let taken = CreateNamespace { owner: Some(user("alice")), ..CreateNamespace::new(service("second.test"), path("carol")) };
    namespaces.create(taken).await.expect("a namespace");

    desk.app.administration().register(user("carol"), None, PASSWORD.into()).await.expect("carol signs up");
    desk.admin().users().create(CreateUser::named(user("dave"))).await.expect("dave");
    let owner = async |registry: &str, name: &str| namespaces.show(&service(registry), &path(name)).await.ok().and_then(|view| view.owner);
    assert_eq!(owner(REGISTRY, "carol").await, Some(user("carol")));
    assert_eq!(owner("second.test", "carol").await, Some(user("alice")), "what is there stays as it is");
    assert_eq!(owner("second.test", "dave").await, Some(user("dave")));
    assert!(namespaces.show(&service("off.test"), &path("carol")).await.is_err());
    let trail = desk.admin().audit().list(None, 100).await.expect("a trail");
    let created = trail.iter().filter(|entry| entry.record.action == "namespace.create" && entry.record.actor == "carol");
    assert_eq!(created.map(|entry| entry.record.object.as_str()).collect::<Vec<_>>(), ["namespace registry.test carol"]);
}

#[tokio::test]
async fn what_users_may_create_is_a_setting() {
    for (setting, may) in [
        (NamespaceCreation::Administrators, &[][..]),
        (NamespaceCreation::OwnName, &["bob", "bob/tools"][..]),
        (NamespaceCreation::Everyone, &["bob", "bob/tools", "tools", "tools/x"][..]),
    ] {
        let policies = Policies { namespace_creation: setting, ..Policies::default() };
        let desk = Desk::with(|builder| builder.settings(settings(policies))).await;
        let bob = desk.caller("bob").await;
        let namespaces = desk.app.member(&bob).namespaces();
        // `team` is somebody else's, and so is all below; `alice` is somebody; `*` and `/` are many names; the rest says by itself whose it is.
        let places = [
            "bob",
            "bob/tools",
            "alice",
            "tools",
            "tools/x",
            "team/app",
            "team/a/b",
            "*",
            "*/app",
            "/",
            "users",
            "users/bob",
            "groups/devs",
            "apps/web",
        ];
        for place in places {
            let revision = desk.revision().await;
            let outcome = namespaces.create(CreateNamespace::new(service(REGISTRY), path(place))).await;
            if may.contains(&place) {
                assert_eq!(outcome.expect(place).owner, Some(user("bob")), "{setting}: {place}");
            } else {
                assert!(matches!(&outcome, Err(Error::Denied(_))), "{setting}: {place}: {outcome:?}");
                assert_eq!(desk.revision().await, revision, "{setting}: {place}");
            }
        }
        let again = namespaces.create(CreateNamespace::new(service(REGISTRY), path("bob"))).await;
        assert_eq!(matches!(again, Err(Error::Conflict(_))), !may.is_empty(), "{setting}: {again:?}");
        let for_alice = CreateNamespace { owner: Some(user("alice")), ..CreateNamespace::new(service(REGISTRY), path("bob/gift")) };
        assert!(matches!(namespaces.create(for_alice).await, Err(Error::Denied(_))));
    }
}
