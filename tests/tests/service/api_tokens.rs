//! API tokens: who makes and revokes them, what they are good for, and when they work no more.

use super::desk::{Desk, REGISTRY, path, service, user};
use spectacles_core::auth::{AuthenticationError, ExposeSecret as _, SecretString, new_secret};
use spectacles_core::model::{Kind, TokenLimits};
use spectacles_core::name::ApiTokenName;
use spectacles_core::random::SystemRandom;
use spectacles_core::service::{
    Administration, CreateNamespace, CreateRegistry, CreateToken, CreateUser, Error, Member, NamespaceChanges, NewToken, RegistryChanges,
    Spectacles, TokenError, UserChanges,
};
use spectacles_core::time::Clock as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn address() -> Option<IpAddr> {
    Some("192.0.2.99".parse().expect("an address"))
}

fn token(name: &str) -> CreateToken {
    CreateToken { name: name.parse().expect("a name"), until: None, limits: TokenLimits::default() }
}

fn names(tokens: &[spectacles_core::service::ApiTokenView]) -> Vec<&ApiTokenName> {
    tokens.iter().map(|view| &view.token.name).collect()
}

async fn make(desk: &Desk, owner: &str, token: CreateToken) -> NewToken {
    desk.admin().tokens().create(&user(owner), token).await.expect("a token")
}

/// Whom a token acts for.
async fn holder(app: &Spectacles, secret: &SecretString) -> Option<String> {
    app.bearer(secret, address()).await.expect("an answer").map(|bearer| bearer.caller.name().to_string())
}

fn ending<T>(outcome: &Result<T, Error>) -> char {
    match outcome {
        Ok(_) => '+',
        Err(Error::Denied(_)) => '-',
        Err(Error::NotFound { .. }) => '0',
        Err(_) => '?',
    }
}

#[tokio::test]
async fn everybody_has_tokens_of_his_own_and_administrators_revoke_those_of_others() {
    let desk = Desk::new().await;
    let eve = CreateUser { auditor: true, password: Some("secret of eve".into()), ..CreateUser::named(user("eve")) };
    desk.admin().users().create(eve).await.expect("an auditor");
    // Making, listing and revoking one for himself, and one of alice's.
    for (name, own, others) in [("bob", "+++", "000"), ("eve", "+++", "-+-"), ("root", "+++", "-++")] {
        let caller = desk.caller(name).await;
        let member = desk.app.member(&caller);
        for (owner, endings) in [(name, own), ("alice", others)] {
            let there = make(&desk, owner, token(&format!("there for {name}"))).await.view.token.id;
            let owner = user(owner);
            let found = [
                ending(&member.tokens().create(&owner, token(&format!("made by {name}"))).await),
                ending(&member.tokens().list(&owner).await),
                ending(&member.tokens().revoke(&owner, there).await),
            ];
            assert_eq!(found.iter().collect::<String>(), endings, "{name}, of {owner}");
        }
    }
    let root = desk.caller("root").await;
    let administrator = desk.app.administrator(&root).expect("he is one");
    assert_eq!(ending(&administrator.tokens().create(&user("bob"), token("x")).await), '-', "nobody acts for others in secret");
    assert_eq!(names(&administrator.tokens().list(&user("bob")).await.expect("a list")), [&token("made by bob").name]);
}

