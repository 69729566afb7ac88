//! How long and from where something holds: the columns `valid_until` and `networks`.

use super::backend::{Row, Value};
use super::{SqlTx, StoreError, broken};
use spectacles_core::id::GroupId;
use spectacles_core::model::{Terms, TimedGroup};
use spectacles_core::time::Timestamp;

impl Row {
    /// The next columns, `valid_until` and `networks`.
    pub(super) fn terms(&mut self) -> Result<Terms, StoreError> {
        let until = self.optional_timestamp()?;
        let networks = self.optional_text()?;
        let networks = networks.iter().flat_map(|text| text.split(',')).map(str::parse).collect::<Result<_, _>>().map_err(broken)?;
        Ok(Terms { until, networks })
    }

    /// The next columns, `group_id` and `valid_until`.
    pub(super) fn timed_group(&mut self) -> Result<TimedGroup, StoreError> {
        Ok(TimedGroup { group: GroupId::new(self.integer()?), until: self.optional_timestamp()? })
    }
}

/// What the column `networks` has.
pub(super) fn networks(terms: &Terms) -> Option<String> {
    let networks: Vec<_> = terms.networks.iter().map(ToString::to_string).collect();
    (!networks.is_empty()).then(|| networks.join(","))
}

/// The statements on a table of pairs that hold until some time. The parameters of the last two are the same, that time first.
pub(super) struct Timed {
    pub(super) until: &'static str,
    pub(super) insert: &'static str,
    pub(super) update: &'static str,
}

impl SqlTx {
    /// Makes a pair hold until then; `false` when it does already.
    pub(super) async fn set_until(&mut self, table: &Timed, pair: &[Value<'_>], until: Option<Timestamp>) -> Result<bool, StoreError> {
        let statement = match self.one(table.until, pair, Row::optional_timestamp).await? {
            Some(known) if known == until => return Ok(false),
            Some(_) => table.update,
            None => table.insert,
        };
        let values: Vec<_> = std::iter::once(until.into()).chain(pair.iter().copied()).collect();
        self.execute(statement, &values).await
    }
}
