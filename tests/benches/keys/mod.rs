//! One key, twice: as Spectacles has it, and as the library of cryptography alone would sign with it.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair,
    RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spectacles_core::key::{KeyRing, TokenKey, self_signed};
use spectacles_core::time::{Clock as _, SystemClock};
use std::hint::black_box;

pub(crate) struct Key {
    pub(crate) ring: KeyRing,
    /// Signs a message by the parsed key, and does nothing with the signature.
    pub(crate) sign: Sign,
}

type Sign = Box<dyn Fn(&[u8])>;

/// A key of the kind of this name, with a certificate.
pub(crate) fn generate(kind: &str) -> Key {
    let (der, sign) = match kind {
        "RSA-2048" => rsa(KeySize::Rsa2048),
        "RSA-4096" => rsa(KeySize::Rsa4096),
        "P-256" => ec(&ECDSA_P256_SHA256_FIXED_SIGNING),
        "P-384" => ec(&ECDSA_P384_SHA384_FIXED_SIGNING),
        "Ed25519" => ed25519(),
        other => panic!("{other} is no kind of key"),
    };
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
    let now = SystemClock::new().now();
    let certificate = self_signed(&pem, now).expect("a certificate");
    let key = TokenKey::from_pem(&pem, Some(&certificate), now).expect("the key");
    Key { ring: KeyRing::new(vec![key]).expect("a ring of one"), sign }
}

fn rsa(size: KeySize) -> (Vec<u8>, Sign) {
    let pair = RsaKeyPair::generate(size).expect("a key");
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("the key").as_ref().to_vec();
    let random = SystemRandom::new();
    let sign = move |message: &[u8]| {
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("a signature");
        black_box(signature);
    };
    (der, Box::new(sign))
}

fn ec(curve: &'static EcdsaSigningAlgorithm) -> (Vec<u8>, Sign) {
    let pair = EcdsaKeyPair::generate(curve).expect("a key");
    let der = pair.to_pkcs8v1().expect("the key").as_ref().to_vec();
    let random = SystemRandom::new();
    let sign = move |message: &[u8]| {
        black_box(pair.sign(&random, message).expect("a signature"));
    };
    (der, Box::new(sign))
}

fn ed25519() -> (Vec<u8>, Sign) {
    let pair = Ed25519KeyPair::generate().expect("a key");
    let der = pair.to_pkcs8v1().expect("the key").as_ref().to_vec();
    let sign = move |message: &[u8]| {
        black_box(pair.sign(message));
    };
    (der, Box::new(sign))
}
