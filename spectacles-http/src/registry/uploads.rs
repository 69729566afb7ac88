//! Blobs that are written.

use super::reply::Reply;
use super::session::{Ask, Session, scope};
use super::trouble;
use async_trait::async_trait;
use http::header::{CONTENT_RANGE, CONTENT_TYPE};
use http::{Method, StatusCode};
use spectacles_core::name::{Digest, RepositoryName};
use spectacles_core::registry::{BlobUpload, ClientError, Trouble};
use std::sync::Arc;
use url::Url;

/// The type of whatever is uploaded.
const BYTES: &str = "application/octet-stream";

impl Session {
    pub(super) async fn begin_upload(self: &Arc<Self>, repository: &RepositoryName) -> Result<Upload, ClientError> {
        let scopes = scope(repository, "pull,push");
        let ask = self.ask(Method::POST, &format!("v2/{repository}/blobs/uploads/"), scopes.clone())?;
        let reply = self.send(&ask).await?;
        match reply.status {
            StatusCode::ACCEPTED => Ok(Upload { session: Arc::clone(self), scopes, location: self.location(&ask, &reply)?, offset: 0 }),
            _ => Err(trouble::refused(&ask.what(), &reply)),
        }
    }

    pub(super) async fn mount_blob(&self, to: &RepositoryName, digest: &Digest, from: &RepositoryName) -> Result<bool, ClientError> {
        let scopes = [scope(to, "pull,push"), scope(from, "pull")].concat();
        let mut ask = self.ask(Method::POST, &format!("v2/{to}/blobs/uploads/"), scopes)?;
        ask.url.query_pairs_mut().append_pair("mount", digest.as_str()).append_pair("from", from.as_str());
        let reply = self.send(&ask).await?;
        match reply.status {
            StatusCode::CREATED => Ok(true),
            StatusCode::ACCEPTED => {
                // It has begun an upload instead, of which nothing will come. One that stays is no harm.
                if let Ok(location) = self.location(&ask, &reply) {
                    let _ = self.send(&self.ask_at(Method::DELETE, location, ask.scopes)).await;
                }
                Ok(false)
            }
            _ => Err(trouble::refused(&ask.what(), &reply)),
        }
    }
}

/// An upload that was begun.
pub(super) struct Upload {
    session: Arc<Session>,
    scopes: Vec<String>,
    /// Where it goes on: another URL after each piece.
    location: Url,
    offset: u64,
}

impl Upload {
    fn ask(&self, method: Method) -> Ask {
        self.session.ask_at(method, self.location.clone(), self.scopes.clone())
    }

    fn go_on(&mut self, ask: &Ask, reply: &Reply) -> Result<(), ClientError> {
        if reply.header("location").is_some() {
            self.location = self.session.location(ask, reply)?;
        }
        Ok(())
    }
}

#[async_trait]
impl BlobUpload for Upload {
    fn offset(&self) -> u64 {
        self.offset
    }

    async fn write(&mut self, piece: Vec<u8>) -> Result<(), ClientError> {
        let length = piece.len() as u64;
        let Some(last) = length.checked_sub(1) else { return Ok(()) };
        let range = format!("{}-{}", self.offset, self.offset.saturating_add(last));
        let mut ask = self.ask(Method::PATCH).header(CONTENT_TYPE, BYTES)?.header(CONTENT_RANGE, &range)?;
        ask.body = piece.into();
        ask.within = self.session.limits.piece;
        let reply = self.session.send(&ask).await?;
        if !matches!(reply.status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT | StatusCode::CREATED) {
            return Err(trouble::refused(&ask.what(), &reply));
        }
        self.go_on(&ask, &reply)?;
        let expected = self.offset.saturating_add(length);
        if has(&reply, expected).is_some_and(|has| has != expected) {
            return Err(trouble::garbage(&ask.what(), "another number of bytes than were sent"));
        }
        self.offset = expected;
        Ok(())
    }

    async fn resume(&mut self) -> Result<u64, ClientError> {
        let ask = self.ask(Method::GET);
        let reply = self.session.send(&ask).await?;
        if !matches!(reply.status, StatusCode::NO_CONTENT | StatusCode::OK | StatusCode::ACCEPTED) {
            return Err(trouble::refused(&ask.what(), &reply));
        }
        let has = has(&reply, self.offset).ok_or_else(|| trouble::garbage(&ask.what(), "no number of bytes"))?;
        self.go_on(&ask, &reply)?;
        self.offset = has;
        Ok(has)
    }

    async fn finish(self: Box<Self>, digest: &Digest) -> Result<(), ClientError> {
        let mut ask = self.ask(Method::PUT).header(CONTENT_TYPE, BYTES)?;
        ask.url.query_pairs_mut().append_pair("digest", digest.as_str());
        ask.within = self.session.limits.commit;
        let reply = self.session.send(&ask).await?;
        match reply.status {
            StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(()),
            StatusCode::BAD_REQUEST if reply.says(&["DIGEST_INVALID"]) => {
                let reason = format!("{}: the registry says that what was uploaded does not have the digest it should have", ask.what());
                Err(ClientError::new(Trouble::WrongDigest, reason))
            }
            _ => Err(trouble::refused(&ask.what(), &reply)),
        }
    }
}

/// How many bytes the registry has: `Range: 0-99` for 100. It says `0-0` for none and for one: which, is told by what it should have.
fn has(reply: &Reply, expected: u64) -> Option<u64> {
    let range = reply.header("range")?.trim();
    let (first, last) = range.strip_prefix("bytes=").unwrap_or(range).split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    match (first, last) {
        (0, 0) => Some(expected.min(1)),
        (0, last) => last.checked_add(1),
        _ => None,
    }
}
