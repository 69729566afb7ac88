//! What an answer and the token in it look like.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::decode_header;
use reqwest::Method;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::desk::{Desk, OTHER, SERVICE, refusal};
use crate::support::http::{self, Credentials};
use crate::support::token;
use crate::support::world::Role;

through_both_frameworks!(
    a_login_gets_a_token_without_rights,
    the_claims_say_who_got_what_for_which_registry,
    every_token_has_an_id_of_its_own,
    the_signature_is_verified_by_the_certificate_the_registry_trusts,
    the_signature_is_verified_by_the_served_keys,
    the_key_id_of_a_token_is_found_among_the_served_keys,
    the_key_id_is_in_the_style_of_the_registry,
    a_token_lives_as_long_as_the_registry_says,
    the_short_path_is_the_same_endpoint,
    no_answer_is_kept_by_a_cache,
    other_methods_are_refused,
    the_server_says_how_it_is,
);

fn a_login_gets_a_token_without_rights(desk: &Desk) {
    let reader = Role::Read.person();
    let login = [("account", "reader"), ("client_id", "docker"), ("offline_token", "true"), ("service", SERVICE)];
    let answer = desk.spectacles.token(reader.credentials(), &login);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("content-type").starts_with("application/json"), "{:?}", answer.headers);
    let body = answer.json();
    let token = body["token"].as_str().expect("a token");
    assert_eq!(body["access_token"], token, "some clients read the one, some the other");
    assert!(body["expires_in"].as_i64().expect("whole seconds") >= 60, "clients count on a minute: {body}");
    let issued = OffsetDateTime::parse(body["issued_at"].as_str().expect("a time"), &Rfc3339).expect("RFC 3339");
    assert!((issued - OffsetDateTime::now_utc()).abs() < Duration::from_mins(1), "{body}");
    assert_eq!(token::claims(token)["access"], json!([]));
}

fn the_claims_say_who_got_what_for_which_registry(desk: &Desk) {
    let answer = desk.ask(Role::Full.person().credentials(), &["repository:team/app:pull,push"]).json();
    let claims = token::claims(answer["token"].as_str().expect("a token"));
    assert_eq!(claims["sub"], "fuller");
    assert_eq!(claims["aud"], SERVICE, "one text: registries 2.x refuse a list");
    assert_eq!(claims["iss"], issuer(desk).as_str(), "what the registry's configuration names");
    assert_eq!(claims["access"], json!([{ "type": "repository", "name": "team/app", "actions": ["pull", "push"] }]));
    let number = |name: &str| claims[name].as_i64().unwrap_or_else(|| panic!("{name} is no whole number: {claims}"));
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()).expect("soon enough");
    assert!((number("iat") - now).abs() < 60, "{claims}");
    assert!(number("nbf") <= number("iat"), "{claims}");
    assert_eq!(number("exp") - number("iat"), answer["expires_in"].as_i64().expect("whole seconds"), "{claims}");
}

/// The issuer that the configuration made for registries names.
fn issuer(desk: &Desk) -> String {
    let config = desk.spectacles.command(&["registry", "config", SERVICE, "--server-url", &desk.spectacles.url()]);
    config["auth"]["token"]["issuer"].as_str().unwrap_or_else(|| panic!("no issuer: {config}")).to_owned()
}

fn every_token_has_an_id_of_its_own(desk: &Desk) {
    let ids: Vec<Value> = (0..3).map(|_| desk.claims(Role::Read, &[])["jti"].clone()).collect();
    assert!(ids.iter().all(|id| id.as_str().is_some_and(|id| id.len() >= 16)), "{ids:?}");
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
}

fn the_signature_is_verified_by_the_certificate_the_registry_trusts(desk: &Desk) {
    let bearer = desk.spectacles.bearer(&Role::Read.person(), SERVICE, &["repository:team/app:pull"]);
    let (claims, certificate) = token::verify_by_x5c(&bearer, SERVICE);
    assert_eq!(claims["sub"], "reader");
    let directory = tempfile::tempdir().expect("a temporary directory");
    desk.spectacles.registry_config(SERVICE, "2", directory.path());
    let bundle = std::fs::read(directory.path().join("spectacles.pem")).expect("a bundle");
    let trusted: Vec<_> = x509_parser::pem::Pem::iter_from_buffer(&bundle).map(|pem| pem.expect("PEM").contents).collect();
    assert!(trusted.contains(&certificate), "the token's certificate is not in the bundle that the registry got");
    let served = http::get(&format!("{}/certificates.pem", desk.spectacles.url()), Credentials::None);
    assert_eq!((served.status, served.body), (200, bundle), "the server gives another one");
}

