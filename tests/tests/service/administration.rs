//! What administrators may do, and what must not happen to them.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::auth::Credentials;
use spectacles_core::model::Terms;
use spectacles_core::name::GroupName;
use spectacles_core::right::Right;
use spectacles_core::service::{
    CreateGroup, CreateNamespace, CreateUser, Error, GranteeName, NamespaceChanges, RegistryChanges, UserChanges,
};

#[tokio::test]
async fn the_last_administrator_cannot_be_lost() {
    let desk = Desk::new().await;
    let users = desk.admin().users();
    let set = async |name: &str, admin, enabled| users.set(&user(name), UserChanges { admin, enabled, ..UserChanges::default() }).await;
    for attempt in [set("root", Some(false), None).await.err(), set("root", None, Some(false)).await.err()] {
        assert!(matches!(attempt, Some(Error::Refused(text)) if text.contains("last administrator")));
    }
    assert!(matches!(users.delete(&user("root"), None).await, Err(Error::Refused(_))));
    set("alice", Some(true), None).await.expect("a second administrator");
    set("root", Some(false), None).await.expect("there is another");
    // A disabled administrator is none.
    set("root", Some(true), Some(false)).await.expect("root is back, and disabled");
    assert!(matches!(set("alice", Some(false), None).await, Err(Error::Refused(_))));
}

#[tokio::test]
async fn an_owner_leaves_only_when_somebody_takes_over() {
    let desk = Desk::new().await;
    let users = desk.admin().users();
    let refused = users.delete(&user("alice"), None).await;
    assert!(matches!(&refused, Err(Error::Refused(text)) if text.contains("team")), "{refused:?}");
    assert!(matches!(users.delete(&user("alice"), Some(&user("alice"))).await, Err(Error::Refused(_))));
    assert!(matches!(users.delete(&user("alice"), Some(&user("nobody"))).await, Err(Error::NotFound { what: "user", .. })));
    users.delete(&user("alice"), Some(&user("bob"))).await.expect("bob takes over");
    assert_eq!(desk.allowed("bob", "repository:team/app:push").await, "push");
    assert!(desk.token("alice", "repository:team/app:pull").await.is_err());
}

#[tokio::test]
async fn changes_count_at_once() {
    let desk = Desk::new().await;
    let (registry, team) = (service(REGISTRY), path("team"));
    let devs: GroupName = "devs".parse().expect("a name");
    let asks = async || desk.allowed("bob", "repository:team/app:pull,push,delete").await;
    assert_eq!(asks().await, "nothing");

    let namespaces = desk.admin().namespaces();
    let groups = desk.admin().groups();
    groups.create(CreateGroup::named(devs.clone())).await.expect("a group");
    groups.add(&devs, &[user("bob")], None).await.expect("a member");
    namespaces.grant(&registry, &team, &GranteeName::Group(devs.clone()), Right::Read, Terms::none()).await.expect("a grant");
    assert_eq!(asks().await, "pull");
    namespaces.grant(&registry, &team, &GranteeName::User(user("bob")), Right::Full, Terms::none()).await.expect("a grant");
    assert_eq!(asks().await, "pull,push,delete");
    namespaces.revoke(&registry, &team, &GranteeName::User(user("bob"))).await.expect("it was there");
    groups.remove(&devs, &[user("bob")]).await.expect("he was there");
    assert_eq!(asks().await, "nothing");
    namespaces.assign(&registry, &team, &GranteeName::User(user("bob")), Terms::none()).await.expect("an assignment");
    assert_eq!(asks().await, "pull,push,delete");
    let changes = NamespaceChanges { members_right: Some(Right::Write), ..NamespaceChanges::default() };
    namespaces.set(&registry, &team, changes).await.expect("a change");
    assert_eq!(asks().await, "pull,push");
    let read_only = RegistryChanges { read_only: Some(true), ..RegistryChanges::default() };
    desk.admin().registries().set(&registry, read_only).await.expect("a change");
    assert_eq!(asks().await, "pull");
    namespaces.delete(&registry, &team).await.expect("it was there");
    assert_eq!(asks().await, "nothing");
}

