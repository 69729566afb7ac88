//! What managers may: no more than they were given, and for no longer.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::model::{Anonymous, Policy, Relation};
use spectacles_core::name::{GroupName, RegistryUrl};
use spectacles_core::service::{
    Caller, CreateGroup, CreateNamespace, CreateRegistry, Error, Meant, Policies, RegistryChanges, RegistryView, Settings, UserChanges,
};
use spectacles_core::time::{Clock as _, Timestamp};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn group(name: &str) -> GroupName {
    name.parse().expect("a name")
}

/// A registry elsewhere.
fn url(host: &str) -> RegistryUrl {
    format!("https://{host}").parse().expect("a URL")
}

impl Desk {
    /// Bob as a manager, whose group `ops` answers for the registry. Alice is in `others`.
    async fn manager(&self, responsible: Option<Timestamp>, member: Option<Timestamp>) -> Caller {
        let groups = self.admin().groups();
        for (name, who, until) in [("ops", "bob", member), ("others", "alice", None)] {
            groups.create(CreateGroup::named(group(name))).await.expect("a group");
            groups.add(&group(name), &[user(who)], until).await.expect("a member");
        }
        let privileges = Some("puller,pusher,manager".parse().expect("privileges"));
        let changes = UserChanges { privileges, default_group: Some(Some(group("ops"))), ..UserChanges::default() };
        self.admin().users().set(&user("bob"), changes).await.expect("a change");
        let registries = self.admin().registries();
        registries.relate(&service(REGISTRY), Relation::Responsible, &[group("ops")], responsible).await.expect("a relation");
        self.caller("bob").await
    }
}

#[tokio::test]
async fn a_manager_registers_as_many_as_the_policies_admit() {
    let policies = Policies { registry_quota: Some(2), ..Policies::default() };
    let desk = Desk::with(|builder| builder.settings(Settings { policies, ..Settings::default() })).await;
    let bob = desk.manager(None, None).await;
    let register = async |name: &str| {
        let new = CreateRegistry::new(service(name), url(name));
        desk.app.member(&bob).registries().create(new).await
    };
    register("second.test").await.expect("he answers for one");
    let refused = register("third.test").await;
    assert!(matches!(&refused, Err(Error::Denied(text)) if text.contains("2 registries")), "{refused:?}");
    let third = CreateRegistry::new(service("third.test"), url("third.test"));
    desk.admin().registries().create(third).await.expect("there is no quota for administrators");
    desk.app.member(&bob).registries().delete(&service("second.test")).await.expect("his own");
    register("fourth.test").await.expect("he answers for one again");
}

#[tokio::test]
async fn what_a_manager_has_for_a_while_he_does_not_make_last() {
    for by_membership in [false, true] {
        let desk = Desk::new().await;
        let [soon, end, late] = [1, 2, 3].map(|hours| Some(desk.clock.now().after(HOUR * hours)));
        let bob = if by_membership { desk.manager(late, end).await } else { desk.manager(end, late).await };
        let registries = desk.app.member(&bob).registries();
        let (registry, ops) = (service(REGISTRY), [group("ops")]);
        let relate = async |relation, until| registries.relate(&registry, relation, &ops, until).await;
        for relation in [Relation::Responsible, Relation::Publication] {
            for until in [None, late] {
                let revision = desk.revision().await;
                let refused = relate(relation, until).await;
                assert!(matches!(&refused, Err(Error::Denied(text)) if text.contains("until")), "{relation:?}: {refused:?}");
                assert_eq!(desk.revision().await, revision);
            }
        }
        relate(Relation::Publication, end).await.expect("as long as he answers for it");
        relate(Relation::Publication, soon).await.expect("or shorter");
        // Nor by registering it anew.
        assert!(matches!(registries.delete(&registry).await, Err(Error::Denied(_))));
        // Another of his groups lasts longer, and he acts by the one that does.
        desk.admin().groups().create(CreateGroup::named(group("staff"))).await.expect("a group");
        desk.admin().groups().add(&group("staff"), &[user("bob")], None).await.expect("a member");
        desk.admin().registries().relate(&registry, Relation::Responsible, &[group("staff")], None).await.expect("a relation");
        relate(Relation::Publication, None).await.expect("he answers for it for ever");
    }
}

