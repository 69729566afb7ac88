//! Calls about what registries hold.

use super::resource::{Activities, Consumers, ImageConsumers, OwnChanges, Repositories, Tags};
use super::{Ask, Client, ClientError, Collection};
use crate::resources::{Found, RunRetention};
use http::Method;
use spectacles_core::model::{DeleteTags, Deletions, Retention, RetentionPolicy, RetentionRun};
use spectacles_core::name::{Digest, NamespacePath, RepositoryName, ServiceName, TagName};
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

    /// Finds namespaces, repositories and tags on a registry: up to `limit` of each.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn search_on(&self, registry: &ServiceName, text: &str, limit: u32) -> Result<Found, ClientError> {
        self.read(Ask::get(["search"]).query("q", text).query("limit", limit).query("registry", registry)).await
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

    /// Which tags of a namespace stay.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn retention(&self, registry: &ServiceName, namespace: &NamespacePath) -> Result<Retention, ClientError> {
        self.read(Ask::get(policy(registry, namespace))).await
    }

    /// Says which tags of a namespace stay.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn set_retention(
        &self,
        registry: &ServiceName,
        namespace: &NamespacePath,
        rules: &RetentionPolicy,
    ) -> Result<Retention, ClientError> {
        self.read(Ask::new(Method::PUT, policy(registry, namespace)).body(rules)?).await
    }

    /// Lets all tags of a namespace stay.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete_retention(&self, registry: &ServiceName, namespace: &NamespacePath) -> Result<(), ClientError> {
        self.send(Ask::new(Method::DELETE, policy(registry, namespace))).await.map(|_| ())
    }

    /// Deletes what no rule keeps, or says what that would be.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn run_retention(
        &self,
        registry: &ServiceName,
        namespace: &NamespacePath,
        dry_run: bool,
    ) -> Result<RetentionRun, ClientError> {
        let ask = Ask::new(Method::POST, policy(registry, namespace).into_iter().chain(["runs"]));
        self.read(ask.body(&RunRetention { dry_run })?).await
    }

    /// What happened to the content of registries.
    pub fn activity(&self) -> Collection<'_, Activities> {
        Collection::new(self, ["activity"])
    }

    /// What was changed that concerns whoever asks.
    pub fn own_changes(&self) -> Collection<'_, OwnChanges> {
        Collection::new(self, ["activity", "changes"])
    }
}

/// Where the policy of a namespace is.
fn policy<'p>(registry: &'p ServiceName, namespace: &'p NamespacePath) -> [&'p str; 5] {
    ["registries", registry.as_str(), "namespaces", namespace.as_str(), "retention"]
}
