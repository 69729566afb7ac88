//! What users do not learn: it makes no difference to them whether it is there.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::listing::{Given, Listing};
use spectacles_core::model::{NamespaceCreation, Relation, Terms};
use spectacles_core::name::{GroupName, ServiceName};
use spectacles_core::right::Right;
use spectacles_core::service::{
    CreateGroup, CreateNamespace, CreateRegistry, CreateService, Error, GranteeName, Namespaces, Policies, Settings,
};

fn text<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    outcome.expect_err("a refusal").to_string()
}

/// Everything that can be tried on a registry.
async fn tries(namespaces: Namespaces<'_>, registry: &ServiceName) -> Vec<String> {
    let (place, nobody) = (path("alice"), GranteeName::User(user("bob")));
    let mut answers = vec![
        text(namespaces.page(Some(registry), &Listing::default()).await),
        text(namespaces.show(registry, &place).await),
        text(namespaces.create(CreateNamespace::new(registry.clone(), place.clone())).await),
        text(namespaces.create(CreateNamespace::new(registry.clone(), path("bob"))).await),
        text(namespaces.set(registry, &place, spectacles_core::service::NamespaceChanges::default()).await),
        text(namespaces.grant(registry, &place, &nobody, Right::Read, Terms::none()).await),
        text(namespaces.delete(registry, &place).await),
    ];
    answers.iter_mut().for_each(|answer| *answer = answer.replace(registry.as_str(), "..."));
    answers
}

#[tokio::test]
async fn a_disabled_registry_is_as_good_as_none() {
    let policies = Policies { namespace_creation: NamespaceCreation::Everyone, ..Policies::default() };
    let desk = Desk::with(|builder| builder.settings(Settings { policies, ..Settings::default() })).await;
    let off = CreateRegistry::new(service("hidden.test"), "http://127.0.0.1:5001".parse().expect("a URL"));
    desk.admin().registries().create(CreateRegistry { enabled: false, ..off }).await.expect("a registry");
    let hers = CreateNamespace { owner: Some(user("alice")), ..CreateNamespace::new(service("hidden.test"), path("alice")) };
    desk.admin().namespaces().create(hers).await.expect("a namespace");
    let alice = desk.caller("alice").await;
    let namespaces = desk.app.member(&alice).namespaces();
    let revision = desk.revision().await;
    let hidden = tries(namespaces, &service("hidden.test")).await;
    assert_eq!(hidden, tries(namespaces, &service("nowhere.test")).await);
    assert!(hidden.iter().all(|answer| answer == "there is no registry `...`"), "{hidden:?}");
    assert_eq!(desk.revision().await, revision);
    let root = desk.caller("root").await;
    assert_eq!(
        desk.app.member(&root).namespaces().page(Some(&service("hidden.test")), &Listing::default()).await.expect("a list").items.len(),
        1
    );
}

