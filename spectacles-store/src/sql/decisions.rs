//! Recorded decisions.

use super::backend::{Row, Value};
use super::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use spectacles_core::id::DecisionId;
use spectacles_core::model::{DecisionEntry, DecisionFilter, DecisionRecord, Outcome};
use spectacles_core::store::DecisionReads;
use spectacles_core::time::Timestamp;

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, happened, token, outcome, principal, credential, address, agent, service, scopes, reason, link FROM decisions ",
            $rest
        )
    };
}

const NEWEST: &str = select!(
    "WHERE id < ? AND happened >= ? AND (? IS NULL OR outcome = ?) AND (? IS NULL OR service = ?) \
     ORDER BY id DESC LIMIT ?"
);
/// A text of its own, so that there is no doubt that the index is used.
const NEWEST_OF_PRINCIPAL: &str = select!(
    "WHERE principal = ? AND id < ? AND happened >= ? AND (? IS NULL OR outcome = ?) AND (? IS NULL OR service = ?) \
     ORDER BY id DESC LIMIT ?"
);

/// A query for all of them, to go on with.
pub(super) const ALL: &str = select!("");

pub(super) fn read(row: &mut Row) -> Result<DecisionEntry, StoreError> {
    Ok(DecisionEntry {
        id: DecisionId::new(row.integer()?),
        record: DecisionRecord {
            at: row.timestamp()?,
            token: row.text()?,
            outcome: row.parsed()?,
            principal: row.text()?,
            credential: row.parsed()?,
            address: row.optional_text()?,
            agent: row.text()?,
            service: row.text()?,
            scopes: serde_json::from_str(&row.text()?).map_err(broken)?,
            reason: row.optional_text()?,
        },
        link: row.parsed()?,
    })
}

#[async_trait]
impl DecisionReads for SqlTx {
    async fn decisions(&mut self, filter: &DecisionFilter, limit: u32) -> Result<Vec<DecisionEntry>, StoreError> {
        let outcome = filter.outcome.map(Outcome::as_str);
        let service = filter.service.as_deref();
        let mut values: Vec<Value<'_>> = Vec::with_capacity(8);
        values.extend(filter.principal.as_deref().map(Value::from));
        let others: [Value<'_>; 7] = [
            filter.before.map_or(i64::MAX, DecisionId::get).into(),
            filter.since.map_or(i64::MIN, Timestamp::unix_millis).into(),
            outcome.into(),
            outcome.into(),
            service.into(),
            service.into(),
            limit.into(),
        ];
        values.extend(others);
        let sql = if filter.principal.is_some() { NEWEST_OF_PRINCIPAL } else { NEWEST };
        self.all(sql, &values, read).await
    }

    async fn decisions_after(&mut self, after: DecisionId, limit: u32) -> Result<Vec<DecisionEntry>, StoreError> {
        self.all(select!("WHERE id > ? ORDER BY id LIMIT ?"), &[after.get().into(), limit.into()], read).await
    }
}
