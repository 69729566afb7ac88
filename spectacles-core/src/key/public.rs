//! Public keys, and the ids that registries know them by.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::BASE32_NOPAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk, KeyAlgorithm,
    OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse, RSAKeyParameters, RSAKeyType, ThumbprintHash,
};

use super::KeyError;
use crate::model::{Algorithm, KidStyle};

/// The public part of a signing key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    spki: Vec<u8>,
    jwk: Jwk,
    libtrust: String,
    thumbprint: String,
}

impl PublicKey {
    /// An RSA key of this modulus and exponent, big-endian without leading zeros.
    pub(super) fn rsa(spki: Vec<u8>, modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let parameters = AlgorithmParameters::RSA(RSAKeyParameters {
            key_type: RSAKeyType::RSA,
            n: URL_SAFE_NO_PAD.encode(modulus),
            e: URL_SAFE_NO_PAD.encode(exponent),
        });
        Self::new(Algorithm::Rs256, KeyAlgorithm::RS256, spki, parameters)
    }

    /// An EC key by its uncompressed point.
    pub(super) fn ec(algorithm: Algorithm, spki: Vec<u8>, point: &[u8]) -> Result<Self, KeyError> {
        let (name, curve) = match algorithm {
            Algorithm::Es256 => (KeyAlgorithm::ES256, EllipticCurve::P256),
            Algorithm::Es384 => (KeyAlgorithm::ES384, EllipticCurve::P384),
            Algorithm::Rs256 | Algorithm::EdDsa => return Err(KeyError::Unsupported),
        };
        // SEC 1, section 2.3.3: 4, then both coordinates at full length.
        let coordinates = point.get(1..).ok_or(KeyError::Unsupported)?;
        let (x, y) = coordinates.split_at_checked(coordinates.len() / 2).ok_or(KeyError::Unsupported)?;
        let parameters = AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
            key_type: EllipticCurveKeyType::EC,
            curve,
            x: URL_SAFE_NO_PAD.encode(x),
            y: URL_SAFE_NO_PAD.encode(y),
        });
        Self::new(algorithm, name, spki, parameters)
    }

    /// An Ed25519 key by its 32 bytes.
    pub(super) fn ed25519(spki: Vec<u8>, bytes: &[u8]) -> Result<Self, KeyError> {
        let parameters = AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
            key_type: OctetKeyPairType::OctetKeyPair,
            curve: EllipticCurve::Ed25519,
            x: URL_SAFE_NO_PAD.encode(bytes),
        });
        Self::new(Algorithm::EdDsa, KeyAlgorithm::EdDSA, spki, parameters)
    }

    fn new(algorithm: Algorithm, name: KeyAlgorithm, spki: Vec<u8>, parameters: AlgorithmParameters) -> Result<Self, KeyError> {
        let mut jwk = Jwk {
            common: CommonParameters {
                public_key_use: Some(PublicKeyUse::Signature),
                key_algorithm: Some(name),
                ..CommonParameters::default()
            },
            algorithm: parameters,
        };
        let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError::Unsupported)?;
        jwk.common.key_id = Some(thumbprint.clone());
        let libtrust = libtrust_id(&spki);
        Ok(Self { algorithm, spki, jwk, libtrust, thumbprint })
    }

    /// What the key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as SubjectPublicKeyInfo in DER (RFC 5280).
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The key as a JSON Web Key (RFC 7517), its `kid` being the thumbprint.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The id of the key in this style.
    pub fn kid(&self, style: KidStyle) -> &str {
        match style {
            KidStyle::Libtrust => &self.libtrust,
            KidStyle::Rfc7638 => &self.thumbprint,
        }
    }
}

/// The fingerprint of the libtrust library, which registries up to 2.8 compute of the keys they trust: SHA-256 of the public key in DER,
/// its first 30 bytes in base32, in twelve groups of four.
fn libtrust_id(spki: &[u8]) -> String {
    let hash = digest(&SHA256, spki);
    let text = BASE32_NOPAD.encode(hash.as_ref().get(..30).unwrap_or_default());
    let mut id = String::with_capacity(text.len() + text.len() / 4);
    for (place, character) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            id.push(':');
        }
        id.push(character);
    }
    id
}
