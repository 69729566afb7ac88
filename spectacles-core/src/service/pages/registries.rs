//! Pages of registries.

use super::super::actor::Standing;
use super::super::limits::Related;
use super::super::registries::unconnected;
use super::super::{Error, Registries, RegistryView};
use super::by_owner;
use crate::listing::{Listing, Page, RegistryField};
use crate::model::{Published, Registry, Relation};

impl Registries<'_> {
    /// A page of registries, each with the groups that have to do with it. Users see those that are enabled, or that they answer for; of the
    /// groups of others they see those they are in.
    ///
    /// # Errors
    /// [`Error::Invalid`] when all are wanted and there are too many; [`Error::Unavailable`].
    pub async fn page(self, listing: &Listing<RegistryField>) -> Result<Page<RegistryView>, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let query = listing.query(self.0.now(), standing.only());
        let page = listing.cut(tx.list_registries(&query).await?)?;
        let ids: Vec<_> = page.items.iter().map(|registry| Published::Registry(registry.id)).collect();
        let related = tx.related_to(&ids).await?;
        let mut related = by_owner(related.into_iter().map(|(of, relation, group, name)| (of, (relation, group, name))));
        let view = |mut registry: Registry| {
            let mut groups = related.remove(&Published::Registry(registry.id)).unwrap_or_default();
            if let Standing::Own(person) = &standing {
                let answers = groups.iter().any(|(relation, there, _)| {
                    *relation == Relation::Responsible && there.is_current(query.now) && person.is_in(there.group)
                });
                groups.retain(|(_, there, _)| answers || person.is_in(there.group));
                if !answers {
                    registry = unconnected(registry);
                }
            }
            RegistryView { registry, related: Related::new(groups, query.now) }
        };
        Ok(Page { items: page.items.into_iter().map(view).collect(), next: page.next })
    }

    /// How many registries pass the filters.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn count(self, listing: &Listing<RegistryField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        let query = self.0.query(tx.as_mut(), listing).await?;
        Ok(tx.number_of_registries(&query).await?)
    }
}
