//! Transactions that record decisions.

use super::backend::{Session, Value, broken};
use super::chain;
use async_trait::async_trait;
use spectacles_core::audit::{self, Chain, ChainEnds, Link};
use spectacles_core::id::{ApiTokenId, SecretId};
use spectacles_core::model::DecisionRecord;
use spectacles_core::store::{LogTx, StoreError};
use spectacles_core::time::Timestamp;
use std::sync::{Arc, LazyLock};
use tokio::sync::OwnedMutexGuard;

/// A transaction that records decisions. It holds the row of their chain, and none that a write transaction wants.
pub(super) struct SqlLog {
    session: Box<dyn Session>,
    /// As they are after what this transaction has done. Stored when it commits.
    ends: ChainEnds,
    /// Dropped after the session, so that the next one seldom finds the row still locked.
    _turn: OwnedMutexGuard<()>,
}

impl SqlLog {
    pub(super) async fn begin(mut session: Box<dyn Session>, turn: OwnedMutexGuard<()>) -> Result<Self, StoreError> {
        chain::lock(session.as_mut(), Chain::Decisions).await?;
        let ends = chain::read_to_append(session.as_mut(), Chain::Decisions).await?;
        Ok(Self { session, ends, _turn: turn })
    }
}

/// Statements that insert so many rows, most first: a database takes many rows at once much faster than one after the other, and a few texts
/// are all that it has to prepare.
static INSERTS: LazyLock<[(usize, String); 3]> = LazyLock::new(|| {
    [128, 8, 1].map(|rows| {
        let columns = "id, happened, token, outcome, principal, credential, address, agent, service, scopes, reason, link";
        let row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        (rows, format!("INSERT INTO decisions ({columns}) VALUES {}", vec![row; rows].join(", ")))
    })
});

/// A row.
struct Linked {
    place: i64,
    at: Timestamp,
    texts: [Option<Arc<str>>; 10],
}

impl Linked {
    /// What the row before says too, as rows mostly do, is not copied again: SQLite takes what is shared as it is.
    fn new(place: i64, record: &DecisionRecord, link: Link, before: Option<&Self>) -> Result<Self, StoreError> {
        let (scopes, link) = (serde_json::to_string(&record.scopes).map_err(broken)?, link.to_string());
        let texts = [
            Some(record.token.as_str()),
            Some(record.outcome.as_str()),
            Some(record.principal.as_str()),
            Some(record.credential.as_str()),
            record.address.as_deref(),
            Some(record.agent.as_str()),
            Some(record.service.as_str()),
            Some(scopes.as_str()),
            record.reason.as_deref(),
            Some(link.as_str()),
        ];
        let mut before = before.into_iter().flat_map(|before| &before.texts);
        let texts = texts.map(|text| {
            let same = before.next().and_then(Option::as_ref).filter(|same| text == Some(same));
            same.cloned().or_else(|| text.map(Arc::from))
        });
        Ok(Self { place, at: record.at, texts })
    }

    fn values(&self) -> impl Iterator<Item = Value<'_>> {
        [self.place.into(), self.at.into()].into_iter().chain(self.texts.iter().map(Value::from))
    }
}

#[async_trait]
impl LogTx for SqlLog {
    async fn append_decisions(&mut self, records: &[DecisionRecord]) -> Result<(), StoreError> {
        let mut rest = records;
        for (rows, sql) in INSERTS.iter() {
            while let Some((now, later)) = rest.split_at_checked(*rows) {
                // Moves on only when the rows are there.
                let mut ends = self.ends;
                let mut linked: Vec<Linked> = Vec::with_capacity(*rows);
                for record in now {
                    ends.last = ends.last.saturating_add(1);
                    ends.last_link = audit::decision(ends.last_link, ends.last, record);
                    linked.push(Linked::new(ends.last, record, ends.last_link, linked.last())?);
                }
                let mut values = Vec::with_capacity(rows.saturating_mul(12));
                values.extend(linked.iter().flat_map(Linked::values));
                self.session.execute(sql, &values).await?;
                self.ends = ends;
                rest = later;
            }
        }
        Ok(())
    }

    async fn prune_decisions(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        // In the order of the chain: one that is too young keeps those behind it, although a clock that went back may have made them older.
        let sql = "SELECT id, happened, link FROM decisions ORDER BY id LIMIT ?";
        let mut last: Option<(i64, Link)> = None;
        for mut row in self.session.fetch_all(sql, &[limit.into()]).await? {
            let (id, happened) = (row.integer()?, row.timestamp()?);
            if happened >= before {
                break;
            }
            last = Some((id, row.parsed()?));
        }
        let Some((id, link)) = last else { return Ok(0) };
        let pruned = self.session.execute("DELETE FROM decisions WHERE id <= ?", &[id.into()]).await?;
        (self.ends.before_first, self.ends.first_link) = (id, link);
        Ok(pruned)
    }

    async fn mark_secrets_used(&mut self, used: &[(SecretId, Timestamp)]) -> Result<(), StoreError> {
        for (secret, at) in used {
            let sql = "UPDATE service_secrets SET last_used = ? WHERE id = ? AND (last_used IS NULL OR last_used < ?)";
            self.session.execute(sql, &[(*at).into(), secret.get().into(), (*at).into()]).await?;
        }
        Ok(())
    }

    async fn mark_api_tokens_used(&mut self, used: &[(ApiTokenId, Timestamp)]) -> Result<(), StoreError> {
        for (token, at) in used {
            let sql = "UPDATE api_tokens SET last_used = ? WHERE id = ? AND (last_used IS NULL OR last_used < ?)";
            self.session.execute(sql, &[(*at).into(), token.get().into(), (*at).into()]).await?;
        }
        Ok(())
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        chain::store(self.session.as_mut(), Chain::Decisions, &self.ends).await?;
        self.session.commit().await
    }
}
