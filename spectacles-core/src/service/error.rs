//! What can go wrong in a use case.

use crate::auth::PasswordError;
use crate::key::KeyError;
use crate::name::NameError;
use crate::random::RandomError;
use crate::registry::ClientError;
use crate::store::StoreError;
use std::time::Duration;

/// Why something was not done. The text is for whoever asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("there is no {what} `{name}`")]
    NotFound {
        /// The kind of thing: `user`, `namespace`, ...
        what: &'static str,
        /// What it was called.
        name: String,
    },
    /// It would be the second of its name.
    #[error("{0}")]
    Conflict(String),
    /// It can be said, and must not be done in this state. The text says what to do first.
    #[error("{0}")]
    Refused(String),
    /// What was said makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// Whoever asked may not. The text says who may.
    #[error("{0}")]
    Denied(String),
    /// What is known is not what whoever asked has seen.
    #[error("something was changed meanwhile; look again")]
    Moved,
    /// It was done already, by a request with the same key.
    #[error("this was done already")]
    Repeated,
    /// The registry could not do its part.
    #[error("the registry: {0}")]
    Registry(#[from] ClientError),
    /// Too many passwords were wrong.
    #[error("too many failed attempts; try again in {} s", retry_after.as_secs().max(1))]
    Throttled {
        /// When it makes sense to try again.
        retry_after: Duration,
    },
    /// Whoever asked has this done too often, or too much of it at once.
    #[error("{what}; try again in {} s", retry_after.as_secs().max(1))]
    TooMany {
        /// Too much of what.
        what: String,
        /// When it makes sense to try again.
        retry_after: Duration,
    },
    /// There is more to do than can be done in time.
    #[error("{0}; try again")]
    Busy(String),
    /// The database cannot be reached; it may be later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A defect, or damaged data. The text is for the log.
    #[error("internal error: {0}")]
    Broken(String),
}

impl Error {
    pub(super) fn not_found(what: &'static str, name: impl ToString) -> Self {
        Self::NotFound { what, name: name.to_string() }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) => Self::Conflict(error.to_string()),
            StoreError::InUse(_) => Self::Refused(error.to_string()),
            StoreError::Unavailable(detail) => Self::Unavailable(detail),
            StoreError::Broken(detail) => Self::Broken(detail),
        }
    }
}

impl From<RandomError> for Error {
    fn from(error: RandomError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<NameError> for Error {
    fn from(error: NameError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Empty | PasswordError::TooLong | PasswordError::ControlCharacter => Self::Invalid(error.to_string()),
            PasswordError::Random(_) | PasswordError::Hashing => Self::Broken(error.to_string()),
        }
    }
}
