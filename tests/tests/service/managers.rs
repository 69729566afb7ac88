//! What managers may: no more than they were given, and for no longer.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::model::{Anonymous, Policy, Relation};
use spectacles_core::name::GroupName;
use spectacles_core::service::{
    Caller, CreateGroup, CreateNamespace, CreateRegistry, Error, Policies, RegistryChanges, RegistryView, Settings, UserChanges,
};
use spectacles_core::time::{Clock as _, Timestamp};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn group(name: &str) -> GroupName {
    name.parse().expect("a name")
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
        let new = CreateRegistry::new(service(name), "http://127.0.0.1:5001".parse().expect("a URL"));
        desk.app.member(&bob).registries().create(new).await
    };
    register("second.test").await.expect("he answers for one");
    let refused = register("third.test").await;
    assert!(matches!(&refused, Err(Error::Denied(text)) if text.contains("2 registries")), "{refused:?}");
    let third = CreateRegistry::new(service("third.test"), "http://127.0.0.1:5001".parse().expect("a URL"));
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
    let url = "http://127.0.0.1:5001".parse().expect("a URL");
    let new = CreateRegistry::new(service("new.test"), url);
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
