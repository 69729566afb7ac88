//! How it goes with looking at registries.

use crate::id::RegistryId;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What came of looking at a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SyncState {
    /// The registry.
    pub registry: RegistryId,
    /// When the last pass began.
    pub begun: Option<Timestamp>,
    /// When a pass last ended well.
    pub succeeded: Option<Timestamp>,
    /// How long that pass took, in milliseconds.
    pub took_ms: Option<u64>,
    /// When a pass last failed, unless one ended well since.
    pub failed: Option<Timestamp>,
    /// Why.
    pub error: Option<String>,
    /// How often it failed in a row.
    pub failures: u32,
    /// How many repositories the last complete pass saw.
    pub repositories: u64,
    /// How many tags it saw.
    pub tags: u64,
    /// Since when somebody wants a pass before its time.
    pub wanted: Option<Timestamp>,
    /// How far the pass that is under way has come.
    pub progress: Option<SyncProgress>,
    /// When a notification of this registry last came in.
    pub heard: Option<Timestamp>,
}

/// How far a pass has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SyncProgress {
    /// Repositories that were looked at.
    pub repositories: u64,
    /// Repositories that are known of so far: the catalog may not be read to its end yet.
    pub of: u64,
    /// Tags that were looked at.
    pub tags: u64,
    /// When this was so.
    pub at: Timestamp,
}

impl SyncState {
    /// That of a registry nobody has looked at.
    pub const fn new(registry: RegistryId) -> Self {
        Self {
            registry,
            begun: None,
            succeeded: None,
            took_ms: None,
            failed: None,
            error: None,
            failures: 0,
            repositories: 0,
            tags: 0,
            wanted: None,
            progress: None,
            heard: None,
        }
    }
}
