//! Recording decisions, beside the path of requests.
//!
//! A request leaves what was decided in a queue; writing happens [elsewhere](super::Spectacles::write_decisions), many at a time. A queue that
//! is full takes no more, and how many that were is recorded at the end of what was there.

use super::Spectacles;
use super::tokens::{TokenError, TokenRequest};
use super::{Error, Settings};
use crate::auth::Identity;
use crate::id::SecretId;
use crate::model::{Credential, DecisionRecord, Outcome, RecordedScope};
use crate::right::Actions;
use crate::scope::{Resource, Scope};
use crate::store::StoreError;
use crate::time::Timestamp;
use crate::token::{Granted, GrantedActions, Issued};
use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many decisions may wait. Some ten seconds of all that one machine can decide.
const LONGEST_QUEUE: usize = 32_768;
/// How many are written at once.
const BATCH: usize = 4_096;

/// Decisions that wait to be written.
#[derive(Default)]
pub(super) struct Decisions {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Pending>,
    /// How many found no room since the last that did.
    lost: u64,
    /// The same since the start.
    lost_ever: u64,
}

impl Queue {
    fn lose(&mut self, pending: &Pending) {
        let missing = if let Answer::Lost(count) = pending.answer { count } else { 1 };
        self.lost = self.lost.saturating_add(missing);
        self.lost_ever = self.lost_ever.saturating_add(missing);
    }
}

/// A decision, as it is left in the queue: little more than references.
struct Pending {
    at: Timestamp,
    principal: String,
    credential: Credential,
    secret: Option<SecretId>,
    address: Option<IpAddr>,
    agent: String,
    service: String,
    answer: Answer,
}

enum Answer {
    Issued(Arc<Issued>),
    Refused {
        scopes: Vec<String>,
        reason: String,
    },
    /// So many are missing here.
    Lost(u64),
}

/// How the recording of decisions is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingState {
    /// How many wait to be written.
    pub waiting: usize,
    /// How many could not be recorded since the start of this process.
    pub lost: u64,
}

impl Decisions {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that holds it can panic.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, pending: Pending) {
        let mut queue = self.queue();
        if queue.waiting.len() >= LONGEST_QUEUE {
            queue.lost = queue.lost.saturating_add(1);
            queue.lost_ever = queue.lost_ever.saturating_add(1);
            return;
        }
        if queue.lost > 0 {
            let lost = Pending::lost(queue.lost, pending.at);
            queue.waiting.push_back(lost);
            queue.lost = 0;
        }
        queue.waiting.push_back(pending);
    }

    /// The oldest that wait, and at the end how many found no room behind them.
    fn take(&self, now: Timestamp) -> Vec<Pending> {
        let mut queue = self.queue();
        let count = queue.waiting.len().min(BATCH);
        let mut taken: Vec<Pending> = queue.waiting.drain(..count).collect();
        if queue.waiting.is_empty() && queue.lost > 0 {
            taken.push(Pending::lost(queue.lost, now));
            queue.lost = 0;
        }
        taken
    }

    fn lose(&self, pending: &Pending) {
        self.queue().lose(pending);
    }

    /// Puts back what could not be written, in front, as far as there is room.
    fn put_back(&self, taken: Vec<Pending>) {
        let mut queue = self.queue();
        for pending in taken.into_iter().rev() {
            if queue.waiting.len() < LONGEST_QUEUE {
                queue.waiting.push_front(pending);
            } else {
                queue.lose(&pending);
            }
        }
    }
}

impl Pending {
    fn lost(count: u64, at: Timestamp) -> Self {
        Self {
            at,
            principal: String::new(),
            credential: Credential::None,
            secret: None,
            address: None,
            agent: String::new(),
            service: String::new(),
            answer: Answer::Lost(count),
        }
    }

