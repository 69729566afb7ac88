//! Every use case, tried by everybody: who may read it, who may change it, and for whom it is not there.

use super::desk::{Desk, REGISTRY, path, service, user};
use serde_json::json;
use spectacles_core::declarative::{Declaration, Tree};
use spectacles_core::listing::Listing;
use spectacles_core::model::{Anonymous, DecisionFilter, Privileges, Relation, Terms};
use spectacles_core::name::{AppName, GroupName, ServiceAccountName};
use spectacles_core::right::Right;
use spectacles_core::service::{
    AppChanges, Asker, CreateApp, CreateGroup, CreateNamespace, CreateRegistry, CreateService, CreateUser, Error, GranteeName,
    GroupChanges, Member, NamespaceChanges, RegistryChanges, Request, ServiceChanges, StateError, UserChanges, Who,
};

fn group(name: &str) -> GroupName {
    name.parse().expect("a name")
}

fn app(name: &str) -> AppName {
    name.parse().expect("a name")
}

fn account(name: &str) -> ServiceAccountName {
    name.parse().expect("a name")
}

/// bob is in `devs`, to which `web` is published; alice owns the namespace `team` and the service `ci`; mia is a manager in `ops`, which
/// answers for the registry and for `web`; eve is an auditor; root is an administrator.
async fn populated() -> Desk {
    let desk = Desk::new().await;
    let admin = desk.admin();
    for name in ["mia", "eve"] {
        let privileges = Some(Privileges { manager: name == "mia", ..Privileges::NONE });
        let password = Some(format!("secret of {name}").into());
        let new = CreateUser { password, privileges, auditor: name == "eve", ..CreateUser::named(user(name)) };
        admin.users().create(new).await.expect("a user");
    }
    for (name, members) in [("devs", &["bob", "eve"][..]), ("ops", &["mia"]), ("others", &[])] {
        admin.groups().create(CreateGroup::named(group(name))).await.expect("a group");
        let members: Vec<_> = members.iter().map(|name| user(name)).collect();
        admin.groups().add(&group(name), &members, None).await.expect("members");
    }
    let web = CreateApp { responsible: vec![group("ops")], publication: vec![group("devs")], ..CreateApp::named(app("web")) };
    admin.apps().create(web).await.expect("an app");
    admin.registries().relate(&service(REGISTRY), Relation::Responsible, &[group("ops")], None).await.expect("a relation");
    let reader = GranteeName::User(user("bob"));
    admin.namespaces().grant(&service(REGISTRY), &path("team"), &reader, Right::Read, Terms::none()).await.expect("a right");
    let ci = CreateService { owner: Some(user("alice")), app: Some(app("web")), ..CreateService::named(account("ci")) };
    admin.services().create(ci).await.expect("a service account");
    desk
}

/// What is tried, in this order: what deletes comes last. Each is followed by how it ends for bob, alice, mia, eve and root: `+` it is done,
/// `-` denied, `0` not found, `!` refused.
const USE_CASES: &[(&str, &str)] = &[
    ("show root", "000++"),
    ("show oneself", "+++++"),
    ("show group devs", "+00++"),
    ("show group ops", "00+++"),
    ("show app web", "+0+++"),
    ("show service ci", "0+0++"),
    ("list secrets of ci", "0+0++"),
    ("show registry", "+++++"),
    ("show namespace team", "++0++"),
    ("list changes", "---++"),
    ("list decisions", "---++"),
    ("verify the trails", "---++"),
    ("list keys", "---++"),
    ("get the signing keys", "----+"),
    ("export", "---++"),
    ("plan", "---++"),
    ("describe oneself", "+++++"),
    ("forget one's mail", "+++++"),
    ("make oneself an auditor", "----+"),
    ("make oneself an administrator", "----+"),
    ("give oneself a password", "----+"),
    ("give oneself privileges", "----+"),
    ("disable root", "000-!"),
    ("describe root", "000-+"),
    ("create a user", "----+"),
    ("describe group devs", "-00-+"),
    ("add to group devs", "-00-+"),
    ("take out of group ops", "00--+"),
    ("create a group", "----+"),
    ("describe app web", "-0--+"),
    ("publish app web", "-0--+"),
    ("create an app", "----+"),
    ("describe service ci", "0+0-+"),
    ("disable service ci", "0+0-+"),
    ("give away service ci", "0-0-+"),
    ("move service ci", "0-0-+"),
    ("add a secret to ci", "0+0-+"),
    ("revoke a secret of ci", "0+0-+"),
    ("create a service", "----+"),
    ("open the registry", "----+"),
    ("freeze the registry", "--+-+"),
    ("create a registry", "--!-+"),
    ("describe namespace team", "-+0-+"),
    ("grant on namespace team", "-+0-+"),
    ("create a namespace", "----+"),
    ("apply", "----+"),
    ("delete namespace team", "-+0-+"),
    ("delete service ci", "0-0-+"),
    ("delete app web", "-0--+"),
    ("delete group devs", "-00-+"),
    ("delete group ops", "00--+"),
    ("delete the registry", "----+"),
    ("delete bob", "-00-+"),
];

