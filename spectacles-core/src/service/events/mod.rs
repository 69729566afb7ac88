//! Notifications: what registries tell by themselves.
//!
//! A registry sends an envelope and waits for an answer; without one it sends the same again, for ever, and nothing after it. So an envelope is
//! left in a queue in memory, which is [written](Spectacles::write_events) many at a time, and whoever brought it may [wait](Receipt::written) until
//! it is written. What cannot be made sense of is counted and left out.
//!
//! | module | |
//! |---|---|
//! | `envelope` | what is in a message |
//! | `queue` | what waits to be written |
//! | `apply` | what it changes |
//! | `inspection` | what is in manifests that were pushed |

mod apply;
mod envelope;
mod inspection;
mod queue;

pub(super) use inspection::Inspections;
pub(super) use queue::Events;

use super::{Error, Spectacles};
use crate::auth::{hash_secret, same};
use crate::id::RegistryId;
use crate::store::StoreError;
use futures_channel::oneshot;
use secrecy::SecretString;

/// What becomes of a notification.
#[derive(Debug)]
pub enum Notified {
    /// It is kept, or there is nothing in it to be kept.
    Kept(Receipt),
    /// Nobody here knows the registry. Whoever sends this is not to send it for ever.
    Unknown,
    /// It does not have the secret of the registry, or there is none.
    Denied,
    /// Too much waits to be written: to be sent again later.
    Full,
}

/// What there was in a notification.
#[derive(Debug)]
pub struct Receipt {
    /// How many events are to be written.
    pub events: usize,
    /// How many are of no interest, like those of blobs.
    pub ignored: usize,
    /// How many make no sense, or are more than an envelope may hold.
    pub junk: usize,
    written: Option<oneshot::Receiver<()>>,
}

impl Receipt {
    /// Waits until it is written. Who does not wait any more loses nothing: it is written all the same.
    pub async fn written(self) {
        if let Some(written) = self.written {
            // The other side goes only when the process ends.
            let _ = written.await;
        }
    }
}

/// How it goes with notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventsState {
    /// How many events wait to be written.
    pub waiting: usize,
    /// How many made no sense since the start of this process.
    pub junk: u64,
    /// How many the database did not take.
    pub lost: u64,
}

impl Spectacles {
    /// Whether this is the secret of this registry. Asks no database.
    pub fn may_notify(&self, service: &str, secret: &SecretString) -> bool {
        matches!(self.sender(service, Some(secret)), Sender::Registry(..))
    }

    /// Takes a notification of a registry. Asks no database, and waits for nothing.
    pub fn notify(&self, service: &str, secret: Option<&SecretString>, body: &[u8]) -> Notified {
        let (registry, login) = match self.sender(service, secret) {
            Sender::Registry(registry, login) => (registry, login),
            Sender::Unknown => return Notified::Unknown,
            Sender::Denied => return Notified::Denied,
        };
        let envelope::Envelope { notices, ignored, junk } = envelope::read(body, login.as_deref(), self.clock().now());
        self.events().add_junk(junk);
        let events = notices.len();
        if events == 0 {
            return Notified::Kept(Receipt { events, ignored, junk, written: None });
        }
        match self.events().push(registry, notices) {
            Some(written) => Notified::Kept(Receipt { events, ignored, junk, written: Some(written) }),
            None => Notified::Full,
        }
    }

    fn sender(&self, service: &str, secret: Option<&SecretString>) -> Sender {
        let known = self.facts().read(|facts| {
            let registry = &facts.registry(service)?.facts;
            Some((registry.id, registry.event_secret, registry.login.clone()))
        });
        match (known, secret) {
            (None, _) => Sender::Unknown,
            (Some((id, Some(expected), login)), Some(secret)) if same(&expected, &hash_secret(secret)) => Sender::Registry(id, login),
            (Some(_), _) => Sender::Denied,
        }
    }

    /// Waits until there are notifications to be written.
    pub async fn events_waiting(&self) {
        self.events().wait().await;
    }

    /// Writes notifications that wait, and says how many envelopes more do. To be called whenever [some wait](Self::events_waiting), and once more
    /// before the end.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written. They wait on.
    pub async fn write_events(&self) -> Result<usize, Error> {
        let mut taken = self.events().take().await;
        if taken.waiting.is_empty() {
            return Ok(0);
        }
        match self.apply_events(taken.waiting.make_contiguous()).await {
            Ok(()) => taken.arrived(),
            // A registry that is gone, or something that the database does not take, must not keep all others waiting for ever.
            Err(StoreError::Broken(reason) | StoreError::InUse(reason)) => {
                tracing::debug!(reason, "notifications are written one by one: the database did not take all of them");
                while let Some(next) = taken.waiting.front() {
                    match self.apply_events(std::slice::from_ref(next)).await {
                        Ok(()) | Err(StoreError::InUse(_)) => {}
                        Err(error @ StoreError::Unavailable(_)) => return Err(error.into()),
                        Err(error @ (StoreError::Broken(_) | StoreError::Conflict(_))) => {
                            tracing::error!(%error, "a notification was left out: the database did not take it");
                            self.events().add_lost(next.notices.len());
                        }
                    }
                    if let Some(next) = taken.waiting.pop_front() {
                        next.tell();
                    }
                }
                drop(taken);
            }
            Err(error @ (StoreError::Unavailable(_) | StoreError::Conflict(_))) => return Err(error.into()),
        }
        Ok(self.events().envelopes())
    }

    /// How it goes with notifications.
    pub fn events_state(&self) -> EventsState {
        let (waiting, junk, lost) = self.events().numbers();
        EventsState { waiting, junk, lost }
    }
}

/// Who sends a notification.
enum Sender {
    /// With the name by which this server logs in there, if by one.
    Registry(RegistryId, Option<Box<str>>),
    Unknown,
    Denied,
}
