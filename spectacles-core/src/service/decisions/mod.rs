//! Recording decisions, beside the path of requests.
//!
//! A request leaves what was decided in a queue; writing happens [elsewhere](super::Spectacles::write_decisions), many at a time. A queue that
//! is full takes no more, and how many that were is recorded at the end of what was there.

mod queue;
mod record;

pub(super) use queue::Decisions;

use super::audit::{FORGET, PAGE, UP_TO};
use super::tokens::{TokenError, TokenRequest};
use super::{Error, Spectacles};
use crate::audit::Chain;
use crate::auth::Identity;
use crate::id::DecisionId;
use crate::model::{Credential, DecisionRecord};
use crate::store::StoreError;
use crate::time::Timestamp;
use crate::token::Issued;
use queue::{Answer, Pending, Taken};
use record::short;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How the recording of decisions is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingState {
    /// How many wait to be written.
    pub waiting: usize,
    /// How many could not be recorded since the start of this process.
    pub lost: u64,
}

impl Spectacles {
    /// Leaves a decision to be recorded.
    pub(super) fn record(&self, request: &TokenRequest<'_>, identity: Option<&Identity>, answer: &Result<Arc<Issued>, TokenError>) {
        if !self.settings().record_decisions {
            return;
        }
        let kept = match answer {
            Ok(issued) => Answer::Issued { token: issued.id.clone(), granted: Arc::clone(&issued.granted) },
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
                let scopes = request.scopes.iter().take(4).map(|scope| short(scope)).collect();
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
        let pending = Pending {
            at: self.clock().now(),
            principal,
            credential,
            secret,
            address: request.address,
            agent: request.agent.map(short).unwrap_or_default(),
            service: short(request.service.unwrap_or_default()),
            is_of_a_stranger: identity.is_none(),
            answer: kept,
        };
        self.decisions().push(pending, self.clock().monotonic());
    }

    /// Writes decisions that wait, when API tokens were last used, and better hashes of passwords, and says how many more decisions wait. To be called every second or so,
    /// and once more before the end.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written. They wait on, as long as there is room.
    pub async fn write_decisions(&self) -> Result<usize, Error> {
        // One that fails must not keep the others from being written.
        let (uses, upgrades) = (self.write_token_uses().await, self.write_password_upgrades().await);
        let waiting = self.write_waiting().await?;
        uses.and(upgrades).map(|()| waiting)
    }

    async fn write_waiting(&self) -> Result<usize, Error> {
        let mut taken = self.decisions().take(self.clock().now());
        if taken.pending.is_empty() {
            return Ok(0);
        }
        match self.write_batch(taken.pending.make_contiguous()).await {
            Ok(()) => taken.pending.clear(),
            // One that the database does not take must not keep all others waiting for ever.
            Err(StoreError::Broken(reason)) => self.write_one_by_one(&mut taken, &reason).await?,
            Err(error) => return Err(error.into()),
        }
        Ok(self.recording().waiting)
    }

    async fn write_one_by_one(&self, taken: &mut Taken<'_>, reason: &str) -> Result<(), Error> {
        tracing::error!(reason, "decisions are recorded one by one: the database did not take all of them");
        while let Some(pending) = taken.pending.front() {
            match self.write_batch(std::slice::from_ref(pending)).await {
                Ok(()) => {}
                Err(StoreError::Broken(_)) => self.decisions().lose(pending),
                Err(error) => return Err(error.into()),
            }
            taken.pending.pop_front();
        }
        Ok(())
    }

    async fn write_batch(&self, taken: &[Pending]) -> Result<(), StoreError> {
        /// How many records there are at once: their memory is used again for the next ones, and requests do not wait while all are made.
        const AT_ONCE: usize = 256;
        let mut used = BTreeMap::new();
        for pending in taken {
            if let (Some(secret), Answer::Issued { .. }) = (pending.secret, &pending.answer) {
                used.insert(secret, pending.at);
            }
        }
        let mut tx = self.administration().store().log().await?;
        for some in taken.chunks(AT_ONCE) {
            let records: Vec<DecisionRecord> = some.iter().map(Pending::record).collect();
            tx.append_decisions(&records).await?;
        }
        if !used.is_empty() {
            tx.mark_secrets_used(&used.into_iter().collect::<Vec<_>>()).await?;
        }
        tx.commit().await
    }

    /// How the recording of decisions is doing.
    pub fn recording(&self) -> RecordingState {
        let (waiting, lost) = self.decisions().state();
        RecordingState { waiting, lost }
    }

    /// Forgets decisions that are older than [`Settings::keep_decisions`](super::Settings::keep_decisions), some at a time, and says how many that were. An entry in the trail of
    /// changes says first what will be gone.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be written.
    pub async fn prune_decisions(&self) -> Result<u64, Error> {
        const AT_ONCE: u32 = 10_000;
        /// Not for each of them when its time has come: once an hour is enough.
        const SLACK: Duration = Duration::from_secs(60 * 60);
        let keep = self.settings().keep_decisions;
        let Some(before) = self.clock().now().before(keep) else { return Ok(0) };
        let Some(up_to) = self.older_decisions(before, before.before(SLACK.min(keep / 2)), AT_ONCE).await? else { return Ok(0) };
        let change = self.administration().change("background").await?;
        change.commit(FORGET, format!("decisions up to {up_to}"), json!({ UP_TO: up_to, "before": before })).await?;
        let mut tx = self.administration().store().log().await?;
        let pruned = tx.prune_decisions(before, AT_ONCE).await?;
        tx.commit().await?;
        Ok(pruned)
    }

    /// The last of the oldest decisions, up to so many of them, that happened before a moment; none unless the very first happened before `due`.
    async fn older_decisions(&self, before: Timestamp, due: Option<Timestamp>, limit: u32) -> Result<Option<DecisionId>, Error> {
        let mut tx = self.administration().store().read().await?;
        let mut last = None;
        let mut after = DecisionId::new(tx.chain_ends(Chain::Decisions).await?.before_first);
        for _ in 0..limit.div_ceil(PAGE) {
            let page = tx.decisions_after(after, PAGE).await?;
            if last.is_none() && page.first().is_none_or(|first| due.is_none_or(|due| first.record.at >= due)) {
                return Ok(None);
            }
            let old = page.iter().take_while(|entry| entry.record.at < before);
            last = old.last().map(|entry| entry.id).or(last);
            match page.last() {
                Some(end) if last == Some(end.id) => after = end.id,
                Some(_) | None => break,
            }
        }
        Ok(last)
    }
}
