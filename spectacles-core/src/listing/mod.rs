//! Lists: which things, in which order, and which part of them.
//!
//! Whoever wants a list says it in words ([`Given`]), which become a [`Listing`]:
//!
//! ```
//! use spectacles_core::listing::{Given, Listing, UserField};
//!
//! # fn main() -> Result<(), spectacles_core::listing::ListingError> {
//! let filters = ["name a%", "created >-2d&<-1h", "email !empty"];
//! let given = Given { filters: &filters, order: Some("-created,name"), limit: Some("50"), ..Given::default() };
//! let listing = Listing::<UserField>::read(given)?;
//! assert_eq!(listing.limit(), 50);
//! let error = Listing::<UserField>::read(Given { filters: &["nam a%"], ..Given::default() }).unwrap_err();
//! assert!(error.message.contains("there is no field `nam`"), "{error}");
//! # Ok(())
//! # }
//! ```
//!
//! # Filters
//!
//! A filter is a field and what is said of it. Several filters are all required.
//!
//! | | |
//! |---|---|
//! | `name alice` | exactly this |
//! | `name a%` | `%` stands for anything, also nothing |
//! | `created >-2d`, `id <=100`, `name =a%` | `>`, `<`, `>=`, `<=` and `=` compare; there is no wildcard then |
//! | `created <2027-01-31T12:00:00Z` | moments are RFC 3339, or so many `s`, `m`, `h`, `d` or `w` from now |
//! | `outcome (reduced,refused)` | one of these |
//! | `email empty` | nothing, or an empty text |
//! | `email !%@example.com` | `!` turns it round |
//! | `created >-2d&<-1h`, `name a%\|b%` | all of these, any of these; not both in one filter |
//! | `name "R&D"` | quoted, nothing has a meaning but `\"` and `\\` |
//!
//! Text is compared by its bytes: upper and lower case are different. What is absent counts as empty text.
//!
//! # Order and pages
//!
//! `name,-created` orders by name, and backwards by the moment of creation among equals. Every order ends with what is unique, so that it is
//! total. A page is told by the [`Cursor`] of the page before, which holds what the last thing on it was ordered by: whatever is added or
//! removed meanwhile, nothing else comes twice or is left out.
//!
//! | | |
//! |---|---|
//! | [`Listing`], [`Given`], [`ListingError`] | what was asked for, checked |
//! | [`Field`] and the enums that implement it | what things are listed by |
//! | [`Filter`], [`Test`], [`Condition`], [`Pattern`], [`Operand`] | what a filter says |
//! | [`Query`], [`Listed`], [`Value`] | the same for a store, and the answer for stores that have to find it themselves |
//! | [`Page`], [`Cursor`] | what comes of it |

mod cursor;
mod error;
mod field;
mod fields;
mod filter;
mod grammar;
mod listed;
mod moment;
mod order;
mod query;
#[cfg(test)]
mod tests;
mod version;

pub use cursor::{Cursor, Page};
pub use error::ListingError;
pub use field::{Field, Kind};
pub use fields::{
    ActivityField, AppField, AuditField, DecisionField, GroupField, NamespaceField, RegistryField, RepositoryField, ServiceField, TagField,
    UserField,
};
pub use filter::{Comparison, Condition, Filter, Operand, Pattern, Test, Value};
pub use listed::{Listed, NamedActivity, NamedNamespace, NamedRepository, NamedService};
pub use order::Key;
pub use query::Query;
pub(crate) use query::keys;
pub use version::key as version_key;

use crate::id::UserId;
use crate::time::Timestamp;
use cursor::Mark;

/// How many things are on a page where nothing is said.
const DEFAULT_LIMIT: u32 = 100;
/// How many things a page may have.
const LARGEST_LIMIT: u32 = 1_000;
/// How many things there may be where all of them are wanted at once.
const ALL_AT_MOST: u32 = 100_000;
/// Each is looked at for every thing.
const MOST_FILTERS: usize = 16;

/// What was asked for, as it was said.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    /// Each `field value`.
    pub filters: &'a [&'a str],
    /// Fields, separated by commas; `-` turns one round.
    pub order: Option<&'a str>,
    /// A [`Cursor`].
    pub after: Option<&'a str>,
    /// How many; 0 for all.
    pub limit: Option<&'a str>,
    /// How many to leave out.
    pub offset: Option<&'a str>,
}

