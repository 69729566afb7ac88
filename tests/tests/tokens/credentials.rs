//! Whose token it is: that of the credentials, whatever else a request says.

use super::desk::{CLOSED, Desk, OTHER, SERVICE, refusal};
use crate::support::http::{self, Credentials};
use crate::support::token;
use crate::support::world::Role;

through_both_frameworks!(
    an_account_is_the_own_name_or_nothing,
    nobody_gets_a_token_in_the_name_of_somebody_else,
    nobody_logs_in_as_the_server_itself,
    wrong_credentials_are_refused_with_a_challenge,
    credentials_that_cannot_be_read_are_refused,
    nobody_is_let_in_without_credentials,
    without_credentials_only_what_is_public_can_be_pulled,
    wrong_credentials_are_not_taken_for_none,
    a_form_logs_in_as_well,
    a_wrong_form_is_refused_as_a_wrong_login_is,
    guessing_is_slowed_down_for_the_account_only,
);

fn an_account_is_the_own_name_or_nothing(desk: &Desk) {
    let reader = Role::Read.person();
    let scope = ("scope", "repository:team/app:pull");
    for query in [&[("service", SERVICE), scope][..], &[("account", "reader"), ("service", SERVICE), scope]] {
        let answer = desk.spectacles.token(reader.credentials(), query);
        assert_eq!(answer.status, 200, "{query:?}: {}", answer.text());
        let claims = token::claims(answer.json()["token"].as_str().expect("a token"));
        assert_eq!(claims["sub"], "reader", "{query:?}");
        assert_eq!(token::actions(&claims, "team/app"), "pull", "{query:?}");
    }
}

fn nobody_gets_a_token_in_the_name_of_somebody_else(desk: &Desk) {
    let nobody = Role::Nobody.person();
    for account in ["admin", "olivia", "Spectacles", "spectacles", "system", "anonymous", "unknown-to-everybody", "nobody\0", "../nobody"] {
        let query = [("account", account), ("service", SERVICE), ("scope", "repository:secret/app:*")];
        assert_eq!(refusal(&desk.spectacles.token(nobody.credentials(), &query), 401), "UNAUTHORIZED", "{account}");
    }
}

fn nobody_logs_in_as_the_server_itself(desk: &Desk) {
    for name in ["spectacles", "Spectacles", "system", "anonymous", "operator", ""] {
        for password in ["", "secret", name] {
            let answer = desk.ask(Credentials::Basic(name, password), &["registry:catalog:*", "repository:secret/app:*"]);
            assert_eq!(answer.status, 401, "{name:?} {password:?}: {}", answer.text());
        }
    }
    // The system's principal gets what was asked for verbatim: nobody else is ever given `*` on a repository.
    let claims = desk.claims(Role::Administrator, &["repository:secret/app:*"]);
    assert_eq!(token::actions(&claims, "secret/app"), "pull,push,delete");
}

fn wrong_credentials_are_refused_with_a_challenge(desk: &Desk) {
    for (name, password) in [("reader", "wrong"), ("reader", ""), ("unknown", "wrong"), ("READER", "wrong")] {
        let answer = desk.ask(Credentials::Basic(name, password), &["repository:team/app:pull"]);
        assert_eq!(refusal(&answer, 401), "UNAUTHORIZED");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Basic realm="), "{name}: {challenge}");
        let message = answer.json()["errors"][0]["message"].as_str().expect("a message").to_owned();
        assert_eq!(message, "incorrect username or password", "{name}: the same for unknown users, and what docker shows");
    }
}

fn credentials_that_cannot_be_read_are_refused(desk: &Desk) {
    let url = format!("{}/token_auth?service={SERVICE}", desk.spectacles.url());
    let long = format!("Basic {}", "QUFB".repeat(2000));
    for header in ["Basic", "Basic ", "Basic !!!", "Basic cmVhZGVy", "Basic /////w==", "basic", "Bearer x", "Digest a=b", "", ":", &long] {
        let answer = http::send(&reqwest::Method::GET, &url, Credentials::None, &[("authorization", header)], "");
        assert!(matches!(answer.status, 400 | 401), "{header:?}: {} {}", answer.status, answer.text());
        refusal(&answer, answer.status);
    }
}

fn nobody_is_let_in_without_credentials(desk: &Desk) {
    for scopes in [&[][..], &["repository:open/app:pull"], &["repository:shared/app:pull"]] {
        let answer = desk.ask(Credentials::None, scopes);
        assert_eq!(refusal(&answer, 401), "UNAUTHORIZED", "{scopes:?}");
        assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{scopes:?}");
    }
}

