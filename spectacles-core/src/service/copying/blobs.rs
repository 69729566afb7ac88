//! Blobs, piece by piece.

use super::CopyError;
use super::images::Copier;
use super::manifest::Blob;
use crate::registry::{BlobUpload, ClientError, Trouble};

/// How often a blob may break off in a row without a byte having come along.
const IN_VAIN: u32 = 5;
/// How often it may break off at all.
const MOST: u32 = 200;

/// Where it broke off.
enum Broke {
    Reading(ClientError),
    Writing(ClientError),
}

impl Copier<'_> {
    /// Brings a blob, unless it is there.
    pub(super) async fn bring_blob(&self, blob: &Blob) -> Result<(), CopyError> {
        let (to, tally) = (&self.to, &self.tally);
        let size = blob.size.unwrap_or_default();
        if to.client.blob_size(to.repository, &blob.digest).await.map_err(CopyError::To)?.is_some() {
            tally.arrived(&tally.present, size);
            return Ok(());
        }
        if self.options.same_registry
            && to.repository != self.from.repository
            && to.client.mount_blob(to.repository, &blob.digest, self.from.repository).await.map_err(CopyError::To)?
        {
            tally.arrived(&tally.mounted, size);
            return Ok(());
        }
        self.send(blob).await?;
        tally.arrived(&tally.sent, 0);
        Ok(())
    }

    /// Sends a blob. What breaks off goes on where it was, as long as something comes along.
    async fn send(&self, blob: &Blob) -> Result<(), CopyError> {
        let (mut vain, mut all) = (0, 0);
        let mut upload = self.begin().await?;
        loop {
            let before = upload.offset();
            let broke = match self.send_on(upload.as_mut(), blob).await {
                Ok(()) => match upload.finish(&blob.digest).await {
                    Ok(()) => return Ok(()),
                    Err(error) => {
                        // It may have been put in its place all the same.
                        let there = self.to.client.blob_size(self.to.repository, &blob.digest).await;
                        if error.trouble.passes() && matches!(there, Ok(Some(_))) {
                            return Ok(());
                        }
                        if !error.trouble.passes() {
                            return Err(CopyError::To(error));
                        }
                        upload = self.begin().await?;
                        Broke::Writing(error)
                    }
                },
                Err(Broke::Reading(error)) => Broke::Reading(error),
                Err(Broke::Writing(error)) => {
                    // A registry that has forgotten the upload gets it anew.
                    if error.trouble.passes() && upload.resume().await.is_err() {
                        upload = self.begin().await?;
                    }
                    Broke::Writing(error)
                }
            };
            vain = if upload.offset() > before { 0 } else { vain + 1 };
            all += 1;
            let (error, give_up): (_, fn(ClientError) -> CopyError) = match broke {
                Broke::Reading(error) => (error, CopyError::From),
                Broke::Writing(error) => (error, CopyError::To),
            };
            if !error.trouble.passes() || vain >= IN_VAIN || all >= MOST {
                return Err(give_up(error));
            }
        }
    }

    async fn begin(&self) -> Result<Box<dyn BlobUpload>, CopyError> {
        self.to.client.upload_blob(self.to.repository).await.map_err(CopyError::To)
    }

    /// Sends what the registry does not have yet.
    async fn send_on(&self, upload: &mut dyn BlobUpload, blob: &Blob) -> Result<(), Broke> {
        let from = upload.offset();
        if blob.size.is_some_and(|size| size == from) {
            return Ok(());
        }
        let wrong = |trouble, what: &str| Broke::Reading(ClientError::new(trouble, format!("blob {} {what}", blob.digest)));
        let reader = self.from.client.read_blob(self.from.repository, &blob.digest, from).await.map_err(Broke::Reading)?;
        let mut reader = reader.ok_or_else(|| wrong(Trouble::Garbage, "belongs to the image, and the registry does not have it"))?;
        let mut waiting = Vec::new();
        loop {
            let read = reader.next().await;
            if let Ok(Some(piece)) = &read {
                waiting.extend_from_slice(piece);
                let longest = blob.size.map(|size| size.saturating_sub(upload.offset()));
                if longest.is_some_and(|longest| waiting.len() as u64 > longest) {
                    return Err(wrong(Trouble::WrongDigest, "is longer than its image says"));
                }
                if waiting.len() < self.options.piece {
                    continue;
                }
            }
            // What has come is sent, also when no more comes.
            let count = waiting.len() as u64;
            if count > 0 {
                upload.write(std::mem::take(&mut waiting)).await.map_err(Broke::Writing)?;
                self.tally.came(count);
            }
            match read {
                Ok(Some(_)) => {}
                Ok(None) if blob.size.is_some_and(|size| size != upload.offset()) => {
                    return Err(wrong(Trouble::Unreachable, "ended too early"));
                }
                Ok(None) => return Ok(()),
                Err(error) => return Err(Broke::Reading(error)),
            }
        }
    }
}
