//! The chain of those who can tell who somebody is.

use crate::name::UserName;
use async_trait::async_trait;
use secrecy::SecretString;
use std::net::IpAddr;
use std::sync::Arc;
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
    /// It is this user. He must be known to Spectacles to get anywhere.
    Accepted(UserName),
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
    /// Judges one attempt.
    ///
    /// # Errors
    /// [`AuthenticationError`] when there is no answer; the attempt fails then, whoever else might accept it.
    async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Verdict, AuthenticationError>;
}

/// Authenticators in the order in which they are asked.
#[derive(Clone)]
pub struct Chain(Vec<Arc<dyn Authenticator>>);

impl Chain {
    /// Asks these, in this order.
    pub fn new(authenticators: Vec<Arc<dyn Authenticator>>) -> Self {
        Self(authenticators)
    }

    /// The user these credentials belong to; `None` when nobody accepts them.
    ///
    /// # Errors
    /// [`AuthenticationError`] of the first authenticator that cannot answer.
    pub async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Option<UserName>, AuthenticationError> {
        for authenticator in &self.0 {
            match authenticator.authenticate(attempt).await? {
                Verdict::Accepted(user) => return Ok(Some(user)),
                Verdict::Rejected => return Ok(None),
                Verdict::Unknown => {}
            }
        }
        Ok(None)
    }
}
