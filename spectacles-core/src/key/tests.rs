use super::*;
use crate::model::{Algorithm, KidStyle};
use crate::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, Validation};

const NOW: Timestamp = Timestamp::from_unix_millis(1_800_000_000_000);

fn made(algorithm: Algorithm) -> (GeneratedKey, TokenKey) {
    let made = generate(algorithm, NOW).unwrap();
    let key = TokenKey::from_pem(&made.private_pem, Some(&made.certificate_pem), NOW).unwrap();
    (made, key)
}

#[test]
fn every_algorithm_signs_what_its_published_key_verifies() {
    for algorithm in Algorithm::ALL {
        let (_, key) = made(*algorithm);
        let token = key.sign(&serde_json::json!({"sub": "alice"}), KidStyle::Rfc7638).unwrap();
        let ring = KeyRing::new(vec![key]).unwrap();
        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_str(ring.jwks()).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        let jwk = set.find(&header.kid.unwrap()).expect("the kid is one of the published keys");
        let mut validation = Validation::new(header.alg);
        validation.required_spec_claims.clear();
        let data = jsonwebtoken::decode::<serde_json::Value>(&token, &DecodingKey::from_jwk(jwk).unwrap(), &validation).unwrap();
        assert_eq!(data.claims["sub"], "alice");
        assert_eq!(header.x5c.unwrap().len(), 1);
        assert!(!token.contains('='), "registries from 3.0 on refuse padding");
    }
}

#[test]
fn the_libtrust_id_has_twelve_groups_of_four() {
    let (_, key) = made(Algorithm::Es256);
    let kid = key.signer().public_key().kid(KidStyle::Libtrust).to_owned();
    assert_eq!(kid.split(':').map(str::len).collect::<Vec<_>>(), [4; 12], "{kid}");
    assert!(kid.chars().all(|c| c == ':' || c.is_ascii_uppercase() || ('2'..='7').contains(&c)), "{kid}");
}

#[test]
fn a_key_without_certificate_is_named_by_its_id_alone() {
    let made = generate(Algorithm::Es256, NOW).unwrap();
    let key = TokenKey::from_pem(&made.private_pem, None, NOW).unwrap();
    let token = key.sign(&serde_json::json!({}), KidStyle::Libtrust).unwrap();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert!(header.x5c.is_none() && header.kid.is_some());
    let bundle = CertificateChain::from_pem(key.bundle_pem(), key.signer().public_key(), NOW);
    assert!(bundle.is_ok(), "registries can still be told to trust it");
}

#[test]
fn a_certificate_of_another_key_is_refused() {
    let (one, _) = made(Algorithm::Es256);
    let (other, _) = made(Algorithm::Es256);
    let error = TokenKey::from_pem(&one.private_pem, Some(&other.certificate_pem), NOW).unwrap_err();
    assert_eq!(error, KeyError::NotAPair);
}

#[test]
fn a_certificate_that_is_not_valid_now_is_refused() {
    let (made, _) = made(Algorithm::Es256);
    for days in [-2_i64, 3651] {
        let then = Timestamp::from_unix_millis(NOW.unix_millis() + days * 86_400_000);
        let error = TokenKey::from_pem(&made.private_pem, Some(&made.certificate_pem), then).unwrap_err();
        assert!(matches!(error, KeyError::NotValidNow { .. }), "{error}");
    }
}

#[test]
fn what_is_no_key_is_refused_with_a_sentence() {
    let weak = rcgen_free_rsa_1024();
    for (pem, said) in
        [("", "no private key"), ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "none of RSA"), (weak.as_str(), "RSA")]
    {
        let error = LocalSigner::from_pem(pem).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let (made, _) = made(Algorithm::Es256);
    assert_eq!(TokenKey::from_pem(&made.private_pem, Some("junk"), NOW).unwrap_err(), KeyError::NoCertificate);
    assert_eq!(LocalSigner::from_pem(&made.certificate_pem).unwrap_err(), KeyError::NoPrivateKey);
}

/// A key of 1024 bits, made with `openssl genrsa -traditional 1024`: too weak for any registry, so no library makes one any more.
fn rcgen_free_rsa_1024() -> String {
    include_str!("testdata/rsa-1024.pem").to_owned()
}

#[test]
fn the_forms_in_which_openssl_writes_keys_are_read() {
    for (pem, algorithm) in [
        (include_str!("testdata/rsa-2048-pkcs1.pem"), Algorithm::Rs256),
        (include_str!("testdata/p256-sec1.pem"), Algorithm::Es256),
        (include_str!("testdata/p384-sec1.pem"), Algorithm::Es384),
        (include_str!("testdata/ed25519-pkcs8.pem"), Algorithm::EdDsa),
    ] {
        let key = TokenKey::from_pem(pem, None, NOW).unwrap_or_else(|error| panic!("{algorithm}: {error}"));
        assert_eq!(key.signer().public_key().algorithm(), algorithm);
    }
    let p521 = LocalSigner::from_pem(include_str!("testdata/p521-sec1.pem")).unwrap_err();
    assert_eq!(p521, KeyError::Unsupported);
}

#[test]
fn coordinates_of_new_keys_are_never_short() {
    for _ in 0..300 {
        let made = generate(Algorithm::Es256, NOW).unwrap();
        let signer = LocalSigner::from_pem(&made.private_pem).unwrap();
        let jwk = serde_json::to_value(signer.public_key().jwk()).unwrap();
        for coordinate in ["x", "y"] {
            let bytes = URL_SAFE_NO_PAD.decode(jwk[coordinate].as_str().unwrap()).unwrap();
            assert!(bytes.len() == 32 && bytes[0] != 0);
        }
    }
}

#[test]
fn the_newest_key_signs_and_the_others_stay_published() {
    let (old, new) = (made(Algorithm::Es256).1, made(Algorithm::Rs256).1);
    let ring = KeyRing::new(vec![old.clone(), new]).unwrap();
    assert_eq!(ring.active().signer().public_key().algorithm(), Algorithm::Rs256);
    assert!(ring.jwks().contains(old.signer().public_key().kid(KidStyle::Rfc7638)));
    assert_eq!(ring.bundle_pem().matches("BEGIN CERTIFICATE").count(), 2);
    assert_eq!(KeyRing::new(Vec::new()).unwrap_err(), KeyError::Empty);
}

#[test]
fn debug_output_shows_no_private_key() {
    let (made, key) = made(Algorithm::Es256);
    let secret = made.private_pem.lines().nth(1).unwrap();
    assert!(!format!("{key:?}").contains(secret));
}
