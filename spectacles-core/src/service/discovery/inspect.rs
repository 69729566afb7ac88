//! Reading manifests from a registry, with all they lead to.

use super::super::Error;
use super::reading::{self, Reading};
use crate::model::{Manifest, ManifestDetails, Platform};
use crate::name::{Digest, RepositoryName};
use crate::registry::{ClientError, RawManifest, RegistryClient, Trouble};
use crate::store::Store;
use std::collections::{HashMap, HashSet};

/// The longest configuration that is read, in bytes. Those of images have a few thousand.
const LONGEST_CONFIG: u64 = 1024 * 1024;
/// How many manifests one index may lead to, itself included, and how deep.
const MOST: usize = 256;
const DEEPEST: usize = 3;

/// What a manifest turned out to hold.
#[derive(Debug)]
pub(in crate::service) struct Inspected {
    /// What a pull brings.
    pub(in crate::service) size: u64,
    /// The manifest, behind those it leads to.
    pub(in crate::service) manifests: Vec<Manifest>,
}

/// Reads a manifest, its configuration and, of an index, the manifests of its platforms. `None` when it is not there any more, or is one that
/// cannot be read at all.
///
/// What is known of manifests of platforms is not asked for again.
///
/// # Errors
/// [`Error::Registry`]; [`Error::Unavailable`].
pub(in crate::service) async fn inspect(
    store: &dyn Store,
    registry: crate::id::RegistryId,
    client: &dyn RegistryClient,
    repository: &RepositoryName,
    digest: &Digest,
) -> Result<Option<Inspected>, Error> {
    let Some(raw) = read(client, repository, digest).await? else { return Ok(None) };
    let top = reading::manifest(&raw);
    if top.children.is_empty() {
        let manifest = image(client, repository, raw, top).await?;
        return Ok(Some(Inspected { size: manifest.size, manifests: vec![manifest] }));
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
        let known = store.read().await?.manifests(registry, std::slice::from_ref(&child.digest)).await?.pop();
        let manifest = match known {
            Some(manifest) => Some(manifest),
            None => match read(client, repository, &child.digest).await? {
                Some(raw) => {
                    let reading = reading::manifest(&raw);
                    if !reading.children.is_empty() {
                        size = size.saturating_add(reading.size);
                        if depth < DEEPEST {
                            waiting.extend(reading.children.into_iter().rev().map(|child| (child, depth + 1)));
                        }
                        continue;
                    }
                    Some(image(client, repository, raw, reading).await?)
                }
                // An index may lead to what is not in this registry.
                None => None,
            },
        };
        let own = manifest.as_ref().and_then(|manifest| manifest.details.platforms.first().cloned());
        let platform = child.platform.or(own).unwrap_or_default();
        platforms.push(Platform { digest: Some(child.digest.clone()), size: manifest.as_ref().map(|manifest| manifest.size), ..platform });
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
    Ok(Some(Inspected { size, manifests }))
}

async fn read(client: &dyn RegistryClient, repository: &RepositoryName, digest: &Digest) -> Result<Option<RawManifest>, ClientError> {
    match client.manifest(repository, &digest.clone().into()).await {
        // It is listed without what is in it, and does not keep the rest of its registry from being looked at.
        Err(ClientError { trouble: Trouble::TooLarge | Trouble::Garbage, reason, .. }) => {
            tracing::debug!(%repository, %digest, reason, "a manifest cannot be read");
            Ok(None)
        }
        read => read,
    }
}

async fn image(
    client: &dyn RegistryClient,
    repository: &RepositoryName,
    raw: RawManifest,
    reading: Reading,
) -> Result<Manifest, ClientError> {
    let Reading { mut details, config, children: _, size } = reading;
    if let Some(digest) = &config {
        match client.blob(repository, digest, LONGEST_CONFIG).await {
            Ok(Some(bytes)) => reading::add_config(&mut details, &bytes, size),
            Ok(None) => {}
            // The image can be listed without.
            Err(ClientError {
                trouble: Trouble::TooLarge | Trouble::Garbage | Trouble::WrongDigest | Trouble::Refused, reason, ..
            }) => {
                tracing::debug!(%repository, %digest, reason, "the configuration of an image cannot be read");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Manifest { digest: raw.digest, media_type: raw.media_type, config, size, details })
}
