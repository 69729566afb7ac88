//! Signing keys: made by the server or brought along under the names the original gave them in the environment, and what a real
//! registry says to their tokens.

use std::fs;
use std::path::Path;

use jsonwebtoken::{Algorithm, decode_header};
use reqwest::Method;

use crate::support::http::{self, Credentials};
use crate::support::keys::KeyFiles;
use crate::support::process::{PATIENCE, free_port, poll};
use crate::support::registry::Registry;
use crate::support::server::{Person, Spectacles};
use crate::support::token;

const SERVICE: &str = "registry.test";

/// A server with an administrator and one registry, which has this port.
fn prepared(spectacles: Spectacles, more: &[&str]) -> (Spectacles, Person, u16) {
    let mut spectacles = spectacles;
    let admin = Person::new("admin");
    spectacles.create_user(&admin, &["--admin"]);
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    spectacles.command(&[&["registry", "create", SERVICE, "--url", &url], more].concat());
    spectacles.serve(&[]);
    (spectacles, admin, port)
}

fn with_key(files: &KeyFiles) -> Spectacles {
    Spectacles::new().with("SPECTACLES_PRIV_KEY_PATH", files.key()).with("SPECTACLES_CERT_PATH", files.certificate())
}

/// That the registry takes our tokens for what they are.
fn assert_trusted(registry: &Registry, spectacles: &Spectacles, admin: &Person) {
    let bearer = spectacles.bearer(admin, SERVICE, &["registry:catalog:*"]);
    let catalog = registry.request(&Method::GET, "/v2/_catalog", &bearer);
    assert_eq!(catalog.status, 200, "{}\n{}", catalog.text(), registry.log());
}

fn der(certificate: &Path) -> Vec<u8> {
    let pem = fs::read(certificate).expect("a certificate");
    x509_parser::pem::parse_x509_pem(&pem).expect("PEM").1.contents
}

fn a_key_of_ones_own_is_used(algorithm: &str, expected: Algorithm, rewrite: fn(KeyFiles) -> KeyFiles) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = rewrite(KeyFiles::self_signed(directory.path(), "domain", algorithm));
    let (spectacles, admin, port) = prepared(with_key(&files), &[]);
    let bearer = spectacles.bearer(&admin, SERVICE, &[]);
    assert_eq!(decode_header(&bearer).expect("a header").alg, expected);
    let (_, certificate) = token::verify_by_x5c(&bearer, SERVICE);
    assert_eq!(certificate, der(&files.certificate), "another certificate than the given one");
    let keys = http::get(&format!("{}/jwks.json", spectacles.url()), Credentials::None).json();
    token::verify_by_any_of(&bearer, &keys, SERVICE);
    assert_trusted(&Registry::start(&spectacles, SERVICE, port), &spectacles, &admin);
}

#[test]
fn an_rsa_key_of_2048_bits_is_used() {
    a_key_of_ones_own_is_used("rsa:2048", Algorithm::RS256, |files| files);
}

#[test]
fn an_rsa_key_of_4096_bits_in_the_old_form_is_used() {
    a_key_of_ones_own_is_used("rsa:4096", Algorithm::RS256, KeyFiles::in_traditional_form);
}

#[test]
fn a_p256_key_is_used() {
    a_key_of_ones_own_is_used("ec:P-256", Algorithm::ES256, |files| files);
}

#[test]
fn a_p384_key_in_the_old_form_is_used() {
    a_key_of_ones_own_is_used("ec:P-384", Algorithm::ES384, KeyFiles::in_traditional_form);
}

#[test]
fn the_generated_key_is_p256_and_stays() {
    let (mut spectacles, admin, port) = prepared(Spectacles::new(), &[]);
    let before = spectacles.bearer(&admin, SERVICE, &[]);
    assert_eq!(decode_header(&before).expect("a header").alg, Algorithm::ES256);
    let registry = Registry::start(&spectacles, SERVICE, port);
    assert_trusted(&registry, &spectacles, &admin);
    spectacles.server().stop();
    spectacles.serve(&[]);
    assert_eq!(token::verify_by_x5c(&spectacles.bearer(&admin, SERVICE, &[]), SERVICE).1, token::verify_by_x5c(&before, SERVICE).1);
    assert_trusted(&registry, &spectacles, &admin);
}

#[test]
fn a_registry_may_trust_the_authority_that_signed_the_certificate() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let root = KeyFiles::self_signed(directory.path(), "root", "rsa:2048");
    let leaf = KeyFiles::signed_by(&root, directory.path(), "leaf", "ec:P-256");
    let (spectacles, admin, port) = prepared(with_key(&leaf), &[]);
    let bundle = [("REGISTRY_AUTH_TOKEN_ROOTCERTBUNDLE", root.certificate())];
    assert_trusted(&Registry::start_with(&spectacles, SERVICE, port, &bundle), &spectacles, &admin);
}

