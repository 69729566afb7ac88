//! One registry.

use super::lists::Progress;
use super::session::Session;
use async_trait::async_trait;
use spectacles_core::name::{Digest, Reference, RepositoryName, TagName};
use spectacles_core::registry::{
    BlobReader, BlobUpload, ClientError, Deletion, Descriptor, ListPage, PageLink, Ping, RawManifest, RegistryClient,
};
use std::sync::Arc;

/// A client of one registry. What it does is in the modules beside this one, by subject.
pub(super) struct HttpRegistry {
    pub(super) session: Arc<Session>,
    pub(super) progress: Progress,
}

impl HttpRegistry {
    pub(super) fn new(session: Session) -> Self {
        Self { session: Arc::new(session), progress: Progress::default() }
    }
}

#[async_trait]
impl RegistryClient for HttpRegistry {
    async fn ping(&self) -> Result<Ping, ClientError> {
        self.session.ping().await
    }

    async fn catalog(&self, after: Option<&PageLink>) -> Result<ListPage<RepositoryName>, ClientError> {
        self.list_repositories(after).await
    }

    async fn tags(&self, repository: &RepositoryName, after: Option<&PageLink>) -> Result<ListPage<TagName>, ClientError> {
        self.list_tags(repository, after).await
    }

    async fn head(&self, repository: &RepositoryName, reference: &Reference) -> Result<Option<Descriptor>, ClientError> {
        self.session.head(repository, reference).await
    }

    async fn manifest(&self, repository: &RepositoryName, reference: &Reference) -> Result<Option<RawManifest>, ClientError> {
        self.session.manifest(repository, reference).await
    }

    async fn blob(&self, repository: &RepositoryName, digest: &Digest, at_most: u64) -> Result<Option<Vec<u8>>, ClientError> {
        self.session.blob(repository, digest, at_most).await
    }

    async fn referrers(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<Vec<Descriptor>>, ClientError> {
        self.session.referrers(repository, digest).await
    }

    async fn delete(&self, repository: &RepositoryName, reference: &Reference) -> Result<Deletion, ClientError> {
        self.session.delete(repository, reference).await
    }

    async fn blob_size(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<u64>, ClientError> {
        self.session.blob_size(repository, digest).await
    }

    async fn read_blob(&self, repository: &RepositoryName, digest: &Digest, from: u64) -> Result<Option<Box<dyn BlobReader>>, ClientError> {
        self.session.read_blob(repository, digest, from).await
    }

    async fn mount_blob(&self, to: &RepositoryName, digest: &Digest, from: &RepositoryName) -> Result<bool, ClientError> {
        self.session.mount_blob(to, digest, from).await
    }

    async fn upload_blob(&self, repository: &RepositoryName) -> Result<Box<dyn BlobUpload>, ClientError> {
        Ok(Box::new(self.session.begin_upload(repository).await?))
    }

    async fn put_manifest(&self, repository: &RepositoryName, reference: &Reference, manifest: &RawManifest) -> Result<(), ClientError> {
        self.session.put_manifest(repository, reference, manifest).await
    }
}