#[tokio::test]
async fn a_manager_changes_what_concerns_his_groups_and_learns_of_no_others() {
    let desk = Desk::new().await;
    let bob = desk.manager(None, None).await;
    let registries = desk.app.member(&bob).registries();
    let registry = service(REGISTRY);
    let text = |outcome: Result<RegistryView, Error>| outcome.expect_err("a refusal").to_string();
    // There is one, and there is none.
    for (one, none) in [
        (
            registries.relate(&registry, Relation::Publication, &[group("others")], None).await,
            registries.relate(&registry, Relation::Publication, &[group("nobody")], None).await,
        ),
        (
            registries.unrelate(&registry, Relation::Publication, &[group("others")]).await,
            registries.unrelate(&registry, Relation::Publication, &[group("nobody")]).await,
        ),
    ] {
        assert_eq!(text(one).replace("others", "nobody"), text(none));
    }
    // The administrators' he sees, and leaves as they are.
    let until = Some(desk.clock.now().after(HOUR));
    desk.admin().registries().relate(&registry, Relation::Publication, &[group("others")], until).await.expect("a relation");
    for outcome in [
        registries.relate(&registry, Relation::Publication, &[group("others")], None).await,
        registries.unrelate(&registry, Relation::Publication, &[group("others")]).await,
    ] {
        assert!(matches!(&outcome, Err(Error::Denied(text)) if text.contains("others")), "{outcome:?}");
    }
    let both = registries.relate(&registry, Relation::Publication, &[group("ops"), group("others")], None).await;
    assert!(both.is_err() && desk.admin().registries().show(&registry).await.expect("it").related.publication == [group("others")]);
}

#[tokio::test]
async fn what_decides_about_rights_is_for_administrators_to_choose() {
    let desk = Desk::new().await;
    let bob = desk.manager(None, None).await;
    let registries = desk.app.member(&bob).registries();
    let registry = service(REGISTRY);
    let nothing = RegistryChanges::default;
    for changes in [
        RegistryChanges { policy: Some(Policy::Paths), ..nothing() },
        RegistryChanges { restricted: Some(false), ..nothing() },
        RegistryChanges { anonymous: Some(Anonymous::Pull), ..nothing() },
        RegistryChanges { service: Some(service("another.test")), ..nothing() },
        RegistryChanges { enabled: Some(false), ..nothing() },
    ] {
        let refused = registries.set(&registry, changes.clone()).await;
        assert!(matches!(&refused, Err(Error::Denied(_))), "{changes:?}: {refused:?}");
    }
    let same = RegistryChanges { policy: Some(Policy::Both), read_only: Some(true), ..nothing() };
    assert!(registries.set(&registry, same).await.expect("as it is").registry.read_only);

    // Otherwise he would delete it, and register it as he likes.
    let new = CreateRegistry::new(service("new.test"), url("new.test"));
    for chosen in [
        CreateRegistry { policy: Policy::Paths, ..new.clone() },
        CreateRegistry { restricted: false, ..new.clone() },
        CreateRegistry { anonymous: Anonymous::Pull, ..new.clone() },
    ] {
        assert!(matches!(registries.create(chosen).await, Err(Error::Denied(_))));
    }
    registries.create(new).await.expect("a registry");
    let theirs = service("new.test");
    desk.admin().registries().set(&theirs, RegistryChanges { policy: Some(Policy::Namespaces), ..nothing() }).await.expect("a change");
    assert!(matches!(registries.delete(&theirs).await, Err(Error::Denied(_))));
    desk.admin().registries().set(&theirs, RegistryChanges { policy: Some(Policy::Both), ..nothing() }).await.expect("a change");
    let hers = CreateNamespace { owner: Some(user("alice")), ..CreateNamespace::new(theirs.clone(), path("hers")) };
    desk.admin().namespaces().create(hers).await.expect("a namespace");
    assert!(matches!(registries.delete(&theirs).await, Err(Error::Denied(_))), "alice has something on it");
    desk.admin().namespaces().delete(&theirs, &path("hers")).await.expect("it was there");
    registries.delete(&theirs).await.expect("it is his alone");
}

