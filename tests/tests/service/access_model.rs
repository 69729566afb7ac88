//! Groups, apps, service accounts, relations and terms: from the change to the token.

use super::desk::{Desk, REGISTRY, path, service, user};
use serde_json::json;
use spectacles_core::auth::ExposeSecret as _;
use spectacles_core::model::{Privileges, Relation, Terms};
use spectacles_core::name::{AppName, GroupName, ServiceAccountName};
use spectacles_core::right::Right;
use spectacles_core::service::{
    CreateApp, CreateGroup, CreateService, CreateUser, Error, GranteeName, GroupChanges, RegistryChanges, ServiceChanges, UserChanges,
};
use spectacles_core::time::{Clock as _, Timestamp};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn group(name: &str) -> GroupName {
    name.parse().expect("a name")
}

impl Desk {
    fn in_an_hour(&self) -> Timestamp {
        self.clock.now().after(HOUR)
    }

    /// A group with bob, to which the registry is published.
    async fn devs(&self) {
        let groups = self.admin().groups();
        groups.create(CreateGroup::named(group("devs"))).await.expect("a group");
        groups.add(&group("devs"), &[user("bob")], None).await.expect("a member");
        let registries = self.admin().registries();
        registries.relate(&service(REGISTRY), Relation::Publication, &[group("devs")], None).await.expect("published");
    }

    async fn privileges(&self, name: &str, privileges: &str) {
        let privileges: Privileges = privileges.parse().expect("privileges");
        let changes = UserChanges { privileges: Some(privileges), ..UserChanges::default() };
        self.admin().users().set(&user(name), changes).await.expect("a change");
    }

    /// What bob may do on a repository.
    async fn bob(&self, repository: &str) -> String {
        self.allowed("bob", &format!("repository:{repository}:pull,push,delete")).await
    }
}

