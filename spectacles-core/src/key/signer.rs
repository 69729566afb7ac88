//! What signs.

use super::{KeyError, PublicKey};
use crate::model::Algorithm;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use std::fmt;

/// Whatever can sign with one key: memory, a hardware module, another service.
pub trait Signer: Send + Sync {
    /// The public part of the key.
    fn public_key(&self) -> &PublicKey;

    /// Signs a message, in the form of JWS: for EC both numbers at full length, one after the other (RFC 7518, section 3.4).
    ///
    /// # Errors
    /// [`SignError`] when the key cannot be used now.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// The key could not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing key cannot be used")]
pub struct SignError;

/// A private key in memory. Parsed and checked once, so that signing costs no more than the signature.
pub struct LocalSigner {
    key: Key,
    public: PublicKey,
    random: SystemRandom,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

impl LocalSigner {
    /// Reads a private key from PEM: PKCS#8, PKCS#1 (`RSA PRIVATE KEY`) or SEC1 (`EC PRIVATE KEY`).
    ///
    /// # Errors
    /// [`KeyError`] when there is none, or none that registries accept.
    #[allow(clippy::disallowed_methods, reason = "padding of RSA signatures asks for a source of randomness and does not use it")]
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError::NoPrivateKey)?;
        let key = parse(&der)?;
        let public = public_of(&key)?;
        Ok(Self { key, public, random: SystemRandom::new() })
    }
}

fn parse(der: &PrivateKeyDer<'_>) -> Result<Key, KeyError> {
    let ec = [&ECDSA_P256_SHA256_FIXED_SIGNING, &ECDSA_P384_SHA384_FIXED_SIGNING];
    let bytes = der.secret_der();
    match der {
        PrivateKeyDer::Pkcs1(_) => rsa(RsaKeyPair::from_der(bytes)),
        PrivateKeyDer::Sec1(_) => {
            ec.into_iter().find_map(|curve| EcdsaKeyPair::from_private_key_der(curve, bytes).ok()).map(Key::Ec).ok_or(KeyError::Unsupported)
        }
        PrivateKeyDer::Pkcs8(_) => {
            if let Some(key) = ec.into_iter().find_map(|curve| EcdsaKeyPair::from_pkcs8(curve, bytes).ok()) {
                Ok(Key::Ec(key))
            } else if let Ok(key) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes) {
                Ok(Key::Ed(key))
            } else {
                rsa(RsaKeyPair::from_pkcs8(bytes))
            }
        }
        _ => Err(KeyError::Unsupported),
    }
}

fn rsa(key: Result<RsaKeyPair, aws_lc_rs::error::KeyRejected>) -> Result<Key, KeyError> {
    let key = key.map_err(|_| KeyError::Unsupported)?;
    let bits = key.public_modulus_len() * 8;
    if (2048..=4096).contains(&bits) { Ok(Key::Rsa(Box::new(key))) } else { Err(KeyError::RsaSize(bits)) }
}

fn public_of(key: &Key) -> Result<PublicKey, KeyError> {
    fn der(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Result<Vec<u8>, KeyError> {
        key.as_der().map(|der| der.as_ref().to_vec()).map_err(|_| KeyError::Unsupported)
    }
    match key {
        Key::Rsa(pair) => {
            let public = pair.public_key();
            let (modulus, exponent) = (public.modulus(), public.exponent());
            PublicKey::rsa(der(public)?, modulus.big_endian_without_leading_zero(), exponent.big_endian_without_leading_zero())
        }
        Key::Ec(pair) => {
            let public = pair.public_key();
            let algorithm = if pair.algorithm() == &ECDSA_P256_SHA256_FIXED_SIGNING { Algorithm::Es256 } else { Algorithm::Es384 };
            PublicKey::ec(algorithm, der(public)?, public.as_ref())
        }
        Key::Ed(pair) => {
            let public = pair.public_key();
            PublicKey::ed25519(der(public)?, public.as_ref())
        }
    }
}

impl Signer for LocalSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.key {
            Key::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature).map_err(|_| SignError)?;
                Ok(signature)
            }
            Key::Ec(pair) => pair.sign(&self.random, message).map(|signature| signature.as_ref().to_vec()).map_err(|_| SignError),
            Key::Ed(pair) => pair.try_sign(message).map(|signature| signature.as_ref().to_vec()).map_err(|_| SignError),
        }
    }
}

impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSigner").field("public", &self.public).finish_non_exhaustive()
    }
}
