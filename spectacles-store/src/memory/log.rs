//! What is recorded, and the transactions that record it.

use super::{Shared, State, latest};
use async_trait::async_trait;
use spectacles_core::audit::{self, ChainEnds};
use spectacles_core::id::{ApiTokenId, DecisionId, SecretId};
use spectacles_core::model::{DecisionEntry, DecisionRecord};
use spectacles_core::store::{LogTx, StoreError};
use spectacles_core::time::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, PoisonError};
use tokio::sync::OwnedMutexGuard;

/// What is recorded at one moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    /// Oldest first.
    pub(super) decisions: VecDeque<Arc<DecisionEntry>>,
    pub(super) ends: ChainEnds,
    /// When secrets were last used.
    pub(super) used: BTreeMap<SecretId, Timestamp>,
    /// When API tokens were last used.
    pub(super) used_api_tokens: BTreeMap<ApiTokenId, Timestamp>,
}

/// A transaction that records: what it will do to the log. A copy of the log would be long.
pub(super) struct MemoryLog {
    home: Shared<Log>,
    state: Shared<State>,
    /// As they are after this transaction.
    ends: ChainEnds,
    appended: Vec<DecisionEntry>,
    used: Vec<(SecretId, Timestamp)>,
    used_api_tokens: Vec<(ApiTokenId, Timestamp)>,
    _turn: OwnedMutexGuard<()>,
}

impl MemoryLog {
    pub(super) fn begin(home: Shared<Log>, state: Shared<State>, turn: OwnedMutexGuard<()>) -> Self {
        let ends = latest(&home).ends;
        Self { home, state, ends, appended: Vec::new(), used: Vec::new(), used_api_tokens: Vec::new(), _turn: turn }
    }
}

#[async_trait]
impl LogTx for MemoryLog {
    async fn append_decisions(&mut self, records: &[DecisionRecord]) -> Result<(), StoreError> {
        for record in records {
            self.ends.last = self.ends.last.saturating_add(1);
            self.ends.last_link = audit::decision(self.ends.last_link, self.ends.last, record);
            let entry = DecisionEntry { id: DecisionId::new(self.ends.last), record: record.clone(), link: self.ends.last_link };
            self.appended.push(entry);
        }
        Ok(())
    }

    async fn prune_decisions(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let log = latest(&self.home);
        let there = log.decisions.iter().map(Arc::as_ref).chain(&self.appended);
        let there = there.filter(|entry| entry.id.get() > self.ends.before_first);
        let (mut pruned, mut last) = (0, None);
        for entry in there.take(limit as usize).take_while(|entry| entry.record.at < before) {
            pruned += 1;
            last = Some((entry.id.get(), entry.link));
        }
        if let Some((id, link)) = last {
            (self.ends.before_first, self.ends.first_link) = (id, link);
        }
        Ok(pruned)
    }

    async fn mark_secrets_used(&mut self, used: &[(SecretId, Timestamp)]) -> Result<(), StoreError> {
        self.used.extend_from_slice(used);
        Ok(())
    }

    async fn mark_api_tokens_used(&mut self, used: &[(ApiTokenId, Timestamp)]) -> Result<(), StoreError> {
        self.used_api_tokens.extend_from_slice(used);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let state = latest(&self.state);
        let exists = |secret: &SecretId| state.secrets.keys().any(|(_, known)| known == secret);
        let mut home = self.home.write().unwrap_or_else(PoisonError::into_inner);
        let log = Arc::make_mut(&mut home);
        log.decisions.extend(self.appended.into_iter().map(Arc::new));
        let pruned = log.decisions.partition_point(|entry| entry.id.get() <= self.ends.before_first);
        log.decisions.drain(..pruned);
        log.ends = self.ends;
        for (secret, at) in self.used.into_iter().filter(|(secret, _)| exists(secret)) {
            let last = log.used.entry(secret).or_insert(at);
            *last = at.max(*last);
        }
        let exists = |token: &ApiTokenId| state.api_tokens.keys().any(|(_, known)| known == token);
        for (token, at) in self.used_api_tokens.into_iter().filter(|(token, _)| exists(token)) {
            let last = log.used_api_tokens.entry(token).or_insert(at);
            *last = at.max(*last);
        }
        Ok(())
    }
}
