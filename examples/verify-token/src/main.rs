//! What a registry does with a token: finds the key that it trusts, checks the signature, and believes the claims.
//!
//! Registries from 3.0 on may look the key up in the JWK set by its `kid`; all of them, 2.8 too, take the certificate in the header when it
//! is one they trust. The token is made by the core alone.
#![allow(clippy::print_stdout, reason = "it shows what it does")]

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::{Value, json};
use spectacles_core::key::{KeyRing, TokenKey, generate};
use spectacles_core::model::{Algorithm as KeyKind, KidStyle};
use spectacles_core::random::{SystemRandom, random_text};
use spectacles_core::right::Actions;
use spectacles_core::time::{Clock as _, SystemClock};
use spectacles_core::token::{Access, Claims, GrantedActions};
use std::error::Error;
use x509_parser::prelude::{FromDer as _, X509Certificate};

type Outcome<T> = Result<T, Box<dyn Error>>;

const ISSUER: &str = "Spectacles";
const SERVICE: &str = "registry.example.com";

fn main() -> Outcome<()> {
    let now = SystemClock::new().now();
    let key = generate(KeyKind::Es256, now)?;
    let ring = KeyRing::new(vec![TokenKey::from_pem(&key.private_pem, Some(&key.certificate_pem), now)?])?;
    let token = issue(&ring, now.unix_seconds())?;

    let header = decode_header(&token)?;
    println!("token:  {token}\n");
    println!(
        "header: alg {:?}, kid {}, {} certificate(s)\n",
        header.alg,
        header.kid.as_deref().unwrap_or("none"),
        header.x5c.iter().count()
    );

    let by_jwks = verify(&token, &key_from_jwks(&token, ring.jwks())?, SERVICE)?;
    let by_certificate = verify(&token, &key_from_certificate(&token, ring.bundle_pem())?, SERVICE)?;
    println!("claims: {}", serde_json::to_string_pretty(&by_jwks)?);
    assert_eq!(by_jwks, by_certificate);
    assert_eq!(by_jwks.pointer("/access/0/actions"), Some(&json!(["pull", "push"])));

    // What must not be believed.
    let key = key_from_jwks(&token, ring.jwks())?;
    let elsewhere = verify(&token, &key, "other.example.com").err().ok_or("another registry took the token")?;
    println!("\nby another registry:   {elsewhere}");
    let (signed, signature) = token.rsplit_once('.').ok_or("not a token")?;
    let changed = verify(&format!("{}A.{signature}", signed.get(..signed.len() - 1).unwrap_or_default()), &key, SERVICE);
    println!("with other claims:     {}", changed.err().ok_or("a forged token was taken")?);
    let foreign = generate(KeyKind::Es256, now)?.certificate_pem;
    let untrusted = key_from_certificate(&token, &foreign).err().ok_or("an unknown certificate was taken")?;
    println!("with other trust:      {untrusted}");
    Ok(())
}

/// A token for pulling and pushing one repository. `decide` would tell whether to grant that.
fn issue(ring: &KeyRing, now: i64) -> Outcome<String> {
    let id = random_text::<16>(&SystemRandom)?;
    let actions = GrantedActions::Some(Actions::PULL | Actions::PUSH);
    let access = vec![Access { r#type: "repository", class: None, name: "team/app", actions }];
    let claims = Claims { iss: ISSUER, sub: "alice", aud: SERVICE, exp: now + 300, nbf: now - 30, iat: now, jti: &id, access };
    // The `kid` is that of the JWK set. Registries up to 2.8 know another one, and find the key by its certificate anyway.
    Ok(ring.active().sign(&claims, KidStyle::Rfc7638)?)
}

/// The key of this id in the JWK set that the registry has fetched before.
fn key_from_jwks(token: &str, jwks: &str) -> Outcome<DecodingKey> {
    let trusted: JwkSet = serde_json::from_str(jwks)?;
    let kid = decode_header(token)?.kid.ok_or("the token names no key")?;
    Ok(DecodingKey::from_jwk(trusted.find(&kid).ok_or("no key of this id is trusted")?)?)
}

/// The key of the certificate in the header, if it is in the bundle. One that somebody else has signed would be followed up to the bundle.
fn key_from_certificate(token: &str, bundle: &str) -> Outcome<DecodingKey> {
    let trusted: Vec<_> = CertificateDer::pem_slice_iter(bundle.as_bytes()).collect::<Result<_, _>>()?;
    let sent = decode_header(token)?.x5c_der()?.and_then(|chain| chain.into_iter().next()).ok_or("the token has no certificate")?;
    if !trusted.iter().any(|certificate| certificate.as_ref() == sent) {
        return Err("the certificate is not one that is trusted".into());
    }
    let (_, certificate) = X509Certificate::from_der(&sent)?;
    Ok(DecodingKey::from_ec_der(&certificate.public_key().subject_public_key.data))
}

/// The claims, if the key has signed them and they are for this registry and now.
fn verify(token: &str, key: &DecodingKey, service: &str) -> Outcome<Value> {
    // What signs is settled by the key that is trusted, never by what the token says.
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[service]);
    rules.validate_nbf = true;
    Ok(decode::<Value>(token, key, &rules)?.claims)
}
