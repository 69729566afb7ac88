//! Pages of service accounts.

use super::super::{Error, ServiceView, Services};
use crate::listing::{Listing, Page, ServiceField};

impl Services<'_> {
    /// A page of service accounts. An ordinary user sees those he owns.
    ///
    /// # Errors
    /// [`Error::Invalid`] when all are wanted and there are too many; [`Error::Unavailable`].
    pub async fn page(self, listing: &Listing<ServiceField>) -> Result<Page<ServiceView>, Error> {
        let mut tx = self.0.read().await?;
        let query = self.0.query(tx.as_mut(), listing).await?;
        let page = listing.cut(tx.list_services(&query).await?)?;
        Ok(Page { items: page.items.into_iter().map(ServiceView::from).collect(), next: page.next })
    }

    /// How many service accounts pass the filters.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn count(self, listing: &Listing<ServiceField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        let query = self.0.query(tx.as_mut(), listing).await?;
        Ok(tx.number_of_services(&query).await?)
    }
}
