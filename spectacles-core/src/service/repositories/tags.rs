//! Tags.

use super::glob::fits_any;
use super::{Eye, Repositories, Seen, TagView};
use crate::id::RegistryId;
use crate::listing::{Listing, Page, TagField};
use crate::model::{Manifest, RetentionPolicy, Tag};
use crate::name::{Digest, NamespacePath, RepositoryName, ServiceName, TagName};
use crate::service::Error;
use crate::store::ReadTx;
use std::collections::{BTreeSet, HashMap};

/// For so few manifests each is asked for by itself.
const FEW: usize = 50;

impl Repositories<'_> {
    /// A page of the tags of a repository.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where whoever asks may not pull from it; [`Error::Invalid`] when all are wanted and there are too many.
    pub async fn tags(self, service: &ServiceName, name: &RepositoryName, listing: &Listing<TagField>) -> Result<Page<TagView>, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let seen = self.seen(tx.as_mut(), &standing, &eye, service, name).await?;
        let rows = tx.list_tags(seen.repository.id, &listing.query(self.0.now(), None)).await?;
        let page = listing.cut(rows)?;
        let items = views(tx.as_mut(), &eye, &seen, page.items).await?;
        Ok(Page { items, next: page.next })
    }

    /// How many tags of a repository pass the filters.
    ///
    /// # Errors
    /// As for [`tags`](Self::tags).
    pub async fn count_tags(self, service: &ServiceName, name: &RepositoryName, listing: &Listing<TagField>) -> Result<u64, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let seen = self.seen(tx.as_mut(), &standing, &eye, service, name).await?;
        Ok(tx.number_of_tags(seen.repository.id, &listing.query(self.0.now(), None)).await?)
    }

    /// A tag.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where whoever asks may not pull from the repository.
    pub async fn tag(self, service: &ServiceName, name: &RepositoryName, tag: &TagName) -> Result<TagView, Error> {
        let (mut tx, standing, eye) = self.look().await?;
        let seen = self.seen(tx.as_mut(), &standing, &eye, service, name).await?;
        let missing = || no_tag(service, name, tag);
        let row = tx.tag(seen.repository.id, tag).await?.ok_or_else(missing)?;
        views(tx.as_mut(), &eye, &seen, vec![row]).await?.pop().ok_or_else(missing)
    }
}

/// There is none, or whoever asks must not know that there is.
pub(super) fn no_tag(service: &ServiceName, name: &RepositoryName, tag: &TagName) -> Error {
    Error::NotFound { what: "tag", name: format!("{tag}` of repository `{name}` on registry `{service}") }
}

/// Tags of one repository, as they are shown.
pub(super) async fn views(tx: &mut dyn ReadTx, eye: &Eye, seen: &Seen, tags: Vec<Tag>) -> Result<Vec<TagView>, Error> {
    let digests: Vec<Digest> = tags.iter().map(|tag| tag.digest.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let manifests = tx.manifests(seen.registry.id, &digests).await?;
    let manifests: HashMap<&Digest, &Manifest> = manifests.iter().map(|manifest| (&manifest.digest, manifest)).collect();
    let mut by_digest: HashMap<Digest, Vec<TagName>> = HashMap::new();
    if digests.len() > FEW {
        for tag in tx.tags_of(&[seen.repository.id]).await? {
            by_digest.entry(tag.digest).or_default().push(tag.name);
        }
    } else {
        for digest in digests {
            let names = tx.tags_with(seen.repository.id, &digest).await?.into_iter().map(|tag| tag.name).collect();
            by_digest.insert(digest, names);
        }
    }
    let policy = policy(tx, seen.registry.id, eye.governing(seen.registry.id, &seen.repository.name), &seen.repository.name).await?;
    let view = |tag: Tag| {
        let all = by_digest.get(&tag.digest).map(Vec::as_slice).unwrap_or_default();
        let siblings = all.iter().filter(|other| **other != tag.name).cloned().collect();
        let immutable = policy.as_ref().is_some_and(|policy| fits_any(&policy.immutable, tag.name.as_str()));
        let manifest = manifests.get(&tag.digest).copied();
        TagView::new(&seen.registry, &seen.repository.name, tag, siblings, manifest, immutable)
    };
    Ok(tags.into_iter().map(view).collect())
}

/// The policy of retention of the namespace that governs a repository, where it is for that.
pub(in crate::service) async fn policy(
    tx: &mut dyn ReadTx,
    registry: RegistryId,
    governing: Option<NamespacePath>,
    repository: &RepositoryName,
) -> Result<Option<RetentionPolicy>, Error> {
    let Some(path) = governing else { return Ok(None) };
    let Some(namespace) = tx.namespace_at(registry, &path).await? else { return Ok(None) };
    let stored = tx.retention(namespace.id).await?;
    Ok(stored.map(|stored| stored.policy).filter(|policy| is_for(policy, repository)))
}

/// Whether a policy is for a repository of its namespace.
pub(in crate::service) fn is_for(policy: &RetentionPolicy, repository: &RepositoryName) -> bool {
    policy.repositories.is_empty() || fits_any(&policy.repositories, repository.as_str())
}
