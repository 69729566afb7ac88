//! What cannot be: each is refused in words, and changes nothing.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::model::{Relation, Terms};
use spectacles_core::name::{AppName, GroupName, ServiceAccountName, Slug};
use spectacles_core::right::Right;
use spectacles_core::service::{
    AppChanges, CreateApp, CreateGroup, CreateService, CreateUser, Error, GranteeName, GroupChanges, ServiceChanges, UserChanges,
};
use spectacles_core::time::{Clock as _, Timestamp};

fn group(name: &str) -> GroupName {
    name.parse().expect("a name")
}

fn app(name: &str) -> AppName {
    name.parse().expect("a name")
}

fn robot(name: &str) -> ServiceAccountName {
    name.parse().expect("a name")
}

fn slug(name: &str) -> Option<Option<Slug>> {
    Some(Some(name.parse().expect("a slug")))
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_nothing_changed() {
    let desk = Desk::new().await;
    let admin = desk.admin();
    let (registry, team) = (service(REGISTRY), path("team"));
    for name in ["devs", "ops"] {
        admin.groups().create(CreateGroup::named(group(name))).await.expect("a group");
        admin.apps().create(CreateApp::named(app(name))).await.expect("an app");
        admin.services().create(CreateService::named(robot(name))).await.expect("a service");
    }
    let past = Timestamp::from_unix_millis(desk.clock.now().unix_millis());
    let over = || Terms { until: Some(past), ..Terms::none() };
    let bob = GranteeName::User(user("bob"));
    let networks = Terms { networks: ["192.0.2.0/24".parse().expect("a network")].into(), ..Terms::none() };
    let (users, groups, apps) = (admin.users(), admin.groups(), admin.apps());
    let (services, registries, namespaces) = (admin.services(), admin.registries(), admin.namespaces());

    /// Each attempt, and a word of the text that says why not.
    macro_rules! refused {
        ($($attempt:expr => $pattern:pat, $word:literal;)*) => {$(
            let revision = desk.revision().await;
            match $attempt.await.map(|_| ()) {
                Err(error) => {
                    assert!(matches!(&error, $pattern), "{}: {error:?}", stringify!($attempt));
                    assert!(error.to_string().contains($word), "{}: {error}", stringify!($attempt));
                }
                Ok(()) => panic!("{} was done", stringify!($attempt)),
            }
            assert_eq!(desk.revision().await, revision, "{}", stringify!($attempt));
        )*};
    }
    refused! {
        // Ends that are over
        groups.add(&group("devs"), &[user("bob")], Some(past)) => Error::Invalid(_), "in the past";
        registries.relate(&registry, Relation::Publication, &[group("devs")], Some(past)) => Error::Invalid(_), "in the past";
        apps.relate(&app("devs"), Relation::Responsible, &[group("devs")], Some(past)) => Error::Invalid(_), "in the past";
        namespaces.grant(&registry, &team, &bob, Right::Read, over()) => Error::Invalid(_), "in the past";
        namespaces.assign(&registry, &team, &bob, over()) => Error::Invalid(_), "in the past";
        services.add_secret(&robot("devs"), None, over()) => Error::Invalid(_), "in the past";
        namespaces.grant(&registry, &team, &bob, Right::None, networks) => Error::Invalid(_), "networks";
        // Secrets that could be guessed
        services.add_secret(&robot("devs"), Some("short".into()), Terms::none()) => Error::Invalid(_), "20 bytes";
        services.add_secret(&robot("devs"), Some("x".repeat(2000).into()), Terms::none()) => Error::Invalid(_), "longer";
        services.add_secret(&robot("devs"), Some("a line\nand another line".into()), Terms::none()) => Error::Invalid(_), "control";
        // Names and slugs that are taken
        groups.create(CreateGroup::named(group("devs"))) => Error::Conflict(_), "group `devs`";
        groups.create(CreateGroup { slug: slug("devs"), ..CreateGroup::named(group("others")) }) => Error::Conflict(_), "slug `devs`";
        groups.set(&group("ops"), GroupChanges { slug: slug("devs"), ..GroupChanges::default() }) => Error::Conflict(_), "slug `devs`";
        groups.set(&group("ops"), GroupChanges { name: Some(group("devs")), ..GroupChanges::default() }) => Error::Conflict(_), "`devs`";
        apps.create(CreateApp { slug: slug("ops"), ..CreateApp::named(app("others")) }) => Error::Conflict(_), "slug `ops`";
        apps.set(&app("ops"), AppChanges { slug: slug("devs"), ..AppChanges::default() }) => Error::Conflict(_), "slug `devs`";
        services.create(CreateService::named(robot("devs"))) => Error::Conflict(_), "`devs`";
        // What is not there
        groups.add(&group("devs"), &[user("bob"), user("ghost")], None) => Error::NotFound { what: "user", .. }, "ghost";
        apps.create(CreateApp { responsible: vec![group("ghosts")], ..CreateApp::named(app("new")) }) => Error::NotFound { .. }, "ghosts";
        services.create(CreateService { app: Some(app("ghost")), ..CreateService::named(robot("new")) }) => Error::NotFound { .. }, "ghost";
        services.set(&robot("ops"), ServiceChanges { owner: Some(Some(user("ghost"))), ..ServiceChanges::default() })
            => Error::NotFound { what: "user", .. }, "ghost";
        registries.relate(&registry, Relation::Responsible, &[group("devs"), group("ghosts")], None) => Error::NotFound { .. }, "ghosts";
        registries.relate(&service("ghost.test"), Relation::Responsible, &[group("devs")], None) => Error::NotFound { .. }, "ghost.test";
        apps.unrelate(&app("devs"), Relation::Publication, &[group("devs")]) => Error::NotFound { .. }, "of app `devs`";
        namespaces.grant(&registry, &team, &GranteeName::Service(robot("ghost")), Right::Read, Terms::none())
            => Error::NotFound { what: "service account", .. }, "ghost";
        users.create(CreateUser { default_group: Some(group("ghosts")), ..CreateUser::named(user("new")) }) => Error::NotFound { .. }, "ghosts";
        users.set(&user("bob"), UserChanges { default_group: Some(Some(group("ghosts"))), ..UserChanges::default() })
            => Error::NotFound { what: "group", .. }, "ghosts";
        // People that are needed
        users.set(&user("root"), UserChanges { admin: Some(false), ..UserChanges::default() }) => Error::Refused(_), "last administrator";
        users.delete(&user("root"), Some(&user("bob"))) => Error::Refused(_), "last administrator";
        users.delete(&user("alice"), None) => Error::Refused(_), "team";
    }
    for digits in ["1", "123"] {
        assert!(digits.parse::<Slug>().is_err() && digits.parse::<GroupName>().is_err() && digits.parse::<AppName>().is_err());
    }
}
