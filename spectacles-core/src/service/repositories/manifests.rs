//! Manifests.

use super::{Repositories, Seen};
use crate::id::RepositoryId;
use crate::model::{Manifest, Tag};
use crate::name::{Digest, RepositoryName, ServiceName, TagName};
use crate::registry::Descriptor;
use crate::service::Error;
use crate::store::ReadTx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A manifest, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManifestView {
    /// The service of its registry.
    pub registry: ServiceName,
    /// A repository it is in.
    pub repository: RepositoryName,
    /// The tags of the repository that name it.
    pub tags: Vec<TagName>,
    /// What is in it.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// What refers to it: signatures, bills of materials, attestations.
    pub referrers: Vec<Referrer>,
    /// Why the registry could not be asked for them; then only those are listed that are kept as tags.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrers_unknown: Option<String>,
}

/// What refers to a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Referrer {
    /// Its own manifest.
    pub digest: Digest,
    /// What kind of manifest it is.
    pub media_type: String,
    /// What kind of thing it is.
    pub artifact_type: Option<String>,
    /// The tag it is kept as, where the registry has no list of its own: `sha256-<hex>`, `sha256-<hex>.sig`.
    pub tag: Option<TagName>,
}

/// How many manifests are looked through at once for one that is a part of them.
const AT_ONCE: usize = 200;

impl Repositories<'_> {
    /// A manifest of a repository: one that a tag names, or a part of such a one.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where whoever asks may not pull from the repository.
    pub async fn manifest(self, service: &ServiceName, name: &RepositoryName, digest: &Digest) -> Result<ManifestView, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let seen = self.seen(tx.as_mut(), &standing, &eye, service, name).await?;
        let missing = || no_manifest(service, name, digest);
        let tags = tx.tags_of(&[seen.repository.id]).await?;
        if !belongs(tx.as_mut(), &seen, &tags, digest).await? {
            return Err(missing());
        }
        let manifest = tx.manifests(seen.registry.id, std::slice::from_ref(digest)).await?.pop().ok_or_else(missing)?;
        drop(tx);
        let mut referrers = kept_as_tags(&tags, digest);
        let referrers_unknown = match self.live_referrers(&seen, name, digest).await {
            Ok(live) => {
                let known = |one: &Referrer| referrers.iter().any(|other| other.digest == one.digest);
                let more: Vec<_> = live.into_iter().map(Referrer::from).filter(|one| !known(one)).collect();
                referrers.extend(more);
                None
            }
            Err(error @ (Error::Registry(_) | Error::Refused(_))) => Some(error.to_string()),
            Err(error) => return Err(error),
        };
        let names = tags.into_iter().filter(|tag| tag.digest == *digest).map(|tag| tag.name).collect();
        Ok(ManifestView { registry: service.clone(), repository: name.clone(), tags: names, manifest, referrers, referrers_unknown })
    }

    /// What the registry itself lists.
    async fn live_referrers(self, seen: &Seen, name: &RepositoryName, digest: &Digest) -> Result<Vec<Descriptor>, Error> {
        let client = self.0.administration.client_of(&seen.registry).await?;
        Ok(client.referrers(name, digest).await?.unwrap_or_default())
    }
}

/// There is none, or whoever asks must not know that there is.
pub(super) fn no_manifest(service: &ServiceName, name: &RepositoryName, digest: &Digest) -> Error {
    Error::NotFound { what: "manifest", name: format!("{digest}` in repository `{name}` on registry `{service}") }
}

/// Whether a manifest is in a repository. What is known of manifests is known of the whole registry, and whoever may see one repository must not
/// read there what is in another.
pub(super) async fn belongs(tx: &mut dyn ReadTx, seen: &Seen, tags: &[Tag], digest: &Digest) -> Result<bool, Error> {
    if tags.iter().any(|tag| tag.digest == *digest) {
        return Ok(true);
    }
    let tagged: Vec<Digest> = tags.iter().map(|tag| tag.digest.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    for some in tagged.chunks(AT_ONCE) {
        let manifests = tx.manifests(seen.registry.id, some).await?;
        let mut parts = manifests.iter().flat_map(|manifest| &manifest.details.platforms);
        if parts.any(|platform| platform.digest.as_ref() == Some(digest)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The tags of a repository, for whom it may matter what is in it.
pub(super) async fn tags_of(tx: &mut dyn ReadTx, repository: RepositoryId) -> Result<Vec<Tag>, Error> {
    Ok(tx.tags_of(&[repository]).await?)
}

/// What refers to a manifest by the name of its tag: `sha256-<hex>`, and with an ending behind it.
fn kept_as_tags(tags: &[Tag], digest: &Digest) -> Vec<Referrer> {
    let begin = digest.as_str().replace(':', "-");
    let refers = |tag: &&Tag| {
        let rest = tag.name.as_str().strip_prefix(&begin);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let referrer = |tag: &Tag| Referrer {
        digest: tag.digest.clone(),
        media_type: tag.media_type.to_string(),
        artifact_type: None,
        tag: Some(tag.name.clone()),
    };
    tags.iter().filter(refers).map(referrer).collect()
}

impl From<Descriptor> for Referrer {
    fn from(found: Descriptor) -> Self {
        Self { digest: found.digest, media_type: found.media_type.to_string(), artifact_type: found.artifact_type, tag: None }
    }
}
