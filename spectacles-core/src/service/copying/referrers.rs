//! Signatures, bills of materials, attestations: whatever refers to an image.

use super::CopyError;
use super::images::Copier;
use crate::name::{Digest, MediaType, Reference};
use crate::registry::{ClientError, Descriptor, RawManifest, Trouble};
use serde_json::{Value, json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// Under such tags older tools keep what belongs to an image: `sha256-<hex>.sig`.
const SUFFIXES: [&str; 3] = [".sig", ".att", ".sbom"];

impl Copier<'_> {
    /// Brings what refers to a manifest. Where a registry cannot say what does, it is listed under a tag, as the specification has it.
    pub(super) async fn bring_referrers(&self, digest: &Digest) -> Result<(), CopyError> {
        let Some(tag) = fallback(digest, "") else { return Ok(()) };
        for suffix in SUFFIXES {
            if let Some(tag) = fallback(digest, suffix)
                && let Some(manifest) = self.read(&tag).await?
            {
                self.bring(&manifest).await?;
                self.write(&tag, &manifest).await?;
            }
        }
        let told = self.from.client.referrers(self.from.repository, digest).await.map_err(CopyError::From)?;
        let mut entries: Vec<Value> = match told {
            Some(told) => told.iter().map(entry).collect(),
            None => match self.read(&tag).await? {
                Some(index) => entries_of(&index).map_err(CopyError::From)?,
                None => Vec::new(),
            },
        };
        if entries.is_empty() {
            return Ok(());
        }
        for entry in &entries {
            let Some(digest) = digest_of(entry) else { continue };
            let manifest = self.child(&digest).await?;
            self.bring(&manifest).await?;
            self.write(&Reference::Digest(digest), &manifest).await?;
        }
        if self.to.client.referrers(self.to.repository, digest).await.map_err(CopyError::To)?.is_some() {
            return Ok(());
        }
        // The list there stays, with what is new at its end.
        if let Some(known) = self.to.client.manifest(self.to.repository, &tag).await.map_err(CopyError::To)? {
            let known = entries_of(&known).map_err(CopyError::To)?;
            entries.retain(|entry| !known.iter().any(|known| digest_of(known) == digest_of(entry)));
            if entries.is_empty() {
                return Ok(());
            }
            entries = [known, entries].concat();
        }
        let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
        let bytes = list.to_string().into_bytes();
        let media_type: MediaType =
            INDEX.parse().map_err(|_| CopyError::To(ClientError::new(Trouble::Garbage, "the type of an index is none")))?;
        self.write(&tag, &RawManifest { digest: Digest::sha256(&bytes), media_type, bytes }).await
    }
}

/// `sha256-<hex>`, and perhaps something behind it.
fn fallback(digest: &Digest, suffix: &str) -> Option<Reference> {
    format!("{}{suffix}", digest.as_str().replace(':', "-")).parse().ok().map(Reference::Tag)
}

fn entry(descriptor: &Descriptor) -> Value {
    let mut entry = json!({ "mediaType": descriptor.media_type, "digest": descriptor.digest, "size": descriptor.size });
    if let (Some(kind), Some(fields)) = (&descriptor.artifact_type, entry.as_object_mut()) {
        fields.insert("artifactType".to_owned(), kind.clone().into());
    }
    entry
}

fn digest_of(entry: &Value) -> Option<Digest> {
    entry.get("digest")?.as_str()?.parse().ok()
}

/// The entries of an index, as they are.
fn entries_of(index: &RawManifest) -> Result<Vec<Value>, ClientError> {
    let wrong = || ClientError::new(Trouble::Garbage, format!("manifest {} is no list of what refers to another", index.digest));
    let mut index: Value = serde_json::from_slice(&index.bytes).map_err(|_| wrong())?;
    match index.get_mut("manifests").map(Value::take) {
        Some(Value::Array(entries)) => Ok(entries),
        Some(_) | None => Err(wrong()),
    }
}
