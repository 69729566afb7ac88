//! How tokens are made.

use super::words::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How tokens for one registry are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TokenSettings {
    /// How long a token is valid.
    #[serde(rename = "token_seconds")]
    pub lifetime: TokenLifetime,
    /// How the registry finds the key.
    pub kid_style: KidStyle,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self { lifetime: TokenLifetime::DEFAULT, kid_style: KidStyle::default() }
    }
}

/// How long a token is valid: whole seconds, one minute to one day.
///
/// Clients assume one minute when nothing is said, so less would be used after it has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "u32", try_from = "u32")]
#[schemars(extend("minimum" = 60, "maximum" = 86_400))]
pub struct TokenLifetime(u32);

impl From<TokenLifetime> for u32 {
    fn from(lifetime: TokenLifetime) -> Self {
        lifetime.0
    }
}

impl TryFrom<u32> for TokenLifetime {
    type Error = BadLifetime;

    fn try_from(seconds: u32) -> Result<Self, BadLifetime> {
        Self::from_seconds(seconds)
    }
}

impl TokenLifetime {
    /// Five minutes.
    pub const DEFAULT: Self = Self(300);

    /// That many seconds.
    ///
    /// # Errors
    /// [`BadLifetime`] outside of 60 to 86400.
    pub const fn from_seconds(seconds: u32) -> Result<Self, BadLifetime> {
        if seconds < 60 || seconds > 86_400 { Err(BadLifetime(seconds)) } else { Ok(Self(seconds)) }
    }

    /// The number of seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

/// A token lifetime out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token cannot be valid for {0} seconds; choose 60 to 86400")]
pub struct BadLifetime(u32);

words! {
    /// How the `kid` header of a token is made. Every token carries its certificate as well, where there is one.
    KidStyle, "key id style" {
        /// The fingerprint that registries up to 2.8 compute (libtrust).
        #[default]
        Libtrust = "libtrust",
        /// The thumbprint of RFC 7638, which registries from 3.0 on compute.
        Rfc7638 = "rfc7638",
    }
}

words! {
    /// The algorithm of a signing key, by its JWS name (RFC 7518, RFC 8037).
    Algorithm, "signing algorithm" {
        /// RSA, 2048 to 4096 bits, PKCS#1 v1.5 with SHA-256.
        Rs256 = "RS256",
        /// ECDSA on P-256 with SHA-256.
        #[default]
        Es256 = "ES256",
        /// ECDSA on P-384 with SHA-384.
        Es384 = "ES384",
        /// Ed25519. Registries before 3.0 refuse it, and 2.8 does not even start with such a certificate.
        EdDsa = "EdDSA",
    }
}
