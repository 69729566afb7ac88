//! A registry in memory, which fails as it is told to.

use async_trait::async_trait;
use serde_json::{Value, json};
use spectacles_core::name::{Digest, MediaType, Reference, RepositoryName, TagName};
use spectacles_core::registry::{
    BlobReader, BlobUpload, ClientError, Connector, Deletion, Descriptor, ListPage, PageLink, Ping, RawManifest, RegistryClient, Target,
    Trouble,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

pub(super) const OCI: &str = "application/vnd.oci.image.manifest.v1+json";
pub(super) const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(super) const DOCKER: &str = "application/vnd.docker.distribution.manifest.v2+json";
pub(super) const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";

/// What is asked of a registry, as rules and counts call it: `catalog`, `tags team/app`, `head team/app:v1`, `manifest team/app:v1`, `manifest` of a digest, `blob`.
type Rule = Arc<dyn Fn(&str) -> Option<Trouble> + Send + Sync>;

#[derive(Clone, Default)]
pub(super) struct Fake(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    repositories: BTreeMap<String, BTreeMap<String, Digest>>,
    manifests: HashMap<Digest, (MediaType, Vec<u8>)>,
    blobs: HashMap<Digest, Vec<u8>>,
    rule: Option<Rule>,
    asked: Vec<String>,
    page: usize,
}

impl Fake {
    pub(super) fn new() -> Self {
        let fake = Self::default();
        fake.state().page = 100;
        fake
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panicked")
    }

    /// Fails as this says, or does something else on the way.
    pub(super) fn rule(&self, rule: impl Fn(&str) -> Option<Trouble> + Send + Sync + 'static) {
        self.state().rule = Some(Arc::new(rule));
    }

    pub(super) fn no_rule(&self) {
        self.state().rule = None;
    }

    /// What was asked since the last time somebody looked.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state().asked)
    }

    fn put_manifest(&self, media_type: &str, manifest: &Value) -> Digest {
        let bytes = manifest.to_string().into_bytes();
        let digest = Digest::sha256(&bytes);
        self.state().manifests.insert(digest.clone(), (media_type.parse().expect("a type"), bytes));
        digest
    }

    /// An image that nothing else is like.
    pub(super) fn image(&self, media_type: &str, content: &str) -> Digest {
        let architecture = content.split(' ').next().unwrap_or_default();
        let config = json!({ "os": "linux", "architecture": architecture, "config": { "Labels": { "content": content } } }).to_string();
        let config_digest = Digest::sha256(config.as_bytes());
        let size = config.len();
        self.state().blobs.insert(config_digest.clone(), config.into_bytes());
        let kind =
            if media_type == OCI { "application/vnd.oci.image.config.v1+json" } else { "application/vnd.docker.container.image.v1+json" };
        self.put_manifest(
            media_type,
            &json!({ "schemaVersion": 2, "config": { "mediaType": kind, "digest": config_digest, "size": size },
                     "layers": [{ "mediaType": "application/octet-stream", "digest": Digest::sha256(content.as_bytes()), "size": 1000 }] }),
        )
    }

    pub(super) fn index(&self, media_type: &str, images: &[Digest]) -> Digest {
        let manifests: Vec<_> = images.iter().map(|digest| json!({ "digest": digest, "size": 1, "mediaType": OCI })).collect();
        self.put_manifest(media_type, &json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": manifests }))
    }

    pub(super) fn size_of(&self, digest: &Digest) -> u64 {
        self.state().manifests[digest].1.len().try_into().expect("a size")
    }

    pub(super) fn tag(&self, repository: &str, tag: &str, digest: &Digest) {
        self.state().repositories.entry(repository.to_owned()).or_default().insert(tag.to_owned(), digest.clone());
    }

    /// Pushes an image of its own.
    pub(super) fn push(&self, repository: &str, tag: &str) -> Digest {
        let digest = self.image(OCI, &format!("amd64 {repository}:{tag}"));
        self.tag(repository, tag, &digest);
        digest
    }

    /// The configuration of an image.
    pub(super) fn config_of(&self, image: &Digest) -> Value {
        let manifest: Value = serde_json::from_slice(&self.state().manifests[image].1).expect("JSON");
        manifest["config"].clone()
    }

    /// Pushes another image that has this configuration.
    pub(super) fn push_with(&self, repository: &str, tag: &str, config: &Value) {
        let manifest = json!({ "schemaVersion": 2, "config": config, "annotations": { "of": repository },
                     "layers": [{ "mediaType": "application/octet-stream", "digest": Digest::sha256(b"layer"), "size": 1000 }] });
        let digest = self.put_manifest(OCI, &manifest);
        self.tag(repository, tag, &digest);
    }

    /// The repository stays, without any tags where it was the last one.
    pub(super) fn untag(&self, repository: &str, tag: &str) {
        self.state().repositories.get_mut(repository).expect("a repository").remove(tag);
    }

    pub(super) fn tags_of(&self, repository: &str) -> Vec<String> {
        self.state().repositories.get(repository).map(|tags| tags.keys().cloned().collect()).unwrap_or_default()
    }

    pub(super) fn remove(&self, repository: &str) {
        self.state().repositories.remove(repository);
    }

    fn ask(&self, what: String) -> Result<MutexGuard<'_, State>, ClientError> {
        let rule = {
            let mut state = self.state();
            state.asked.push(what.clone());
            state.rule.clone()
        };
        match rule.and_then(|rule| rule(&what)) {
            Some(trouble) => Err(ClientError::new(trouble, format!("{what} went wrong"))),
            None => Ok(self.state()),
        }
    }
}

