//! Reading manifests from a registry, with all they lead to.

use super::super::Error;
use super::reading::{self, Reading};
use crate::id::RegistryId;
use crate::model::{Manifest, ManifestDetails, Platform};
use crate::name::{Digest, RepositoryName};
use crate::registry::{ClientError, RawManifest, RegistryClient, Trouble};
use crate::store::Store;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The longest configuration that is read, in bytes. Those of images have a few thousand.
const LONGEST_CONFIG: u64 = 1024 * 1024;
/// How many manifests one index may lead to, itself included, and how deep.
const MOST: usize = 256;
const DEEPEST: usize = 3;

/// How many configurations are remembered, and how many bytes of them.
const MOST_CONFIGS: usize = 256;
const MOST_CONFIG_BYTES: usize = 4 * 1024 * 1024;

/// Configurations that were read a moment ago. Images whose manifests differ may share one.
#[derive(Default)]
struct Configs(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    configs: HashMap<Digest, Arc<[u8]>>,
    bytes: usize,
}

impl Configs {
    fn get(&self, digest: &Digest) -> Option<Arc<[u8]>> {
        // Nothing that holds it can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).configs.get(digest).cloned()
    }

    fn remember(&self, digest: &Digest, config: Vec<u8>) -> Arc<[u8]> {
        let config: Arc<[u8]> = config.into();
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.configs.len() >= MOST_CONFIGS || remembered.bytes.saturating_add(config.len()) > MOST_CONFIG_BYTES {
            *remembered = Remembered::default();
        }
        if remembered.configs.insert(digest.clone(), Arc::clone(&config)).is_none() {
            remembered.bytes = remembered.bytes.saturating_add(config.len());
        }
        config
    }
}

/// What a manifest turned out to hold.
#[derive(Debug)]
pub(in crate::service) struct Inspected {
    /// What a pull brings.
    pub(in crate::service) size: u64,
    /// The manifest, behind those it leads to.
    pub(in crate::service) manifests: Vec<Manifest>,
}

/// Reads the manifests of one registry.
pub(in crate::service) struct Inspector {
    store: Arc<dyn Store>,
    registry: RegistryId,
    client: Arc<dyn RegistryClient>,
    configs: Configs,
}

impl Inspector {
    pub(in crate::service) fn new(store: Arc<dyn Store>, registry: RegistryId, client: Arc<dyn RegistryClient>) -> Self {
        Self { store, registry, client, configs: Configs::default() }
    }

    /// Reads a manifest, its configuration and, of an index, the manifests of its platforms. `None` when it is not there any more, or is one that
    /// cannot be read at all.
    ///
    /// What is known of manifests of platforms is not asked for again.
    ///
    /// # Errors
    /// [`Error::Registry`]; [`Error::Unavailable`].
    pub(in crate::service) async fn inspect(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<Inspected>, Error> {
        match self.read(repository, digest).await? {
            Some(raw) => self.inspect_read(repository, raw).await.map(Some),
            None => Ok(None),
        }
    }

    /// The same for a manifest that was read before.
    ///
    /// # Errors
    /// [`Error::Registry`]; [`Error::Unavailable`].
    pub(in crate::service) async fn inspect_read(&self, repository: &RepositoryName, raw: RawManifest) -> Result<Inspected, Error> {
        let top = reading::manifest(&raw);
        if top.children.is_empty() {
            let manifest = self.image(repository, raw, top).await?;
            return Ok(Inspected { size: manifest.size, manifests: vec![manifest] });
        }
        let mut size = top.size;
        let mut platforms: Vec<Platform> = Vec::new();
        let mut manifests: HashMap<Digest, Manifest> = HashMap::new();
        let mut met: HashSet<Digest> = HashSet::from([raw.digest.clone()]);
        let mut waiting: Vec<_> = top.children.into_iter().rev().map(|child| (child, 1)).collect();
        while let Some((child, depth)) = waiting.pop() {
            if met.len() >= MOST || !met.insert(child.digest.clone()) {
                continue;
            }
            let known = self.store.read().await?.manifests(self.registry, std::slice::from_ref(&child.digest)).await?.pop();
            let manifest = match known {
                Some(manifest) => Some(manifest),
                None => match self.read(repository, &child.digest).await? {
                    Some(raw) => {
                        let reading = reading::manifest(&raw);
                        if !reading.children.is_empty() {
                            size = size.saturating_add(reading.size);
                            if depth < DEEPEST {
                                waiting.extend(reading.children.into_iter().rev().map(|child| (child, depth + 1)));
                            }
                            continue;
                        }
                        Some(self.image(repository, raw, reading).await?)
                    }
                    // An index may lead to what is not in this registry.
                    None => None,
                },
            };
            let own = manifest.as_ref().and_then(|manifest| manifest.details.platforms.first().cloned());
            let platform = child.platform.or(own).unwrap_or_default();
            platforms.push(Platform {
                digest: Some(child.digest.clone()),
                size: manifest.as_ref().map(|manifest| manifest.size),
                ..platform
            });
            if let Some(manifest) = manifest {
                size = size.saturating_add(manifest.size);
                manifests.insert(child.digest, manifest);
            }
        }
        // A store has signed numbers.
        let size = size.min(1 << 62);
        let details = ManifestDetails { platforms, ..top.details };
        let index = Manifest { digest: raw.digest, media_type: raw.media_type, config: None, size, details };
        let manifests = manifests.into_values().chain([index]).collect();
        Ok(Inspected { size, manifests })
    }

    async fn read(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<RawManifest>, ClientError> {
        match self.client.manifest(repository, &digest.clone().into()).await {
            // It is listed without what is in it, and does not keep the rest of its registry from being looked at.
            Err(ClientError { trouble: Trouble::TooLarge | Trouble::Garbage, reason, .. }) => {
                tracing::debug!(%repository, %digest, reason, "a manifest cannot be read");
                Ok(None)
            }
            read => read,
        }
    }

    async fn image(&self, repository: &RepositoryName, raw: RawManifest, reading: Reading) -> Result<Manifest, ClientError> {
        let Reading { mut details, config, children: _, size } = reading;
        if let Some(digest) = &config
            && let Some(bytes) = self.config(repository, digest).await?
        {
            reading::add_config(&mut details, &bytes, size);
        }
        Ok(Manifest { digest: raw.digest, media_type: raw.media_type, config, size, details })
    }

    async fn config(&self, repository: &RepositoryName, digest: &Digest) -> Result<Option<Arc<[u8]>>, ClientError> {
        if let Some(known) = self.configs.get(digest) {
            return Ok(Some(known));
        }
        match self.client.blob(repository, digest, LONGEST_CONFIG).await {
            Ok(Some(bytes)) => Ok(Some(self.configs.remember(digest, bytes))),
            Ok(None) => Ok(None),
            // The image can be listed without.
            Err(ClientError {
                trouble: Trouble::TooLarge | Trouble::Garbage | Trouble::WrongDigest | Trouble::Refused, reason, ..
            }) => {
                tracing::debug!(%repository, %digest, reason, "the configuration of an image cannot be read");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