#[tokio::test]
async fn what_is_not_there_or_taken_is_said_by_name() {
    let desk = Desk::new().await;
    let (registry, team) = (service(REGISTRY), path("team"));
    let text = |error: Error| error.to_string();
    let twice = desk.admin().users().create(CreateUser::named(user("bob"))).await;
    assert_eq!(twice.map_err(text).unwrap_err(), "a user `bob` exists already");
    let again = desk.admin().namespaces().create(CreateNamespace::new(registry.clone(), team.clone())).await;
    assert_eq!(again.map_err(text).unwrap_err(), "a namespace `team` exists already on registry `registry.test`");
    let missing = desk.admin().namespaces().show(&registry, &path("other")).await;
    assert_eq!(missing.map_err(text).unwrap_err(), "there is no namespace `other` on registry `registry.test`");
    let revoked = desk.admin().namespaces().revoke(&registry, &team, &GranteeName::User(user("bob"))).await;
    assert_eq!(revoked.map_err(text).unwrap_err(), "there is no custom right of `user bob` on namespace `team`");
}

#[tokio::test]
async fn every_change_is_in_the_audit_trail_and_nothing_that_did_not_happen() {
    let desk = Desk::new().await;
    let before = desk.admin().audit().list(None, 1000).await.expect("a trail").len();
    let password = Some("another secret".into());
    desk.admin().users().set(&user("bob"), UserChanges { password, ..UserChanges::default() }).await.expect("a change");
    // Nothing is different after these.
    desk.admin().users().set(&user("bob"), UserChanges { enabled: Some(true), ..UserChanges::default() }).await.expect("no change");
    assert!(desk.admin().users().delete(&user("alice"), None).await.is_err());

    let trail = desk.admin().audit().list(None, 1000).await.expect("a trail");
    assert_eq!(trail.len(), before + 1);
    let record = &trail[0].record;
    assert_eq!((record.actor.as_str(), record.action.as_str(), record.object.as_str()), ("operator", "user.set", "user bob"));
    let everything = serde_json::to_string(&trail).expect("JSON");
    assert!(everything.contains(r#""password":"changed""#));
    assert!(!everything.contains("secret") && !everything.contains("argon2"), "a trail is no place for passwords");
}

#[tokio::test]
async fn only_an_administrator_gets_to_administer_and_only_as_long_as_he_is_one() {
    let desk = Desk::new().await;
    let caller = async |name: &str| {
        let credentials = Credentials { account: name.to_owned(), secret: format!("secret of {name}").into() };
        desk.app.authenticate(&credentials, None).await.expect("an answer").expect("a caller")
    };
    assert!(matches!(desk.app.administrator(&caller("alice").await).err(), Some(Error::Denied(_))));
    let root = caller("root").await;
    assert_eq!(desk.app.administrator(&root).expect("root may").actor(), "root");
    desk.admin().users().set(&user("alice"), UserChanges { admin: Some(true), ..UserChanges::default() }).await.expect("a change");
    desk.admin().users().set(&user("root"), UserChanges { admin: Some(false), ..UserChanges::default() }).await.expect("a change");
    assert!(matches!(desk.app.administrator(&root).err(), Some(Error::Denied(_))));
}

#[tokio::test]
async fn the_proof_of_an_administrator_does_not_outlive_his_rights() {
    let desk = Desk::new().await;
    let other = UserChanges { admin: Some(true), ..UserChanges::default() };
    desk.admin().users().set(&user("alice"), other).await.expect("a change");
    for (admin, enabled) in [(true, false), (false, true)] {
        let set = |admin, enabled| UserChanges { admin: Some(admin), enabled: Some(enabled), ..UserChanges::default() };
        let root = desk.caller("root").await;
        let proof = desk.app.administrator(&root).expect("root may");
        desk.admin().users().set(&user("root"), set(admin, enabled)).await.expect("a change");
        let revision = desk.revision().await;
        let refused = proof.users().set(&user("root"), set(true, true)).await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{admin}, {enabled}: {refused:?}");
        assert_eq!(desk.revision().await, revision, "nothing has changed");
        desk.admin().users().set(&user("root"), set(true, true)).await.expect("a change");
    }
}
