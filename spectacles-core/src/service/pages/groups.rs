//! Pages of groups.

use super::super::groups::views;
use super::super::{Error, GroupView, Groups};
use crate::listing::{GroupField, Listing, Page};

impl Groups<'_> {
    /// A page of groups, each with its members. An ordinary user sees those he is in.
    ///
    /// # Errors
    /// [`Error::Invalid`] when all are wanted and there are too many; [`Error::Unavailable`].
    pub async fn page(self, listing: &Listing<GroupField>) -> Result<Page<GroupView>, Error> {
        let mut tx = self.0.read().await?;
        let query = self.0.query(tx.as_mut(), listing).await?;
        let page = listing.cut(tx.list_groups(&query).await?)?;
        let items = views(tx.as_mut(), page.items, query.now).await?;
        Ok(Page { items, next: page.next })
    }

    /// How many groups pass the filters.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn count(self, listing: &Listing<GroupField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        let query = self.0.query(tx.as_mut(), listing).await?;
        Ok(tx.number_of_groups(&query).await?)
    }
}
