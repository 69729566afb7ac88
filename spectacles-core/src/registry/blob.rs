//! Blobs, piece by piece.

use super::ClientError;
use crate::name::Digest;
use async_trait::async_trait;

/// A blob that is being read.
#[async_trait]
pub trait BlobReader: Send {
    /// The next piece, at most some hundred kilobytes; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ClientError>;
}

/// A blob that is being uploaded. Dropping it leaves the rest to the registry.
#[async_trait]
pub trait BlobUpload: Send {
    /// How many bytes the registry has.
    fn offset(&self) -> u64;

    /// Adds a piece at the end.
    async fn write(&mut self, piece: Vec<u8>) -> Result<(), ClientError>;

    /// Asks the registry how many bytes it has, after something went wrong on the way.
    async fn resume(&mut self) -> Result<u64, ClientError>;

    /// Ends the upload: the registry compares what it has with the digest.
    async fn finish(self: Box<Self>, digest: &Digest) -> Result<(), ClientError>;
}