/// Which part of which things in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<F> {
    filters: Vec<Filter<F>>,
    order: Vec<Key<F>>,
    after: Option<Vec<Value>>,
    limit: u32,
    offset: u32,
    mark: Mark,
}

impl<F: Field> Listing<F> {
    /// Reads what was asked for.
    ///
    /// # Errors
    /// The first thing that makes no sense.
    pub fn read(given: Given<'_>) -> Result<Self, ListingError> {
        if given.filters.len() > MOST_FILTERS {
            return Err(ListingError::new("filter", format!("{} filters are too many: at most {MOST_FILTERS}", given.filters.len())));
        }
        let filters = given.filters.iter().map(|filter| grammar::read(filter)).collect::<Result<_, _>>()?;
        let order_text = given.order.map(str::trim).filter(|order| !order.is_empty()).unwrap_or(F::ORDER);
        let order = order::read(order_text)?;
        let mark = Mark::of(F::WHAT, order_text, given.filters);
        let after = given.after.map(|after| cursor::read(after, mark, &order)).transpose()?;
        let number = |parameter, text: Option<&str>, default| match text {
            Some(text) => text.trim().parse::<u32>().map_err(|_| {
                let shown = crate::name::excerpt(text);
                ListingError::new(parameter, format!("`{shown}` is no number from 0 to {}", u32::MAX))
            }),
            None => Ok(default),
        };
        let limit = number("limit", given.limit, DEFAULT_LIMIT)?;
        if limit > LARGEST_LIMIT {
            let message = format!("{limit} is too many for a page: at most {LARGEST_LIMIT}, or 0 for all");
            return Err(ListingError::new("limit", message));
        }
        let offset = number("offset", given.offset, 0)?;
        if given.offset.is_some() && after.is_some() {
            return Err(ListingError::new("offset", "leave out either `offset` or `after`: both say where the page begins"));
        }
        Ok(Self { filters, order, after, limit, offset, mark })
    }

    /// How many things a page has at most; 0 for all.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// What a store is asked at this moment: one thing more than fits on the page, to know whether there is another page.
    pub fn query(&self, now: Timestamp, of: Option<UserId>) -> Query<'_, F> {
        let limit = self.most().saturating_add(1);
        Query { filters: &self.filters, order: &self.order, after: self.after.clone(), limit, offset: self.offset, now, of }
    }

    /// How many things there may be in the answer.
    fn most(&self) -> u32 {
        if self.limit == 0 { ALL_AT_MOST } else { self.limit }
    }

    /// A page of what a store answered.
    ///
    /// # Errors
    /// When everything is wanted and there is too much of it.
    pub fn cut<T: Listed<Field = F>>(&self, mut rows: Vec<T>) -> Result<Page<T>, ListingError> {
        let most = self.most() as usize;
        if rows.len() <= most {
            return Ok(Page { items: rows, next: None });
        }
        if self.limit == 0 {
            let what = F::WHAT;
            let message = format!("there are more than {ALL_AT_MOST} {what}: ask for pages of up to {LARGEST_LIMIT}, one after the other");
            return Err(ListingError::new("limit", message));
        }
        rows.truncate(most);
        let next = rows.last().map(|last| Cursor::of(self.mark, keys(&self.order, last)));
        Ok(Page { items: rows, next })
    }
}

impl<F: Field> Listing<F> {
    /// A page of what was chosen among what a store answered, where it was not looked through to the end: it goes on behind `looked`, the last thing
    /// that was looked at.
    pub(crate) fn cut_short<T: Listed<Field = F>>(&self, items: Vec<T>, looked: Option<&T>) -> Page<T> {
        let next = looked.map(|last| Cursor::of(self.mark, keys(&self.order, last)));
        Page { items, next }
    }
}

/// The first page of everything, in the usual order.
impl<F: Field> Default for Listing<F> {
    fn default() -> Self {
        let mark = Mark::of(F::WHAT, F::ORDER, &[]);
        Self { filters: Vec::new(), order: order::usual(), after: None, limit: DEFAULT_LIMIT, offset: 0, mark }
    }
}