fn the_signature_is_verified_by_the_served_keys(desk: &Desk) {
    let keys = http::get(&format!("{}/jwks.json", desk.spectacles.url()), Credentials::None);
    assert_eq!(keys.status, 200, "{}", keys.text());
    let kind = keys.header("content-type");
    assert!(kind.starts_with("application/jwk-set+json") || kind.starts_with("application/json"), "{kind}");
    assert!(!keys.text().contains(r#""d""#), "a private key is served");
    for service in [SERVICE, OTHER] {
        let bearer = desk.spectacles.bearer(&Role::Read.person(), service, &[]);
        assert_eq!(token::verify_by_any_of(&bearer, &keys.json(), service)["sub"], "reader");
    }
}

fn the_key_id_of_a_token_is_found_among_the_served_keys(desk: &Desk) {
    let keys = http::get(&format!("{}/jwks.json", desk.spectacles.url()), Credentials::None).json();
    for service in [SERVICE, OTHER] {
        let bearer = desk.spectacles.bearer(&Role::Read.person(), service, &[]);
        assert_eq!(token::verify_by_jwks(&bearer, &keys, service)["sub"], "reader", "{service}");
    }
}

fn the_key_id_is_in_the_style_of_the_registry(desk: &Desk) {
    let bearer = |service| desk.spectacles.bearer(&Role::Read.person(), service, &[]);
    let kid = |token: &str| decode_header(token).expect("a header").kid.expect("a kid");
    let libtrust = bearer(SERVICE);
    let (_, certificate) = token::verify_by_x5c(&libtrust, SERVICE);
    assert_eq!(kid(&libtrust), token::libtrust_kid(&certificate));
    let thumbprint = kid(&bearer(OTHER));
    let keys = http::get(&format!("{}/jwks.json", desk.spectacles.url()), Credentials::None).json();
    let keys = keys["keys"].as_array().expect("keys");
    assert!(keys.iter().any(|key| token::rfc7638_kid(key) == thumbprint), "{thumbprint} is the thumbprint of none of {keys:?}");
}

fn a_token_lives_as_long_as_the_registry_says(desk: &Desk) {
    let answer = desk.ask_for(OTHER, Role::Read.person().credentials(), &[]).json();
    assert_eq!(answer["expires_in"], 600);
    let claims = token::claims(answer["token"].as_str().expect("a token"));
    assert_eq!(claims["exp"].as_i64().expect("a time") - claims["iat"].as_i64().expect("a time"), 600);
}

fn the_short_path_is_the_same_endpoint(desk: &Desk) {
    let query = http::form(&[("service", SERVICE), ("scope", "repository:team/app:pull")]);
    let answer = http::get(&format!("{}/token?{query}", desk.spectacles.url()), Role::Read.person().credentials());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let claims = token::claims(answer.json()["token"].as_str().expect("a token"));
    assert_eq!(token::actions(&claims, "team/app"), "pull");
    assert_eq!(http::get(&format!("{}/token?{query}", desk.spectacles.url()), Credentials::None).status, 401);
}

fn no_answer_is_kept_by_a_cache(desk: &Desk) {
    let reader = Role::Read.person();
    for answer in [
        desk.ask(reader.credentials(), &[]),
        desk.ask(Credentials::None, &[]),
        desk.ask(Credentials::Basic("reader", "wrong"), &[]),
        desk.ask_for("unknown.test", reader.credentials(), &[]),
        desk.spectacles.post_token(&[("grant_type", "nonsense")]),
    ] {
        assert_eq!(answer.header("cache-control"), "no-store", "{} {}", answer.status, answer.text());
    }
}

fn other_methods_are_refused(desk: &Desk) {
    let url = format!("{}/token_auth?service={SERVICE}", desk.spectacles.url());
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = http::send(&method, &url, Role::Administrator.person().credentials(), &[], "");
        assert_eq!(answer.status, 405, "{method}: {}", answer.text());
        let allow = answer.header("allow");
        assert!(allow.contains("GET") && allow.contains("POST"), "{method}: {allow}");
    }
    let unknown = http::get(&format!("{}/no-such-path", desk.spectacles.url()), Credentials::None);
    assert_eq!(unknown.status, 404, "{}", unknown.text());
    // Clients fall back to GET on 404 and 405, and with an identity token some fail then: POST must be known.
    let post = desk.spectacles.post_token(&[("grant_type", "refresh_token"), ("refresh_token", "stale"), ("service", SERVICE)]);
    assert!(matches!(post.status, 400 | 401), "{} {}", post.status, post.text());
    refusal(&post, post.status);
}

fn the_server_says_how_it_is(desk: &Desk) {
    let url = desk.spectacles.url();
    for path in ["/healthz", "/readyz"] {
        let answer = http::get(&format!("{url}{path}"), Credentials::None);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let head = http::send(&Method::HEAD, &format!("{url}{path}"), Credentials::None, &[], "");
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
    }
    let version = http::get(&format!("{url}/version"), Credentials::None);
    assert_eq!(version.status, 200, "{}", version.text());
    assert_eq!(version.json()["version"], env!("CARGO_PKG_VERSION"));
}
