//! What comes back.

use super::trouble;
use http::{HeaderMap, StatusCode};
use reqwest::Response;
use spectacles_core::name::{Digest, MediaType};
use spectacles_core::registry::ClientError;

/// An answer: read to its end, or with the rest still to come.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// What was read. Of an error at most so much as is looked at.
    pub(super) body: Vec<u8>,
    /// What is still to be read, where that was asked for and the answer is a success.
    pub(super) rest: Option<Response>,
}

/// What is wanted of the body of a success. Those of other answers are read as far as errors go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it, at most so many bytes.
    All(u64),
    /// It is read by whoever asked, piece by piece.
    Pieces,
}

impl Reply {
    pub(super) async fn of(what: &str, response: Response, wanted: Wanted, error: u64) -> Result<Self, ClientError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let reply = |body, rest| Self { status, headers, body, rest };
        match wanted {
            Wanted::Pieces if status.is_success() => Ok(reply(Vec::new(), Some(response))),
            Wanted::All(limit) if status.is_success() => {
                if response.content_length().is_some_and(|length| length > limit) {
                    return Err(trouble::too_large(what, limit));
                }
                match read(what, response, limit).await? {
                    (body, true) => Ok(reply(body, None)),
                    (_, false) => Err(trouble::too_large(what, limit)),
                }
            }
            Wanted::Pieces | Wanted::All(_) => {
                // An error whose body breaks off is that error all the same.
                let body = read(what, response, error).await.map_or_else(|_| Vec::new(), |(body, _)| body);
                Ok(reply(body, None))
            }
        }
    }

    /// A header that is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Docker-Content-Digest`. One that is none is as good as none.
    pub(super) fn digest(&self) -> Option<Digest> {
        self.header("docker-content-digest")?.trim().parse().ok()
    }

    /// `Content-Type` without parameters.
    pub(super) fn media_type(&self) -> Option<MediaType> {
        self.header("content-type")?.split(';').next()?.trim().to_ascii_lowercase().parse().ok()
    }

    /// `Content-Length`, also of an answer that has no body.
    pub(super) fn length(&self) -> Option<u64> {
        self.header("content-length")?.trim().parse().ok()
    }

    /// Whether the registry says with one of these codes why not.
    pub(super) fn says(&self, codes: &[&str]) -> bool {
        trouble::said(&self.body).iter().any(|said| codes.contains(&said.code.as_str()))
    }

    /// Whether a registry says that something is not there: any other server answers 404 to what it does not know.
    pub(super) fn is_absence(&self) -> bool {
        const CODES: [&str; 5] = ["NAME_UNKNOWN", "MANIFEST_UNKNOWN", "BLOB_UNKNOWN", "NOT_FOUND", "MANIFEST_BLOB_UNKNOWN"];
        self.status == StatusCode::NOT_FOUND && (self.body.is_empty() || self.says(&CODES))
    }
}

/// At most `limit` bytes, and whether that was all.
async fn read(what: &str, mut response: Response, limit: u64) -> Result<(Vec<u8>, bool), ClientError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| trouble::broken(what, &error.without_url()))? {
        let left = limit.saturating_sub(body.len());
        body.extend_from_slice(piece.get(..left).unwrap_or(&piece));
        if piece.len() > left {
            return Ok((body, false));
        }
    }
    Ok((body, true))
}
