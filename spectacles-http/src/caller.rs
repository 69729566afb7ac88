//! Who calls.

use crate::address::Peer;
use crate::problem::{Kind, Problem};
use crate::surface::Surface;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Response};
use secrecy::SecretString;
use spectacles_core::auth::Credentials;
use spectacles_core::id::ApiTokenId;
use spectacles_core::model::TokenLimits;
use spectacles_core::service::{Bearer, Caller};
use std::net::IpAddr;
use std::time::Duration;

impl Surface {
    /// Who makes a request, by its credentials; for handlers outside of this surface.
    ///
    /// # Errors
    /// The response to send instead: 401 with a challenge without credentials or with wrong ones, 429 after too many wrong ones, 503 when
    /// nobody can tell now.
    pub async fn caller(&self, headers: &HeaderMap, peer: Option<Peer>) -> Result<Caller, Response<Bytes>> {
        self.identify(headers, peer).await.map_err(Problem::answer)
    }

    /// The same for administrators only.
    ///
    /// # Errors
    /// As [`caller`](Self::caller), and 403 for everybody else.
    pub async fn administrator(&self, headers: &HeaderMap, peer: Option<Peer>) -> Result<Caller, Response<Bytes>> {
        let caller = self.identify(headers, peer).await.map_err(Problem::answer)?;
        match self.app().administrator(&caller) {
            Ok(_) => Ok(caller),
            Err(error) => Err(Problem::new(Kind::Denied, error.to_string()).answer()),
        }
    }

    /// Who uses the API: by a password, or by a token that may be limited.
    pub(crate) async fn identify_for_api(&self, headers: &HeaderMap, client: Option<IpAddr>) -> Result<Identified, Problem> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let bearer = values.next().and_then(|value| bearer(value.as_bytes()));
        let Some(secret) = bearer.filter(|_| values.next().is_none()) else {
            let credentials = credentials(headers)?;
            let credentials = credentials.ok_or_else(|| Problem::new(Kind::Unauthorized, "authentication required"))?;
            let caller = in_time(self.app().authenticate(&credentials, client)).await?;
            let wrong = || Problem::new(Kind::Unauthorized, "incorrect username or password");
            return caller.map(Identified::Password).ok_or_else(wrong);
        };
        let bearer = in_time(self.app().bearer(&secret, client)).await?;
        bearer.map(Identified::Token).ok_or_else(|| Problem::new(Kind::Unauthorized, "this token is not valid, or not any more"))
    }

    async fn identify(&self, headers: &HeaderMap, peer: Option<Peer>) -> Result<Caller, Problem> {
        let credentials = credentials(headers)?;
        let credentials = credentials.ok_or_else(|| Problem::new(Kind::Unauthorized, "authentication required"))?;
        let caller = in_time(self.app().authenticate(&credentials, self.client(headers, peer))).await?;
        caller.ok_or_else(|| Problem::new(Kind::Unauthorized, "incorrect username or password"))
    }
}

/// Whoever uses the API.
pub(crate) enum Identified {
    Password(Caller),
    Token(Bearer),
}

impl Identified {
    pub(crate) fn caller(&self) -> &Caller {
        match self {
            Self::Password(caller) => caller,
            Self::Token(bearer) => &bearer.caller,
        }
    }

    /// The token he uses.
    pub(crate) fn token(&self) -> Option<ApiTokenId> {
        match self {
            Self::Password(_) => None,
            Self::Token(bearer) => Some(bearer.token),
        }
    }

    /// What he is limited to by the token he uses.
    pub(crate) fn limits(&self) -> Option<&TokenLimits> {
        match self {
            Self::Password(_) => None,
            Self::Token(bearer) => Some(&bearer.limits),
        }
    }
}

/// The token of a bearer: RFC 6750.
pub(crate) fn bearer(header: &[u8]) -> Option<SecretString> {
    let text = std::str::from_utf8(header).ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().into())
}

/// Waits for an answer of the application, but not for ever: before it refuses somebody it asks the database, and that may hang.
pub(crate) async fn in_time<T, E: Into<Problem>>(answer: impl Future<Output = Result<T, E>>) -> Result<T, Problem> {
    /// Longer than a queue of passwords takes.
    const PATIENCE: Duration = Duration::from_secs(10);
    tokio::time::timeout(PATIENCE, answer).await.map_err(|_| Problem::too_slow(PATIENCE))?.map_err(Into::into)
}

/// The Basic credentials of a request, when it has any.
pub(crate) fn credentials(headers: &HeaderMap) -> Result<Option<Credentials>, Problem> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Problem::new(Kind::Invalid, "there is more than one Authorization header"));
    }
    Credentials::from_basic(value.as_bytes()).map(Some).map_err(|error| Problem::new(Kind::Unauthorized, error.to_string()))
}
