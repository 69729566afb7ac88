//! What belongs to a manifest.

use super::CopyError;
use crate::name::{Digest, MediaType};
use crate::registry::{ClientError, RawManifest, Trouble};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// So many blobs belong to one manifest at most. Engines take 127 layers.
const MOST_BLOBS: usize = 1_000;

/// A platform that is wanted: `linux/amd64`, `linux/arm/v7`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlatformChoice {
    os: String,
    architecture: String,
    variant: Option<String>,
}

/// No platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a platform is an operating system and an architecture, such as linux/amd64, and perhaps a variant: linux/arm/v7")]
pub struct BadPlatform;

impl FromStr for PlatformChoice {
    type Err = BadPlatform;

    fn from_str(text: &str) -> Result<Self, BadPlatform> {
        let good = |part: &&str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
            !part.is_empty() && part.len() <= 64 && part.bytes().all(fits)
        };
        let mut parts = text.split('/');
        let mut next = || parts.next().filter(good).map(ToOwned::to_owned);
        let (os, architecture) = (next().ok_or(BadPlatform)?, next().ok_or(BadPlatform)?);
        let variant = next();
        let choice = Self { os, architecture, variant };
        // Nothing was left out, and nothing is left.
        if choice.to_string() == text { Ok(choice) } else { Err(BadPlatform) }
    }
}

impl TryFrom<String> for PlatformChoice {
    type Error = BadPlatform;

    fn try_from(text: String) -> Result<Self, BadPlatform> {
        text.parse()
    }
}

impl From<PlatformChoice> for String {
    fn from(platform: PlatformChoice) -> Self {
        platform.to_string()
    }
}

impl fmt::Display for PlatformChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.as_ref().map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

impl JsonSchema for PlatformChoice {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PlatformChoice".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64}){1,2}$", "examples": ["linux/amd64"] })
    }
}

/// What a manifest names.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) blobs: Vec<Blob>,
    pub(super) children: Vec<Child>,
}

/// A blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) digest: Digest,
    /// As the manifest says. Old manifests do not.
    pub(super) size: Option<u64>,
}

/// A manifest in an index.
#[derive(Debug, Clone)]
pub(super) struct Child {
    pub(super) digest: Digest,
    platform: Option<Platform>,
}

#[derive(Debug, Clone, Deserialize)]
struct Platform {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    variant: Option<String>,
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.as_ref().map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

/// Every kind of manifest there is, by the fields that name something.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    config: Option<Entry>,
    layers: Option<Vec<Entry>>,
    blobs: Option<Vec<Entry>>,
    manifests: Option<Vec<Entry>>,
    fs_layers: Option<Vec<OldLayer>>,
}

#[derive(Deserialize)]
struct Entry {
    digest: Digest,
    size: Option<u64>,
    #[serde(default)]
    platform: Option<Platform>,
    /// Where it is to be had if not from a registry, which need not have it then.
    #[serde(default)]
    urls: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OldLayer {
    blob_sum: Digest,
}

impl Parts {
    pub(super) fn of(manifest: &RawManifest) -> Result<Self, ClientError> {
        let fields: Fields = serde_json::from_slice(&manifest.bytes).map_err(|_| {
            ClientError::new(Trouble::Garbage, format!("manifest {} does not say what belongs to it as manifests do", manifest.digest))
        })?;
        let (mut parts, mut known) = (Self::default(), HashSet::new());
        let entries = fields.config.into_iter().chain(fields.layers.into_iter().flatten()).chain(fields.blobs.into_iter().flatten());
        for entry in entries.filter(|entry| !entry.is_elsewhere()) {
            parts.add(&mut known, Blob { digest: entry.digest, size: entry.size })?;
        }
        for layer in fields.fs_layers.into_iter().flatten() {
            parts.add(&mut known, Blob { digest: layer.blob_sum, size: None })?;
        }
        let children = fields.manifests.into_iter().flatten();
        parts.children = children.map(|entry| Child { digest: entry.digest, platform: entry.platform }).collect();
        Ok(parts)
    }

    fn add(&mut self, known: &mut HashSet<Digest>, blob: Blob) -> Result<(), ClientError> {
        if known.insert(blob.digest.clone()) {
            if self.blobs.len() >= MOST_BLOBS {
                return Err(ClientError::new(Trouble::TooLarge, format!("a manifest of the image names more than {MOST_BLOBS} blobs")));
            }
            self.blobs.push(blob);
        }
        Ok(())
    }

    /// The image for a platform. Without a variant the first one will do.
    pub(super) fn child_for(&self, wanted: &PlatformChoice) -> Result<&Child, CopyError> {
        let fits = |platform: &Platform| {
            platform.os == wanted.os
                && platform.architecture == wanted.architecture
                && (wanted.variant.is_none() || platform.variant == wanted.variant)
        };
        self.children.iter().find(|child| child.platform.as_ref().is_some_and(fits)).ok_or_else(|| {
            let known = self.children.iter().filter_map(|child| Some(crate::name::excerpt(&child.platform.as_ref()?.to_string())));
            CopyError::Platform { wanted: wanted.clone(), known: known.take(20).collect() }
        })
    }
}

impl Entry {
    /// Whether it is a layer that is not for registries.
    fn is_elsewhere(&self) -> bool {
        matches!(&self.urls, Some(Value::Array(urls)) if !urls.is_empty())
    }
}

/// Whether a manifest of this type lists others.
pub(super) fn is_index(media_type: &MediaType) -> bool {
    matches!(media_type.as_str(), "application/vnd.oci.image.index.v1+json" | "application/vnd.docker.distribution.manifest.list.v2+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(blobs: usize) -> RawManifest {
        let layer = |number: usize| serde_json::json!({ "digest": Digest::sha256(&number.to_be_bytes()), "size": 1 });
        // Each of them twice.
        let layers: Vec<_> = (0..blobs).chain(0..blobs).map(layer).collect();
        let bytes = serde_json::json!({ "schemaVersion": 2, "layers": layers }).to_string().into_bytes();
        let media_type = "application/vnd.oci.image.manifest.v1+json".parse().unwrap();
        RawManifest { digest: Digest::sha256(&bytes), media_type, bytes }
    }

    #[test]
    fn a_blob_that_is_named_twice_goes_once_and_there_is_an_end_to_them() {
        assert_eq!(Parts::of(&manifest(MOST_BLOBS)).unwrap().blobs.len(), MOST_BLOBS);
        let error = Parts::of(&manifest(MOST_BLOBS + 1)).unwrap_err();
        assert_eq!(error.trouble, Trouble::TooLarge, "{error}");
    }
}
