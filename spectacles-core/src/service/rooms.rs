//! How many repositories are known of one registry at most: a registry may make names up without end, in its catalog and in what it tells.

use crate::id::RegistryId;
use crate::listing::{Listing, RepositoryField};
use crate::store::{ReadTx, RepositoryChoice, StoreError};
use crate::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many there are on no registry that anybody runs.
pub(in crate::service) const MOST_REPOSITORIES: u64 = 1_000_000;
/// After so many new ones it is counted again how many there are. Other processes add to them, too.
const COUNTED_EACH: u64 = 10_000;

/// Room for repositories that are new.
pub(in crate::service) struct Rooms {
    most: u64,
    /// How many may come before it is counted again.
    left: Mutex<HashMap<RegistryId, u64>>,
}

impl Rooms {
    pub(in crate::service) fn new(most: u64) -> Self {
        Self { most, left: Mutex::default() }
    }

    /// How many of so many new repositories may be met on a registry. What is not met for that is told to the log.
    pub(in crate::service) async fn take(&self, tx: &mut dyn ReadTx, registry: RegistryId, wanted: usize) -> Result<usize, StoreError> {
        let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
        if !self.has(registry, wanted) {
            let choice = RepositoryChoice { registry: Some(registry), below: None };
            let listing = Listing::<RepositoryField>::default();
            // Nothing here depends on the moment.
            let known = tx.number_of_repositories(&choice, &listing.query(Timestamp::from_unix_millis(0), None)).await?;
            let free = self.most.saturating_sub(known);
            if free < wanted {
                tracing::warn!(
                    registry = registry.get(),
                    most = self.most,
                    left_out = wanted.saturating_sub(free),
                    "a registry has more repositories than are noted of one"
                );
            }
            let left = free.min(COUNTED_EACH.max(wanted));
            self.left.lock().unwrap_or_else(PoisonError::into_inner).insert(registry, left.saturating_sub(wanted));
            return Ok(usize::try_from(free.min(wanted)).unwrap_or(usize::MAX));
        }
        Ok(usize::try_from(wanted).unwrap_or(usize::MAX))
    }

    /// Whether so many have room without counting; they have it from then on.
    fn has(&self, registry: RegistryId, wanted: u64) -> bool {
        // Nothing that holds it can panic.
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(left) = left.get_mut(&registry) else { return false };
        let rest = left.checked_sub(wanted);
        *left = rest.unwrap_or(*left);
        rest.is_some()
    }
}
