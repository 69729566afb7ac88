//! The seam between the one SQL text of this crate and the databases that run it.
//!
//! SQL is written once, with `?` for parameters. What differs between databases is how a transaction begins, how parameters are
//! spelled, where the id of a new row comes from and what errors mean; that is behind [`Backend`] and [`Session`], and nowhere else.
//! Two types are enough: numbers (ids, times, booleans as 0 and 1) and text.

use super::spelling::Spelling;
use async_trait::async_trait;
use spectacles_core::store::StoreError;
use spectacles_core::time::Timestamp;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Sees one moment: that of its first statement at the latest.
    Read,
    /// Every statement sees the latest state.
    Write,
}

/// A database.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    /// Begins a transaction on a connection of its own.
    async fn begin(&self, mode: Mode) -> Result<Box<dyn Session>, StoreError>;
}

/// A connection with a transaction. Dropping it rolls back.
#[async_trait]
pub(crate) trait Session: Send {
    /// Runs a statement; how many rows it has found to change.
    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError>;
    /// Runs a statement that was put together, and comes again; how many rows it has found to change.
    async fn run(&mut self, sql: String, values: &[Value<'_>]) -> Result<u64, StoreError>;
    /// Inserts a row into a table with an `id`, and returns that.
    async fn insert(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<i64, StoreError>;
    /// Runs a query.
    async fn fetch_all(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError>;
    /// Runs a query that was put together. One that `comes_again` is kept, and planned without regard to its parameters.
    async fn fetch(&mut self, sql: String, values: &[Value<'_>], comes_again: bool) -> Result<Vec<Row>, StoreError>;
    /// How to put one together.
    fn spelling(&self) -> &'static Spelling;
    /// Ends the transaction.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// A parameter. Typed also where it is NULL, because PostgreSQL wants to know.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Integer(Option<i64>),
    Text(Option<&'a str>),
    /// Text that other rows of the same statement have too.
    Shared(Option<&'a Arc<str>>),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Integer(Some(value.into()))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Integer(Some(value.into()))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Integer(Some(value.unix_millis()))
    }
}

impl From<Option<Timestamp>> for Value<'_> {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Integer(value.map(Timestamp::unix_millis))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(value: &'a Option<String>) -> Self {
        Self::Text(value.as_deref())
    }
}

impl<'a> From<&'a Option<Arc<str>>> for Value<'a> {
    fn from(value: &'a Option<Arc<str>>) -> Self {
        Self::Shared(value.as_ref())
    }
}

/// What a row has in one column.
#[derive(Debug)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Text(String),
}

/// A row, read column by column in the order of the query.
pub(crate) struct Row(std::vec::IntoIter<Cell>);

impl Row {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self(cells.into_iter())
    }

    /// The next column, a number.
    pub(crate) fn integer(&mut self) -> Result<i64, StoreError> {
        self.optional_integer()?.ok_or_else(|| broken("a number is missing"))
    }

    /// The next column, a number or nothing.
    pub(crate) fn optional_integer(&mut self) -> Result<Option<i64>, StoreError> {
        match self.0.next() {
            Some(Cell::Integer(number)) => Ok(Some(number)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Text(_)) => Err(broken("there is text where a number belongs")),
            None => Err(broken("a column is missing")),
        }
    }

    /// The next column, yes or no.
    pub(crate) fn boolean(&mut self) -> Result<bool, StoreError> {
        Ok(self.integer()? != 0)
    }

    /// The next column, a time.
    pub(crate) fn timestamp(&mut self) -> Result<Timestamp, StoreError> {
        self.integer().map(Timestamp::from_unix_millis)
    }

    /// The next column, a time or nothing.
    pub(crate) fn optional_timestamp(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.optional_integer()?.map(Timestamp::from_unix_millis))
    }

    /// The next column, text.
    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        self.optional_text()?.ok_or_else(|| broken("text is missing"))
    }

    /// The next column, text or nothing.
    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.0.next() {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Integer(_)) => Err(broken("there is a number where text belongs")),
            None => Err(broken("a column is missing")),
        }
    }

    /// The next column, text that must be a valid `T`.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&mut self) -> Result<T, StoreError> {
        self.text()?.parse().map_err(broken)
    }

    /// The next column, nothing or text that must be a valid `T`.
    pub(crate) fn optional_parsed<T: FromStr<Err: Display>>(&mut self) -> Result<Option<T>, StoreError> {
        self.optional_text()?.map(|text| text.parse()).transpose().map_err(broken)
    }
}

/// The database answered something that does not fit.
pub(crate) fn broken(reason: impl Display) -> StoreError {
    StoreError::Broken(reason.to_string())
}
