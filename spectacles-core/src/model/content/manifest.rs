//! Manifests.

use crate::name::{Digest, MediaType};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of a manifest, which never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// Of the manifest.
    pub digest: Digest,
    /// What kind it is.
    pub media_type: MediaType,
    /// Of the configuration, for images: by it a running container is known (`docker images --no-trunc`).
    pub config: Option<Digest>,
    /// What a pull brings, in bytes: manifest, configuration and layers, of an index those of all its platforms.
    pub size: u64,
    /// What is in it.
    pub details: ManifestDetails,
}

/// What is in a manifest and its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ManifestDetails {
    /// The type of an artifact that is no image.
    pub artifact_type: Option<String>,
    /// Size of the configuration, in bytes.
    pub config_size: Option<u64>,
    /// When the image was made, by its own account.
    pub created: Option<Timestamp>,
    /// Who made it, by its own account.
    pub author: Option<String>,
    /// For which platforms it is: one for an image, several for an index.
    pub platforms: Vec<Platform>,
    /// The layers of an image or the blobs of an artifact, the lowest first.
    pub layers: Vec<Layer>,
    /// How the image was built, the oldest step first.
    pub history: Vec<History>,
    /// Labels of the configuration.
    pub labels: BTreeMap<String, String>,
    /// Annotations of the manifest.
    pub annotations: BTreeMap<String, String>,
    /// What this is about, for signatures, bills of materials and the like.
    pub subject: Option<Digest>,
    /// What a container of it runs, as the configuration says.
    pub command: Vec<String>,
}

/// A platform of an image or index.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Platform {
    /// The operating system: `linux`.
    pub os: String,
    /// The architecture: `amd64`.
    pub architecture: String,
    /// The variant of the architecture: `v8`.
    pub variant: Option<String>,
    /// The manifest of this platform, in an index.
    pub digest: Option<Digest>,
    /// What a pull for this platform brings, in bytes.
    pub size: Option<u64>,
}

/// A layer of an image, or a blob of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Layer {
    /// Of the layer as it is transferred.
    pub digest: Digest,
    /// Its type.
    pub media_type: String,
    /// As it is transferred, in bytes.
    pub size: u64,
}

/// A step of a build.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct History {
    /// When.
    pub created: Option<Timestamp>,
    /// By which command.
    pub created_by: String,
    /// What was noted.
    pub comment: String,
    /// Whether it made no layer.
    pub empty_layer: bool,
}