fn page<T: std::str::FromStr>(all: Vec<String>, after: Option<&PageLink>, size: usize) -> ListPage<T> {
    let rest: Vec<_> = all.into_iter().filter(|name| after.is_none_or(|PageLink(after)| name > after)).collect();
    let next = (rest.len() > size).then(|| PageLink(rest[size - 1].clone()));
    ListPage { items: rest.iter().take(size).filter_map(|name| name.parse().ok()).collect(), left_out: 0, next }
}

#[async_trait]
impl RegistryClient for Fake {
    async fn ping(&self) -> Result<Ping, ClientError> {
        self.ask("ping".to_owned()).map(|_| Ping { admitted: true, ..Ping::default() })
    }

    async fn catalog(&self, after: Option<&PageLink>) -> Result<ListPage<RepositoryName>, ClientError> {
        tokio::task::yield_now().await;
        let state = self.ask("catalog".to_owned())?;
        Ok(page(state.repositories.keys().cloned().collect(), after, state.page))
    }

    async fn tags(&self, repository: &RepositoryName, after: Option<&PageLink>) -> Result<ListPage<TagName>, ClientError> {
        tokio::task::yield_now().await;
        let state = self.ask(format!("tags {repository}"))?;
        let tags = state.repositories.get(repository.as_str()).map(|tags| tags.keys().cloned().collect());
        Ok(page(tags.unwrap_or_default(), after, state.page))
    }

    async fn head(&self, repository: &RepositoryName, reference: &Reference) -> Result<Option<Descriptor>, ClientError> {
        tokio::task::yield_now().await;
        let state = self.ask(format!("head {repository}:{reference}"))?;
        let digest = state.repositories.get(repository.as_str()).and_then(|tags| tags.get(reference.as_str())).cloned();
        Ok(digest.map(|digest| {
            let (media_type, bytes) = &state.manifests[&digest];
            Descriptor { media_type: media_type.clone(), size: bytes.len().try_into().expect("a size"), digest, artifact_type: None }
        }))
    }

    async fn manifest(&self, repository: &RepositoryName, reference: &Reference) -> Result<Option<RawManifest>, ClientError> {
        tokio::task::yield_now().await;
        let (state, digest) = match reference {
            Reference::Digest(digest) => (self.ask("manifest".to_owned())?, Some(digest.clone())),
            Reference::Tag(tag) => {
                let state = self.ask(format!("manifest {repository}:{tag}"))?;
                let digest = state.repositories.get(repository.as_str()).and_then(|tags| tags.get(tag.as_str())).cloned();
                (state, digest)
            }
        };
        let Some(digest) = digest else { return Ok(None) };
        Ok(state.manifests.get(&digest).map(|(media_type, bytes)| RawManifest {
            digest: digest.clone(),
            media_type: media_type.clone(),
            bytes: bytes.clone(),
        }))
    }

    async fn blob(&self, _: &RepositoryName, digest: &Digest, _: u64) -> Result<Option<Vec<u8>>, ClientError> {
        tokio::task::yield_now().await;
        Ok(self.ask("blob".to_owned())?.blobs.get(digest).cloned())
    }

    async fn referrers(&self, _: &RepositoryName, _: &Digest) -> Result<Option<Vec<Descriptor>>, ClientError> {
        Ok(None)
    }

    async fn delete(&self, repository: &RepositoryName, reference: &Reference) -> Result<Deletion, ClientError> {
        let mut state = self.ask(format!("delete {repository}:{reference}"))?;
        let tags = state.repositories.get_mut(repository.as_str());
        let gone = tags.and_then(|tags| tags.remove(reference.as_str()));
        Ok(if gone.is_some() { Deletion::Done } else { Deletion::Absent })
    }

    async fn blob_size(&self, _: &RepositoryName, _: &Digest) -> Result<Option<u64>, ClientError> {
        Ok(None)
    }

    async fn read_blob(&self, _: &RepositoryName, _: &Digest, _: u64) -> Result<Option<Box<dyn BlobReader>>, ClientError> {
        Ok(None)
    }

    async fn mount_blob(&self, _: &RepositoryName, _: &Digest, _: &RepositoryName) -> Result<bool, ClientError> {
        panic!("looking mounts nothing")
    }

    async fn upload_blob(&self, _: &RepositoryName) -> Result<Box<dyn BlobUpload>, ClientError> {
        panic!("looking uploads nothing")
    }

    async fn put_manifest(&self, _: &RepositoryName, _: &Reference, _: &RawManifest) -> Result<(), ClientError> {
        panic!("looking uploads nothing")
    }
}

/// Registries by the host of their URLs.
#[derive(Default)]
pub(super) struct Network(pub(super) BTreeMap<String, Fake>);

impl Connector for Network {
    fn client(&self, target: Target) -> Result<Arc<dyn RegistryClient>, ClientError> {
        match self.0.get(target.url.host()) {
            Some(fake) => Ok(Arc::new(fake.clone())),
            None => Err(ClientError::new(Trouble::Unreachable, "there is nobody")),
        }
    }
}