#[tokio::test]
async fn a_manager_does_not_have_the_server_speak_to_itself() {
    let desk = Desk::new().await;
    let bob = desk.manager(None, None).await;
    let new = |url: &str| CreateRegistry::new(service("new.test"), url.parse().expect("a URL"));
    for url in
        ["http://127.0.0.1:5001", "http://localhost:8080", "http://LOCALHOST.:1", "http://a.localhost", "http://127.9", "http://[::1]:1"]
    {
        let revision = desk.revision().await;
        let refused = desk.app.member(&bob).registries().create(new(url)).await;
        assert!(matches!(&refused, Err(Error::Denied(text)) if text.contains("administrator")), "{url}: {refused:?}");
        assert_eq!(desk.revision().await, revision);
    }
    desk.admin().registries().create(new("http://127.0.0.1:5001")).await.expect("administrators do");
}

#[tokio::test]
async fn a_manager_does_not_take_the_host_of_a_registry_that_is_there() {
    let desk = Desk::new().await;
    let bob = desk.manager(None, None).await;
    let theirs = CreateRegistry { external_url: Some(url("hub.test")), ..CreateRegistry::new(service("hub"), url("inside.test:5000")) };
    desk.admin().registries().create(theirs).await.expect("a registry");
    let registries = desk.app.member(&bob).registries();
    let his = |at: &str, external: Option<&str>| CreateRegistry {
        external_url: external.map(url),
        ..CreateRegistry::new(service("his.test"), url(at))
    };
    for (at, external) in [
        ("hub.test", None),
        ("HUB.test:443", None),
        ("inside.test:5000", None),
        ("his.test", Some("hub.test")),
        ("his.test", Some("inside.test:5000")),
    ] {
        let refused = registries.create(his(at, external)).await;
        assert!(matches!(&refused, Err(Error::Conflict(text)) if text.contains("already")), "{at} {external:?}: {refused:?}");
    }
    registries.create(his("his.test", Some("his.test:5000"))).await.expect("his own host");
    // Nor later.
    let to = |at: &str| RegistryChanges { external_url: Some(Some(url(at))), ..RegistryChanges::default() };
    assert!(matches!(registries.set(&service("his.test"), to("hub.test")).await, Err(Error::Conflict(_))));
    registries.set(&service("his.test"), to("his.test")).await.expect("his own host");
    // Two of one host are for administrators, and the one that was there first is meant.
    let second = CreateRegistry::new(service("a-second"), url("hub.test"));
    desk.admin().registries().create(second).await.expect("a registry");
    let meant = async || desk.app.meant(Meant::Host(Some("hub.test"))).await.expect("an answer").expect("a registry").service;
    assert_eq!(meant().await, service("hub"));
    let off = RegistryChanges { enabled: Some(false), ..RegistryChanges::default() };
    desk.admin().registries().set(&service("hub"), off).await.expect("a change");
    assert_eq!(meant().await, service("a-second"), "one that is disabled is nobody's to know");
}

#[tokio::test]
async fn a_manager_has_registries_looked_at_at_a_pace() {
    let desk = Desk::new().await;
    let bob = desk.manager(None, None).await;
    let registry = service(REGISTRY);
    let want = async || desk.app.member(&bob).registries().want_sync(&registry).await;
    let mut wanted = 0;
    let refused = loop {
        match want().await {
            Ok(_) => wanted += 1,
            Err(error) => break error,
        }
        assert!(wanted < 100, "there is no end to it");
    };
    let Error::TooMany { retry_after, .. } = &refused else { panic!("{refused:?}") };
    assert!(wanted >= 3 && !retry_after.is_zero(), "{wanted}: {refused}");
    let tried = desk.app.member(&bob).registries().test(&registry).await;
    assert!(matches!(&tried, Err(Error::TooMany { .. })), "trying one counts as well: {tried:?}");
    for _ in 0..100 {
        desk.admin().registries().want_sync(&registry).await.expect("administrators are not limited");
    }
    desk.clock.forward(*retry_after);
    want().await.expect("after a while there is one more");
    assert!(matches!(want().await, Err(Error::TooMany { .. })));
}
