//! The order of a list.

use super::error::ListingError;
use super::field::{self, Field};
use crate::name::excerpt;

/// One of the things that a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key<F> {
    /// Which field.
    pub field: F,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// Reads `name,-created`, and makes it total.
pub(super) fn read<F: Field>(text: &str) -> Result<Vec<Key<F>>, ListingError> {
    let wrong = |message| Err(ListingError::new("order", message));
    let mut keys: Vec<Key<F>> = Vec::new();
    for part in text.split(',') {
        let part = part.trim();
        let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
        let field = match field::find(name, F::can_order) {
            Ok(field) => field,
            Err(known) => {
                return wrong(format!("{} cannot be ordered by `{}`, but by {known}, each with or without `-`", F::WHAT, excerpt(name)));
            }
        };
        // As long as there are fields at most.
        if keys.iter().any(|key| key.field == field) {
            return wrong(format!("`{name}` is there twice"));
        }
        keys.push(Key { field, descending });
    }
    Ok(total(keys))
}

/// The order where nothing is said.
pub(super) fn usual<F: Field>() -> Vec<Key<F>> {
    // That it can be read is tested for each kind of things.
    read(F::ORDER).unwrap_or_else(|_| total(Vec::new()))
}

/// Ends with something unique: what is said behind that changes nothing, and where there is nothing of that kind, the id is added. It goes the way of
/// the last key, so that an index of both can be followed.
fn total<F: Field>(mut keys: Vec<Key<F>>) -> Vec<Key<F>> {
    match keys.iter().position(|key| key.field.is_unique()) {
        Some(unique) => keys.truncate(unique.saturating_add(1)),
        None => {
            let descending = keys.last().is_some_and(|key| key.descending);
            keys.push(Key { field: F::ID, descending });
        }
    }
    keys
}
