//! Manifests, and in which order they go.

use super::manifest::{Parts, is_index};
use super::tally::{Tally, add};
use super::{Copied, CopyError, CopyOptions, CopyProgress, Place};
use crate::name::{Digest, Reference};
use crate::registry::{ClientError, RawManifest, Trouble};
use crate::service::repositories::fits_any;
use async_lock::Mutex;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use std::collections::HashSet;

/// So many manifests belong to one image at most.
const MOST: usize = 10_000;

/// One copy in the making.
pub(super) struct Copier<'a> {
    pub(super) from: Place<'a>,
    pub(super) to: Place<'a>,
    pub(super) options: &'a CopyOptions,
    pub(super) tally: Tally<'a>,
    /// Manifests that were looked at, so that none goes twice.
    seen: Mutex<HashSet<Digest>>,
}

impl<'a> Copier<'a> {
    pub(super) fn new(
        from: Place<'a>,
        to: Place<'a>,
        options: &'a CopyOptions,
        progress: &'a (dyn Fn(CopyProgress) + Send + Sync),
    ) -> Self {
        Self { from, to, options, tally: Tally::new(progress), seen: Mutex::default() }
    }

    pub(super) async fn copy(&self) -> Result<Copied, CopyError> {
        let mut manifest = self.read(self.from.reference).await?.ok_or(CopyError::Absent)?;
        if let Some(wanted) = &self.options.platform
            && is_index(&manifest.media_type)
        {
            let parts = Parts::of(&manifest).map_err(CopyError::From)?;
            let digest = parts.child_for(wanted)?.digest.clone();
            manifest = self.child(&digest).await?;
        }
        self.bring(&manifest).await?;
        self.write(self.to.reference, &manifest).await?;
        if self.options.referrers {
            self.bring_referrers(&manifest.digest).await?;
        }
        Ok(self.tally.copied(manifest.digest, manifest.media_type))
    }

    pub(super) async fn read(&self, reference: &Reference) -> Result<Option<RawManifest>, CopyError> {
        self.from.client.manifest(self.from.repository, reference).await.map_err(CopyError::From)
    }

    /// A manifest that another one names.
    pub(super) async fn child(&self, digest: &Digest) -> Result<RawManifest, CopyError> {
        self.read(&Reference::Digest(digest.clone())).await?.ok_or_else(|| {
            CopyError::From(ClientError::new(
                Trouble::Garbage,
                format!("the image names manifest {digest}, which the registry does not have"),
            ))
        })
    }

    /// Writes a manifest; under a tag only where that moves no tag that must not be moved. The registry knows what is there, whether or not anybody
    /// has looked since.
    pub(super) async fn write(&self, reference: &Reference, manifest: &RawManifest) -> Result<(), CopyError> {
        if let Reference::Tag(tag) = reference
            && fits_any(&self.options.immutable, tag.as_str())
            && let Some(there) = self.to.client.head(self.to.repository, reference).await.map_err(CopyError::To)?
        {
            return if there.digest == manifest.digest { Ok(()) } else { Err(CopyError::Immutable(tag.clone())) };
        }
        self.to.client.put_manifest(self.to.repository, reference, manifest).await.map_err(CopyError::To)?;
        add(&self.tally.manifests, 1);
        Ok(())
    }

    /// Brings whatever a manifest names, but not itself. One manifest after the other, so that only those on the way down are in memory.
    pub(super) async fn bring(&self, manifest: &RawManifest) -> Result<(), CopyError> {
        // Each with those that are still to be brought before it can be written.
        let mut way = vec![(manifest.clone(), Vec::new())];
        self.enter(&mut way).await?;
        while let Some((_, left)) = way.last_mut() {
            if let Some(digest) = left.pop() {
                if self.is_new(&digest).await? {
                    way.push((self.child(&digest).await?, Vec::new()));
                    self.enter(&mut way).await?;
                }
                continue;
            }
            if let Some((done, _)) = way.pop()
                && !way.is_empty()
            {
                self.write(&Reference::Digest(done.digest.clone()), &done).await?;
            }
        }
        Ok(())
    }

    /// Brings the blobs of the last manifest on the way, and notes those below it.
    async fn enter(&self, way: &mut [(RawManifest, Vec<Digest>)]) -> Result<(), CopyError> {
        /// An index of indexes is as much as anybody makes.
        const DEEPEST: usize = 5;
        let depth = way.len();
        let Some((manifest, left)) = way.last_mut() else { return Ok(()) };
        let parts = Parts::of(manifest).map_err(CopyError::From)?;
        if depth >= DEEPEST && !parts.children.is_empty() {
            return Err(CopyError::From(ClientError::new(Trouble::Garbage, "the image is an index of indexes, too many levels deep")));
        }
        // The last one is taken first.
        *left = parts.children.into_iter().rev().map(|child| child.digest).collect();
        self.tally.expect(parts.blobs.len() as u64, parts.blobs.iter().filter_map(|blob| blob.size).sum());
        stream::iter(parts.blobs)
            .map(|blob| async move { self.bring_blob(&blob).await })
            .buffer_unordered(self.options.side_by_side.max(1))
            .try_collect::<()>()
            .await
    }

    async fn is_new(&self, digest: &Digest) -> Result<bool, CopyError> {
        let mut seen = self.seen.lock().await;
        if seen.len() >= MOST {
            return Err(CopyError::From(ClientError::new(Trouble::TooLarge, format!("the image has more than {MOST} manifests"))));
        }
        Ok(seen.insert(digest.clone()))
    }
}
