//! Notices that wait to be written, and those who wait until they are.

use super::envelope::Notice;
use crate::id::RegistryId;
use futures_channel::{mpsc, oneshot};
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many notices may wait: some ten megabytes. An envelope without any counts as one. A registry that is turned away sends them again.
const LONGEST_QUEUE: usize = 20_000;
/// How many of one registry: it must not keep the others from telling theirs.
const SHARE: usize = LONGEST_QUEUE / 4;
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
    /// How much room is taken, and by which registries.
    taken: usize,
    shares: HashMap<RegistryId, usize>,
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

impl State {
    /// Takes the room that an envelope has, as long as it waits.
    fn enter(&mut self, waiting: &Waiting) {
        self.notices = self.notices.saturating_add(waiting.notices.len());
        self.taken = self.taken.saturating_add(waiting.room());
        let share = self.shares.entry(waiting.registry).or_default();
        *share = share.saturating_add(waiting.room());
    }

    /// Gives it back.
    fn leave(&mut self, waiting: &Waiting) {
        self.notices = self.notices.saturating_sub(waiting.notices.len());
        self.taken = self.taken.saturating_sub(waiting.room());
        if let Some(share) = self.shares.get_mut(&waiting.registry) {
            *share = share.saturating_sub(waiting.room());
            if *share == 0 {
                self.shares.remove(&waiting.registry);
            }
        }
    }

    /// Whether so many notices of a registry have room.
    fn has_room(&self, registry: RegistryId, notices: usize) -> bool {
        let (wanted, share) = (notices.max(1), self.shares.get(&registry).copied().unwrap_or_default());
        self.taken.saturating_add(wanted) <= LONGEST_QUEUE && share.saturating_add(wanted) <= SHARE
    }
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
            if !state.has_room(registry, notices.len()) {
                return None;
            }
            let mut notices = notices;
            notices.retain(|notice| notice.id.as_deref().is_none_or(|id| state.recent.add(registry, id)));
            // One that has nothing new still waits for those before it: they may be what it repeats.
            let waiting = Waiting { registry, notices, done: Some(done) };
            state.enter(&waiting);
            state.waiting.push_back(waiting);
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
        let (mut waiting, mut room) = (VecDeque::new(), 0);
        while let Some(next) = state.waiting.pop_front_if(|next| waiting.is_empty() || room + next.room() <= BATCH) {
            room += next.room();
            state.leave(&next);
            waiting.push_back(next);
        }
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
    /// How much room it takes while it waits.
    fn room(&self) -> usize {
        self.notices.len().max(1)
    }

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
            state.enter(&waiting);
            state.waiting.push_front(waiting);
        }
        drop(state);
        self.events.ring();
    }
}

#[cfg(test)]
mod tests {
    use super::super::envelope::What;
    use super::*;
    use crate::name::Digest;
    use crate::time::Timestamp;
    use futures_util::FutureExt as _;

    fn notice(id: &str) -> Notice {
        Notice {
            id: Some(id.to_owned()),
            at: Timestamp::from_unix_millis(0),
            what: What::Delete(Digest::sha256(b"manifest")),
            repository: "team/app".parse().unwrap(),
            principal: String::new(),
            address: None,
            agent: None,
        }
    }

    /// How many envelopes a registry gets in, of those that repeat what is known.
    fn fill(events: &Events, registry: i64) -> usize {
        (0..2 * LONGEST_QUEUE).take_while(|_| events.push(RegistryId::new(registry), vec![notice("again")]).is_some()).count()
    }

    #[test]
    fn one_registry_leaves_room_for_others_and_all_of_them_fill_the_queue() {
        let events = Events::default();
        assert_eq!(fill(&events, 1), SHARE, "each takes room, also without anything new");
        assert_eq!([2, 3, 4, 5].map(|registry| fill(&events, registry)), [SHARE, SHARE, SHARE, 0]);
        assert_eq!((events.envelopes(), events.numbers().0), (LONGEST_QUEUE, 4));
    }

    #[test]
    fn room_is_given_back_with_what_is_written_and_kept_by_what_is_not() {
        let events = Events::default();
        fill(&events, 1);
        drop(events.take().now_or_never().unwrap());
        assert!(events.push(RegistryId::new(1), vec![notice("more")]).is_none(), "what was not written waits on");
        let taken = events.take().now_or_never().unwrap();
        assert_eq!(taken.waiting.len(), BATCH);
        taken.arrived();
        assert_eq!(fill(&events, 1), BATCH);
        while events.envelopes() > 0 {
            events.take().now_or_never().unwrap().arrived();
        }
        let state = events.state();
        assert_eq!((state.notices, state.taken, state.shares.len()), (0, 0, 0));
    }
}