fn without_credentials_only_what_is_public_can_be_pulled(desk: &Desk) {
    let scopes =
        ["repository:open/app:pull,push,delete", "repository:hidden/app:pull", "repository:nowhere/app:pull", "registry:catalog:*"];
    let answer = desk.ask_for(OTHER, Credentials::None, &scopes);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let claims = token::claims(answer.json()["token"].as_str().expect("a token"));
    assert_eq!(claims["sub"], "");
    assert_eq!(token::actions(&claims, "open/app"), "pull");
    assert_eq!(token::actions(&claims, "hidden/app"), "");
    assert_eq!(token::actions(&claims, "nowhere/app"), "");
    assert_eq!(token::actions_of(&claims, "registry", "catalog"), "");
    // Whoever has credentials may pull it too, and a public namespace counts for nothing where the registry admits nobody.
    assert_eq!(desk.actions_on(OTHER, Role::Nobody, "open/app", "*"), "pull");
    assert_eq!(desk.actions_on(SERVICE, Role::Nobody, "open/app", "*"), "");
}

fn wrong_credentials_are_not_taken_for_none(desk: &Desk) {
    let answer = desk.ask_for(OTHER, Credentials::Basic("olivia", "wrong"), &["repository:open/app:pull"]);
    assert_eq!(refusal(&answer, 401), "UNAUTHORIZED");
}

fn a_form_logs_in_as_well(desk: &Desk) {
    let writer = Role::Write.person();
    let fields = [
        ("grant_type", "password"),
        ("client_id", "containerd-client"),
        ("username", &writer.name),
        ("password", &writer.password),
        ("service", SERVICE),
        // What containerd sends for a push with a mount: everything in one field, one repository twice.
        ("scope", "repository:team/app:pull repository:team/app:pull,push repository:shared/app:pull"),
    ];
    let answer = desk.spectacles.post_token(&fields);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["access_token"], body["token"]);
    assert!(body["expires_in"].as_i64().is_some_and(|seconds| seconds >= 60), "{body}");
    assert!(body["issued_at"].is_string(), "{body}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let (claims, _) = token::verify_by_x5c(body["access_token"].as_str().expect("a token"), SERVICE);
    assert_eq!(claims["sub"], "writer");
    assert_eq!(token::actions(&claims, "team/app"), "pull,push");
    assert_eq!(token::actions(&claims, "shared/app"), "pull");
}

fn a_wrong_form_is_refused_as_a_wrong_login_is(desk: &Desk) {
    let password = ("grant_type", "password");
    let service = ("service", SERVICE);
    let wrong = [password, ("username", "reader"), ("password", "wrong"), service];
    let answer = desk.spectacles.post_token(&wrong);
    assert_eq!(refusal(&answer, 401), "UNAUTHORIZED", "the form of OAuth2, 400 and invalid_grant, is unreadable for clients");
    assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{:?}", answer.headers);
    for fields in [
        &[service][..],
        &[("grant_type", "nonsense"), service],
        &[password, service],
        &[password, ("username", "reader"), service],
        &[password, ("username", "reader"), ("password", &Role::Read.person().password)],
        &[password, ("username", "reader"), ("password", &Role::Read.person().password), ("service", "unknown.test")],
        &[("grant_type", "refresh_token"), service],
        &[("grant_type", "client_credentials"), service],
    ] {
        let answer = desk.spectacles.post_token(fields);
        assert!(matches!(answer.status, 400 | 401), "{fields:?}: {} {}", answer.status, answer.text());
        refusal(&answer, answer.status);
    }
    let disabled = [password, ("username", "reader"), ("password", &Role::Read.person().password), ("service", CLOSED)];
    let answer = desk.spectacles.post_token(&disabled);
    assert!(answer.status < 500, "{}", answer.text());
}

fn guessing_is_slowed_down_for_the_account_only(desk: &Desk) {
    // More failures than are free, even if some are forgotten while a slow machine works on the others.
    let refused = (0..60).map(|_| desk.ask(Credentials::Basic("guessed", "wrong"), &[])).find(|answer| answer.status != 401);
    let refused = refused.expect("nothing slows down sixty guesses");
    assert_eq!(refusal(&refused, 429), "TOOMANYREQUESTS");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1), "{:?}", refused.headers);
    assert_eq!(desk.ask(Role::Read.person().credentials(), &[]).status, 200, "somebody else is shut out");
}
