//! Requests that are not to be done twice.

use crate::time::Timestamp;

/// What was done for a request that came with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRequest {
    /// Tells whether another request with the same key asks for the same.
    pub fingerprint: [u8; 32],
    /// Where what came of it is found.
    pub location: String,
    /// When it was done.
    pub at: Timestamp,
}
