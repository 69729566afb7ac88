//! What was done so far.

use super::Copied;
use crate::name::{Digest, MediaType};
use std::sync::atomic::{AtomicU64, Ordering};

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CopyProgress {
    /// Blobs that are there now.
    pub blobs: u64,
    /// Blobs of what is known so far: of an index, one platform after the other comes to be known.
    pub of_blobs: u64,
    /// Bytes that were sent, or need not be.
    pub bytes: u64,
    /// Bytes of what is known so far.
    pub of_bytes: u64,
}

/// Counts, and tells.
pub(super) struct Tally<'a> {
    progress: &'a (dyn Fn(CopyProgress) + Send + Sync),
    pub(super) blobs: AtomicU64,
    of_blobs: AtomicU64,
    done: AtomicU64,
    of_bytes: AtomicU64,
    pub(super) manifests: AtomicU64,
    pub(super) sent: AtomicU64,
    pub(super) mounted: AtomicU64,
    pub(super) present: AtomicU64,
    pub(super) bytes: AtomicU64,
}

impl<'a> Tally<'a> {
    pub(super) fn new(progress: &'a (dyn Fn(CopyProgress) + Send + Sync)) -> Self {
        let zero = AtomicU64::default;
        Self {
            progress,
            blobs: zero(),
            of_blobs: zero(),
            done: zero(),
            of_bytes: zero(),
            manifests: zero(),
            sent: zero(),
            mounted: zero(),
            present: zero(),
            bytes: zero(),
        }
    }

    /// More is to be done.
    pub(super) fn expect(&self, blobs: u64, bytes: u64) {
        add(&self.of_blobs, blobs);
        add(&self.of_bytes, bytes);
        self.tell();
    }

    /// A blob is there.
    pub(super) fn arrived(&self, how: &AtomicU64, bytes: u64) {
        add(how, 1);
        add(&self.blobs, 1);
        add(&self.done, bytes);
        self.tell();
    }

    /// Part of a blob is there.
    pub(super) fn came(&self, bytes: u64) {
        add(&self.bytes, bytes);
        add(&self.done, bytes);
        self.tell();
    }

    fn tell(&self) {
        (self.progress)(CopyProgress {
            blobs: get(&self.blobs),
            of_blobs: get(&self.of_blobs),
            bytes: get(&self.done).min(get(&self.of_bytes)),
            of_bytes: get(&self.of_bytes),
        });
    }

    pub(super) fn copied(&self, digest: Digest, media_type: MediaType) -> Copied {
        Copied {
            digest,
            media_type,
            manifests: get(&self.manifests),
            sent: get(&self.sent),
            mounted: get(&self.mounted),
            present: get(&self.present),
            bytes: get(&self.bytes),
        }
    }
}

pub(super) fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
