//! Manifests.

use super::lists::Referrer;
use super::reply::{Reply, Wanted};
use super::session::{Ask, Session, scope};
use super::{link, trouble};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use spectacles_core::name::{Digest, MediaType, Reference, RepositoryName};
use spectacles_core::registry::{ClientError, Deletion, Descriptor, RawManifest, Trouble};

/// Every kind of manifest. With fewer, a registry gives another manifest than the one that a tag names, or none.
const MANIFESTS: &str = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, \
                         application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// So many pages of referrers are read.
const MOST_PAGES: usize = 100;

impl Session {
    fn ask_manifest(&self, method: Method, repository: &RepositoryName, reference: &Reference, actions: &str) -> Result<Ask, ClientError> {
        let mut ask = self.ask(method, &format!("v2/{repository}/manifests/{reference}"), scope(repository, actions))?;
        ask.wanted = Wanted::All(self.limits.manifest);
        ask.header(ACCEPT, MANIFESTS)
    }

    pub(super) async fn head(&self, repository: &RepositoryName, reference: &Reference) -> Result<Option<Descriptor>, ClientError> {
        let ask = self.ask_manifest(Method::HEAD, repository, reference, "pull")?;
        let reply = self.send(&ask).await?;
        match reply.status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(None),
            // The answer has no words. That to the other question has, or is what was asked for.
            _ => return Ok(self.manifest(repository, reference).await?.map(describe)),
        }
        let (Some(digest), Some(media_type), Some(size)) = (reply.digest(), reply.media_type().filter(is_manifest), reply.length()) else {
            return Ok(self.manifest(repository, reference).await?.map(describe));
        };
        match reference {
            Reference::Digest(asked) if *asked != digest => Err(wrong_digest(&ask.what())),
            Reference::Digest(_) | Reference::Tag(_) => Ok(Some(Descriptor { digest, media_type, size, artifact_type: None })),
        }
    }

    pub(super) async fn manifest(&self, repository: &RepositoryName, reference: &Reference) -> Result<Option<RawManifest>, ClientError> {
        let ask = self.ask_manifest(Method::GET, repository, reference, "pull")?;
        let reply = self.send(&ask).await?;
        match reply.status {
            StatusCode::OK => read(&ask.what(), reference, reply).map(Some),
            _ if reply.is_absence() => Ok(None),
            _ => Err(trouble::refused(&ask.what(), &reply)),
        }
    }

    pub(super) async fn put_manifest(
        &self,
        repository: &RepositoryName,
        reference: &Reference,
        manifest: &RawManifest,
    ) -> Result<(), ClientError> {
        let ask = self.ask_manifest(Method::PUT, repository, reference, "pull,push")?;
        let mut ask = ask.header(CONTENT_TYPE, manifest.media_type.as_str())?;
        ask.body = Bytes::copy_from_slice(&manifest.bytes);
        let reply = self.send(&ask).await?;
        match (reply.status, reply.digest()) {
            (StatusCode::CREATED | StatusCode::OK | StatusCode::ACCEPTED, Some(digest)) if !digest.is_of(&manifest.bytes) => {
                Err(wrong_digest(&ask.what()))
            }
            (StatusCode::CREATED | StatusCode::OK | StatusCode::ACCEPTED, _) => Ok(()),
            _ => Err(trouble::refused(&ask.what(), &reply)),
        }
    }

    pub(super) async fn delete(&self, repository: &RepositoryName, reference: &Reference) -> Result<Deletion, ClientError> {
        let ask = self.ask_manifest(Method::DELETE, repository, reference, "*")?;
        let reply = self.send(&ask).await?;
        let by_tag = matches!(reference, Reference::Tag(_));
        match reply.status {
            StatusCode::ACCEPTED | StatusCode::OK | StatusCode::NO_CONTENT => Ok(Deletion::Done),
            StatusCode::METHOD_NOT_ALLOWED => Ok(Deletion::Unsupported),
            StatusCode::BAD_REQUEST if reply.says(&["UNSUPPORTED"]) => Ok(Deletion::Unsupported),
            // Registries before 3.0 take a tag for a digest that is none.
            StatusCode::BAD_REQUEST if by_tag && reply.says(&["DIGEST_INVALID"]) => Ok(Deletion::Unsupported),
            _ if reply.is_absence() => Ok(Deletion::Absent),
            _ => Err(trouble::refused(&ask.what(), &reply)),
        }
    }

    pub(super) async fn referrers(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<Vec<Descriptor>>, ClientError> {
        let ask = self.ask(Method::GET, &format!("v2/{repository}/referrers/{digest}"), scope(repository, "pull"))?;
        let mut ask = ask.header(ACCEPT, INDEX)?;
        ask.wanted = Wanted::All(self.limits.manifest);
        let mut found = Vec::new();
        for _ in 0..MOST_PAGES {
            let reply = self.send(&ask).await?;
            match reply.status {
                StatusCode::OK => found.extend(read_index(&ask.what(), &reply)?),
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => return Ok(None),
                StatusCode::BAD_REQUEST if reply.says(&["UNSUPPORTED"]) => return Ok(None),
                _ => return Err(trouble::refused(&ask.what(), &reply)),
            }
            match link::next(&reply.headers, &ask.url) {
                Ok(None) => return Ok(Some(found)),
                Ok(Some(query)) if ask.url.query() != Some(&query) => ask.url.set_query(Some(&query)),
                Ok(Some(_)) | Err(_) => return Err(trouble::garbage(&ask.what(), "a link to a next page that is none")),
            }
        }
        Err(trouble::garbage(&ask.what(), "a list that does not end"))
    }
}

