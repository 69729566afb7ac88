//! Reading tokens the way registries do, with nothing of our own code.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use data_encoding::BASE32;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// What a token claims, without looking at its signature.
pub(crate) fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("a token has three parts");
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64url without padding");
    serde_json::from_slice(&json).expect("claims in JSON")
}

/// The actions a token's claims hold for a repository, comma-separated. There is at most one entry for it.
pub(crate) fn actions(claims: &Value, repository: &str) -> String {
    actions_of(claims, "repository", repository)
}

/// The same for a resource of any type.
pub(crate) fn actions_of(claims: &Value, kind: &str, name: &str) -> String {
    let access = claims["access"].as_array().expect("access is a list");
    let entries: Vec<_> = access.iter().filter(|entry| entry["type"] == kind && entry["name"] == name).collect();
    assert!(entries.len() <= 1, "several entries for {kind}:{name}: {claims}");
    let Some(entry) = entries.first() else { return String::new() };
    let actions = entry["actions"].as_array().unwrap_or_else(|| panic!("actions must be a list, null is a crash for registries: {claims}"));
    actions.iter().map(|action| action.as_str().expect("an action is a word")).collect::<Vec<_>>().join(",")
}

/// Checks a token against the served key set, found by its `kid`, and returns its claims.
pub(crate) fn verify_by_jwks(token: &str, keys: &Value, service: &str) -> Value {
    let header = decode_header(token).expect("a header");
    let kid = header.kid.as_deref().expect("a kid");
    let keys: JwkSet = serde_json::from_value(keys.clone()).expect("a key set");
    let key = keys.find(kid).unwrap_or_else(|| panic!("the key set has no {kid}"));
    verify(token, &header, &DecodingKey::from_jwk(key).expect("a key"), service)
}

/// Checks a token against whichever of the served keys made it, and returns its claims.
pub(crate) fn verify_by_any_of(token: &str, keys: &Value, service: &str) -> Value {
    let header = decode_header(token).expect("a header");
    let served: JwkSet = serde_json::from_value(keys.clone()).expect("a key set");
    let keys = served.keys.iter().map(|key| DecodingKey::from_jwk(key).expect("a key"));
    let verified = keys.into_iter().find_map(|key| try_verify(token, &header, &key, service).ok());
    verified.unwrap_or_else(|| panic!("none of the served keys signed this: {keys:?} {token}", keys = served.keys))
}

/// Checks a token against the certificate in its own header, and returns its claims and that certificate in DER.
pub(crate) fn verify_by_x5c(token: &str, service: &str) -> (Value, Vec<u8>) {
    let header = decode_header(token).expect("a header");
    let chain = header.x5c.as_ref().expect("x5c");
    // Standard base64, as RFC 7515 has it: registries refuse base64url here.
    let leaf = BASE64_STANDARD.decode(&chain[0]).expect("a certificate in standard base64");
    let (_, certificate) = X509Certificate::from_der(&leaf).expect("a certificate");
    assert!(certificate.validity().is_valid(), "an expired certificate");
    let key = certificate.public_key();
    let bits = &key.subject_public_key.data;
    let decoding = match header.alg {
        Algorithm::RS256 => DecodingKey::from_rsa_der(bits),
        Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_der(bits),
        ref other => panic!("{other:?} is not for registries 2.x"),
    };
    let claims = verify(token, &header, &decoding, service);
    (claims, leaf)
}

fn verify(token: &str, header: &Header, key: &DecodingKey, service: &str) -> Value {
    try_verify(token, header, key, service).unwrap_or_else(|error| panic!("the signature or the claims are wrong ({error}): {token}"))
}

fn try_verify(token: &str, header: &Header, key: &DecodingKey, service: &str) -> Result<Value, jsonwebtoken::errors::Error> {
    assert!(!token.contains('='), "a token has no padding");
    assert!(!matches!(header.alg, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512), "{:?}", header.alg);
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[service]);
    validation.validate_nbf = true;
    Ok(decode::<Value>(token, key, &validation)?.claims)
}

/// The key id that registries 2.x compute (libtrust): of the DER of the public key, hashed, cut to 240 bits, in groups of four.
pub(crate) fn libtrust_kid(certificate: &[u8]) -> String {
    let (_, certificate) = X509Certificate::from_der(certificate).expect("a certificate");
    let hash = digest(&SHA256, certificate.public_key().raw);
    let text = BASE32.encode(&hash.as_ref()[..30]);
    text.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).expect("base32")).collect::<Vec<_>>().join(":")
}

/// The key id that registries 3.x compute: the thumbprint of RFC 7638.
pub(crate) fn rfc7638_kid(jwk: &Value) -> String {
    let text = |name: &str| jwk[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {jwk}"));
    let canonical = match text("kty") {
        "RSA" => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text("e"), text("n")),
        "EC" => format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, text("crv"), text("x"), text("y")),
        other => format!(r#"{{"crv":"{}","kty":"{other}","x":"{}"}}"#, text("crv"), text("x")),
    };
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
}
