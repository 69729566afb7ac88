//! Pages of what somebody may see, and how many things there are.
//!
//! What belongs to the things of a page is read for all of them at once.

mod apps;
mod audit;
mod groups;
mod namespaces;
mod registries;
mod services;
mod users;

use super::Error;
use super::actor::Actor;
use crate::listing::{Field, Listing, ListingError, Query};
use crate::store::ReadTx;
use std::collections::HashMap;
use std::hash::Hash;

impl Actor<'_> {
    /// What a store is asked on his behalf.
    async fn query<'a, F: Field>(self, tx: &mut dyn ReadTx, listing: &'a Listing<F>) -> Result<Query<'a, F>, Error> {
        Ok(listing.query(self.now(), self.standing(tx).await?.only()))
    }
}

impl From<ListingError> for Error {
    fn from(error: ListingError) -> Self {
        Self::Invalid(error.to_string())
    }
}

/// What belongs to each of many things, in the order in which it comes.
pub(super) fn by_owner<Id: Eq + Hash, T>(pairs: impl IntoIterator<Item = (Id, T)>) -> HashMap<Id, Vec<T>> {
    let mut of: HashMap<Id, Vec<T>> = HashMap::new();
    for (id, thing) in pairs {
        of.entry(id).or_default().push(thing);
    }
    of
}
