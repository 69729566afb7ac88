//! Blobs that are read.

use super::reply::{Reply, Wanted};
use super::session::{Ask, Session, scope};
use super::{address, trouble};
use async_trait::async_trait;
use http::header::RANGE;
use http::{Method, StatusCode};
use reqwest::Response;
use spectacles_core::name::{Digest, RepositoryName};
use spectacles_core::registry::{BlobReader, ClientError, Trouble};
use std::fmt::Display;
use std::time::Duration;

/// How often storage may send us on.
const REDIRECTS: usize = 3;

impl Session {
    fn ask_blob(&self, method: Method, repository: &RepositoryName, digest: &Digest) -> Result<Ask, ClientError> {
        self.ask(method, &format!("v2/{repository}/blobs/{digest}"), scope(repository, "pull"))
    }

    /// Makes a request for a blob, which storage may answer in place of the registry. It is asked without credentials.
    async fn fetch(&self, mut ask: Ask) -> Result<(Ask, Reply), ClientError> {
        let mut reply = self.send(&ask).await?;
        for _ in 0..REDIRECTS {
            if !reply.status.is_redirection() || reply.status == StatusCode::NOT_MODIFIED {
                break;
            }
            let what = ask.what();
            let next = reply.header("location").and_then(|location| ask.url.join(location).ok());
            let next = next.ok_or_else(|| trouble::garbage(&what, "no address where it goes on"))?;
            let downgraded = ask.url.scheme() == "https" && next.scheme() != "https";
            if !matches!(next.scheme(), "http" | "https") || downgraded || !next.username().is_empty() || next.password().is_some() {
                return Err(trouble::refused(&what, &reply));
            }
            let checked = if self.is_own(&next) { address::check(&next, self.local) } else { address::check_public(&next) };
            checked.map_err(|error| not_followed(&what, &error))?;
            (ask.url, ask.anonymous) = (next, true);
            reply = self.send(&ask).await?;
        }
        Ok((ask, reply))
    }

    pub(super) async fn blob(&self, repository: &RepositoryName, digest: &Digest, at_most: u64) -> Result<Option<Vec<u8>>, ClientError> {
        let mut ask = self.ask_blob(Method::GET, repository, digest)?;
        ask.wanted = Wanted::All(at_most);
        let (ask, reply) = self.fetch(ask).await?;
        match reply.status {
            StatusCode::OK if digest.is_of(&reply.body) => Ok(Some(reply.body)),
            StatusCode::OK => Err(ClientError::new(
                Trouble::WrongDigest,
                format!("{} was answered with a blob that does not have the digest it should have", ask.what()),
            )),
            _ if reply.is_absence() => Ok(None),
            _ => Err(trouble::refused(&ask.what(), &reply)),
        }
    }

    pub(super) async fn blob_size(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<u64>, ClientError> {
        let (ask, reply) = self.fetch(self.ask_blob(Method::HEAD, repository, digest)?).await?;
        match (reply.status, reply.length()) {
            (StatusCode::OK, Some(length)) => Ok(Some(length)),
            (StatusCode::OK, None) => Err(trouble::garbage(&ask.what(), "no length")),
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (_, _) => Err(trouble::refused(&ask.what(), &reply)),
        }
    }

    pub(super) async fn read_blob(
        &self,
        repository: &RepositoryName,
        digest: &Digest,
        from: u64,
    ) -> Result<Option<Box<dyn BlobReader>>, ClientError> {
        let mut ask = self.ask_blob(Method::GET, repository, digest)?;
        ask.wanted = Wanted::Pieces;
        if from > 0 {
            ask = ask.header(RANGE, &format!("bytes={from}-"))?;
        }
        let (ask, mut reply) = self.fetch(ask).await?;
        let what = ask.what();
        let skip = match reply.status {
            // Whoever does not know ranges sends all of it.
            StatusCode::OK => from,
            StatusCode::PARTIAL_CONTENT if first_byte(&reply) == Some(from) => 0,
            StatusCode::PARTIAL_CONTENT => return Err(trouble::garbage(&what, "another part than was asked for")),
            StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => return Ok(Some(Box::new(Pieces::none(what)))),
            _ if reply.is_absence() => return Ok(None),
            _ => return Err(trouble::refused(&what, &reply)),
        };
        Ok(Some(Box::new(Pieces { what, rest: reply.rest.take(), skip, idle: self.limits.idle })))
    }
}

/// Where a registry sends us is its own word, and nobody here has said that it may be reached.
fn not_followed(what: &str, why: &dyn Display) -> ClientError {
    let reason = format!(
        "{what} was answered with a redirect that is not followed: {why}; `storage.redirect.disable: true` in the configuration of the registry \
         makes it give out blobs itself"
    );
    ClientError::new(Trouble::Forbidden, reason)
}

/// `Content-Range: bytes 100-199/200`.
fn first_byte(reply: &Reply) -> Option<u64> {
    reply.header("content-range")?.trim().strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}

/// What is left of a blob.
struct Pieces {
    what: String,
    rest: Option<Response>,
    /// Bytes that were not asked for and come all the same.
    skip: u64,
    idle: Duration,
}

impl Pieces {
    const fn none(what: String) -> Self {
        Self { what, rest: None, skip: 0, idle: Duration::ZERO }
    }
}

#[async_trait]
impl BlobReader for Pieces {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ClientError> {
        while let Some(rest) = &mut self.rest {
            let piece = tokio::time::timeout(self.idle, rest.chunk()).await.map_err(|_| trouble::slow(&self.what, self.idle))?;
            let Some(piece) = piece.map_err(|error| trouble::broken(&self.what, &error.without_url()))? else {
                self.rest = None;
                break;
            };
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(piece.len());
            self.skip = self.skip.saturating_sub(skipped as u64);
            let left = piece.slice(skipped..);
            if !left.is_empty() {
                return Ok(Some(left.into()));
            }
        }
        Ok(None)
    }
}
