//! Notices that wait to be written, and those who wait until they are.

use super::envelope::Notice;
use crate::id::RegistryId;
use futures_channel::{mpsc, oneshot};
use std::collections::{HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many notices may wait: some ten megabytes. A registry that is turned away sends them again.
const LONGEST_QUEUE: usize = 20_000;
/// How many are written at once.
const BATCH: usize = 1_000;
/// How many of the last events are known by name.
const REMEMBERED: usize = 65_536;

/// Notices that wait to be written.
pub(in crate::service) struct Events {
    state: Mutex<State>,
    /// Wakes whoever writes. Only one, and not a clone for each time: each would have room for a message of its own.
    bell: Mutex<mpsc::Sender<()>>,
    listener: async_lock::Mutex<mpsc::Receiver<()>>,
    writing: async_lock::Mutex<()>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    notices: usize,
    recent: Recent,
    junk: u64,
    lost: u64,
}

/// What came in one envelope.
pub(super) struct Waiting {
    pub(super) registry: RegistryId,
    pub(super) notices: Vec<Notice>,
    /// Who waits for it.
    done: Option<oneshot::Sender<()>>,
}

/// The names of the last events. A registry that got no answer sends the same again.
#[derive(Default)]
struct Recent {
    order: VecDeque<u64>,
    known: HashSet<u64>,
}

impl Recent {
    /// Whether it is not known; from then on it is.
    fn add(&mut self, registry: RegistryId, id: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        (registry, id).hash(&mut hasher);
        let hash = hasher.finish();
        if !self.known.insert(hash) {
            return false;
        }
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

impl Default for Events {
    fn default() -> Self {
        let (bell, listener) = mpsc::channel(0);
        Self {
            state: Mutex::default(),
            bell: Mutex::new(bell),
            listener: async_lock::Mutex::new(listener),
            writing: async_lock::Mutex::new(()),
        }
    }
}

impl Events {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds it can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the notices of one envelope wait, and says when they are written; `None` when there is no room. Those that came before are left out.
    pub(super) fn push(&self, registry: RegistryId, notices: Vec<Notice>) -> Option<oneshot::Receiver<()>> {
        let (done, written) = oneshot::channel();
        {
            let mut state = self.state();
            // An envelope that is longer than the queue gets in when nothing else waits, or never would.
            if state.notices > 0 && state.notices.saturating_add(notices.len()) > LONGEST_QUEUE {
                return None;
            }
            let mut notices = notices;
            notices.retain(|notice| notice.id.as_deref().is_none_or(|id| state.recent.add(registry, id)));
            state.notices = state.notices.saturating_add(notices.len());
            // One that has nothing new still waits for those before it: they may be what it repeats.
            state.waiting.push_back(Waiting { registry, notices, done: Some(done) });
        }
        self.ring();
        Some(written)
    }

    fn ring(&self) {
        // It rings already, or nobody listens yet.
        let _ = self.bell.lock().unwrap_or_else(PoisonError::into_inner).try_send(());
    }

    /// Waits until something waits.
    pub(super) async fn wait(&self) {
        use futures_util::StreamExt as _;
        let mut listener = self.listener.lock().await;
        while self.state().waiting.is_empty() {
            // The bell is ours, so that it does not end.
            listener.next().await;
        }
    }

    /// The oldest that wait, for one who writes at a time.
    pub(super) async fn take(&self) -> Taken<'_> {
        let writing = self.writing.lock().await;
        let mut state = self.state();
        let (mut waiting, mut notices) = (VecDeque::new(), 0);
        while let Some(next) = state.waiting.pop_front_if(|next| waiting.is_empty() || notices + next.notices.len() <= BATCH) {
            notices += next.notices.len();
            waiting.push_back(next);
        }
        state.notices = state.notices.saturating_sub(notices);
        drop(state);
        Taken { events: self, waiting, _writing: writing }
    }

    pub(super) fn add_junk(&self, junk: usize) {
        let mut state = self.state();
        state.junk = state.junk.saturating_add(u64::try_from(junk).unwrap_or(u64::MAX));
    }

    pub(super) fn add_lost(&self, lost: usize) {
        let mut state = self.state();
        state.lost = state.lost.saturating_add(u64::try_from(lost).unwrap_or(u64::MAX));
    }

    /// How many notices wait, how many made no sense, and how many the database did not take.
    pub(super) fn numbers(&self) -> (usize, u64, u64) {
        let state = self.state();
        (state.notices, state.junk, state.lost)
    }

    /// How many envelopes wait.
    pub(super) fn envelopes(&self) -> usize {
        self.state().waiting.len()
    }
}

/// Notices on their way into the store. Unless they arrive they go back to where they were, also when nobody waits for that any more.
pub(super) struct Taken<'e> {
    events: &'e Events,
    pub(super) waiting: VecDeque<Waiting>,
    _writing: async_lock::MutexGuard<'e, ()>,
}

impl Taken<'_> {
    /// What was taken has arrived.
    pub(super) fn arrived(mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            waiting.tell();
        }
    }
}

impl Waiting {
    /// Tells whoever waits for it.
    pub(super) fn tell(mut self) {
        if let Some(done) = self.done.take() {
            // He may not wait any longer.
            let _ = done.send(());
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let mut state = self.events.state();
        for waiting in std::mem::take(&mut self.waiting).into_iter().rev() {
            state.notices = state.notices.saturating_add(waiting.notices.len());
            state.waiting.push_front(waiting);
        }
        drop(state);
        self.events.ring();
    }
}