fn ending(outcome: &Result<(), Error>) -> char {
    match outcome {
        Ok(()) => '+',
        Err(Error::Denied(_)) => '-',
        Err(Error::NotFound { .. }) => '0',
        Err(Error::Refused(_)) => '!',
        Err(_) => '?',
    }
}

fn other(error: StateError) -> Error {
    match error {
        StateError::Other(error) => error,
        StateError::Document(_) | StateError::Assertions(_) | StateError::Moved => panic!("{error}"),
    }
}

async fn state(member: Member<'_>, apply: bool) -> Result<(), Error> {
    let declaration = Declaration::read(&Tree::from(json!({ "version": 1, "groups": { "declared": {} } }))).expect("a document");
    let request = Request { declaration: &declaration, prune: false, rehearse: false, admin_bypass: true };
    let planned = member.state().plan(request).await.map_err(other)?;
    if apply { member.state().apply(request, &planned.plan).await.map_err(other) } else { Ok(()) }
}

/// Somebody tries something.
async fn attempt(desk: &Desk, member: Member<'_>, what: &str) -> Result<(), Error> {
    let (me, registry, team, ci) = (user(member.actor()), service(REGISTRY), path("team"), account("ci"));
    let (users, groups, apps, services) = (member.users(), member.groups(), member.apps(), member.services());
    let (registries, namespaces) = (member.registries(), member.namespaces());
    let text = || Some(what.to_owned());
    let described = || UserChanges { display_name: text(), ..UserChanges::default() };
    match what {
        "show root" => users.show(&user("root")).await.map(drop),
        "show oneself" => users.show(&me).await.map(drop),
        "show group devs" => groups.show(&group("devs")).await.map(drop),
        "show group ops" => groups.show(&group("ops")).await.map(drop),
        "show app web" => apps.show(&app("web")).await.map(drop),
        "show service ci" => services.show(&ci).await.map(drop),
        "list secrets of ci" => services.secrets(&ci).await.map(drop),
        "show registry" => registries.show(&registry).await.map(drop),
        "show namespace team" => namespaces.show(&registry, &team).await.map(drop),
        "list changes" => member.audit().list(None, 1).await.map(drop),
        "list decisions" => member.audit().decisions(&DecisionFilter::default(), 1).await.map(drop),
        "verify the trails" => member.audit().verify(&[]).await.map(drop),
        "list keys" => member.keys().list().await.map(|keys| assert_eq!(keys.len(), 1)),
        "get the signing keys" => member.keys().ring().await.map(drop),
        "export" => member.state().export().await.map(drop),
        "plan" => state(member, false).await,
        "describe oneself" => users.set(&me, described()).await.map(drop),
        "forget one's mail" => users.set(&me, UserChanges { email: Some(None), ..described() }).await.map(drop),
        "make oneself an auditor" => users.set(&me, UserChanges { auditor: Some(true), ..described() }).await.map(drop),
        "make oneself an administrator" => users.set(&me, UserChanges { admin: Some(true), ..described() }).await.map(drop),
        "give oneself a password" => users.set(&me, UserChanges { password: Some("another".into()), ..described() }).await.map(drop),
        "give oneself privileges" => users.set(&me, UserChanges { privileges: Some(Privileges::ALL), ..described() }).await.map(drop),
        "disable root" => users.set(&user("root"), UserChanges { enabled: Some(false), ..UserChanges::default() }).await.map(drop),
        "describe root" => users.set(&user("root"), described()).await.map(drop),
        "create a user" => users.create(CreateUser::named(user("new"))).await.map(drop),
        "describe group devs" => groups.set(&group("devs"), GroupChanges { description: text(), ..Default::default() }).await.map(drop),
        "add to group devs" => groups.add(&group("devs"), &[user("alice")], None).await.map(drop),
        "take out of group ops" => groups.remove(&group("ops"), &[user("mia")]).await.map(drop),
        "create a group" => groups.create(CreateGroup::named(group("new"))).await.map(drop),
        "describe app web" => apps.set(&app("web"), AppChanges { description: text(), ..Default::default() }).await.map(drop),
        "publish app web" => apps.relate(&app("web"), Relation::Publication, &[group("ops")], None).await.map(drop),
        "create an app" => apps.create(CreateApp::named(app("new"))).await.map(drop),
        "describe service ci" => services.set(&ci, ServiceChanges { description: text(), ..Default::default() }).await.map(drop),
        "disable service ci" => services.set(&ci, ServiceChanges { enabled: Some(false), ..Default::default() }).await.map(drop),
        "give away service ci" => services.set(&ci, ServiceChanges { owner: Some(Some(me)), ..Default::default() }).await.map(drop),
        "move service ci" => services.set(&ci, ServiceChanges { app: Some(None), ..Default::default() }).await.map(drop),
        "add a secret to ci" => services.add_secret(&ci, None, Terms::none()).await.map(drop),
        "revoke a secret of ci" => {
            let secret = desk.admin().services().add_secret(&ci, None, Terms::none()).await.expect("a secret").id;
            services.revoke_secret(&ci, secret).await
        }
        "create a service" => services.create(CreateService::named(account("new"))).await.map(drop),
        "open the registry" => {
            registries.set(&registry, RegistryChanges { anonymous: Some(Anonymous::Pull), ..Default::default() }).await.map(drop)
        }
        "freeze the registry" => registries.set(&registry, RegistryChanges { read_only: Some(true), ..Default::default() }).await.map(drop),
        "create a registry" => {
            registries.create(CreateRegistry::new(service("new.test"), "http://new.test:5001".parse().expect("a URL"))).await.map(drop)
        }
        "describe namespace team" => {
            namespaces.set(&registry, &team, NamespaceChanges { description: text(), ..Default::default() }).await.map(drop)
        }
        "grant on namespace team" => {
            namespaces.grant(&registry, &team, &GranteeName::User(user("mia")), Right::Read, Terms::none()).await.map(drop)
        }
        "create a namespace" => namespaces.create(CreateNamespace::new(registry, path("new"))).await.map(drop),
        "apply" => state(member, true).await,
        "delete namespace team" => namespaces.delete(&registry, &team).await,
        "delete service ci" => services.delete(&ci).await,
        "delete app web" => apps.delete(&app("web")).await,
        "delete group devs" => groups.delete(&group("devs")).await,
        "delete group ops" => groups.delete(&group("ops")).await,
        "delete the registry" => registries.delete(&registry).await,
        "delete bob" => users.delete(&user("bob"), None).await,
        _ => panic!("nobody knows how to {what}"),
    }
}

