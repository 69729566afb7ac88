//! What users may change who are no administrators: what is theirs.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::listing::Listing;
use spectacles_core::model::{Privileges, Relation, Terms};
use spectacles_core::name::GroupName;
use spectacles_core::right::Right;
use spectacles_core::service::{
    CreateGroup, CreateRegistry, Error, GranteeName, NamespaceChanges, NamespaceView, Namespaces, RegistryChanges, UserChanges,
};
use spectacles_core::time::Clock as _;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn group(name: &str) -> GroupName {
    name.parse().expect("a name")
}

/// How something ended.
fn ending<T>(outcome: &Result<T, Error>) -> &'static str {
    match outcome {
        Ok(_) => "done",
        Err(Error::Denied(_)) => "denied",
        Err(Error::NotFound { what: "namespace" | "registry", .. }) => "not found",
        Err(_) => "another error",
    }
}

/// Each change of a namespace; the number says which.
async fn change(namespaces: Namespaces<'_>, which: usize) -> Result<(), Error> {
    let (registry, team, carol) = (service(REGISTRY), path("team"), GranteeName::User(user("carol")));
    let changed = |view: NamespaceView| drop(view);
    let described = NamespaceChanges { description: Some("changed".to_owned()), ..NamespaceChanges::default() };
    match which {
        0 => namespaces.grant(&registry, &team, &carol, Right::Read, Terms::none()).await.map(changed),
        1 => namespaces.revoke(&registry, &team, &carol).await.map(changed),
        2 => namespaces.assign(&registry, &team, &carol, Terms::none()).await.map(changed),
        3 => namespaces.unassign(&registry, &team, &carol).await.map(changed),
        4 => namespaces.set(&registry, &team, described).await.map(changed),
        _ => namespaces.delete(&registry, &team).await,
    }
}

#[tokio::test]
async fn owners_change_what_they_own_and_nobody_else_learns_that_it_is_there() {
    let desk = Desk::new().await;
    let (registry, team) = (service(REGISTRY), path("team"));
    for name in ["carol", "dave"] {
        let password = Some(format!("secret of {name}").into());
        let new = spectacles_core::service::CreateUser { password, ..spectacles_core::service::CreateUser::named(user(name)) };
        desk.admin().users().create(new).await.expect("a user");
    }
    let reader = GranteeName::User(user("bob"));
    desk.admin().namespaces().grant(&registry, &team, &reader, Right::Read, Terms::none()).await.expect("a grant");
    for (name, outcome) in [("dave", "not found"), ("bob", "denied"), ("alice", "done"), ("root", "done")] {
        let caller = desk.caller(name).await;
        let namespaces = desk.app.member(&caller).namespaces();
        // The last deletes it, which is done for alice only after root has tried the others.
        for which in 0..5 {
            let revision = desk.revision().await;
            let ended = change(namespaces, which).await;
            // What root sets again is as alice left it.
            assert_eq!(ending(&ended), outcome, "{name}, {which}: {ended:?}");
            assert_eq!(desk.revision().await != revision, outcome == "done" && !(name == "root" && which == 4), "{name}, {which}");
        }
        let shown = namespaces.show(&registry, &team).await;
        assert_eq!(ending(&shown), if name == "dave" { "not found" } else { "done" }, "{name}");
        assert_eq!(
            namespaces.page(Some(&registry), &Listing::default()).await.expect("a list").items.len(),
            usize::from(name != "dave"),
            "{name}"
        );
        if let (Ok(shown), "bob") = (shown, name) {
            assert_eq!(shown.grants.len(), 1, "he sees his own right: {shown:?}");
        }
    }
    for (name, outcome) in [("dave", "not found"), ("bob", "denied"), ("alice", "done")] {
        let caller = desk.caller(name).await;
        assert_eq!(ending(&change(desk.app.member(&caller).namespaces(), 5).await), outcome, "{name}");
    }
    assert_eq!(desk.last_change().await.0, ["alice", "namespace.delete", "namespace registry.test team"]);
}

#[tokio::test]
async fn readers_see_of_the_rights_what_concerns_them() {
    let desk = Desk::new().await;
    let (registry, team) = (service(REGISTRY), path("team"));
    let namespaces = desk.admin().namespaces();
    for name in ["bob", "root"] {
        namespaces.grant(&registry, &team, &GranteeName::User(user(name)), Right::Read, Terms::none()).await.expect("a grant");
    }
    let grants = async |name: &str| {
        let caller = desk.caller(name).await;
        desk.app.member(&caller).namespaces().show(&registry, &team).await.expect("he sees it").grants.len()
    };
    assert_eq!((grants("bob").await, grants("alice").await, grants("root").await), (1, 2, 2));
}