#[tokio::test]
async fn privileges_publications_and_responsible_groups_make_the_path_policy() {
    let desk = Desk::new().await;
    let registries = desk.admin().registries();
    let registry = service(REGISTRY);
    assert_eq!(desk.bob("groups/devs/app").await, "nothing");
    desk.devs().await;
    assert_eq!(desk.bob("groups/devs/app").await, "nothing", "he has no privileges");
    desk.privileges("bob", "puller,pusher,manager").await;
    assert_eq!(desk.bob("groups/devs/app").await, "pull", "the registry is restricted");
    let open = RegistryChanges { restricted: Some(false), ..RegistryChanges::default() };
    registries.set(&registry, open).await.expect("a change");
    assert_eq!(desk.bob("groups/devs/app").await, "pull,push");
    registries.relate(&registry, Relation::Responsible, &[group("devs")], Some(desk.in_an_hour())).await.expect("responsible");
    assert_eq!(desk.bob("groups/devs/app").await, "pull,push,delete");
    desk.clock.forward(HOUR);
    desk.app.refresh().await.expect("the facts are checked");
    assert_eq!(desk.bob("groups/devs/app").await, "pull,push", "the hour is over");

    // The slug is what paths say.
    let renamed = GroupChanges { slug: Some(Some("coders".parse().expect("a slug"))), ..GroupChanges::default() };
    desk.admin().groups().set(&group("devs"), renamed).await.expect("a change");
    assert_eq!((desk.bob("groups/devs/app").await, desk.bob("groups/coders/app").await), ("nothing".into(), "pull,push".into()));
    registries.unrelate(&registry, Relation::Publication, &[group("devs")]).await.expect("it was there");
    assert_eq!(desk.bob("groups/coders/app").await, "nothing");
    assert!(matches!(registries.unrelate(&registry, Relation::Publication, &[group("devs")]).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn what_ends_counts_as_absent_is_marked_and_goes() {
    let desk = Desk::new().await;
    let (registry, team, bob) = (service(REGISTRY), path("team"), GranteeName::User(user("bob")));
    let namespaces = desk.admin().namespaces();
    let terms = Terms { until: Some(desk.in_an_hour()), networks: ["192.0.2.0/24".parse().expect("a network")].into() };
    namespaces.grant(&registry, &team, &bob, Right::Full, terms).await.expect("a grant");
    namespaces.assign(&registry, &team, &bob, Terms { until: Some(desk.in_an_hour()), ..Terms::none() }).await.expect("an assignment");
    desk.devs().await;
    desk.admin().groups().add(&group("devs"), &[user("bob")], Some(desk.in_an_hour())).await.expect("a member until then");
    let changes = UserChanges { default_group: Some(Some(group("devs"))), ..UserChanges::default() };
    desk.admin().users().set(&user("bob"), changes).await.expect("his group");
    assert_eq!(desk.bob("team/app").await, "pull,push,delete");

    desk.clock.forward(HOUR);
    desk.app.refresh().await.expect("the facts are checked");
    assert_eq!(desk.bob("team/app").await, "nothing");
    let view = namespaces.show(&registry, &team).await.expect("a namespace");
    assert!(view.grants[0].expired && view.assigned[0].expired, "{view:?}");
    let view = desk.admin().groups().show(&group("devs")).await.expect("a group");
    assert!(view.members.is_empty() && view.limited[0].expired, "{view:?}");

    // Somebody wants to look at it for a while.
    let office = desk.app.administration();
    let an_hour_ago = async || office.remove_expired(desk.clock.now().before(HOUR).expect("a moment"), 100).await.expect("an answer");
    assert_eq!(an_hour_ago().await, 0);
    desk.clock.forward(HOUR);
    desk.app.refresh().await.expect("the facts are checked");
    assert_eq!(an_hour_ago().await, 3);
    let (who, details) = desk.last_change().await;
    assert_eq!(who, ["background", "expired.remove", "3 expired"]);
    let removed = details["removed"].as_array().expect("a list");
    let of_team = json!({ "registry": REGISTRY, "namespace": "team" });
    assert!(removed.iter().any(|one| one["granted"] == json!({ "user": "bob" }) && one["of"] == of_team && one["right"] == "FULL"));
    assert!(removed.iter().any(|one| one["assigned"] == json!({ "user": "bob" }) && one["of"] == of_team));
    let left = removed.iter().find(|one| one["member"] == "bob").expect("a member");
    assert_eq!((&left["of"], &left["default_group"]["before"]), (&json!({ "group": "devs" }), &json!("devs")));
    assert_eq!(desk.admin().users().show(&user("bob")).await.expect("bob").default_group, None);
    let revision = desk.revision().await;
    assert_eq!(an_hour_ago().await, 0);
    assert_eq!(desk.revision().await, revision, "nothing to do is no news");
}

#[tokio::test]
async fn services_log_in_with_any_of_their_secrets_as_long_as_it_is_theirs() {
    let desk = Desk::new().await;
    let (services, ci): (_, ServiceAccountName) = (desk.admin().services(), "ci".parse().expect("a name"));
    services.create(CreateService { owner: Some(user("bob")), ..CreateService::named(ci.clone()) }).await.expect("a service");
    let here = Terms { networks: ["192.0.2.0/24".parse().expect("a network")].into(), ..Terms::none() };
    let first = services.add_secret(&ci, None, here).await.expect("a secret");
    let given = "36a1e2c0-1111-2222-3333-444455556666";
    let second = services.add_secret(&ci, Some(given.into()), Terms::none()).await.expect("a secret");
    assert!(matches!(services.add_secret(&ci, Some(given.into()), Terms::none()).await, Err(Error::Conflict(_))));
    let grantee = GranteeName::Service(ci.clone());
    desk.admin().namespaces().grant(&service(REGISTRY), &path("team"), &grantee, Right::Full, Terms::none()).await.expect("a grant");

    let from = |address: &str| Some(address.parse().expect("an address"));
    let pulls = async |account: &str, secret: &str, address: &str| {
        let issued = desk.request(account, secret, "repository:team/app:pull", from(address)).await.ok()?;
        Some(issued.granted[0].actions.to_string())
    };
    let first_secret = first.secret.expose_secret();
    assert_eq!(pulls("ci@node7", first_secret, "192.0.2.1").await.as_deref(), Some("pull"));
    assert_eq!(pulls("robot$ci", given, "198.51.100.1").await.as_deref(), Some("pull"));
    assert_eq!(pulls("robot$ci", first_secret, "198.51.100.1").await, None, "this secret is for another network");
    services.revoke_secret(&ci, second.id).await.expect("it was there");
    assert_eq!(pulls("robot$ci", given, "192.0.2.1").await, None);
    assert!(matches!(services.revoke_secret(&ci, second.id).await, Err(Error::NotFound { .. })));
    services.set(&ci, ServiceChanges { enabled: Some(false), ..ServiceChanges::default() }).await.expect("a change");
    assert_ne!(pulls("robot$ci", first_secret, "192.0.2.1").await.as_deref(), Some("pull"));

    let trail = serde_json::to_string(&desk.admin().audit().list(None, 1000).await.expect("a trail")).expect("JSON");
    assert!(!trail.contains(first_secret) && !trail.contains(given), "a trail is no place for secrets");
    assert!(trail.contains("service.secret.create") && trail.contains("service.secret.revoke"));
}

#[tokio::test]
async fn deleting_says_what_went_and_what_stays_without() {
    let desk = Desk::new().await;
    let (web, ci): (AppName, ServiceAccountName) = ("web".parse().expect("a name"), "ci".parse().expect("a name"));
    desk.devs().await;
    let app = CreateApp { responsible: vec![group("devs")], publication: vec![group("devs")], ..CreateApp::named(web.clone()) };
    assert_eq!(desk.admin().apps().create(app).await.expect("an app").app.slug.expect("a slug").as_str(), "web");
    let new = CreateService { app: Some(web.clone()), owner: Some(user("bob")), ..CreateService::named(ci.clone()) };
    desk.admin().services().create(new).await.expect("a service");
    let devs = GranteeName::Group(group("devs"));
    let (registry, team) = (service(REGISTRY), path("team"));
    desk.admin().namespaces().grant(&registry, &team, &devs, Right::Read, Terms::none()).await.expect("a grant");

    desk.admin().users().delete(&user("bob"), None).await.expect("he owns no namespace");
    assert_eq!(desk.last_change().await.1["services_without_owner"], json!(["ci"]));
    assert_eq!(desk.admin().services().show(&ci).await.expect("it stays").owner, None);
    desk.admin().apps().delete(&web).await.expect("it was there");
    let details = desk.last_change().await.1;
    assert_eq!((&details["app"]["services"], &details["app"]["responsible"]), (&json!(["ci"]), &json!(["devs"])));
    assert_eq!(desk.admin().services().show(&ci).await.expect("it stays").app, None);
    desk.admin().groups().delete(&group("devs")).await.expect("it was there");
    let (who, details) = desk.last_change().await;
    assert_eq!(who, ["operator", "group.delete", "group devs"]);
    assert_eq!(details["rights"], json!([{ "registry": REGISTRY, "namespace": "team", "granted": { "right": "READ", "terms": {} } }]));
    assert_eq!(details["relations"], json!([{ "relation": "publication", "of": { "registry": REGISTRY }, "until": null }]));
    let view = desk.admin().registries().show(&registry).await.expect("a registry");
    assert!(view.related.publication.is_empty() && view.related.responsible.is_empty());
    assert!(desk.admin().namespaces().show(&registry, &team).await.expect("a namespace").grants.is_empty());
}

#[tokio::test]
async fn adding_again_changes_nothing_or_the_end() {
    let desk = Desk::new().await;
    desk.devs().await;
    let (registry, devs) = (service(REGISTRY), [group("devs")]);
    let (groups, registries) = (desk.admin().groups(), desk.admin().registries());
    let revision = desk.revision().await;
    groups.add(&devs[0], &[user("bob")], None).await.expect("he is there");
    registries.relate(&registry, Relation::Publication, &devs, None).await.expect("it is there");
    assert_eq!(desk.revision().await, revision);
    let until = desk.in_an_hour();
    groups.add(&devs[0], &[user("bob")], Some(until)).await.expect("until then");
    let details = desk.last_change().await.1;
    let expected = json!([{ "user": "bob", "before": { "until": null }, "after": { "until": until } }]);
    assert_eq!(details["users"], expected);
    let view = registries.relate(&registry, Relation::Publication, &devs, Some(until)).await.expect("until then");
    assert_eq!((view.related.publication.len(), view.related.limited[0].until), (1, until));
}

#[tokio::test]
async fn a_default_group_is_one_of_his_own() {
    let desk = Desk::new().await;
    desk.devs().await;
    let users = desk.admin().users();
    let set = async |name: &str| {
        let changes = UserChanges { default_group: Some(Some(group("devs"))), ..UserChanges::default() };
        users.set(&user(name), changes).await
    };
    assert!(matches!(set("alice").await, Err(Error::Refused(text)) if text.contains("alice")));
    assert_eq!(set("bob").await.expect("he is in it").default_group, Some(group("devs")));
    desk.admin().groups().remove(&group("devs"), &[user("bob")]).await.expect("he was in it");
    assert_eq!(users.show(&user("bob")).await.expect("bob").default_group, None);
    let carol = CreateUser { default_group: Some(group("devs")), ..CreateUser::named(user("carol")) };
    let carol = users.create(carol).await.expect("carol");
    assert_eq!((carol.groups.as_slice(), carol.default_group.as_ref()), (&[group("devs")][..], Some(&group("devs"))));
}