    fn record(&self) -> DecisionRecord {
        let (token, outcome, scopes, reason) = match &self.answer {
            Answer::Issued(issued) => (issued.id.clone(), outcome(&issued.granted), issued.granted.iter().map(recorded).collect(), None),
            Answer::Refused { scopes, reason } => {
                let scopes = match Scope::parse_all(scopes.iter().map(String::as_str)) {
                    Ok(parsed) => parsed.iter().map(unanswered).collect(),
                    // As it was typed.
                    Err(_) => scopes.iter().cloned().map(unreadable).collect(),
                };
                (String::new(), Outcome::Refused, scopes, Some(reason.clone()))
            }
            Answer::Lost(count) => {
                (String::new(), Outcome::Lost, Vec::new(), Some(format!("{count} decisions could not be recorded: they came too fast, or the database did not take them")))
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

/// What became of a request that got a token.
fn outcome(granted: &[Granted]) -> Outcome {
    let something = |granted: &Granted| match granted.actions {
        GrantedActions::Some(actions) => !actions.is_empty(),
        GrantedActions::Everything => true,
        GrantedActions::Catalog(actions) => actions.everything || actions.search,
    };
    if !granted.iter().any(Granted::is_less_than_asked) {
        Outcome::Granted
    } else if granted.iter().any(something) {
        Outcome::Reduced
    } else {
        Outcome::Refused
    }
}

fn recorded(granted: &Granted) -> RecordedScope {
    let given = granted.actions.to_string();
    RecordedScope {
        given: if given == "nothing" { String::new() } else { given },
        rule: granted.because.map(|because| because.rule.as_str().to_owned()),
        ..unanswered(&granted.scope)
    }
}

fn unanswered(scope: &Scope) -> RecordedScope {
    let asked = match scope.resource {
        Resource::Repository { .. } => words(scope.requested.actions()),
        Resource::Catalog => {
            let catalog = scope.requested.catalog_actions();
            [(catalog.everything, "*"), (catalog.search, "search")].into_iter().filter_map(|(has, word)| has.then_some(word)).collect()
        }
        Resource::Other { .. } => Vec::new(),
    };
    RecordedScope { resource: scope.resource.to_string(), asked: asked.join(","), given: String::new(), rule: None }
}

fn unreadable(scope: String) -> RecordedScope {
    RecordedScope { resource: scope, asked: String::new(), given: String::new(), rule: None }
}

fn words(actions: Actions) -> Vec<&'static str> {
    actions.iter().map(crate::right::Action::as_str).collect()
}

/// As much of somebody's text as is worth keeping. Control characters are none of it: terminals obey them, and databases refuse some.
fn short(text: &str) -> String {
    const LONGEST: usize = 256;
    let kept = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    kept.replace(char::is_control, "\u{fffd}")
}

impl Spectacles {
    /// Leaves a decision to be recorded.
    pub(super) fn record(&self, request: &TokenRequest<'_>, identity: Option<&Identity>, answer: &Result<Arc<Issued>, TokenError>) {
        if !self.settings().record_decisions {
            return;
        }
        let kept = match answer {
            Ok(issued) => Answer::Issued(Arc::clone(issued)),
            // Nothing was decided.
            Err(TokenError::Throttled { .. } | TokenError::Busy | TokenError::Unavailable(_)) => return,
            Err(
                error @ (TokenError::NoService
                | TokenError::UnknownService(_)
                | TokenError::Scope(_)
                | TokenError::BadCredentials
                | TokenError::AccountMismatch
                | TokenError::CredentialsNeeded),
            ) => {
                let scopes = request.scopes.iter().take(16).map(|scope| short(scope)).collect();
                Answer::Refused { scopes, reason: error.to_string() }
            }
        };
        let (principal, credential, secret) = match (identity, request.credentials) {
            (Some(identity @ Identity::User(_)), _) => (identity.to_string(), Credential::Password, None),
            (Some(identity @ Identity::Service(login)), _) => (identity.to_string(), Credential::Secret, login.secret),
            // What was typed, and only that it was typed.
            (None, Some(credentials)) => (short(&credentials.account), Credential::Password, None),
            (None, None) => (String::new(), Credential::None, None),
        };
        self.decisions().push(Pending {
            at: self.clock().now(),
            principal,
            credential,
            secret,
            address: request.address,
            agent: request.agent.map(short).unwrap_or_default(),
            service: short(request.service.unwrap_or_default()),
            answer: kept,
        });
    }

    /// Writes decisions that wait, and says how many more do. To be called every second or so, and once more before the end.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written. They wait on, as long as there is room.
    pub async fn write_decisions(&self) -> Result<usize, Error> {
        let taken = self.decisions().take(self.clock().now());
        if taken.is_empty() {
            return Ok(0);
        }
        match self.write_batch(&taken).await {
            Ok(()) => Ok(self.recording().waiting),
            // One that the database does not take must not keep all others waiting for ever.
            Err(StoreError::Broken(reason)) => self.write_one_by_one(taken, &reason).await,
            Err(error) => {
                self.decisions().put_back(taken);
                Err(error.into())
            }
        }
    }

    async fn write_one_by_one(&self, taken: Vec<Pending>, reason: &str) -> Result<usize, Error> {
        tracing::error!(reason, "decisions are recorded one by one: the database did not take all of them");
        let mut taken = taken.into_iter();
        while let Some(pending) = taken.next() {
            match self.write_batch(std::slice::from_ref(&pending)).await {
                Ok(()) => {}
                Err(StoreError::Broken(_)) => self.decisions().lose(&pending),
                Err(error) => {
                    self.decisions().put_back(std::iter::once(pending).chain(taken).collect());
                    return Err(error.into());
                }
            }
        }
        Ok(self.recording().waiting)
    }

    async fn write_batch(&self, taken: &[Pending]) -> Result<(), StoreError> {
        let records: Vec<DecisionRecord> = taken.iter().map(Pending::record).collect();
        let mut used = BTreeMap::new();
        for pending in taken {
            if let (Some(secret), Answer::Issued(_)) = (pending.secret, &pending.answer) {
                used.insert(secret, pending.at);
            }
        }
        let mut tx = self.administration().store().log().await?;
        tx.append_decisions(&records).await?;
        if !used.is_empty() {
            tx.mark_secrets_used(&used.into_iter().collect::<Vec<_>>()).await?;
        }
        tx.commit().await
    }

    /// How the recording of decisions is doing.
    pub fn recording(&self) -> RecordingState {
        let queue = self.decisions().queue();
        RecordingState { waiting: queue.waiting.len(), lost: queue.lost_ever }
    }

    /// Forgets decisions that are older than [`Settings::keep_decisions`], some at a time, and says how many that were.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written.
    pub async fn prune_decisions(&self) -> Result<u64, Error> {
        const AT_ONCE: u32 = 10_000;
        let Settings { keep_decisions, .. } = *self.settings();
        let Some(before) = self.clock().now().before(keep_decisions) else { return Ok(0) };
        let mut tx = self.administration().store().log().await?;
        let pruned = tx.prune_decisions(before, AT_ONCE).await?;
        if pruned > 0 {
            tx.commit().await?;
        }
        Ok(pruned)
    }
}
