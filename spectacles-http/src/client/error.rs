//! What went wrong.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::{Deserialize, Deserializer};

/// Why there is no answer to a call, or not the one that was hoped for.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server understood, and refuses. The text is its own.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The request was only written down, to be tried with others: see [`Client::recording`](super::Client::recording).
    #[error("this was written down, and not done")]
    Recorded,
    /// There is no server, or no way to it.
    #[error("{0}")]
    Unreachable(String),
    /// The address of the server is none.
    #[error("`{address}` is no address of a server: {why}")]
    Address {
        /// What was given.
        address: String,
        /// What is wrong with it.
        why: String,
    },
    /// The certificates of authorities cannot be used.
    #[error("the certificates of the authority cannot be used: {0}")]
    Authorities(String),
    /// What answers is no Spectacles, or one of another version.
    #[error("the answer makes no sense: {0}; is this a Spectacles of the same version?")]
    Strange(String),
}

/// What a server says that refuses (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// The kind of problem: `not-found`, `stale`, ...
    pub kind: String,
    /// What is wrong this time, and what to do about it.
    pub detail: String,
    /// What is wrong where.
    pub faults: Vec<Place>,
    /// By this the log of the server speaks of the request.
    pub request_id: String,
}

/// What is wrong at one place of a request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Place {
    /// A place in the body (RFC 6901).
    #[serde(default)]
    pub pointer: Option<String>,
    /// A parameter of the query.
    #[serde(default)]
    pub parameter: Option<String>,
    /// A header.
    #[serde(default)]
    pub header: Option<String>,
    /// What is wrong there.
    pub detail: String,
    /// What kind of problem it would be by itself, where it is one of several requests that are tried.
    #[serde(default, rename = "type", deserialize_with = "kind")]
    pub kind: Option<String>,
}

/// The last part of a type: `not-found`.
fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let urn = Option::<String>::deserialize(deserializer)?;
    Ok(urn.map(|urn| urn.rsplit(':').next().unwrap_or_default().to_owned()))
}

/// In one sentence; where several things are wrong, one line for each.
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.faults.as_slice() {
            [] | [_] => f.write_str(&self.detail),
            several => {
                write!(f, "{}:", self.detail)?;
                for place in several {
                    let pointer = place.pointer.as_deref().map(|pointer| pointer.trim_start_matches("#/"));
                    let at = pointer.or(place.parameter.as_deref()).or(place.header.as_deref()).unwrap_or_default();
                    write!(f, "\n  {at}: {}", place.detail)?;
                }
                Ok(())
            }
        }
    }
}

/// Reads an answer that is no success.
pub(super) fn refused(answer: &Response<Bytes>) -> ClientError {
    #[derive(Deserialize)]
    struct Problem {
        #[serde(rename = "type")]
        kind: String,
        detail: String,
        #[serde(default)]
        request_id: String,
        #[serde(default)]
        errors: Vec<Place>,
    }
    let status = answer.status();
    match serde_json::from_slice::<Problem>(answer.body()) {
        Ok(problem) => ClientError::Refused(Box::new(Refusal {
            status,
            kind: problem.kind.rsplit(':').next().unwrap_or_default().to_owned(),
            detail: problem.detail,
            faults: problem.errors,
            request_id: problem.request_id,
        })),
        Err(_) => ClientError::Strange(format!("status {status}")),
    }
}