fn describe(manifest: RawManifest) -> Descriptor {
    let size = manifest.bytes.len() as u64;
    Descriptor { digest: manifest.digest, media_type: manifest.media_type, size, artifact_type: None }
}

fn wrong_digest(what: &str) -> ClientError {
    ClientError::new(Trouble::WrongDigest, format!("{what} was answered with a manifest that does not have the digest it should have"))
}

/// Compares the digest that was asked for, the one that was said and what came.
fn read(what: &str, reference: &Reference, reply: Reply) -> Result<RawManifest, ClientError> {
    let asked = match reference {
        Reference::Digest(digest) => Some(digest.clone()),
        Reference::Tag(_) => None,
    };
    let said = reply.digest();
    if asked.iter().chain(&said).any(|digest| !digest.is_of(&reply.body)) {
        return Err(wrong_digest(what));
    }
    let fields: Fields = serde_json::from_slice(&reply.body).map_err(|_| trouble::garbage(what, "what is no manifest"))?;
    let media_type = reply.media_type().filter(is_manifest).or_else(|| fields.media_type());
    let media_type = media_type.ok_or_else(|| trouble::garbage(what, "a manifest of a kind that is not known"))?;
    let digest = asked.or(said).unwrap_or_else(|| Digest::sha256(&reply.body));
    Ok(RawManifest { digest, media_type, bytes: reply.body })
}

/// Whether the type is that of some manifest, and not what servers say of any file.
fn is_manifest(media_type: &MediaType) -> bool {
    media_type.as_str().starts_with("application/vnd.")
}

/// What a manifest says of its kind.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    media_type: Option<String>,
    schema_version: Option<u64>,
    manifests: Option<Value>,
    config: Option<Value>,
}

impl Fields {
    /// The type of a manifest whose registry does not say it.
    fn media_type(&self) -> Option<MediaType> {
        let guess = match self {
            Self { media_type: Some(said), .. } => said,
            Self { schema_version: Some(1), .. } => "application/vnd.docker.distribution.manifest.v1+prettyjws",
            Self { manifests: Some(_), .. } => INDEX,
            Self { config: Some(_), .. } => "application/vnd.oci.image.manifest.v1+json",
            _ => return None,
        };
        guess.parse().ok()
    }
}

/// The entries of an index. Those that break the rules are left out.
fn read_index(what: &str, reply: &Reply) -> Result<Vec<Descriptor>, ClientError> {
    #[derive(Deserialize)]
    struct Index {
        manifests: Option<Vec<Value>>,
    }
    let index: Index = serde_json::from_slice(&reply.body).map_err(|_| trouble::garbage(what, "what is no index"))?;
    let entries = index.manifests.ok_or_else(|| trouble::garbage(what, "what is no index"))?;
    let read = |entry: Value| {
        let entry: Referrer = serde_json::from_value(entry).ok()?;
        let (digest, media_type) = (entry.digest.parse().ok()?, entry.media_type.parse().ok()?);
        let artifact_type = entry.artifact_type.filter(|kind| kind.parse::<MediaType>().is_ok());
        Some(Descriptor { digest, media_type, size: entry.size, artifact_type })
    };
    Ok(entries.into_iter().filter_map(read).collect())
}