#[test]
fn a_registry_set_up_for_the_original_trusts_the_key_alone() {
    // The original was given nothing but the key; the registries around it know the certificate.
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = KeyFiles::self_signed(directory.path(), "domain", "rsa:2048");
    let spectacles = Spectacles::new().with("SPECTACLES_PRIV_KEY_PATH", files.key()).with("SPECTACLES_ISSUER_NAME", "Auth service");
    let (spectacles, admin, port) = prepared(spectacles, &[]);
    assert_eq!(token::claims(&spectacles.bearer(&admin, SERVICE, &[]))["iss"], "Auth service");
    let bundle = [("REGISTRY_AUTH_TOKEN_ROOTCERTBUNDLE", files.certificate()), ("REGISTRY_AUTH_TOKEN_ISSUER", "Auth service")];
    assert_trusted(&Registry::start_with(&spectacles, SERVICE, port, &bundle), &spectacles, &admin);
}

#[test]
fn a_registry_takes_tokens_with_key_ids_of_either_style() {
    // With the certificate in the token, 2.8 does not look at the key id; 3.x wants its own style.
    for style in ["libtrust", "rfc7638"] {
        let (spectacles, admin, port) = prepared(Spectacles::new(), &["--kid-style", style]);
        assert_trusted(&Registry::start(&spectacles, SERVICE, port), &spectacles, &admin);
    }
}

#[test]
fn a_registry_refuses_tokens_of_another_server() {
    let (trusted, _, port) = prepared(Spectacles::new(), &[]);
    let registry = Registry::start(&trusted, SERVICE, port);
    let (stranger, admin, _) = prepared(Spectacles::new(), &[]);
    let bearer = stranger.bearer(&admin, SERVICE, &["registry:catalog:*"]);
    assert_eq!(registry.request(&Method::GET, "/v2/_catalog", &bearer).status, 401);
}

#[test]
fn the_key_is_read_once_and_not_for_every_token() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = KeyFiles::self_signed(directory.path(), "domain", "ec:P-256");
    let (spectacles, admin, _) = prepared(with_key(&files), &[]);
    let before = token::verify_by_x5c(&spectacles.bearer(&admin, SERVICE, &[]), SERVICE).1;
    fs::remove_file(&files.key).expect("the key was there");
    fs::remove_file(&files.certificate).expect("the certificate was there");
    assert_eq!(token::verify_by_x5c(&spectacles.bearer(&admin, SERVICE, &[]), SERVICE).1, before);
}

#[test]
fn a_replaced_key_is_taken_up_without_a_restart() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let files = KeyFiles::self_signed(directory.path(), "domain", "ec:P-256");
    let (mut spectacles, admin, _) = prepared(with_key(&files), &[]);
    let before = spectacles.bearer(&admin, SERVICE, &[]);
    let next = KeyFiles::self_signed(directory.path(), "next", "rsa:2048");
    let expected = der(&next.certificate);
    fs::rename(&next.key, &files.key).expect("the key can be replaced");
    fs::rename(&next.certificate, &files.certificate).expect("the certificate can be replaced");
    // As for the pair of HTTPS.
    spectacles.server().signal("HUP");
    let signed = || (token::verify_by_x5c(&spectacles.bearer(&admin, SERVICE, &[]), SERVICE).1 == expected).then_some(());
    assert!(poll(PATIENCE, signed).is_some(), "the new key is not taken up");
    // What was signed before can still be verified.
    let keys = http::get(&format!("{}/jwks.json", spectacles.url()), Credentials::None).json();
    token::verify_by_any_of(&before, &keys, SERVICE);
    token::verify_by_any_of(&spectacles.bearer(&admin, SERVICE, &[]), &keys, SERVICE);
}

#[test]
fn a_key_that_cannot_sign_stops_the_start() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let place = directory.path();
    let good = KeyFiles::self_signed(place, "good", "ec:P-256");
    let other = KeyFiles::self_signed(place, "other", "ec:P-256");
    let weak = KeyFiles::self_signed(place, "weak", "rsa:1024");
    let garbage = place.join("garbage.pem");
    fs::write(&garbage, "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n").expect("a file");
    let garbage = garbage.to_str().expect("temporary paths are text");
    let empty = place.join("empty.pem");
    fs::write(&empty, "").expect("a file");
    let missing = place.join("missing.pem");
    for (why, key, certificate) in [
        ("no such file", missing.to_str().expect("text"), good.certificate()),
        ("no such certificate", good.key(), missing.to_str().expect("text")),
        ("an empty file", empty.to_str().expect("text"), good.certificate()),
        ("no key in it", good.certificate(), good.certificate()),
        ("no certificate in it", good.key(), good.key()),
        ("not a key", garbage, good.certificate()),
        ("a directory", place.to_str().expect("text"), good.certificate()),
        ("the certificate of another key", good.key(), other.certificate()),
        ("too weak", weak.key(), weak.certificate()),
    ] {
        let spectacles = Spectacles::new().with("SPECTACLES_PRIV_KEY_PATH", key).with("SPECTACLES_CERT_PATH", certificate);
        let outcome = spectacles.serve_in_vain(&[]);
        crate::processes::assert_refused_to_start(&outcome, why);
        assert!(!outcome.text().contains("PRIVATE KEY"), "{why}: the key is shown: {}", outcome.text());
        assert!(outcome.stderr.contains(key) || outcome.stderr.contains(certificate), "{why}: which file? {}", outcome.stderr);
    }
}
