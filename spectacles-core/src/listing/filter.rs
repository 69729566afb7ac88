//! What a filter says.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a thing has in a field: booleans are 0 and 1, moments Unix milliseconds, words and what is absent are text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number.
    Number(i64),
    /// Text, ordered by its bytes.
    Text(String),
}

impl Value {
    /// Text, or nothing.
    pub fn optional(text: Option<impl AsRef<str>>) -> Self {
        Self::Text(text.map(|text| text.as_ref().to_owned()).unwrap_or_default())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Number(yes.into())
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Self::Number(moment.unix_millis())
    }
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// This.
    Fixed(Value),
    /// The moment that many milliseconds from now.
    FromNow(i64),
}

impl Operand {
    /// As it is at this moment.
    pub fn at(&self, now: Timestamp) -> Value {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::FromNow(millis) => Value::Number(now.unix_millis().saturating_add(*millis)),
        }
    }
}

/// Text with wildcards: what stands before, between and behind them, at least two pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub(super) Vec<String>);

impl Pattern {
    /// What stands before, between and behind the wildcards.
    pub fn pieces(&self) -> &[String] {
        &self.0
    }

    /// Whether a text is like this.
    pub fn fits(&self, text: &str) -> bool {
        let [first, between @ .., last] = self.0.as_slice() else { return false };
        let Some(rest) = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else { return false };
        let behind = between.iter().try_fold(rest, |rest, piece| rest.split_once(piece.as_str()).map(|(_, behind)| behind));
        behind.is_some()
    }
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The sign for it, here as in SQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    fn holds(self, one: &Value, other: &Value) -> bool {
        match self {
            Self::Less => one < other,
            Self::LessOrEqual => one <= other,
            Self::Greater => one > other,
            Self::GreaterOrEqual => one >= other,
        }
    }
}

/// What may be true of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It is less or more.
    Compare(Comparison, Operand),
    /// It is one of the values, or like one of the patterns. There is at least one of them.
    OneOf {
        /// Exactly so.
        values: Vec<Operand>,
        /// Like this.
        patterns: Vec<Pattern>,
    },
}

/// A condition, or its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Whether it must not be true.
    pub negated: bool,
    /// The condition.
    pub condition: Condition,
}

impl Test {
    /// Whether a value passes.
    pub fn passes(&self, value: &Value, now: Timestamp) -> bool {
        let holds = match &self.condition {
            Condition::Compare(comparison, with) => comparison.holds(value, &with.at(now)),
            Condition::OneOf { values, patterns } => {
                let like = |pattern: &Pattern| matches!(value, Value::Text(text) if pattern.fits(text));
                values.iter().any(|one| one.at(now) == *value) || patterns.iter().any(like)
            }
        };
        holds != self.negated
    }
}

/// What must be true of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter<F> {
    /// Which.
    pub field: F,
    /// At least one.
    pub tests: Vec<Test>,
    /// Whether one of the tests is enough.
    pub any: bool,
}

impl<F> Filter<F> {
    /// Whether a value passes.
    pub fn passes(&self, value: &Value, now: Timestamp) -> bool {
        let passes = |test: &Test| test.passes(value, now);
        if self.any { self.tests.iter().any(passes) } else { self.tests.iter().all(passes) }
    }
}
