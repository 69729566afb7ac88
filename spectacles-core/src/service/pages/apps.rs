//! Pages of apps.

use super::super::apps::views;
use super::super::{AppView, Apps, Error};
use crate::listing::{AppField, Listing, Page};

impl Apps<'_> {
    /// A page of apps, each with its groups and service accounts. An ordinary user sees those that a group of his has to do with,
    /// and of the groups and service accounts of others than he answers for what is his.
    ///
    /// # Errors
    /// [`Error::Invalid`] when all are wanted and there are too many; [`Error::Unavailable`].
    pub async fn page(self, listing: &Listing<AppField>) -> Result<Page<AppView>, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let query = listing.query(self.0.now(), standing.only());
        let page = listing.cut(tx.list_apps(&query).await?)?;
        let items = views(tx.as_mut(), page.items, &standing, query.now).await?;
        Ok(Page { items, next: page.next })
    }

    /// How many apps pass the filters.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn count(self, listing: &Listing<AppField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        let query = self.0.query(tx.as_mut(), listing).await?;
        Ok(tx.number_of_apps(&query).await?)
    }
}
