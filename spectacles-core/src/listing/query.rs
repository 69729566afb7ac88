//! What a store is asked for a list.

use super::field::Field;
use super::filter::{Filter, Value};
use super::listed::Listed;
use super::order::Key;
use crate::id::UserId;
use crate::time::Timestamp;
use std::cmp::Ordering;

/// Which part of which things in which order, at one moment and for somebody.
#[derive(Debug, Clone)]
pub struct Query<'a, F> {
    /// All of them must pass.
    pub filters: &'a [Filter<F>],
    /// A total order.
    pub order: &'a [Key<F>],
    /// The keys of the thing behind which it begins, one for each of the order.
    pub after: Option<Vec<Value>>,
    /// How many at most.
    pub limit: u32,
    /// How many to leave out from there.
    pub offset: u32,
    /// When it is asked.
    pub now: Timestamp,
    /// For which ordinary user: only what is his business, see the ports. Everything where there is none.
    pub of: Option<UserId>,
}

impl<F: Field> Query<'_, F> {
    /// Whether a thing passes the filters.
    pub fn admits<T: Listed<Field = F>>(&self, thing: &T) -> bool {
        self.filters.iter().all(|filter| filter.passes(&thing.value(filter.field), self.now))
    }

    /// The answer, from all things there are. For stores that have no better way, and to compare others with.
    pub fn select<T: Listed<Field = F>>(&self, things: impl Iterator<Item = T>) -> Vec<T> {
        let keyed = things.filter(|thing| self.admits(thing)).map(|thing| (keys(self.order, &thing), thing));
        let after = |keys: &[Value]| self.after.as_ref().is_none_or(|after| compare(self.order, keys, after) == Ordering::Greater);
        let mut found: Vec<_> = keyed.filter(|(keys, _)| after(keys)).collect();
        found.sort_by(|(one, _), (other, _)| compare(self.order, one, other));
        found.into_iter().skip(self.offset as usize).take(self.limit as usize).map(|(_, thing)| thing).collect()
    }
}

/// What a thing is ordered by.
pub(crate) fn keys<T: Listed>(order: &[Key<T::Field>], thing: &T) -> Vec<Value> {
    order.iter().map(|key| thing.value(key.field)).collect()
}

fn compare<F>(order: &[Key<F>], one: &[Value], other: &[Value]) -> Ordering {
    let pairs = order.iter().zip(one.iter().zip(other));
    let mut unequal = pairs.map(|(key, (one, other))| if key.descending { other.cmp(one) } else { one.cmp(other) });
    unequal.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
}
