//! Signing keys, as they are kept.

use crate::id::KeyId;
use crate::time::Timestamp;
use std::fmt;

/// A signing key as the store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Never reused.
    pub id: KeyId,
    /// The private key, PKCS#8 in PEM.
    pub private_pem: String,
    /// The certificate, or a chain with the leaf first, in PEM. Empty when there is none.
    pub certificate_pem: String,
    /// When it was made.
    pub created: Timestamp,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredKey").field("id", &self.id).field("created", &self.created).finish_non_exhaustive()
    }
}
