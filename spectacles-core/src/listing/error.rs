//! What can be wrong with what was asked for.

/// What was asked for makes no sense. The text says what was wrong, where, and what is possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {message}")]
pub struct ListingError {
    /// Which part it was: `filter`, `order`, `after`, `limit` or `offset`.
    pub parameter: &'static str,
    /// What was wrong.
    pub message: String,
}

impl ListingError {
    pub(crate) fn new(parameter: &'static str, message: impl Into<String>) -> Self {
        Self { parameter, message: message.into() }
    }
}
