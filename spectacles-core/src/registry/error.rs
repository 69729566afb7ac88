//! What goes wrong with registries.

use std::time::Duration;

/// Something went wrong with a registry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{trouble}: {reason}")]
pub struct ClientError {
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// For people: what was asked for, and what came. No secrets, and nothing of what the other side sent but status, code and message of an
    /// error in the form of registries.
    pub reason: String,
    /// When the registry wants to be asked again.
    pub retry_after: Option<Duration>,
}

impl ClientError {
    /// Trouble of some kind.
    pub fn new(trouble: Trouble, reason: impl Into<String>) -> Self {
        Self { trouble, reason: reason.into(), retry_after: None }
    }
}

/// Kinds of trouble with registries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The configuration of the registry here makes no sense.
    Misconfigured,
    /// The address is one that must not be reached.
    Forbidden,
    /// Nobody is there.
    Unreachable,
    /// The certificate is not one to be trusted.
    Certificate,
    /// It takes too long.
    Slow,
    /// The registry does not accept what we show.
    Unauthorized,
    /// The registry does not let us.
    Denied,
    /// It wants us to go somewhere else.
    Redirected,
    /// It is asked too often.
    Busy,
    /// It failed by itself (5xx).
    Failed,
    /// It refused (other 4xx).
    Refused,
    /// It answers more than we take.
    TooLarge,
    /// It answers what makes no sense.
    Garbage,
    /// What it sent does not have the digest it should have.
    WrongDigest,
}

impl Trouble {
    /// A word for it, as metrics and documents have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Misconfigured => "misconfigured",
            Self::Forbidden => "forbidden address",
            Self::Unreachable => "unreachable",
            Self::Certificate => "certificate not trusted",
            Self::Slow => "too slow",
            Self::Unauthorized => "unauthorized",
            Self::Denied => "denied",
            Self::Redirected => "redirected",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::TooLarge => "too large",
            Self::Garbage => "makes no sense",
            Self::WrongDigest => "wrong digest",
        }
    }

    /// Whether the same request may succeed a moment later.
    pub const fn passes(self) -> bool {
        matches!(self, Self::Unreachable | Self::Slow | Self::Busy | Self::Failed)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
