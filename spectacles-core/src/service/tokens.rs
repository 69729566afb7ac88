//! Token requests, from credentials to the signed answer.

use super::Spectacles;
use super::spectacles::STALE;
use crate::auth::{AuthenticationError, Credentials, Identity};
use crate::key::SignError;
use crate::name::excerpt;
use crate::random::RandomError;
use crate::scope::{Scope, ScopeError};
use crate::token::{Granted, IssueError, Issued, Principal};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// A request for a token, as it came in.
#[derive(Debug)]
pub struct TokenRequest<'a> {
    /// Which registry the token is for.
    pub service: Option<&'a str>,
    /// The scopes, each text holding one or several.
    pub scopes: Vec<&'a str>,
    /// Who the client says that it is. Never believed, only compared.
    pub account: Option<&'a str>,
    /// The credentials, where there are any.
    pub credentials: Option<&'a Credentials>,
    /// Where the request comes from.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub agent: Option<&'a str>,
}

/// Why there is no token. The text is for the client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The request names no registry.
    #[error("the parameter `service` is missing: it names the registry the token is for")]
    NoService,
    /// The registry is not known.
    #[error("no registry of the service name `{0}` is known here")]
    UnknownService(String),
    /// A scope cannot be read.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// The credentials are wrong.
    #[error("incorrect username or password")]
    BadCredentials,
    /// `account` names somebody else than the credentials do.
    #[error("the parameter `account` names somebody else than the credentials")]
    AccountMismatch,
    /// There are no credentials, and nothing without.
    #[error("authentication required")]
    CredentialsNeeded,
    /// Too many attempts have failed.
    #[error("too many failed attempts, try again in {} seconds", retry_after.as_secs() + 1)]
    Throttled {
        /// When it makes sense to try again.
        retry_after: Duration,
    },
    /// There is more to do than can be done in time.
    #[error("too many logins at once, try again")]
    Busy,
    /// Nothing can be decided now. The text is for the log.
    #[error("authorization is not available now: {0}")]
    Unavailable(String),
}

impl Spectacles {
    /// Answers a token request: by what is in memory, writing nothing. Before something is refused the store is asked for news. The answer is
    /// left to be [recorded](Self::write_decisions).
    ///
    /// # Errors
    /// [`TokenError`] when there is no token. A denied scope is no error.
    pub async fn token(&self, request: TokenRequest<'_>) -> Result<Arc<Issued>, TokenError> {
        let begun = self.facts().revision();
        let mut identity = None;
        let mut answer = self.answer(&request, &mut identity).await;
        if is_refusal(&answer) && self.has_news(begun).await {
            identity = None;
            answer = self.answer(&request, &mut identity).await;
        }
        let answer = answer.map(Arc::new);
        self.record(&request, identity.as_ref(), &answer);
        answer
    }

    async fn answer(&self, request: &TokenRequest<'_>, identity: &mut Option<Identity>) -> Result<Issued, TokenError> {
        if !self.facts_are_current() {
            return Err(TokenError::Unavailable(STALE.to_owned()));
        }
        let service = request.service.filter(|service| !service.is_empty()).ok_or(TokenError::NoService)?;
        if self.facts().read(|facts| facts.registry(service).is_none()) {
            return Err(unknown(service));
        }
        let scopes = Scope::parse_all(request.scopes.iter().copied())?;
        let account = request.account.filter(|account| !account.is_empty());
        let Some(credentials) = request.credentials else {
            if account.is_some() {
                return Err(TokenError::AccountMismatch);
            }
            return self.issuer().issue(Principal::Anonymous, service, scopes, request.address).map_err(|error| refusal(error, service));
        };
        let identity = &*identity.insert(self.identify(credentials, request.address).await?.ok_or(TokenError::BadCredentials)?);
        // After the credentials: whoever does not have them learns nothing.
        if account.is_some_and(|account| !identity.is_called(account)) {
            return Err(TokenError::AccountMismatch);
        }
        self.issuer().issue(identity.into(), service, scopes, request.address).map_err(|error| refusal(error, service))
    }
}

/// Whether other facts could have led to more than this.
fn is_refusal(answer: &Result<Issued, TokenError>) -> bool {
    match answer {
        Ok(issued) => issued.granted.iter().any(Granted::is_less_than_asked),
        Err(TokenError::UnknownService(_) | TokenError::BadCredentials | TokenError::CredentialsNeeded) => true,
        Err(
            TokenError::NoService
            | TokenError::Scope(_)
            | TokenError::AccountMismatch
            | TokenError::Throttled { .. }
            | TokenError::Busy
            | TokenError::Unavailable(_),
        ) => false,
    }
}

fn unknown(service: &str) -> TokenError {
    TokenError::UnknownService(excerpt(service))
}

fn refusal(error: IssueError, service: &str) -> TokenError {
    match error {
        IssueError::UnknownService => unknown(service),
        // An authenticator accepted somebody who is not a user here, or not any more.
        IssueError::NoSuchUser => TokenError::BadCredentials,
        IssueError::CredentialsNeeded => TokenError::CredentialsNeeded,
        IssueError::Sign(SignError) | IssueError::Random(RandomError) => TokenError::Unavailable(error.to_string()),
    }
}

impl From<AuthenticationError> for TokenError {
    fn from(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::Throttled { retry_after } => Self::Throttled { retry_after },
            AuthenticationError::Busy => Self::Busy,
            AuthenticationError::Unavailable(detail) => Self::Unavailable(detail),
        }
    }
}