#[tokio::test]
async fn everybody_may_what_the_table_says() {
    for (place, name) in ["bob", "alice", "mia", "eve", "root"].into_iter().enumerate() {
        let desk = populated().await;
        let caller = desk.caller(name).await;
        let member = desk.app.member(&caller);
        let lists = (
            member.users().page(&Listing::default()).await.expect("a list").items.len(),
            member.groups().page(&Listing::default()).await.expect("a list").items.len(),
            member.apps().page(&Listing::default()).await.expect("a list").items.len(),
            member.services().page(&Listing::default()).await.expect("a list").items.len(),
        );
        let expected = [(1, 1, 1, 0), (1, 0, 0, 1), (1, 1, 1, 0), (5, 3, 1, 1), (5, 3, 1, 1)];
        assert_eq!(lists, expected[place], "{name}");
        assert_eq!(desk.app.asker(&caller) == Asker::Administrator, matches!(name, "eve" | "root"), "{name}");
        for (what, endings) in USE_CASES {
            let before = desk.last_change().await.1;
            let outcome = attempt(&desk, member, what).await;
            assert_eq!(Some(ending(&outcome)), endings.chars().nth(place), "{name}: {what}: {outcome:?}");
            if outcome.is_err() && *what != "revoke a secret of ci" {
                assert_eq!(desk.last_change().await.1, before, "{name} has changed something: {what}");
            }
        }
    }
}

