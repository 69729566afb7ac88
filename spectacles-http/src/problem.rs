//! Errors, and the one place where they become responses.

use crate::answer::{self, Answer};
use http::header::{CONNECTION, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use spectacles_core::auth::AuthenticationError;
use spectacles_core::registry::Trouble;
use spectacles_core::service::{Error, TokenError};
use std::time::Duration;

/// What is asked of somebody without credentials: RFC 7617.
const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"Spectacles\", charset=\"UTF-8\"");

/// RFC 9457.
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A request that is not answered as it was meant.
#[derive(Debug)]
pub(crate) struct Problem {
    /// What kind of problem it is; the status and the code follow from it.
    pub(crate) kind: Kind,
    /// For the client.
    pub(crate) detail: String,
    /// What is wrong where, for the client.
    pub(crate) faults: Vec<Fault>,
    /// For the log.
    pub(crate) source: Option<String>,
}

/// What is wrong at one place of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    #[serde(flatten)]
    pub(crate) place: Place,
    pub(crate) detail: String,
    /// What kind of problem it would be by itself, where it is one of several requests.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
}

impl Fault {
    pub(crate) fn new(place: Place, detail: impl Into<String>) -> Self {
        Self { place, detail: detail.into(), kind: None }
    }
}

/// A place of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// In the body: a JSON pointer (RFC 6901) as a URI fragment.
    Pointer(String),
    /// A parameter of the query.
    Parameter(String),
    /// A header.
    Header(&'static str),
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
    /// Something of that name is there already.
    Conflict,
    /// It can be said, and must not be done in this state.
    Refused,
    /// It is not any more what the client has seen.
    Stale,
    /// The client does not say what it has seen.
    PreconditionNeeded,
    /// The request was carried out before.
    Repeated,
    /// The key that makes a request idempotent was used for another one.
    KeyReused,
    /// The body is too long.
    TooLarge,
    /// The body is of another type.
    MediaType,
    /// Too many attempts have failed, or too much is asked for.
    TooManyRequests {
        /// When it makes sense to try again.
        retry_after: Duration,
    },
    /// A registry did not do its part.
    BadGateway,
    /// It cannot be answered now.
    Unavailable,
    /// A defect.
    Broken,
}

impl Problem {
    /// More are counted and not told: nobody reads them, and an answer must not become much longer than what it is the answer to.
    const MOST_FAULTS: usize = 100;

    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), faults: Vec::new(), source: None }
    }

    /// One thing is wrong at one place.
    pub(crate) fn at(place: Place, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { faults: vec![Fault::new(place, detail.clone())], ..Self::new(Kind::Invalid, detail) }
    }

    /// Several things are wrong.
    pub(crate) fn with(mut faults: Vec<Fault>) -> Self {
        let detail = match faults.as_slice() {
            [one] => one.detail.clone(),
            several => format!("{} things are wrong with this request", several.len()),
        };
        faults.truncate(Self::MOST_FAULTS);
        Self { faults, ..Self::new(Kind::Invalid, detail) }
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
        self.log();
        let (status, code, _) = self.kind.parts();
        let mut answer = answer::json(status, &Body { errors: [Line { code, message: &self.detail }] });
        self.kind.headers(answer.headers_mut());
        answer
    }

    /// The response as programs read it that use the API: RFC 9457.
    pub(crate) fn api_answer(self, request_id: &str) -> Answer {
        #[derive(Serialize)]
        struct Body<'a> {
            #[serde(rename = "type")]
            kind: String,
            title: &'a str,
            status: u16,
            detail: &'a str,
            request_id: &'a str,
            #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
            errors: &'a [Fault],
        }
        self.log();
        let (status, _, title) = self.kind.parts();
        let kind = self.kind.urn();
        let body = Body { kind, title, status: status.as_u16(), detail: &self.detail, request_id, errors: &self.faults };
        let mut answer = answer::json(status, &body);
        answer.headers_mut().insert(http::header::CONTENT_TYPE, PROBLEM_JSON);
        self.kind.headers(answer.headers_mut());
        answer
    }

    fn log(&self) {
        if let Some(source) = &self.source {
            tracing::warn!(detail = self.detail, source, "a request could not be answered");
        }
    }
}

impl Kind {
    /// The type of the problem, as programs know it.
    pub(crate) fn urn(self) -> String {
        let (_, code, _) = self.parts();
        format!("urn:spectacles:problem:{}", code.to_lowercase().replace('_', "-"))
    }

    /// The status of an answer that says so.
    pub(crate) const fn status(self) -> StatusCode {
        self.parts().0
    }

