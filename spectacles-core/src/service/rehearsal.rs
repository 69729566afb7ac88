//! What would be if.

use super::Error;
use super::administration::{Administration, Administrator};
use super::change::Stage;
use crate::access::Facts;
use crate::live::{News, read_news};
use crate::store::{Revision, StoreError};

/// Changes that are made and come to nothing: what decisions would be after them can be asked of the facts they lead to.
///
/// It holds one write transaction of the store until it is dropped, which keeps others from changing anything: do not keep it.
pub struct Rehearsal {
    administration: Administration,
    stage: Stage,
    /// What the transaction began with.
    begun: Revision,
}

impl Administration {
    /// Begins a rehearsal.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn rehearsal(&self) -> Result<Rehearsal, Error> {
        let stage = Stage::new(self.store().write().await?);
        let begun = stage.read()?.revision().await?;
        Ok(Rehearsal { administration: self.on(stage.clone()), stage, begun })
    }
}

impl Rehearsal {
    /// Whoever makes the changes. After one that failed there are no others: what it had done until then stays on the stage.
    pub fn administrator(&self) -> Administrator<'_> {
        self.administration.operator()
    }

    /// What these facts would be after the changes, which are undone now.
    ///
    /// # Errors
    /// [`Error::Refused`] after a change that failed, [`Error::Unavailable`].
    pub async fn outcome(self, facts: &Facts) -> Result<Facts, Error> {
        let mut facts = facts.clone();
        self.news().await?.into_iter().for_each(|news| facts.apply(news));
        Ok(facts)
    }

    async fn news(&self) -> Result<Vec<News>, Error> {
        let mut tx = self.stage.read()?;
        let too_much = || StoreError::Broken("the store does not say what a transaction has changed".to_owned());
        let changes = tx.changes_since(self.begun).await?.ok_or_else(too_much)?;
        Ok(read_news(tx.as_mut(), &changes).await?)
    }
}
