//! Where a page ends.

use super::error::ListingError;
use super::field::{Field, Kind};
use super::filter::Value;
use super::order::Key;
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Longer than any: a key is a text of a thousand signs at most, and there are few.
const LONGEST: usize = 32_768;

/// A part of a list, and how to get the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The things, in order.
    pub items: Vec<T>,
    /// Where the next page begins, when there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page of something else.
    pub fn with<U>(self, items: Vec<U>) -> Page<U> {
        Page { items, next: self.next }
    }
}

/// The place behind the last thing of a page, for whoever asks for the next one with the same filters and order. Base64url.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// As it is handed out.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn of(mark: Mark, keys: Vec<Value>) -> Self {
        // Numbers and text can always be written.
        Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Held { mark: mark.0, keys }).unwrap_or_default()))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What a cursor holds.
#[derive(Serialize, Deserialize)]
struct Held {
    #[serde(rename = "m")]
    mark: [u8; 8],
    #[serde(rename = "k")]
    keys: Vec<Value>,
}

/// Tells lists of different things, filters and orders apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(pub(super) [u8; 8]);

impl Mark {
    pub(super) fn of(what: &str, order: &str, filters: &[&str]) -> Self {
        let mut context = Context::new(&SHA256);
        for text in [what, order].iter().chain(filters) {
            context.update(text.as_bytes());
            // No text that is accepted has it.
            context.update(&[0]);
        }
        let digest = context.finish();
        let mut mark = [0; 8];
        mark.iter_mut().zip(digest.as_ref()).for_each(|(place, byte)| *place = *byte);
        Self(mark)
    }
}

/// The keys behind which a page begins.
pub(super) fn read<F: Field>(text: &str, mark: Mark, order: &[Key<F>]) -> Result<Vec<Value>, ListingError> {
    let wrong = |message: &str| ListingError::new("after", message);
    let junk = || wrong("this is no cursor: hand back what came as `next` with the page before, or leave it out for the first page");
    if text.len() > LONGEST {
        return Err(junk());
    }
    let held = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice::<Held>(&bytes).ok());
    let held = held.ok_or_else(junk)?;
    if held.mark != mark.0 {
        return Err(wrong("this cursor belongs to another list: filters and order must be those of the page before"));
    }
    let fits = |(value, key): (&Value, &Key<F>)| match (value, key.field.kind()) {
        // No database stores it, and one even refuses to be asked.
        (Value::Text(text), Kind::Text | Kind::Word(_)) => !text.contains('\0'),
        (Value::Number(_), Kind::Number | Kind::Moment | Kind::Boolean) => true,
        (Value::Text(_) | Value::Number(_), _) => false,
    };
    if held.keys.len() != order.len() || !held.keys.iter().zip(order).all(fits) {
        return Err(junk());
    }
    Ok(held.keys)
}