    /// The status, the code, and the title in the words of people.
    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Invalid => (StatusCode::BAD_REQUEST, "INVALID", "The request makes no sense"),
            Self::UnknownService => (StatusCode::BAD_REQUEST, "SERVICE_UNKNOWN", "There is no such registry"),
            Self::UnsupportedGrant => (StatusCode::BAD_REQUEST, "UNSUPPORTED", "This grant is not offered"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "Credentials are needed"),
            Self::Denied => (StatusCode::FORBIDDEN, "DENIED", "This is not yours to do"),
            Self::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND", "There is no such thing"),
            Self::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", "This method is not offered here"),
            Self::Timeout => (StatusCode::REQUEST_TIMEOUT, "TIMEOUT", "The request did not come in time"),
            Self::Conflict => (StatusCode::CONFLICT, "CONFLICT", "There is one of that name already"),
            Self::Refused => (StatusCode::CONFLICT, "REFUSED", "This cannot be done in this state"),
            Self::Stale => (StatusCode::PRECONDITION_FAILED, "STALE", "It has changed meanwhile"),
            Self::PreconditionNeeded => (StatusCode::PRECONDITION_REQUIRED, "PRECONDITION_NEEDED", "Say what you have seen"),
            Self::Repeated => (StatusCode::CONFLICT, "REPEATED", "This request was carried out before"),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "KEY_REUSED", "This key was used for another request"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "SIZE_INVALID", "The request is too long"),
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED", "This media type is not understood"),
            Self::TooManyRequests { .. } => (StatusCode::TOO_MANY_REQUESTS, "TOOMANYREQUESTS", "Too many requests"),
            Self::BadGateway => (StatusCode::BAD_GATEWAY, "REGISTRY_FAILED", "The registry did not do its part"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "This cannot be answered now"),
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN", "Something is broken here"),
        }
    }

    fn headers(self, headers: &mut HeaderMap) {
        let header: Option<(HeaderName, HeaderValue)> = match self {
            Self::Unauthorized => Some((WWW_AUTHENTICATE, CHALLENGE)),
            Self::MethodNotAllowed { allow } => Some((http::header::ALLOW, HeaderValue::from_static(allow))),
            // What is left of the body is not read, so that nothing else can come on this connection. Whoever is not told sends it nevertheless.
            Self::TooLarge | Self::Timeout => Some((CONNECTION, HeaderValue::from_static("close"))),
            // A whole number of seconds, and never too early.
            Self::TooManyRequests { retry_after } => Some((RETRY_AFTER, HeaderValue::from(retry_after.as_secs() + 1))),
            Self::Unavailable => Some((RETRY_AFTER, HeaderValue::from(1))),
            Self::Invalid
            | Self::UnknownService
            | Self::UnsupportedGrant
            | Self::Denied
            | Self::NotFound
            | Self::Conflict
            | Self::Refused
            | Self::Stale
            | Self::PreconditionNeeded
            | Self::Repeated
            | Self::KeyReused
            | Self::MediaType
            | Self::BadGateway
            | Self::Broken => None,
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

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let detail = error.to_string();
        let kind = match error {
            Error::NotFound { .. } => Kind::NotFound,
            Error::Conflict(_) => Kind::Conflict,
            Error::Refused(_) => Kind::Refused,
            Error::Invalid(_) => Kind::Invalid,
            Error::Denied(_) => Kind::Denied,
            Error::Moved => Kind::Stale,
            Error::Repeated => Kind::Repeated,
            Error::Registry(error) => of_registry(error.trouble),
            Error::Busy(_) => Kind::Unavailable,
            Error::Throttled { retry_after } | Error::TooMany { retry_after, .. } => Kind::TooManyRequests { retry_after },
            Error::Unavailable(source) => {
                return Self { source: Some(source), ..Self::new(Kind::Unavailable, "the database is not available now, try again") };
            }
            Error::Broken(source) => {
                return Self {
                    source: Some(source),
                    ..Self::new(Kind::Broken, "something is broken; the log of the server says what, by the id of this request")
                };
            }
        };
        Self::new(kind, detail)
    }
}

/// Whose fault it is: of what is configured here, or of the registry.
const fn of_registry(trouble: Trouble) -> Kind {
    match trouble {
        Trouble::Misconfigured | Trouble::Forbidden => Kind::Refused,
        Trouble::Unreachable
        | Trouble::Certificate
        | Trouble::Slow
        | Trouble::Unauthorized
        | Trouble::Denied
        | Trouble::Redirected
        | Trouble::Busy
        | Trouble::Failed
        | Trouble::Refused
        | Trouble::TooLarge
        | Trouble::Garbage
        | Trouble::WrongDigest => Kind::BadGateway,
    }
}

impl Problem {
    /// A defect; `source` is for the log.
    pub(crate) fn broken(source: String) -> Self {
        Error::Broken(source).into()
    }

    /// The same for whoever sits at the machine: he has no log to look into, and may know what is in it.
    pub(crate) fn told_here(mut self) -> Self {
        if let Some(source) = self.source.take() {
            let what = match (self.kind == Kind::Broken, self.kind == Kind::Unavailable) {
                (true, _) => "internal error",
                (_, true) => "the database is not available",
                _ => &self.detail,
            };
            self.detail = format!("{what}: {source}");
        }
        self
    }

    pub(crate) fn too_slow(patience: Duration) -> Self {
        Self::unavailable(format!("no answer within {} s", patience.as_secs()))
    }

    fn unavailable(source: String) -> Self {
        Self { source: Some(source), ..Self::new(Kind::Unavailable, "authorization is not available now, try again") }
    }
}
