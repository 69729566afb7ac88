//! What went wrong, in the words of [`ClientError`].

use super::address::Forbidden;
use super::reply::Reply;
use super::tls;
use http::StatusCode;
use http::header::RETRY_AFTER;
use serde::Deserialize;
use spectacles_core::name::excerpt;
use spectacles_core::registry::{ClientError, Trouble};
use std::error::Error;
use std::io;
use std::time::Duration;

/// An error of a registry, as the specification has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Said {
    /// `NAME_UNKNOWN`.
    pub(super) code: String,
    /// For people.
    #[serde(default)]
    pub(super) message: Option<String>,
}

/// The errors in a body that is in the form of registries.
pub(super) fn said(body: &[u8]) -> Vec<Said> {
    #[derive(Deserialize)]
    struct Errors {
        errors: Option<Vec<Said>>,
    }
    serde_json::from_slice::<Errors>(body).ok().and_then(|body| body.errors).unwrap_or_default()
}

/// An answer that is not the one that was hoped for. `what` was asked.
pub(super) fn refused(what: &str, reply: &Reply) -> ClientError {
    let status = reply.status;
    let trouble = match status {
        StatusCode::UNAUTHORIZED => Trouble::Unauthorized,
        StatusCode::FORBIDDEN => Trouble::Denied,
        StatusCode::TOO_MANY_REQUESTS => Trouble::Busy,
        _ if status.is_redirection() => Trouble::Redirected,
        _ if status.is_server_error() => Trouble::Failed,
        _ if status.is_client_error() => Trouble::Refused,
        _ => Trouble::Garbage,
    };
    let mut reason = format!("{what} was answered with status {}", status.as_u16());
    if let Some(words) = words(&reply.body) {
        reason.push_str(&words);
    } else if status == StatusCode::BAD_REQUEST && speaks_tls(&reply.body) {
        reason.push_str(": this port is for https, and the URL of the registry says http");
    } else if trouble == Trouble::Redirected {
        reason.push_str(": it wants us to go elsewhere, which is not done; give the URL where the registry itself answers");
    }
    ClientError { retry_after: retry_after(reply), ..ClientError::new(trouble, reason) }
}

/// ` (CODE: message)`, where the body is in the form of registries.
pub(super) fn words(body: &[u8]) -> Option<String> {
    let first = said(body).into_iter().next()?;
    let message = first.message.filter(|message| !message.is_empty());
    let message = message.map_or_else(String::new, |message| format!(": {}", excerpt(&message)));
    Some(format!(" ({}{message})", excerpt(&first.code)))
}

/// When the registry wants to be asked again. Moments are not read: the clock of the other side is not ours.
pub(super) fn retry_after(reply: &Reply) -> Option<Duration> {
    let seconds = reply.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// What servers for https say to a request without TLS.
fn speaks_tls(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    text.contains("HTTP request to an HTTPS server") || text.contains("plain HTTP request was sent to HTTPS port")
}

/// It took longer than it may.
pub(super) fn slow(what: &str, limit: Duration) -> ClientError {
    ClientError::new(Trouble::Slow, format!("{what} was not answered within {} s", limit.as_secs_f32()))
}

/// It answered more than is taken.
pub(super) fn too_large(what: &str, limit: u64) -> ClientError {
    ClientError::new(Trouble::TooLarge, format!("{what} was answered with more than {limit} bytes"))
}

/// It answered what makes no sense. `why` is ours, and holds nothing of what it sent.
pub(super) fn garbage(what: &str, why: &str) -> ClientError {
    ClientError::new(Trouble::Garbage, format!("{what} was answered with {why}"))
}

/// There was no answer, or not all of it.
pub(super) fn broken(what: &str, error: &reqwest::Error) -> ClientError {
    let of = |trouble, why: &str| ClientError::new(trouble, format!("{what}: {why}"));
    for cause in causes(error) {
        if let Some(forbidden) = cause.downcast_ref::<Forbidden>() {
            return of(Trouble::Forbidden, &format!("this address is not reached: {forbidden}"));
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return tls::trouble(what, tls);
        }
    }
    if error.is_timeout() {
        return of(Trouble::Slow, if error.is_connect() { "nobody answers there" } else { "it takes too long" });
    }
    let kind = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind).next();
    let http = error.url().is_some_and(|url| url.scheme() == "http");
    let why = match kind {
        Some(io::ErrorKind::ConnectionRefused) => "nobody listens there",
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => "there is no way there",
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted) => "the connection broke off",
        _ if error.is_connect() => "there is no connection; is the name right?",
        _ if error.is_request() && http => "what answers speaks no HTTP, or broke off; if the port is for https, the URL must say so",
        _ => "the connection broke off in the middle",
    };
    of(Trouble::Unreachable, why)
}

/// An error and what it comes from. What an [`io::Error`] holds is no cause of it by the trait, and looked at here.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(held) => Some(held as &(dyn Error + 'static)),
        None => error.source(),
    })
}
