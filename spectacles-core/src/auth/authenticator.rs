//! Those who can tell who somebody is.

use super::Identity;
use async_trait::async_trait;
use secrecy::SecretString;
use std::net::IpAddr;
use std::time::Duration;

/// One attempt to prove an identity.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The name, as typed.
    pub account: &'a str,
    /// The secret that came with it.
    pub secret: &'a SecretString,
    /// Where the attempt comes from, where that is known.
    pub address: Option<IpAddr>,
}

/// What an authenticator says of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is this user or service account, which must be known to Spectacles to get anywhere.
    Accepted(Identity),
    /// The account is known here, and the secret is wrong. Nobody else is asked.
    Rejected,
    /// The account is not known here.
    Unknown,
}

/// An attempt that was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// Too many attempts have failed; ask again later.
    #[error("too many failed attempts")]
    Throttled {
        /// When it makes sense to try again.
        retry_after: Duration,
    },
    /// More attempts are waiting than can be answered in time.
    #[error("too many logins at once")]
    Busy,
    /// The authenticator cannot be asked. The text is for the log.
    #[error("the authenticator is not available: {0}")]
    Unavailable(String),
}

/// Someone who can tell whose credentials these are: the users in the store, a directory, an identity provider.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// Judges one attempt. How often somebody may try is the [chain](super::Chain)'s business.
    ///
    /// # Errors
    /// [`AuthenticationError`] when there is no answer; the attempt fails then, whoever else might accept it.
    async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Verdict, AuthenticationError>;

    /// Whom this attempt belongs to, when that is known already and costs nothing to say. Such attempts are not limited, so that nobody
    /// who is logged in can be locked out by those who guess at his password.
    fn remembers(&self, _attempt: Attempt<'_>) -> Option<Identity> {
        None
    }

    /// Whether this account is surely none of those known here, where that costs nothing to say. Then somebody who is asked later may be asked
    /// what he remembers, before anything is limited.
    fn is_strange(&self, _account: &str) -> bool {
        false
    }
}
