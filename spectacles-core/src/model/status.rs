//! How a server and what it rests on are doing.

use super::SyncState;
use crate::name::ServiceName;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a store tells of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoreState {
    /// What it is.
    #[schemars(example = &"SQLite")]
    pub kind: String,
    /// Which version of that.
    pub version: String,
    /// How many bytes it takes, as far as it knows.
    pub bytes: Option<u64>,
    /// The last migration of its tables.
    pub migration: Option<u64>,
    /// Who does what only one of several processes does.
    pub leases: Vec<HeldLease>,
}

/// Something that one of several processes does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HeldLease {
    /// What: `background` is the background work.
    pub name: String,
    /// The process that does it.
    pub holder: String,
    /// Until when, if it does not say that it goes on.
    pub until: Timestamp,
}

/// A registry, and how it goes with looking at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegistryStatus {
    /// Its service.
    pub service: ServiceName,
    /// Whether it gets tokens.
    pub enabled: bool,
    /// How it goes with looking at it; nothing, where nobody has looked yet.
    pub state: Option<SyncState>,
}

/// A setting as it holds for a running server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EffectiveSetting {
    /// The variable of the environment that sets it.
    pub name: String,
    /// What it says, in words.
    pub meaning: String,
    /// What it is; nothing for what is secret, and for what is not set and has no default.
    pub value: Option<String>,
    /// Whether nobody has said anything else than what holds anyway.
    pub is_default: bool,
    /// Whether it is never shown.
    pub is_secret: bool,
}
