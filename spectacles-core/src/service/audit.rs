//! The audit trails: what was changed, and what was decided.

use super::Error;
use super::actor::Actor;
use super::change::Reading;
use crate::audit::{Chain, ChainEnd, Checkpoint, Verification, Verifier};
use crate::id::{AuditId, DecisionId};
use crate::model::{AuditEntry, AuditRecord, DecisionEntry, DecisionFilter};
use std::collections::BTreeMap;

/// How many entries are read at once.
pub(super) const PAGE: u32 = 1_000;
/// What an entry about forgotten decisions is called. It is in the chain of changes, so that the beginning of the chain of decisions cannot be
/// moved by whoever pleases.
pub(super) const FORGET: &str = "decisions.forget";
/// The detail that says up to which place.
pub(super) const UP_TO: &str = "up_to";

/// The place up to which decisions were forgotten, where an entry says that.
fn forgotten_by(record: &AuditRecord) -> Option<i64> {
    if record.action == FORGET { record.details.get(UP_TO)?.as_i64() } else { None }
}

/// Use cases of the audit trails.
#[derive(Clone, Copy)]
pub struct Audit<'a>(pub(super) Actor<'a>);

impl Audit<'_> {
    async fn read(self) -> Result<Reading, Error> {
        let mut tx = self.0.read().await?;
        self.0.check_reader(tx.as_mut()).await?;
        Ok(tx)
    }

    /// The newest `limit` changes before `before`, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever is neither administrator nor auditor; [`Error::Unavailable`].
    pub async fn list(self, before: Option<AuditId>, limit: u32) -> Result<Vec<AuditEntry>, Error> {
        Ok(self.read().await?.audit_entries(before, limit).await?)
    }

    /// The newest `limit` decisions that fit the filter, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever is neither administrator nor auditor; [`Error::Unavailable`].
    pub async fn decisions(self, filter: &DecisionFilter, limit: u32) -> Result<Vec<DecisionEntry>, Error> {
        Ok(self.read().await?.decisions(filter, limit).await?)
    }

    /// Where the chains end now, to be signed and kept elsewhere.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever is neither administrator nor auditor; [`Error::Unavailable`].
    pub async fn checkpoint(self) -> Result<Checkpoint, Error> {
        let mut tx = self.read().await?;
        let mut ends = Vec::new();
        for chain in Chain::ALL {
            let end = tx.chain_ends(chain).await?;
            ends.push((chain, ChainEnd { place: end.last, link: end.last_link }));
        }
        Ok(Checkpoint::new(self.0.now(), ends))
    }

    /// Follows both chains from beginning to end, and compares them with what was kept of them. Entries that are added meanwhile are left out.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever is neither administrator nor auditor; [`Error::Unavailable`]; whatever is wrong with the chains is no error, but the result.
    pub async fn verify(self, kept: &[Checkpoint]) -> Result<Vec<Verification>, Error> {
        let kept_of = |chain: Chain| -> BTreeMap<_, _> {
            let ends = kept.iter().filter_map(|checkpoint| checkpoint.of(chain));
            ends.filter(|end| end.place > 0).map(|end| (end.place, end.link)).collect()
        };
        // One transaction sees one moment, however long it takes.
        let mut tx = self.read().await?;
        // Changes are never forgotten.
        let mut changes = Verifier::new(Chain::Changes, tx.chain_ends(Chain::Changes).await?, 0, kept_of(Chain::Changes));
        // From the very beginning: what lies before the chain does not belong there.
        let (mut after, mut forgotten) = (AuditId::new(i64::MIN), 0);
        loop {
            let page = tx.audit_entries_after(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for entry in &page {
                changes.change(entry);
                forgotten = forgotten.max(forgotten_by(&entry.record).unwrap_or(0));
            }
        }
        let ends = tx.chain_ends(Chain::Decisions).await?;
        let mut decisions = Verifier::new(Chain::Decisions, ends, forgotten, kept_of(Chain::Decisions));
        let mut after = DecisionId::new(i64::MIN);
        loop {
            let page = tx.decisions_after(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            page.iter().for_each(|entry| decisions.decision(entry));
        }
        Ok(vec![changes.finish(), decisions.finish()])
    }
}
