//! Ends and networks: which can be set, and that many which have ended go little by little.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::model::{Relation, Terms};
use spectacles_core::name::GroupName;
use spectacles_core::right::Right;
use spectacles_core::service::{CreateGroup, CreateService, CreateUser, Error, GranteeName, NamespaceChanges};
use spectacles_core::time::{Clock as _, Timestamp};
use std::time::Duration;

fn group(name: &str) -> GroupName {
    name.parse().expect("a name")
}

fn from(networks: &[&str]) -> Terms {
    Terms { networks: networks.iter().map(|network| network.parse().expect("a network")).collect(), ..Terms::none() }
}

#[tokio::test]
async fn an_end_can_be_written() {
    let desk = Desk::new().await;
    let (registry, team, bob) = (service(REGISTRY), path("team"), GranteeName::User(user("bob")));
    desk.admin().groups().create(CreateGroup::named(group("devs"))).await.expect("a group");
    desk.admin().services().create(CreateService::named("robot".parse().expect("a name"))).await.expect("a service account");
    let last: Timestamp = "9999-12-31T23:59:59.999Z".parse().expect("a moment");
    for (until, may) in [(last, true), (last.after(Duration::from_millis(1)), false), (Timestamp::from_unix_millis(i64::MAX), false)] {
        let terms = || Terms { until: Some(until), ..Terms::none() };
        let outcomes = [
            desk.admin().namespaces().grant(&registry, &team, &bob, Right::Read, terms()).await.err(),
            desk.admin().namespaces().assign(&registry, &team, &bob, terms()).await.err(),
            desk.admin().groups().add(&group("devs"), &[user("bob")], Some(until)).await.err(),
            desk.admin().registries().relate(&registry, Relation::Publication, &[group("devs")], Some(until)).await.err(),
            desk.admin().services().add_secret(&"robot".parse().expect("a name"), None, terms()).await.err(),
        ];
        for outcome in outcomes {
            match outcome {
                None => assert!(may, "{until}"),
                Some(error) => assert!(!may && matches!(&error, Error::Invalid(text) if text.contains("9999")), "{until}: {error:?}"),
            }
        }
    }
}

#[tokio::test]
async fn networks_are_written_in_one_way_and_are_not_many() {
    let desk = Desk::new().await;
    let (registry, team, bob) = (service(REGISTRY), path("team"), GranteeName::User(user("bob")));
    let namespaces = desk.admin().namespaces();
    let terms = from(&["::ffff:192.0.2.0/120", "192.0.2.99/24", "2001:db8::1/32"]);
    let view = namespaces.grant(&registry, &team, &bob, Right::Read, terms).await.expect("a right");
    assert_eq!(view.grants[0].terms, from(&["192.0.2.0/24", "2001:db8::/32"]));
    assert_eq!(desk.allowed("bob", "repository:team/app:pull").await, "pull", "he is at 192.0.2.7");

    let many =
        |count: u8| Terms { networks: (0..count).map(|last| std::net::IpAddr::from([10, 0, 0, last]).into()).collect(), ..Terms::none() };
    namespaces.grant(&registry, &team, &bob, Right::Read, many(64)).await.expect("64");
    let refused = namespaces.grant(&registry, &team, &bob, Right::Read, many(65)).await;
    assert!(matches!(&refused, Err(Error::Invalid(text)) if text.contains("64")), "{refused:?}");
}

#[tokio::test]
async fn none_is_not_limited_to_networks_by_assignment_either() {
    let desk = Desk::new().await;
    let (registry, team) = (service(REGISTRY), path("team"));
    desk.admin().groups().create(CreateGroup::named(group("devs"))).await.expect("a group");
    desk.admin().services().create(CreateService::named("robot".parse().expect("a name"))).await.expect("a service account");
    let namespaces = desk.admin().namespaces();
    let bob = GranteeName::User(user("bob"));
    let (robot, devs) = (GranteeName::Service("robot".parse().expect("a name")), GranteeName::Group(group("devs")));
    let rights =
        |members, groups| NamespaceChanges { members_right: Some(members), groups_right: Some(groups), ..NamespaceChanges::default() };
    let explained = |error: &Error| error.to_string().contains("limit the right that would admit them");
    for (who, none, some) in [
        (&bob, rights(Right::None, Right::Full), rights(Right::Read, Right::None)),
        (&robot, rights(Right::None, Right::Full), rights(Right::Read, Right::None)),
        (&devs, rights(Right::Full, Right::None), rights(Right::None, Right::Read)),
    ] {
        namespaces.set(&registry, &team, none.clone()).await.expect("a change");
        let refused = namespaces.assign(&registry, &team, who, from(&["10.0.0.0/8"])).await;
        assert!(matches!(&refused, Err(error @ Error::Invalid(_)) if explained(error)), "{who}: {refused:?}");
        namespaces.assign(&registry, &team, who, Terms::none()).await.expect("NONE from everywhere");
        namespaces.set(&registry, &team, some).await.expect("a change");
        namespaces.assign(&registry, &team, who, from(&["10.0.0.0/8"])).await.expect("something from there");
        let refused = namespaces.set(&registry, &team, none.clone()).await;
        assert!(matches!(&refused, Err(error @ Error::Refused(_)) if explained(error)), "{who}: {refused:?}");
        namespaces.unassign(&registry, &team, who).await.expect("it was there");
        namespaces.set(&registry, &team, none).await.expect("nobody is in the way");
    }
}

#[tokio::test]
async fn many_that_have_ended_go_in_portions_and_each_is_told_of() {
    let desk = Desk::new().await;
    desk.admin().groups().create(CreateGroup::named(group("devs"))).await.expect("a group");
    let until = desk.clock.now().after(Duration::from_secs(1));
    let names: Vec<_> = (0..25).map(|number| user(&format!("user{number}"))).collect();
    for name in &names {
        desk.admin().users().create(CreateUser::named(name.clone())).await.expect("a user");
    }
    desk.admin().groups().add(&group("devs"), &names, Some(until)).await.expect("members");
    desk.clock.forward(Duration::from_secs(2));
    let mut told = Vec::new();
    for count in [10, 10, 5, 0] {
        assert_eq!(desk.app.administration().remove_expired(desk.clock.now(), 10).await.expect("an answer"), count);
        if count > 0 {
            let (_, details) = desk.last_change().await;
            let removed = details["removed"].as_array().expect("a list").clone();
            assert!(removed.iter().all(|one| one["until"] == until.to_string() && one["of"]["group"] == "devs"), "{removed:?}");
            told.extend(removed.iter().map(|one| one["member"].as_str().expect("a name").to_owned()));
        }
    }
    told.sort_unstable();
    let mut expected: Vec<_> = names.iter().map(ToString::to_string).collect();
    expected.sort_unstable();
    assert_eq!(told, expected);
}