#[tokio::test]
async fn a_token_acts_for_its_user_and_is_no_password() {
    let desk = Desk::new().await;
    let NewToken { view, secret } = make(&desk, "bob", token("ci")).await;
    assert!(secret.expose_secret().starts_with("spectacles_"));
    let bearer = desk.app.bearer(&secret, address()).await.expect("an answer").expect("it is right");
    assert_eq!((bearer.caller.name(), bearer.token), (&user("bob"), view.token.id));
    assert!(desk.app.member(&bearer.caller).users().show(&user("bob")).await.is_ok());
    assert_eq!(desk.login("bob", secret.expose_secret()).await, Ok(None));
    let registry = desk.request("bob", secret.expose_secret(), "repository:team/app:pull", None).await;
    assert!(matches!(registry, Err(TokenError::BadCredentials)), "{registry:?}");

    // The trail says what was made, and not the secret.
    let (what, details) = desk.last_change().await;
    assert_eq!(what, ["operator", "user.token.create", "user bob"]);
    assert_eq!(details["token"]["name"], "ci");
    let hash = format!("{:?}", desk.app.facts().read(|facts| facts.user("bob").expect("bob").api_tokens[0].hash));
    assert_eq!(hash, "SecretHash(..)");
    assert!(!details.to_string().contains(secret.expose_secret()) && !details.to_string().contains("hash"), "{details}");
    desk.admin().tokens().revoke(&user("bob"), view.token.id).await.expect("it is there");
    assert_eq!(holder(&desk.app, &secret).await, None, "it is revoked at once");
    assert_eq!(desk.last_change().await.0, ["operator", "user.token.revoke", "user bob"]);
    assert!(matches!(desk.admin().tokens().revoke(&user("bob"), view.token.id).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn a_token_works_until_its_end_and_while_its_user_is_enabled() {
    let desk = Desk::new().await;
    let until = Some(desk.clock.now().after(HOUR));
    let short = make(&desk, "bob", CreateToken { until, ..token("short") }).await.secret;
    let long = make(&desk, "bob", token("long")).await.secret;
    let both = async || (holder(&desk.app, &short).await.is_some(), holder(&desk.app, &long).await.is_some());
    assert_eq!(both().await, (true, true));
    let enabled = async |enabled| {
        let changes = UserChanges { enabled: Some(enabled), ..UserChanges::default() };
        desk.admin().users().set(&user("bob"), changes).await.expect("a change");
    };
    enabled(false).await;
    assert_eq!(both().await, (false, false));
    enabled(true).await;
    assert_eq!(both().await, (true, true));
    desk.clock.forward(HOUR);
    desk.app.refresh().await.expect("the facts are checked");
    assert_eq!(both().await, (false, true));
    let tokens = desk.admin().tokens().list(&user("bob")).await.expect("a list");
    assert_eq!(tokens.iter().map(|view| view.expired).collect::<Vec<_>>(), [true, false]);
    // What has ended is taken away, and the trail says so.
    assert_eq!(desk.app.administration().remove_expired(desk.clock.now(), 10).await.expect("a change"), 1);
    assert_eq!(desk.last_change().await.1["removed"][0]["of"]["user"], "bob");
    desk.admin().users().delete(&user("bob"), None).await.expect("he owns nothing");
    assert_eq!(desk.last_change().await.1["api_tokens"], serde_json::json!(["long"]));
    assert_eq!(both().await, (false, false));
}

#[tokio::test]
async fn limits_follow_what_they_name_and_the_token_goes_with_it() {
    let desk = Desk::new().await;
    let second = CreateRegistry::new(service("second.test"), "http://127.0.0.1:5001".parse().expect("a URL"));
    desk.admin().registries().create(second).await.expect("a registry");
    let (registry, namespace) = (Some(service(REGISTRY)), Some(path("team")));
    let most = TokenLimits { read_only: true, registry, namespace, kinds: vec![Kind::Namespaces, Kind::Access, Kind::Namespaces] };
    let secret = make(&desk, "alice", CreateToken { limits: most.clone(), ..token("team") }).await.secret;
    let limits = async || desk.app.bearer(&secret, address()).await.expect("an answer").map(|bearer| bearer.limits);
    let kept = TokenLimits { kinds: vec![Kind::Access, Kind::Namespaces], ..most };
    assert_eq!(limits().await, Some(kept.clone()), "each kind once");
    let renamed = RegistryChanges { service: Some(service("renamed.test")), ..RegistryChanges::default() };
    desk.admin().registries().set(&service(REGISTRY), renamed).await.expect("a change");
    let moved = NamespaceChanges { path: Some(path("crew")), ..NamespaceChanges::default() };
    desk.admin().namespaces().set(&service("renamed.test"), &path("team"), moved).await.expect("a change");
    assert_eq!(limits().await, Some(TokenLimits { registry: Some(service("renamed.test")), namespace: Some(path("crew")), ..kept }));
    desk.admin().namespaces().delete(&service("renamed.test"), &path("crew")).await.expect("a change");
    assert_eq!(limits().await, None, "it was for nothing else");
    assert_eq!(desk.admin().tokens().list(&user("alice")).await.expect("a list"), []);
}

#[tokio::test]
async fn limits_are_to_what_the_user_knows_of() {
    let desk = Desk::new().await;
    desk.admin().namespaces().create(CreateNamespace::new(service(REGISTRY), path("hidden"))).await.expect("a namespace");
    let bob = desk.caller("bob").await;
    let limited = |registry: Option<&str>, namespace: Option<&str>| CreateToken {
        limits: TokenLimits { registry: registry.map(service), namespace: namespace.map(path), ..TokenLimits::default() },
        ..token("x")
    };
    for (limits, expected) in [
        (limited(Some("ghost.test"), None), '0'),
        (limited(Some(REGISTRY), Some("hidden")), '0'),
        (limited(Some(REGISTRY), Some("ghost")), '0'),
        (limited(None, Some("team")), '?'),
        (CreateToken { until: Some(desk.clock.now()), ..token("x") }, '?'),
        (limited(Some(REGISTRY), None), '+'),
        (token("x"), '?'),
    ] {
        let outcome = desk.app.member(&bob).tokens().create(&user("bob"), limits).await;
        assert_eq!(ending(&outcome), expected, "{outcome:?}");
    }
    let member: Member<'_> = desk.app.member(&bob);
    for number in 1..100 {
        member.tokens().create(&user("bob"), token(&format!("token {number}"))).await.expect("one more");
    }
    let refused = member.tokens().create(&user("bob"), token("one too many")).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn what_another_process_makes_is_known_when_it_is_asked_for() {
    let desk = Desk::new().await;
    let other = Administration::new(Arc::clone(&desk.store), desk.clock.clone(), Arc::new(SystemRandom)).expect("an administration");
    let revision = desk.app.facts().revision();
    desk.clock.forward(Duration::from_secs(1));
    let new = other.operator().tokens().create(&user("bob"), token("elsewhere")).await.expect("a token");
    assert_eq!(desk.app.facts().revision(), revision, "this process does not know it yet");
    assert_eq!(holder(&desk.app, &new.secret).await, Some("bob".to_owned()));
    // What cannot be a token is no reason to ask the database.
    let seen = desk.app.facts().revision();
    other.operator().tokens().revoke(&user("bob"), new.view.token.id).await.expect("a change");
    desk.clock.forward(Duration::from_secs(1));
    assert_eq!(holder(&desk.app, &"spectacles_nonsense".into()).await, None);
    assert_eq!(desk.app.facts().revision(), seen);
    desk.app.refresh().await.expect("news");
    assert_eq!(holder(&desk.app, &new.secret).await, None);
}

#[tokio::test]
async fn wrong_tokens_are_limited_for_each_network_and_right_ones_are_not() {
    let desk = Desk::new().await;
    let right = make(&desk, "bob", token("right")).await.secret;
    for guess in 0..100 {
        let wrong = new_secret(&SystemRandom).expect("a secret");
        assert_eq!(desk.app.bearer(&wrong, address()).await, Ok(None), "{guess}");
    }
    let wrong = new_secret(&SystemRandom).expect("a secret");
    let throttled = desk.app.bearer(&wrong, address()).await;
    assert!(matches!(throttled, Err(AuthenticationError::Throttled { .. })), "{throttled:?}");
    assert_eq!(holder(&desk.app, &right).await, Some("bob".to_owned()), "nobody is locked out by others");
    let elsewhere = desk.app.bearer(&wrong, Some("198.51.100.1".parse().expect("an address"))).await;
    assert_eq!(elsewhere, Ok(None));
    desk.clock.forward(Duration::from_secs(2));
    desk.app.refresh().await.expect("the facts are checked");
    assert_eq!(desk.app.bearer(&wrong, address()).await, Ok(None), "one more after a while");
}

#[tokio::test]
async fn the_last_use_is_written_beside_the_path_and_once_a_minute() {
    let desk = Desk::new().await;
    let secret = make(&desk, "bob", token("ci")).await.secret;
    let last_used = async || desk.admin().tokens().list(&user("bob")).await.expect("a list")[0].token.last_used;
    let write = async || desk.app.write_decisions().await.expect("it is written");
    let revision = desk.revision().await;
    write().await;
    assert_eq!(last_used().await, None);
    let first = desk.clock.now();
    assert!(holder(&desk.app, &secret).await.is_some());
    assert_eq!(last_used().await, None, "no request waits for that");
    write().await;
    assert_eq!(last_used().await, Some(first));
    for (step, written) in [(59, first), (1, first.after(Duration::from_secs(60)))] {
        desk.clock.forward(Duration::from_secs(step));
        desk.app.refresh().await.expect("the facts are checked");
        assert!(holder(&desk.app, &secret).await.is_some());
        write().await;
        assert_eq!(last_used().await, Some(written), "{step}");
    }
    assert_eq!(desk.revision().await, revision, "that is no change");
}
