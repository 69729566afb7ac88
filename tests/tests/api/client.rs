//! Typed calls of a running server.

use super::desk::{Desk, desk};
use crate::support::server::Person;
use spectacles_core::access::questions::Pattern;
use spectacles_core::right::Actions;
use spectacles_core::service::{CreateGroup, CreateUser, GroupChanges, UserChanges, Who};
use spectacles_http::client::{Client, ClientError, Credentials, Wanted, When};
use spectacles_http::resources::{AddMembers, MakeToken, Simulation};

fn client(desk: &Desk, name: &str) -> Client {
    // It fails when a provider is installed already, and then there is one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let Person { name, password } = Person::new(name);
    Client::connect(&desk.spectacles.url(), Credentials::Password { name, password: password.into() }).expect("an address")
}

/// Nothing of the shared server may be made inside of this: that waits as well.
fn wait(calls: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(calls);
}

fn status<T>(outcome: Result<T, ClientError>) -> u16 {
    match outcome {
        Err(ClientError::Refused(refusal)) => refusal.status.as_u16(),
        Err(error) => panic!("{error}"),
        Ok(_) => 200,
    }
}

#[test]
fn things_are_made_changed_listed_and_taken_away() {
    let desk = desk();
    wait(async {
        let admin = client(&desk, "admin");
        for name in ["client-a", "client-b", "client-c"] {
            admin.users().create(&CreateUser::named(name.parse().expect("a name"))).await.expect("a user");
        }
        let wanted = Wanted { order: Some("-name".to_owned()), limit: Some(2), total: true, ..Wanted::filter("name client-%") };
        let page = admin.users().page(&wanted).await.expect("a page");
        let names = |users: &[spectacles_core::service::UserView]| users.iter().map(|view| view.user.name.to_string()).collect::<Vec<_>>();
        assert_eq!(
            (names(&page.items), page.total, page.next.is_some()),
            (vec!["client-c".to_owned(), "client-b".to_owned()], Some(3), true)
        );
        assert_eq!(admin.users().all(&Wanted { limit: None, ..wanted }).await.expect("all").len(), 3);

        let seen = admin.users().show("client-a").await.expect("a user");
        let named = |name: &str| UserChanges { display_name: Some(name.to_owned()), ..UserChanges::default() };
        admin.users().change("client-a", Some(&seen.tag), &named("A")).await.expect("a change");
        assert_eq!(status(admin.users().change("client-a", Some(&seen.tag), &named("B")).await), 412);
        assert_eq!(status(admin.users().delete_seen(&["client-a"], Some(&seen.tag), &[]).await), 412);
        let changed = admin.users().change("client-a", None, &named("C")).await.expect("a change");
        assert_eq!(changed.user.display_name, "C");

        let group = "client team/1".parse().expect("a name");
        let new = CreateGroup { name: group, slug: None, description: String::new() };
        let group = admin.groups().create(&new).await.expect("a group").group.name;
        let users = || ["client-a", "client-b"].map(|name| name.parse().expect("a name")).to_vec();
        let members = admin.members(&group).add(&AddMembers { users: users(), until: None }).await.expect("members");
        assert_eq!(members.len(), 2);
        admin.members(&group).remove("user", ["client-a"]).await.expect("one less");
        let renamed = GroupChanges { description: Some("%2F & ?".to_owned()), ..GroupChanges::default() };
        let view = admin.groups().change(group.as_str(), None, &renamed).await.expect("a change");
        assert_eq!((view.members.len(), view.group.description.as_str()), (1, "%2F & ?"));
        admin.groups().delete(&[group.as_str()]).await.expect("gone");
        for name in ["client-a", "client-b", "client-c"] {
            admin.users().delete(&[name]).await.expect("gone");
        }
        assert_eq!(status(admin.users().show("client-a").await), 404);
    });
}

