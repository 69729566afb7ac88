//! The port to registries: what this server asks of them, and what may go wrong.
//!
//! Source: the OCI distribution specification 1.1, and what CNCF Distribution 2.8 and 3.x do beyond it.

mod blob;
mod error;
pub mod place;
mod target;

pub use blob::{BlobReader, BlobUpload};
pub use error::{ClientError, Trouble};
pub use target::{Login, Target, Tokens};

use crate::name::{Digest, MediaType, Reference, RepositoryName, TagName};
use async_trait::async_trait;
use std::sync::Arc;

/// Reaches registries.
pub trait Connector: Send + Sync {
    /// A client of this registry. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError`] when the target itself makes no sense: a certificate that is none, an address that must not be reached.
    fn client(&self, target: Target) -> Result<Arc<dyn RegistryClient>, ClientError>;
}

/// A client of one registry. Cheap to share; requests may be made side by side.
///
/// What a registry answers is not believed: names are checked, sizes are limited, digests are compared with what came.
#[async_trait]
pub trait RegistryClient: Send + Sync {
    /// Asks for `/v2/` without credentials, then with: who is there, and what he says about tokens.
    async fn ping(&self) -> Result<Ping, ClientError>;

    /// A page of repositories: the first, or the one `after` another. Names that break the rules are left out and counted.
    async fn catalog(&self, after: Option<&PageLink>) -> Result<ListPage<RepositoryName>, ClientError>;

    /// A page of tags. A repository without tags, and one that is not there, has none.
    async fn tags(&self, repository: &RepositoryName, after: Option<&PageLink>) -> Result<ListPage<TagName>, ClientError>;

    /// What a reference names, without reading it. `None` when there is nothing.
    async fn head(&self, repository: &RepositoryName, reference: &Reference) -> Result<Option<Descriptor>, ClientError>;

    /// A manifest, whose digest was compared with its bytes. `None` when there is none.
    async fn manifest(&self, repository: &RepositoryName, reference: &Reference) -> Result<Option<RawManifest>, ClientError>;

    /// A small blob, such as a configuration, whose digest was compared with its bytes.
    ///
    /// # Errors
    /// [`Trouble::TooLarge`] when it has more than `at_most` bytes.
    async fn blob(&self, repository: &RepositoryName, digest: &Digest, at_most: u64) -> Result<Option<Vec<u8>>, ClientError>;

    /// What refers to a manifest: signatures, bills of materials, attestations. `None` when the registry cannot say; the tag
    /// `sha256-<hex>` is looked at then.
    async fn referrers(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<Vec<Descriptor>>, ClientError>;

    /// Deletes what a reference names. By a digest every tag of it goes; by a tag only the tag, where the registry can.
    async fn delete(&self, repository: &RepositoryName, reference: &Reference) -> Result<Deletion, ClientError>;

    /// How large a blob is. `None` when there is none.
    async fn blob_size(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<u64>, ClientError>;

    /// Reads a blob from this byte on.
    async fn read_blob(&self, repository: &RepositoryName, digest: &Digest, from: u64) -> Result<Option<Box<dyn BlobReader>>, ClientError>;

    /// Takes a blob over from another repository of the same registry. `false` when the registry would rather have it uploaded.
    async fn mount_blob(&self, to: &RepositoryName, digest: &Digest, from: &RepositoryName) -> Result<bool, ClientError>;

    /// Begins to upload a blob.
    async fn upload_blob(&self, repository: &RepositoryName) -> Result<Box<dyn BlobUpload>, ClientError>;

    /// Uploads a manifest.
    async fn put_manifest(&self, repository: &RepositoryName, reference: &Reference, manifest: &RawManifest) -> Result<(), ClientError>;
}

/// What `/v2/` said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ping {
    /// What was asked of somebody without credentials.
    pub challenge: Option<Challenge>,
    /// Whether our credentials were good, or none were needed.
    pub admitted: bool,
    /// Why not, in the words of the registry.
    pub refusal: Option<String>,
    /// `Docker-Distribution-Api-Version`, which a registry has and other web servers have not.
    pub api_version: Option<String>,
}

/// `WWW-Authenticate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// `bearer` or `basic`, in lower case.
    pub scheme: String,
    /// Where clients are sent for a token. We never follow it.
    pub realm: Option<String>,
    /// What the registry calls itself.
    pub service: Option<String>,
}

/// A page of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage<T> {
    /// The names.
    pub items: Vec<T>,
    /// How many names were left out, because they break the rules.
    pub left_out: u64,
    /// Where it goes on.
    pub next: Option<PageLink>,
}

/// Where a list goes on: path and query of the `Link` header, on the same registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink(pub String);

/// What names a manifest or blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Its digest.
    pub digest: Digest,
    /// Its type.
    pub media_type: MediaType,
    /// Its own size, in bytes.
    pub size: u64,
    /// The type of an artifact, among referrers.
    pub artifact_type: Option<String>,
}

/// A manifest as it was transferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawManifest {
    /// Of `bytes`.
    pub digest: Digest,
    /// Its type.
    pub media_type: MediaType,
    /// At most 4 MiB.
    pub bytes: Vec<u8>,
}

/// What came of a request to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// It is gone.
    Done,
    /// It was not there.
    Absent,
    /// The registry does not delete in this way: by tag, or at all.
    Unsupported,
}
