//! What things are listed by.

use std::fmt::{Debug, Write as _};

/// A field of a kind of things. The name is the one that it has in JSON.
pub trait Field: Copy + Eq + Debug + Send + Sync + 'static {
    /// Every field.
    const ALL: &'static [Self];
    /// What has these fields, many of them: `users`.
    const WHAT: &'static str;
    /// The order where nothing is said.
    const ORDER: &'static str;
    /// The id: unique, and never used again.
    const ID: Self;

    /// As it is called in JSON.
    fn name(self) -> &'static str;
    /// What it holds.
    fn kind(self) -> Kind;
    /// Whether things can be ordered by it.
    fn can_order(self) -> bool;
    /// Whether no two things have the same.
    fn is_unique(self) -> bool;
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text; also what is absent, as empty text.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Number,
    /// A moment.
    Moment,
    /// One of a few words. The function gives the spelling that is stored, or says which words there are.
    Word(fn(&str) -> Result<String, String>),
}

impl Kind {
    /// What it is, for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Moment => "a moment",
            Self::Word(_) => "a word",
        }
    }
}

/// The field of this name, or which there are among those that will do.
pub(super) fn find<F: Field>(name: &str, will_do: fn(F) -> bool) -> Result<F, String> {
    let mut fields = F::ALL.iter().copied().filter(|field| will_do(*field));
    if let Some(field) = fields.find(|field| field.name() == name) {
        return Ok(field);
    }
    let mut known = String::new();
    for field in F::ALL.iter().filter(|field| will_do(**field)) {
        let separator = if known.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(known, "{separator}{}", field.name());
    }
    Err(known)
}
