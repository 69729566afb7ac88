//! Calls about what registries hold.

use super::resource::{Consumers, ImageConsumers, Repositories, Tags};
use super::{Ask, Client, ClientError, Collection};
use http::Method;
use spectacles_core::model::{DeleteTags, Deletions};
use spectacles_core::name::{Digest, RepositoryName, ServiceName, TagName};
use spectacles_core::service::{ManifestView, RepositoryView};

/// Where a repository is.
fn at<'p>(registry: &'p ServiceName, repository: &'p RepositoryName) -> [&'p str; 4] {
    ["registries", registry.as_str(), "repositories", repository.as_str()]
}

impl Client {
    /// The repositories of a registry, or of all of them.
    pub fn repositories(&self, registry: Option<&ServiceName>) -> Collection<'_, Repositories> {
        match registry {
            Some(registry) => Collection::new(self, ["registries", registry.as_str(), "repositories"]),
            None => Collection::new(self, ["repositories"]),
        }
    }

    /// Gives a repository a star.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn star(&self, registry: &ServiceName, repository: &RepositoryName) -> Result<RepositoryView, ClientError> {
        self.read(Ask::new(Method::PUT, at(registry, repository).into_iter().chain(["star"]))).await
    }

    /// Takes a star back.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn unstar(&self, registry: &ServiceName, repository: &RepositoryName) -> Result<(), ClientError> {
        self.send(Ask::new(Method::DELETE, at(registry, repository).into_iter().chain(["star"]))).await.map(|_| ())
    }

    /// The tags of a repository.
    pub fn tags(&self, registry: &ServiceName, repository: &RepositoryName) -> Collection<'_, Tags> {
        Collection::new(self, at(registry, repository).into_iter().chain(["tags"]))
    }

    /// Deletes a tag: only if it names this manifest, where one is given. Without `with_siblings` it is refused where others would go, too.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_tag(
        &self,
        registry: &ServiceName,
        repository: &RepositoryName,
        tag: &TagName,
        digest: Option<&Digest>,
        with_siblings: bool,
    ) -> Result<Deletions, ClientError> {
        let ask = Ask::new(Method::DELETE, at(registry, repository).into_iter().chain(["tags", tag.as_str()])).maybe("digest", digest);
        self.read(if with_siblings { ask.query("with_siblings", true) } else { ask }).await
    }

    /// Deletes some tags of a repository, or says what would be deleted.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_tags(
        &self,
        registry: &ServiceName,
        repository: &RepositoryName,
        wanted: &DeleteTags,
    ) -> Result<Deletions, ClientError> {
        self.read(Ask::new(Method::POST, at(registry, repository).into_iter().chain(["deletions"])).body(wanted)?).await
    }

    /// Deletes all tags of a repository, or says what would be deleted.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_repository(
        &self,
        registry: &ServiceName,
        repository: &RepositoryName,
        dry_run: bool,
    ) -> Result<Deletions, ClientError> {
        let ask = Ask::new(Method::DELETE, at(registry, repository));
        self.read(if dry_run { ask.query("dry_run", true) } else { ask }).await
    }

    /// What is in a manifest.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn manifest(
        &self,
        registry: &ServiceName,
        repository: &RepositoryName,
        digest: &Digest,
    ) -> Result<ManifestView, ClientError> {
        self.read(Ask::get(at(registry, repository).into_iter().chain(["manifests", digest.as_str()]))).await
    }

    /// Who pulled a manifest.
    pub fn consumers(&self, registry: &ServiceName, repository: &RepositoryName, digest: &Digest) -> Collection<'_, Consumers> {
        Collection::new(self, at(registry, repository).into_iter().chain(["manifests", digest.as_str(), "consumers"]))
    }

    /// Who pulled an image: by the digest of a manifest, or by the id of the image.
    pub fn consumers_of_image(&self, digest: &Digest) -> Collection<'_, ImageConsumers> {
        Collection::new(self, ["images", digest.as_str(), "consumers"])
    }
}
