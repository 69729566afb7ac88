//! Requests that are written down instead of made.

use super::{Ask, ClientError};
use crate::resources::SimulatedChange;
use http::Method;
use std::sync::{Mutex, PoisonError};

/// What would have been changed.
#[derive(Default)]
pub(super) struct Recorder(Mutex<Vec<SimulatedChange>>);

impl Recorder {
    /// Writes a request down. There is nobody who answers it.
    pub(super) fn note(&self, ask: &Ask) -> ClientError {
        if ask.method == Method::GET {
            return ClientError::Strange("nothing can be read where changes are only written down".to_owned());
        }
        let body = match ask.body.is_empty() {
            true => None,
            false => serde_json::from_slice(&ask.body).ok(),
        };
        let change = SimulatedChange { method: ask.method.to_string(), path: ask.target(), body };
        // Nothing that is done while it is held can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(change);
        ClientError::Recorded
    }

    pub(super) fn changes(&self) -> Vec<SimulatedChange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
