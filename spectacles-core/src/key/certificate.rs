//! Certificates of signing keys.

use super::{KeyError, PublicKey};
use crate::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

/// A certificate, perhaps with those that vouch for it: what a registry finds in `x5c` and compares with its `rootcertbundle`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateChain {
    pem: String,
    /// Standard base64 of DER, the leaf first (RFC 7515, section 4.1.6).
    x5c: Vec<String>,
    expires: Timestamp,
}

impl CertificateChain {
    /// Reads a chain from PEM, the certificate of `key` first.
    ///
    /// # Errors
    /// [`KeyError`] when there is none, when it belongs to another key, or when it is not valid at `now`: registries refuse a token
    /// with such a certificate.
    pub fn from_pem(pem: &str, key: &PublicKey, now: Timestamp) -> Result<Self, KeyError> {
        let chain: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|error| KeyError::BadCertificate(error.to_string()))?;
        let leaf = chain.first().ok_or(KeyError::NoCertificate)?;
        let (_, leaf) = X509Certificate::from_der(leaf).map_err(|error| KeyError::BadCertificate(error.to_string()))?;
        if leaf.public_key().raw != key.spki() {
            return Err(KeyError::NotAPair);
        }
        let validity = leaf.validity();
        let seconds = now.unix_seconds();
        if seconds < validity.not_before.timestamp() || seconds > validity.not_after.timestamp() {
            return Err(KeyError::NotValidNow { from: validity.not_before.to_string(), until: validity.not_after.to_string() });
        }
        Ok(Self {
            pem: pem.trim().to_owned() + "\n",
            x5c: chain.iter().map(|certificate| STANDARD.encode(certificate)).collect(),
            expires: Timestamp::from_unix_millis(validity.not_after.timestamp().saturating_mul(1000)),
        })
    }

    /// The chain in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The chain as the `x5c` header has it.
    pub fn x5c(&self) -> &[String] {
        &self.x5c
    }

    /// When the leaf expires. Registries refuse its tokens from then on.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }
}
