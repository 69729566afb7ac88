//! Setting a new password without the one there is.

use super::SecretHash;
use crate::id::UserId;
use crate::time::Timestamp;

/// A code by which somebody sets a new password, as stores keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose password. Everybody has one code at most.
    pub user: UserId,
    /// The hash of the secret in the code.
    pub hash: SecretHash,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is good no longer.
    pub until: Timestamp,
}
