//! Pages of users.

use super::super::user_view::{UserView, views};
use super::super::{Error, Users};
use crate::listing::{Listing, Page, UserField};

impl Users<'_> {
    /// A page of users, each with his groups. An ordinary user sees himself.
    ///
    /// # Errors
    /// [`Error::Invalid`] when all are wanted and there are too many; [`Error::Unavailable`].
    pub async fn page(self, listing: &Listing<UserField>) -> Result<Page<UserView>, Error> {
        let mut tx = self.0.read().await?;
        let query = self.0.query(tx.as_mut(), listing).await?;
        let page = listing.cut(tx.list_users(&query).await?)?;
        let items = views(tx.as_mut(), page.items, query.now).await?;
        Ok(Page { items, next: page.next })
    }

    /// How many users pass the filters.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn count(self, listing: &Listing<UserField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        let query = self.0.query(tx.as_mut(), listing).await?;
        Ok(tx.number_of_users(&query).await?)
    }
}
