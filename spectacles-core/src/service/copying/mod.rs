//! Images from one registry to another, or within one.
//!
//! Manifests are copied byte for byte, so that everything keeps its digest. Blobs go through this process piece by piece: never more than a few
//! megabytes of them are here. What the other side has already is not sent again, and within one registry nothing is: it takes blobs over itself.
//! The manifest that was asked for comes last, so that nobody sees half of it under its tag.

mod blobs;
mod images;
mod manifest;
mod referrers;
mod tally;

pub use manifest::{BadPlatform, PlatformChoice};
pub use tally::CopyProgress;

use crate::name::{Digest, MediaType, Reference, RepositoryName, TagName};
use crate::registry::{ClientError, RegistryClient};
use images::Copier;

/// An image in a repository of a registry.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The registry.
    pub client: &'a dyn RegistryClient,
    /// The repository.
    pub repository: &'a RepositoryName,
    /// The image.
    pub reference: &'a Reference,
}

/// What is copied, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyOptions {
    /// Of an index, only the image for this platform.
    pub platform: Option<PlatformChoice>,
    /// Signatures and whatever else refers to the image, too.
    pub referrers: bool,
    /// Whether both places are on the same registry, which takes blobs over by itself then.
    pub same_registry: bool,
    /// How many blobs are on their way at once.
    pub side_by_side: usize,
    /// How many bytes are sent at once, about.
    pub piece: usize,
    /// Tags that are made and never moved, of the image and of what refers to it: patterns with `*` and `?`.
    pub immutable: Vec<String>,
}

impl Default for CopyOptions {
    fn default() -> Self {
        Self { platform: None, referrers: true, same_registry: false, side_by_side: 3, piece: 1 << 20, immutable: Vec::new() }
    }
}

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The manifest that has the new name now.
    pub digest: Digest,
    /// Its type.
    pub media_type: MediaType,
    /// Manifests that were written, this one and those of platforms and referrers.
    pub manifests: u64,
    /// Blobs that were sent.
    pub sent: u64,
    /// Blobs that the registry took over from another repository.
    pub mounted: u64,
    /// Blobs that were there already.
    pub present: u64,
    /// Bytes that were sent.
    pub bytes: u64,
}

/// Why nothing, or not all of it, was copied. What was copied until then has no name, unless referrers were what failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// There is no such image.
    #[error("there is no such image to copy")]
    Absent,
    /// The image is for other platforms.
    #[error("the image is not for {wanted}, but for {}", if known.is_empty() { "none that it says".to_owned() } else { known.join(", ") })]
    Platform {
        /// The one that was asked for.
        wanted: PlatformChoice,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A tag that is there must not be moved.
    #[error("tag `{0}` is there, and must not be moved")]
    Immutable(TagName),
    /// The registry it is read from.
    #[error("reading: {0}")]
    From(#[source] ClientError),
    /// The registry it is written to.
    #[error("writing: {0}")]
    To(#[source] ClientError),
}

/// Copies an image: a manifest of whatever kind, with everything that belongs to it. `progress` is told whenever something has come along.
///
/// # Errors
/// [`CopyError`].
pub async fn copy(
    from: Place<'_>,
    to: Place<'_>,
    options: &CopyOptions,
    progress: &(dyn Fn(CopyProgress) + Send + Sync),
) -> Result<Copied, CopyError> {
    Copier::new(from, to, options, progress).copy().await
}
