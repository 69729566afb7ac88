//! New keys and certificates.

use super::{KeyError, LocalSigner, PublicKey, Signer as _};
use crate::model::Algorithm;
use crate::time::Timestamp;
use jsonwebtoken::jwk::AlgorithmParameters;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, RsaKeySize};
use time::OffsetDateTime;

/// A key that was just made.
pub struct GeneratedKey {
    /// PKCS#8 in PEM.
    pub private_pem: String,
    /// A self-signed certificate in PEM, valid for ten years.
    pub certificate_pem: String,
}

/// Makes a key and a certificate for it. RSA keys get 2048 bits.
///
/// # Errors
/// [`KeyError::Generation`] when the library cannot.
pub fn generate(algorithm: Algorithm, now: Timestamp) -> Result<GeneratedKey, KeyError> {
    loop {
        let pair = match algorithm {
            Algorithm::Rs256 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048),
            Algorithm::Es256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            Algorithm::Es384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
            Algorithm::EdDsa => KeyPair::generate_for(&rcgen::PKCS_ED25519),
        }
        .map_err(|error| KeyError::Generation(error.to_string()))?;
        let private_pem = pair.serialize_pem();
        // One in 128: the thumbprint of such a key would not be recognised.
        if has_short_coordinate(LocalSigner::from_pem(&private_pem)?.public_key()) {
            continue;
        }
        return Ok(GeneratedKey { certificate_pem: certificate(&pair, now)?, private_pem });
    }
}

/// A self-signed certificate for a key that came without one, in PEM: registries take their trusted keys from certificates.
///
/// # Errors
/// [`KeyError`] when the key cannot be read.
pub fn self_signed(private_pem: &str, now: Timestamp) -> Result<String, KeyError> {
    let pair = KeyPair::from_pem(private_pem).map_err(|error| KeyError::Generation(error.to_string()))?;
    certificate(&pair, now)
}

fn certificate(pair: &KeyPair, now: Timestamp) -> Result<String, KeyError> {
    let failed = |error: rcgen::Error| KeyError::Generation(error.to_string());
    let begin = OffsetDateTime::from_unix_timestamp(now.unix_seconds()).map_err(|error| KeyError::Generation(error.to_string()))?;
    let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "Spectacles token signing");
    params.distinguished_name = name;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    // Clocks of registries may be behind ours.
    params.not_before = begin - time::Duration::DAY;
    params.not_after = begin + time::Duration::days(3650);
    Ok(params.self_signed(pair).map_err(failed)?.pem())
}

/// Whether a coordinate of an EC key begins with a zero byte: distribution 3.1.1 leaves that byte out when it computes the thumbprint,
/// so that it would know the key by another id than everybody else.
fn has_short_coordinate(key: &PublicKey) -> bool {
    let AlgorithmParameters::EllipticCurve(point) = &key.jwk().algorithm else { return false };
    // The first byte is zero exactly when the first base64 sign is `A` and the second is one of the first sixteen.
    [&point.x, &point.y].into_iter().any(|coordinate| {
        let mut signs = coordinate.chars();
        signs.next() == Some('A') && signs.next().is_some_and(|second| ('A'..='P').contains(&second))
    })
}
