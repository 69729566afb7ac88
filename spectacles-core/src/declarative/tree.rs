//! What was read from a file, before anything is known of its meaning.

use serde_json::Value;
use std::fmt;

/// Where something is in a file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value, and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The value.
    pub node: Node,
    /// Where it is; nothing where it comes from no file.
    pub at: Option<Place>,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Nothing.
    Null,
    /// Text, a number or a truth value, as it was written. Which of them it is depends on what belongs there: a user may be called `on`.
    Scalar(String),
    /// A list.
    List(Vec<Tree>),
    /// Names with values, in the order of the file. A name may be there twice.
    Map(Vec<(Key, Tree)>),
}

/// A name in a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The name.
    pub name: String,
    /// Where it is.
    pub at: Option<Place>,
}

impl Node {
    /// What it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar(_) => "a single value",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        let node = match value {
            Value::Null => Node::Null,
            Value::Bool(value) => Node::Scalar(value.to_string()),
            Value::Number(number) => Node::Scalar(number.to_string()),
            Value::String(text) => Node::Scalar(text),
            Value::Array(items) => Node::List(items.into_iter().map(Self::from).collect()),
            Value::Object(fields) => {
                Node::Map(fields.into_iter().map(|(name, value)| (Key { name, at: None }, Self::from(value))).collect())
            }
        };
        Self { node, at: None }
    }
}