#[tokio::test]
async fn of_the_groups_of_a_registry_users_see_their_own() {
    let desk = Desk::new().await;
    let registry = service(REGISTRY);
    for (name, member) in [("hers", "alice"), ("others", "bob")] {
        let name: GroupName = name.parse().expect("a name");
        desk.admin().groups().create(CreateGroup::named(name.clone())).await.expect("a group");
        desk.admin().groups().add(&name, &[user(member)], None).await.expect("a member");
        desk.admin().registries().relate(&registry, Relation::Publication, &[name], None).await.expect("published");
    }
    let shown = async |name: &str| {
        let caller = desk.caller(name).await;
        let view = desk.app.member(&caller).registries().show(&registry).await.expect("a registry");
        view.related.publication.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!([shown("alice").await, shown("bob").await, shown("root").await], ["hers", "others", "hers others"]);
    let listed = async |name: &str| {
        let caller = desk.caller(name).await;
        let page = desk.app.member(&caller).registries().page(&Listing::default()).await.expect("a page");
        page.items[0].related.publication.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!([listed("alice").await, listed("bob").await, listed("root").await], ["hers", "others", "hers others"]);
    let others = ["others".parse().expect("a name")];
    desk.admin().registries().relate(&registry, Relation::Responsible, &others, None).await.expect("responsible");
    assert_eq!([shown("bob").await, listed("bob").await], ["hers others"; 2], "he answers for it");
}

#[tokio::test]
async fn users_find_what_is_theirs_behind_what_is_not() {
    let desk = Desk::new().await;
    let registry = service(REGISTRY);
    for number in 0..1_005 {
        let new = CreateNamespace::new(registry.clone(), path(&format!("a{number:04}")));
        desk.admin().namespaces().create(new).await.expect("a namespace");
    }
    let alice = desk.caller("alice").await;
    let up_to = |limit| Listing::read(Given { limit: Some(limit), ..Given::default() }).expect("a listing");
    for limit in ["1", "2", "1000"] {
        let seen = desk.app.member(&alice).namespaces().page(Some(&registry), &up_to(limit)).await.expect("a list").items;
        assert_eq!(seen.into_iter().map(|view| view.path).collect::<Vec<_>>(), [path("team")]);
    }
    for limit in ["1", "2", "0"] {
        for service in [None, Some(&registry)] {
            let listing = Listing::read(Given { limit: Some(limit), ..Given::default() }).expect("a listing");
            let page = desk.app.member(&alice).namespaces().page(service, &listing).await.expect("a page");
            assert_eq!(page.items.into_iter().map(|view| view.path).collect::<Vec<_>>(), [path("team")]);
            assert_eq!((page.next, desk.app.member(&alice).namespaces().count(service, &listing).await.expect("a number")), (None, 1));
        }
    }
    let listing = Listing::read(Given { offset: Some("1"), ..Given::default() }).expect("a listing");
    assert!(desk.app.member(&alice).namespaces().page(None, &listing).await.expect("a page").items.is_empty());
    assert_eq!(desk.admin().namespaces().count(None, &listing).await.expect("a number"), 1_006);
    let page = desk.admin().namespaces().page(None, &listing).await.expect("a page");
    assert_eq!((page.items[0].path.clone(), page.items.len(), page.next.is_some()), (path("a0001"), 100, true));
    let root = desk.caller("root").await;
    assert_eq!(desk.app.member(&root).namespaces().page(Some(&registry), &up_to("2")).await.expect("a list").items.len(), 2);
}

#[tokio::test]
async fn owners_give_rights_to_those_they_may_know_of() {
    let desk = Desk::new().await;
    let (registry, team) = (service(REGISTRY), path("team"));
    for (name, member) in [("hers", "alice"), ("others", "bob")] {
        let name: GroupName = name.parse().expect("a name");
        desk.admin().groups().create(CreateGroup::named(name.clone())).await.expect("a group");
        desk.admin().groups().add(&name, &[user(member)], None).await.expect("a member");
    }
    for (name, owner) in [("her-robot", Some("alice")), ("robot", None), ("bobs-robot", Some("bob"))] {
        let new = CreateService { owner: owner.map(user), ..CreateService::named(name.parse().expect("a name")) };
        desk.admin().services().create(new).await.expect("a service account");
    }
    let robot = |name: &str| GranteeName::Service(name.parse().expect("a name"));
    let group = |name: &str| GranteeName::Group(name.parse().expect("a name"));
    let alice = desk.caller("alice").await;
    let namespaces = desk.app.member(&alice).namespaces();
    let grant = async |who: &GranteeName| namespaces.grant(&registry, &team, who, Right::Read, Terms::none()).await;
    for known in [GranteeName::User(user("bob")), group("hers"), robot("her-robot")] {
        grant(&known).await.expect("she may know of it");
        namespaces.assign(&registry, &team, &known, Terms::none()).await.expect("she may know of it");
        namespaces.unassign(&registry, &team, &known).await.expect("it was there");
    }
    // One that is there, and one that is not.
    for (there, not, name) in [
        (group("others"), group("nobody"), "others"),
        (robot("robot"), robot("nobody"), "robot"),
        (robot("bobs-robot"), robot("nobody"), "bobs-robot"),
    ] {
        for (one, none) in [
            (grant(&there).await, grant(&not).await),
            (namespaces.revoke(&registry, &team, &there).await, namespaces.revoke(&registry, &team, &not).await),
            (
                namespaces.assign(&registry, &team, &there, Terms::none()).await,
                namespaces.assign(&registry, &team, &not, Terms::none()).await,
            ),
            (namespaces.unassign(&registry, &team, &there).await, namespaces.unassign(&registry, &team, &not).await),
        ] {
            assert_eq!(text(one).replace(name, "nobody"), text(none));
        }
        // Whoever has rights on what is hers, she sees, and may take them away.
        desk.admin().namespaces().grant(&registry, &team, &there, Right::Read, Terms::none()).await.expect("a right");
        grant(&there).await.expect("it is there already");
        namespaces.revoke(&registry, &team, &there).await.expect("it was there");
        assert!(grant(&there).await.is_err());
    }
}