#[tokio::test]
async fn auditors_have_no_right_at_the_registries_and_answers_to_every_question() {
    let desk = populated().await;
    assert_eq!(desk.allowed("eve", "repository:team/app:pull,push").await, "nothing", "reading what is administered is no right to pull");
    let eve = desk.caller("eve").await;
    assert!(desk.app.asker(&eve).check(&Who::User(user("alice"))).is_ok());
    let bob = desk.caller("bob").await;
    assert!(matches!(desk.app.asker(&bob).check(&Who::User(user("alice"))), Err(Error::Denied(_))));
    assert!(matches!(desk.app.administrator(&eve), Err(Error::Denied(_))), "an auditor is no administrator");

    // Whoever is an auditor no more is so at once.
    let demoted = UserChanges { auditor: Some(false), ..UserChanges::default() };
    desk.admin().users().set(&user("eve"), demoted).await.expect("a change");
    assert_eq!(desk.last_change().await.1["auditor"], json!({ "before": true, "after": false }));
    assert_eq!(ending(&desk.app.member(&eve).audit().list(None, 1).await.map(drop)), '-');
    assert_eq!(desk.app.asker(&eve), Asker::User(&user("eve")));
}

#[tokio::test]
async fn default_groups_are_chosen_among_ones_own_and_not_by_auditors() {
    let desk = populated().await;
    for (name, choice, outcome) in [("bob", "devs", '+'), ("bob", "ops", '0'), ("mia", "ops", '+'), ("eve", "devs", '-')] {
        let caller = desk.caller(name).await;
        let home = UserChanges { default_group: Some(Some(group(choice))), ..UserChanges::default() };
        let ended = desk.app.member(&caller).users().set(&user(name), home).await.map(drop);
        assert_eq!(ending(&ended), outcome, "{name}, {choice}: {ended:?}");
    }
}

#[tokio::test]
async fn who_does_not_answer_for_an_app_sees_of_it_what_concerns_him() {
    let desk = populated().await;
    let seen = async |name: &str| {
        let caller = desk.caller(name).await;
        let view = desk.app.member(&caller).apps().show(&app("web")).await.expect("an app");
        (view.related.responsible.len(), view.related.publication.len(), view.services.len())
    };
    assert_eq!((seen("bob").await, seen("mia").await, seen("eve").await), ((0, 1, 0), (1, 1, 1), (1, 1, 1)));
}

#[tokio::test]
async fn a_change_of_what_was_seen_is_not_made_of_something_else() {
    let desk = populated().await;
    let caller = desk.caller("root").await;
    let (root, seen) = (desk.app.member(&caller), desk.app.administration().revision().await.expect("a revision"));
    let described = |text: &str| UserChanges { display_name: Some(text.to_owned()), ..UserChanges::default() };
    root.expecting(seen).users().set(&user("bob"), described("first")).await.expect("nothing was changed meanwhile");
    let moved = root.expecting(seen).users().set(&user("bob"), described("second")).await;
    assert!(matches!(moved, Err(Error::Moved)), "{moved:?}");
    let administrator = desk.app.administrator(&caller).expect("he is one");
    let moved = administrator.expecting(seen).groups().delete(&group("devs")).await;
    assert!(matches!(moved, Err(Error::Moved)), "{moved:?}");
    let now = desk.app.administration().revision().await.expect("a revision");
    administrator.expecting(now).groups().delete(&group("devs")).await.expect("that is what he has seen");
    assert_eq!(root.users().show(&user("bob")).await.expect("bob").user.display_name, "first");
}