#[test]
fn what_is_refused_says_why_and_where() {
    let desk = desk();
    wait(async {
        let admin = client(&desk, "admin");
        match admin.users().all(&Wanted::filter("nme x")).await {
            Err(ClientError::Refused(refusal)) => {
                assert_eq!((refusal.status.as_u16(), refusal.kind.as_str()), (400, "invalid"));
                assert_eq!(refusal.faults[0].parameter.as_deref(), Some("filter"));
                assert!(!refusal.request_id.is_empty() && refusal.detail.contains("nme"), "{refusal:?}");
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(status(client(&desk, "client-nobody").me().await), 401);
        let nowhere = Client::connect("http://127.0.0.1:9", Credentials::Token("x".into())).expect("an address");
        assert!(matches!(nowhere.me().await, Err(ClientError::Unreachable(why)) if why.contains("127.0.0.1:9")));
        for wrong in ["ftp://x", "x", "http://me:secret@x", "http://x?y"] {
            let error = Client::connect(wrong, Credentials::Token("x".into())).err().expect("no address").to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        assert!(matches!(
            Client::connect_trusting("https://x", Credentials::Token("x".into()), "no PEM"),
            Err(ClientError::Authorities(_))
        ));
    });
}

#[test]
fn a_token_says_its_limits_and_gives_itself_up() {
    let desk = desk();
    desk.make_user("tokens-of-client");
    wait(async {
        let admin = client(&desk, "admin");
        let me = admin.me().await.expect("me");
        assert!(me.admin && me.limits.is_none());
        assert_eq!(status(admin.revoke_own_token().await), 409);
        let owner = "admin".parse().expect("a name");
        let limits = serde_json::from_value(serde_json::json!({ "read_only": true, "kinds": ["groups"] })).expect("limits");
        let token = MakeToken { name: "client test".parse().expect("a name"), until: None, limits };
        let made = admin.tokens(&owner).create(&token).await.expect("a token");
        let narrow = Client::connect(&desk.spectacles.url(), Credentials::Token(made.secret.0)).expect("an address");
        assert!(narrow.me().await.expect("me").limits.is_some_and(|limits| limits.read_only));
        assert_eq!(status(narrow.users().all(&Wanted::default()).await), 403);
        narrow.revoke_own_token().await.expect("it is gone");
        assert_eq!(status(narrow.me().await), 401);
        admin.users().delete(&["tokens-of-client"]).await.expect("gone");
    });
}

#[test]
fn what_would_be_changed_is_written_down_and_tried() {
    let desk = desk();
    wait(async {
        let admin = client(&desk, "admin");
        let recording = Client::recording();
        let user = CreateUser::named("client-tried".parse().expect("a name"));
        assert!(matches!(recording.users().create(&user).await, Err(ClientError::Recorded)));
        assert!(matches!(recording.users().delete_seen(&["client-tried"], None, &[("heir", "admin")]).await, Err(ClientError::Recorded)));
        assert!(matches!(recording.me().await, Err(ClientError::Strange(_))));
        let changes = recording.recorded().expect("a recorder");
        assert_eq!(changes.iter().map(|change| change.method.as_str()).collect::<Vec<_>>(), ["POST", "DELETE"]);
        let simulation = Simulation { changes, repositories: Vec::new(), replay_since: None, limit: None };
        let outcome = admin.simulate(&simulation, When::default()).await.expect("an outcome");
        assert!(outcome.changes.is_empty());
        assert_eq!(status(admin.users().show("client-tried").await), 404);
    });
}

#[test]
fn the_matrix_and_what_somebody_can_agree() {
    let desk = desk();
    wait(async {
        let admin = client(&desk, "admin");
        let registry = admin.registries().all(&Wanted::default()).await.expect("registries").remove(0).registry.service;
        // Others work at the same desk: how many parts there are is theirs to say.
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let part = admin.matrix(Some(&registry), after.as_deref(), When::default()).await.expect("a matrix");
            all.extend(part.items);
            after = part.next;
            if after.is_none() {
                break;
            }
        }
        let rest = admin.matrix(Some(&registry), Some("user admin"), When::default()).await.expect("a matrix");
        assert!(rest.items.iter().all(|row| row.principal.to_string() != "user admin"), "what is behind him is without him");
        let who = Who::User("admin".parse().expect("a name"));
        let areas: Vec<(Vec<Pattern>, Actions)> = admin
            .what_can(Some(&registry), &who, When::default())
            .await
            .expect("areas")
            .areas
            .into_iter()
            .map(|area| (area.area, area.given.allowed))
            .collect();
        let rows = all.into_iter().filter(|row| row.principal.to_string() == "user admin");
        let rows: Vec<(Vec<Pattern>, Actions)> = rows.map(|row| (row.area, row.allowed)).collect();
        assert_eq!(rows.len(), areas.len());
        assert!(areas.iter().all(|area| rows.contains(area)));
        assert_eq!(status(client(&desk, "client-nobody").matrix(None, None, When::default()).await), 401);
    });
}
