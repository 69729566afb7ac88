//! Decisions that wait to be written: not too many, and not too many of strangers.

use super::record::{outcome, recorded, unanswered, unreadable};
use crate::id::SecretId;
use crate::model::{Credential, DecisionRecord, Outcome};
use crate::scope::Scope;
use crate::time::Timestamp;
use crate::token::Granted;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many decisions may wait, and scopes of theirs: some seconds of all that one machine can decide, and 100 MB.
const LONGEST_QUEUE: usize = 65_536;
/// How much of that is for requests of nobody knows whom, so that they do not crowd out the others.
const OF_STRANGERS: usize = LONGEST_QUEUE / 4;
/// How many requests of strangers are recorded one by one, and how often one more: they could fill the disk otherwise.
const STRANGERS: u32 = 1_000;
const ANOTHER_STRANGER: Duration = Duration::from_millis(100);
/// How many are written at once.
const BATCH: usize = 4_096;

/// Decisions that wait to be written.
#[derive(Default)]
pub(in crate::service) struct Decisions {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Pending>,
    /// The weights of all that wait.
    weight: usize,
    /// How many found no room since the last that did.
    lost: u64,
    /// The same since the start.
    lost_ever: u64,
    /// When strangers have used up what is free, by the monotonic clock: the generic cell rate algorithm.
    strangers_until: Duration,
    /// How many requests of strangers were left out since that was last recorded.
    left_out: u64,
}

impl Queue {
    fn lose(&mut self, pending: &Pending) {
        let missing = if let Answer::Missing { count, .. } = pending.answer { count } else { 1 };
        self.lost = self.lost.saturating_add(missing);
        self.lost_ever = self.lost_ever.saturating_add(missing);
    }

    fn add(&mut self, pending: Pending) {
        self.weight = self.weight.saturating_add(pending.weight());
        self.waiting.push_back(pending);
    }

    /// Whether one more stranger is recorded.
    fn admits_a_stranger(&mut self, now: Duration) -> bool {
        let until = self.strangers_until.max(now) + ANOTHER_STRANGER;
        let admitted = until <= now + ANOTHER_STRANGER * STRANGERS && self.weight < OF_STRANGERS;
        if admitted {
            self.strangers_until = until;
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
        admitted
    }

    /// Adds what is missing at this point, where something is.
    fn tell_what_is_missing(&mut self, at: Timestamp) {
        for (count, what) in [(std::mem::take(&mut self.lost), Missing::Lost), (std::mem::take(&mut self.left_out), Missing::Strangers)] {
            if count > 0 {
                self.add(Pending::missing(count, what, at));
            }
        }
    }
}

/// A decision, as it is left in the queue: little more than references.
pub(super) struct Pending {
    pub(super) at: Timestamp,
    pub(super) principal: String,
    pub(super) credential: Credential,
    pub(super) secret: Option<SecretId>,
    pub(super) address: Option<IpAddr>,
    pub(super) agent: String,
    pub(super) service: String,
    /// Nobody has proved who he is.
    pub(super) is_of_a_stranger: bool,
    pub(super) answer: Answer,
}

pub(super) enum Answer {
    /// Without the token itself, which is longer than all the rest and gone when it is sent.
    Issued {
        token: String,
        granted: Arc<[Granted]>,
    },
    Refused {
        scopes: Vec<String>,
        reason: String,
    },
    /// So many are missing here.
    Missing {
        count: u64,
        what: Missing,
    },
}

/// Why decisions are missing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Missing {
    /// There was no room, or the database did not take them.
    Lost,
    /// They were requests without credentials, or with wrong ones, and there were too many.
    Strangers,
}

impl Decisions {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that holds it can panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait, and how many were lost since the start.
    pub(super) fn state(&self) -> (usize, u64) {
        let queue = self.queue();
        (queue.waiting.len(), queue.lost_ever)
    }

    pub(super) fn push(&self, pending: Pending, monotonic: Duration) {
        let mut queue = self.queue();
        if pending.is_of_a_stranger && !queue.admits_a_stranger(monotonic) {
            return;
        }
        if queue.weight >= LONGEST_QUEUE {
            queue.lose(&pending);
            return;
        }
        if queue.lost > 0 {
            queue.tell_what_is_missing(pending.at);
        }
        queue.add(pending);
    }

    /// The oldest that wait, and at their end what is missing behind them.
    pub(super) fn take(&self, now: Timestamp) -> Taken<'_> {
        let mut queue = self.queue();
        if queue.waiting.len() <= BATCH {
            queue.tell_what_is_missing(now);
        }
        let count = queue.waiting.len().min(BATCH);
        let pending = queue.waiting.drain(..count).collect();
        queue.weight = queue.waiting.iter().map(Pending::weight).sum();
        Taken { decisions: self, pending }
    }

    pub(super) fn lose(&self, pending: &Pending) {
        self.queue().lose(pending);
    }

    /// Puts back what could not be written, in front, as far as there is room.
    fn put_back(&self, taken: VecDeque<Pending>) {
        let mut queue = self.queue();
        for pending in taken.into_iter().rev() {
            if queue.weight < LONGEST_QUEUE {
                queue.weight = queue.weight.saturating_add(pending.weight());
                queue.waiting.push_front(pending);
            } else {
                queue.lose(&pending);
            }
        }
    }
}

/// Decisions on their way into the store. Unless they arrive they go back to where they were, also when nobody waits for that any more.
pub(super) struct Taken<'d> {
    decisions: &'d Decisions,
    pub(super) pending: VecDeque<Pending>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.pending.is_empty() {
            self.decisions.put_back(std::mem::take(&mut self.pending));
        }
    }
}

impl Pending {
    fn missing(count: u64, what: Missing, at: Timestamp) -> Self {
        Self {
            at,
            principal: String::new(),
            credential: Credential::None,
            secret: None,
            address: None,
            agent: String::new(),
            service: String::new(),
            is_of_a_stranger: false,
            answer: Answer::Missing { count, what },
        }
    }

    /// How much room it takes.
    fn weight(&self) -> usize {
        1 + match &self.answer {
            Answer::Issued { granted, .. } => granted.len(),
            Answer::Refused { scopes, .. } => scopes.len(),
            Answer::Missing { .. } => 0,
        }
    }

    pub(super) fn record(&self) -> DecisionRecord {
        let (token, outcome, scopes, reason) = match &self.answer {
            Answer::Issued { token, granted } => (token.clone(), outcome(granted), granted.iter().map(recorded).collect(), None),
            Answer::Refused { scopes, reason } => {
                let scopes = match Scope::parse_all(scopes.iter().map(String::as_str)) {
                    Ok(parsed) => parsed.iter().map(unanswered).collect(),
                    // As it was typed.
                    Err(_) => scopes.iter().cloned().map(unreadable).collect(),
                };
                (String::new(), Outcome::Refused, scopes, Some(reason.clone()))
            }
            Answer::Missing { count, what } => {
                let text = match what {
                    Missing::Lost => {
                        format!("{count} decisions could not be recorded: they came too fast, or the database did not take them")
                    }
                    Missing::Strangers => format!("{count} requests without credentials, or with wrong ones, were not recorded one by one"),
                };
                (String::new(), Outcome::Lost, Vec::new(), Some(text))
            }
        };
        DecisionRecord {
            at: self.at,
            token,
            outcome,
            principal: self.principal.clone(),
            credential: self.credential,
            address: self.address.map(|address| address.to_string()),
            agent: self.agent.clone(),
            service: self.service.clone(),
            scopes,
            reason,
        }
    }
}
