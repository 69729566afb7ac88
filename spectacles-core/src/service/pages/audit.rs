//! Pages of the audit trails.

use super::super::actor::Standing;
use super::super::{Audit, Error};
use crate::listing::{AuditField, DecisionField, Listing, Page};
use crate::model::{AuditEntry, DecisionEntry};
use crate::store::ReadTx;

impl Audit<'_> {
    /// A page of changes.
    ///
    /// # Errors
    /// [`Error::Denied`] for ordinary users; [`Error::Invalid`] when all are wanted and there are too many.
    pub async fn page(self, listing: &Listing<AuditField>) -> Result<Page<AuditEntry>, Error> {
        let mut tx = self.0.read().await?;
        self.check(tx.as_mut()).await?;
        Ok(listing.cut(tx.list_changes(&listing.query(self.0.now(), None)).await?)?)
    }

    /// How many changes pass the filters.
    ///
    /// # Errors
    /// [`Error::Denied`] for ordinary users.
    pub async fn count(self, listing: &Listing<AuditField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        self.check(tx.as_mut()).await?;
        Ok(tx.number_of_changes(&listing.query(self.0.now(), None)).await?)
    }

    /// A page of decisions.
    ///
    /// # Errors
    /// [`Error::Denied`] for ordinary users; [`Error::Invalid`] when all are wanted and there are too many.
    pub async fn decisions_page(self, listing: &Listing<DecisionField>) -> Result<Page<DecisionEntry>, Error> {
        let mut tx = self.0.read().await?;
        self.check(tx.as_mut()).await?;
        Ok(listing.cut(tx.list_decisions(&listing.query(self.0.now(), None)).await?)?)
    }

    /// How many decisions pass the filters.
    ///
    /// # Errors
    /// [`Error::Denied`] for ordinary users.
    pub async fn decisions_count(self, listing: &Listing<DecisionField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        self.check(tx.as_mut()).await?;
        Ok(tx.number_of_decisions(&listing.query(self.0.now(), None)).await?)
    }

    async fn check(self, tx: &mut dyn ReadTx) -> Result<(), Error> {
        match self.0.standing(tx).await? {
            Standing::Everything => Ok(()),
            Standing::Own(_) => Err(Error::Denied("only an administrator may read the audit trails".to_owned())),
        }
    }
}
