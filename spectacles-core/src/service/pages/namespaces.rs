//! Pages of namespaces.

use super::super::actor::{Person, Standing};
use super::super::namespace_view::{NamespaceView, Viewer};
use super::super::{Error, Namespaces};
use crate::id::RegistryId;
use crate::listing::{Listing, NamedNamespace, NamespaceField, Page, Query, keys};
use crate::name::ServiceName;
use crate::store::ReadTx;

/// How much is read at once where not all of it may be shown.
const AT_ONCE: u32 = 1_000;

impl Namespaces<'_> {
    /// A page of the namespaces of one registry or of all, each with the rights on it. Users see those in which they may do something, and of
    /// the rights what concerns themselves.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry, also one that is disabled and that a user does not answer for; [`Error::Invalid`] when all are
    /// wanted and there are too many.
    pub async fn page(self, service: Option<&ServiceName>, listing: &Listing<NamespaceField>) -> Result<Page<NamespaceView>, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let registry = self.of(tx.as_mut(), &standing, service).await?;
        let mut query = listing.query(self.0.now(), standing.only());
        let rows = match &standing {
            Standing::Everything => tx.list_namespaces(registry, &query).await?,
            Standing::Own(person) => {
                let (mut seen, wanted, mut left_out) = (Vec::new(), query.limit as usize, std::mem::take(&mut query.offset));
                let take = |namespace| {
                    match left_out.checked_sub(1) {
                        Some(fewer) => left_out = fewer,
                        None => seen.push(namespace),
                    }
                    seen.len() < wanted
                };
                self.each(tx.as_mut(), person, registry, query, take).await?;
                seen
            }
        };
        let page = listing.cut(rows)?;
        let items = Viewer::new(&standing, self.0.now()).views(tx.as_mut(), page.items).await?;
        Ok(Page { items, next: page.next })
    }

    /// How many namespaces of one registry or of all pass the filters.
    ///
    /// # Errors
    /// As for [`page`](Self::page).
    pub async fn count(self, service: Option<&ServiceName>, listing: &Listing<NamespaceField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let registry = self.of(tx.as_mut(), &standing, service).await?;
        let mut query = listing.query(self.0.now(), standing.only());
        let Standing::Own(person) = &standing else { return Ok(tx.number_of_namespaces(registry, &query).await?) };
        (query.after, query.offset) = (None, 0);
        let mut number = 0;
        let count = |_| {
            number += 1;
            true
        };
        self.each(tx.as_mut(), person, registry, query, count).await?;
        Ok(number)
    }

    async fn of(self, tx: &mut dyn ReadTx, standing: &Standing, service: Option<&ServiceName>) -> Result<Option<RegistryId>, Error> {
        match service {
            Some(service) => Ok(Some(self.0.known_registry(tx, standing, service).await?.id)),
            None => Ok(None),
        }
    }

    /// Hands over the namespaces that a person may know of, one after the other, as long as more are wanted. Whether he may is decided here, by
    /// facts in memory; so it is read on until there is enough.
    async fn each(
        self,
        tx: &mut dyn ReadTx,
        person: &Person,
        registry: Option<RegistryId>,
        mut query: Query<'_, NamespaceField>,
        mut take: impl FnMut(NamedNamespace) -> bool + Send,
    ) -> Result<(), Error> {
        query.limit = AT_ONCE;
        loop {
            let rows = tx.list_namespaces(registry, &query).await?;
            let full = rows.len() >= AT_ONCE as usize;
            query.after = rows.last().map(|last| keys(query.order, last));
            for row in rows {
                let own = row.namespace.owner == Some(person.user.id);
                if (own || self.0.sees(person, &row.registry, &row.namespace.path)) && !take(row) {
                    return Ok(());
                }
            }
            if !full {
                return Ok(());
            }
        }
    }
}
