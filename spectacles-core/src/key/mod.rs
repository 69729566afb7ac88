//! Signing keys: parsed once, used for every token.
//!
//! | module type | what it is |
//! |---|---|
//! | [`Signer`] | the port: whatever can sign, in memory or elsewhere |
//! | [`LocalSigner`] | a private key in memory: RSA, P-256, P-384, Ed25519 |
//! | [`PublicKey`] | what others need to know of it, and both kinds of `kid` |
//! | [`CertificateChain`] | the certificate that goes into the `x5c` header |
//! | [`TokenKey`] | a signer with its certificate and its finished token headers |
//! | [`KeyRing`] | the key that signs now, and those that are still valid |

mod certificate;
mod generate;
mod public;
mod ring;
mod signer;

pub use certificate::CertificateChain;
pub use generate::{GeneratedKey, generate, self_signed};
pub use public::PublicKey;
pub use ring::{KeyRing, TokenKey};
pub use signer::{LocalSigner, SignError, Signer};

/// A key or certificate that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no private key in the text.
    #[error("there is no private key in PEM form (PKCS#8, PKCS#1 or SEC1, without a passphrase)")]
    NoPrivateKey,
    /// There is a key, of a kind that no registry would accept.
    #[error("the private key is none of RSA of 2048 to 4096 bits, EC P-256, EC P-384 and Ed25519")]
    Unsupported,
    /// An RSA key of a size that is too weak or that registries do not take.
    #[error("the RSA key has {0} bits; 2048 to 4096 are needed")]
    RsaSize(usize),
    /// There is no certificate in the text.
    #[error("there is no certificate in PEM form")]
    NoCertificate,
    /// A certificate that cannot be read.
    #[error("the certificate cannot be read: {0}")]
    BadCertificate(String),
    /// Key and certificate are not a pair.
    #[error("the certificate is for another key: its public key is not that of the private key")]
    NotAPair,
    /// Registries refuse tokens with such a certificate.
    #[error("the certificate is valid from {from} to {until}, not now")]
    NotValidNow {
        /// The first moment, as the certificate has it.
        from: String,
        /// The last moment.
        until: String,
    },
    /// The library could not make a key or certificate.
    #[error("a key could not be made: {0}")]
    Generation(String),
    /// There is no key at all.
    #[error("there is no signing key")]
    Empty,
}

#[cfg(test)]
mod tests;
