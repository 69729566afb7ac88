//! Lists of which not everything may be seen.

use super::Eye;
use super::views::place;
use crate::id::RegistryId;
use crate::listing::{NamedRepository, Query, RepositoryField, keys};
use crate::service::Error;
use crate::store::ReadTx;

/// How much is read at once where not all of it may be shown.
const AT_ONCE: u32 = 1_000;

/// Hands over the repositories that somebody may see, one after the other, as long as more are wanted. What he may see is decided here, by facts
/// in memory; so it is read on until there is enough.
pub(super) async fn each(
    tx: &mut dyn ReadTx,
    eye: &Eye,
    registry: Option<RegistryId>,
    mut query: Query<'_, RepositoryField>,
    mut take: impl FnMut(NamedRepository) -> bool + Send,
) -> Result<(), Error> {
    let choice = eye.choice(registry);
    query.limit = AT_ONCE;
    loop {
        let rows = tx.list_repositories(&choice, &query).await?;
        let full = rows.len() >= AT_ONCE as usize;
        query.after = rows.last().map(|last| keys(query.order, last));
        query.offset = 0;
        for row in eye.seen(rows, place) {
            if !take(row) {
                return Ok(());
            }
        }
        if !full {
            return Ok(());
        }
    }
}
