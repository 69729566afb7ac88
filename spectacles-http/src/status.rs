//! How a server is doing, as the API tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use spectacles_core::model::{EffectiveSetting, RegistryStatus, StoreState};
use spectacles_core::service::{KeyView, Spectacles};

/// How a server and what it rests on are doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// The version of what answers.
    pub version: String,
    /// What the database tells of itself.
    pub database: StoreState,
    /// The server that answers; nothing, where the data is asked without one.
    pub server: Option<ServerState>,
    /// Each registry, and how it goes with looking at it, by service.
    pub registries: Vec<RegistryStatus>,
    /// The signing keys; the one that signs first.
    pub keys: Vec<KeyView>,
}

/// How one process of the server is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServerState {
    /// What keeps it from doing its work, in words.
    pub problems: Vec<String>,
    /// Decisions that are to be recorded.
    pub decisions: QueueState,
    /// Envelopes of notifications that are to be written.
    pub events: QueueState,
    /// Events that nobody can make anything of, since the process was started.
    pub junk_events: u64,
    /// Every setting as it holds, by subject.
    pub settings: Vec<EffectiveSetting>,
}

/// What waits in memory to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QueueState {
    /// How many wait.
    pub waiting: u64,
    /// How many were lost since the process was started.
    pub lost: u64,
}

impl ServerState {
    /// That of this server.
    pub(crate) fn of(app: &Spectacles) -> Self {
        let (recording, events) = (app.recording(), app.events_state());
        let queue = |waiting: usize, lost: u64| QueueState { waiting: u64::try_from(waiting).unwrap_or(u64::MAX), lost };
        Self {
            problems: app.problems().into_iter().map(str::to_owned).collect(),
            decisions: queue(recording.waiting, recording.lost),
            events: queue(events.waiting, events.lost),
            junk_events: events.junk,
            settings: app.settings().told.clone(),
        }
    }
}