#[tokio::test]
async fn ownership_can_be_given_away_and_a_namespace_cannot_be_moved_into_another() {
    let desk = Desk::new().await;
    let registry = service(REGISTRY);
    let alice = desk.caller("alice").await;
    let namespaces = desk.app.member(&alice).namespaces();
    let moved = NamespaceChanges { path: Some(path("elsewhere")), ..NamespaceChanges::default() };
    assert!(
        matches!(namespaces.set(&registry, &path("team"), moved).await, Err(Error::Denied(_))),
        "only administrators create namespaces"
    );
    let given = NamespaceChanges { owner: Some(Some(user("bob"))), ..NamespaceChanges::default() };
    let refused = namespaces.set(&registry, &path("team"), given.clone()).await;
    assert!(matches!(&refused, Err(Error::Denied(text)) if text.contains("none of your groups")), "he did not ask for it: {refused:?}");
    desk.admin().groups().create(CreateGroup::named(group("friends"))).await.expect("a group");
    let until = Some(desk.clock.now().after(HOUR));
    desk.admin().groups().add(&group("friends"), &[user("alice"), user("bob")], until).await.expect("members");
    desk.clock.forward(HOUR);
    desk.app.refresh().await.expect("the facts are checked");
    assert_eq!(ending(&namespaces.set(&registry, &path("team"), given.clone()).await), "denied", "they were in one");
    desk.admin().groups().add(&group("friends"), &[user("alice"), user("bob")], None).await.expect("members");
    assert_eq!(namespaces.set(&registry, &path("team"), given).await.expect("it is hers").owner, Some(user("bob")));
    assert!(matches!(namespaces.show(&registry, &path("team")).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn proofs_count_as_long_as_they_are_true() {
    let desk = Desk::new().await;
    let alice = desk.caller("alice").await;
    let off = UserChanges { enabled: Some(false), ..UserChanges::default() };
    desk.admin().users().set(&user("alice"), off).await.expect("a change");
    let refused = change(desk.app.member(&alice).namespaces(), 4).await;
    assert!(matches!(&refused, Err(Error::Denied(text)) if text.contains("disabled")), "{refused:?}");
}

#[tokio::test]
async fn managers_register_registries_and_look_after_those_that_a_group_of_theirs_answers_for() {
    let desk = Desk::new().await;
    let groups = desk.admin().groups();
    for (name, member) in [("ops", "bob"), ("others", "alice")] {
        groups.create(CreateGroup::named(group(name))).await.expect("a group");
        groups.add(&group(name), &[user(member)], None).await.expect("a member");
    }
    let bob = desk.caller("bob").await;
    let registries = desk.app.member(&bob).registries();
    let new = || CreateRegistry::new(service("bobs.test"), "http://bobs.test:5001".parse().expect("a URL"));
    assert_eq!(ending(&registries.create(new()).await), "denied", "he is no manager");
    let manager = UserChanges { privileges: Some(Privileges { manager: true, ..Privileges::NONE }), ..UserChanges::default() };
    desk.admin().users().set(&user("bob"), manager.clone()).await.expect("a change");
    let refused = registries.create(new()).await;
    assert!(matches!(&refused, Err(Error::Refused(text)) if text.contains("default group")), "{refused:?}");
    let home = UserChanges { default_group: Some(Some(group("ops"))), ..UserChanges::default() };
    desk.admin().users().set(&user("bob"), home).await.expect("a change");
    let view = registries.create(new()).await.expect("a registry");
    assert_eq!((&*view.related.responsible, &*view.related.publication), (&[group("ops")][..], &[group("ops")][..]));

    let bobs = service("bobs.test");
    registries.set(&bobs, RegistryChanges { read_only: Some(true), ..RegistryChanges::default() }).await.expect("it is his");
    let stranger = registries.relate(&bobs, Relation::Publication, &[group("others")], None).await;
    assert!(matches!(&stranger, Err(Error::NotFound { what: "group", .. })), "he is not in it: {stranger:?}");
    assert_eq!(ending(&registries.delete(&service(REGISTRY)).await), "denied", "nobody of his answers for it");

    // Alice is a manager, too, but not for this one.
    desk.admin().users().set(&user("alice"), manager).await.expect("a change");
    let alice = desk.caller("alice").await;
    let hers = desk.app.member(&alice).registries();
    assert_eq!(ending(&hers.delete(&bobs).await), "denied");
    let enabled = |enabled| RegistryChanges { enabled: Some(enabled), ..RegistryChanges::default() };
    desk.admin().registries().set(&bobs, enabled(false)).await.expect("a change");
    assert_eq!((ending(&hers.show(&bobs).await), ending(&hers.delete(&bobs).await)), ("not found", "not found"));
    assert_eq!(hers.page(&Listing::default()).await.expect("a list").items.len(), 1);
    assert_eq!(registries.page(&Listing::default()).await.expect("a list").items[0].registry.service, bobs);
    desk.admin().registries().set(&bobs, enabled(true)).await.expect("a change");
    registries.delete(&bobs).await.expect("it is his");
    assert_eq!(desk.last_change().await.0, ["bob", "registry.delete", "registry bobs.test"]);
}

#[tokio::test]
async fn an_administrators_registry_goes_to_his_default_group_if_he_has_one() {
    let desk = Desk::new().await;
    let root = desk.caller("root").await;
    let registries = desk.app.administrator(&root).expect("root may").registries();
    let new = |name: &str| CreateRegistry::new(service(name), "http://127.0.0.1:5001".parse().expect("a URL"));
    assert!(registries.create(new("one.test")).await.expect("a registry").related.responsible.is_empty());
    desk.admin().groups().create(CreateGroup::named(group("ops"))).await.expect("a group");
    desk.admin().groups().add(&group("ops"), &[user("root")], None).await.expect("a member");
    let home = UserChanges { default_group: Some(Some(group("ops"))), ..UserChanges::default() };
    desk.admin().users().set(&user("root"), home).await.expect("a change");
    assert_eq!(registries.create(new("two.test")).await.expect("a registry").related.responsible, [group("ops")]);
}
