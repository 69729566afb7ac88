//! Errors, and the one place where they become responses.

use crate::answer::{self, Answer};
use http::header::{HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use spectacles_core::auth::AuthenticationError;
use spectacles_core::service::TokenError;
use std::time::Duration;

/// What is asked of somebody without credentials: RFC 7617.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"Spectacles\", charset=\"UTF-8\"");

/// A request that is not answered as it was meant.
#[derive(Debug)]
pub(crate) struct Problem {
    /// What kind of problem it is; the status and the code follow from it.
    pub(crate) kind: Kind,
    /// For the client.
    pub(crate) detail: String,
    /// For the log.
    pub(crate) source: Option<String>,
}

/// Kinds of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The request makes no sense.
    Invalid,
    /// A parameter names a registry that is not known.
    UnknownService,
    /// The grant is one that is not offered.
    UnsupportedGrant,
    /// There are no credentials, or wrong ones.
    Unauthorized,
    /// The credentials are right, and not enough.
    Denied,
    /// Nothing is here.
    NotFound,
    /// Nothing is here for this method.
    MethodNotAllowed {
        /// The methods there are, as the `Allow` header has them.
        allow: &'static str,
    },
    /// The body did not come in time.
    Timeout,
    /// The body is too long.
    TooLarge,
    /// The body is of another type.
    MediaType,
    /// Too many attempts have failed.
    TooManyRequests {
        /// When it makes sense to try again.
        retry_after: Duration,
    },
    /// It cannot be answered now.
    Unavailable,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), source: None }
    }

    /// The response, in the form of the registry's own errors, which every client can show:
    /// `{"errors":[{"code":"UNAUTHORIZED","message":"..."}]}`.
    pub(crate) fn answer(self) -> Answer {
        #[derive(Serialize)]
        struct Body<'a> {
            errors: [Line<'a>; 1],
        }
        #[derive(Serialize)]
        struct Line<'a> {
            code: &'a str,
            message: &'a str,
        }
        if let Some(source) = &self.source {
            tracing::warn!(detail = self.detail, source, "a request could not be answered");
        }
        let (status, code) = self.kind.parts();
        let mut answer = answer::json(status, &Body { errors: [Line { code, message: &self.detail }] });
        self.kind.headers(answer.headers_mut());
        answer
    }
}

impl Kind {
    fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Self::Invalid => (StatusCode::BAD_REQUEST, "INVALID"),
            Self::UnknownService => (StatusCode::BAD_REQUEST, "SERVICE_UNKNOWN"),
            Self::UnsupportedGrant => (StatusCode::BAD_REQUEST, "UNSUPPORTED"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
            Self::Denied => (StatusCode::FORBIDDEN, "DENIED"),
            Self::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            Self::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED"),
            Self::Timeout => (StatusCode::REQUEST_TIMEOUT, "TIMEOUT"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED"),
            Self::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"),
        }
    }

    fn headers(self, headers: &mut HeaderMap) {
        let header: Option<(HeaderName, HeaderValue)> = match self {
            Self::Unauthorized => Some((WWW_AUTHENTICATE, CHALLENGE)),
            Self::MethodNotAllowed { allow } => Some((http::header::ALLOW, HeaderValue::from_static(allow))),
            // A whole number of seconds, and never too early.
            Self::TooManyRequests { retry_after } => Some((RETRY_AFTER, HeaderValue::from(retry_after.as_secs() + 1))),
            Self::Unavailable => Some((RETRY_AFTER, HeaderValue::from(1))),
            Self::Invalid
            | Self::UnknownService
            | Self::UnsupportedGrant
            | Self::Denied
            | Self::NotFound
            | Self::Timeout
            | Self::TooLarge
            | Self::MediaType => None,
        };
        headers.extend(header);
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let detail = error.to_string();
        let kind = match error {
            TokenError::NoService | TokenError::Scope(_) => Kind::Invalid,
            TokenError::UnknownService(_) => Kind::UnknownService,
            TokenError::BadCredentials | TokenError::AccountMismatch | TokenError::CredentialsNeeded => Kind::Unauthorized,
            TokenError::Throttled { retry_after } => Kind::TooManyRequests { retry_after },
            TokenError::Busy => Kind::Unavailable,
            TokenError::Unavailable(source) => return Self::unavailable(source),
        };
        Self::new(kind, detail)
    }
}

impl From<AuthenticationError> for Problem {
    fn from(error: AuthenticationError) -> Self {
        TokenError::from(error).into()
    }
}

impl Problem {
    pub(crate) fn too_slow(patience: Duration) -> Self {
        Self::unavailable(format!("no answer within {} s", patience.as_secs()))
    }

    fn unavailable(source: String) -> Self {
        Self { kind: Kind::Unavailable, detail: "authorization is not available now, try again".to_owned(), source: Some(source) }
    }
}
