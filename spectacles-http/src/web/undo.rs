//! Taking back what was just taken away.
//!
//! The form that takes something away says which form would bring it back. Where it was done, the browser keeps that for the next page, with a
//! sign that it comes from us, and the page shows it as a button.

use super::form;
use aws_lc_rs::{constant_time, hmac};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use form_urlencoded::Serializer;

/// The longest that a browser is given to keep; what needs more cannot be taken back.
const LONGEST: usize = 2_000;
/// What separates what a cookie says.
const BETWEEN: char = '~';

/// A form that brings something back, in the making.
pub(crate) struct Undo(Vec<(String, String)>);

impl Undo {
    /// A form for this operation.
    pub(crate) fn by(operation: &str) -> Self {
        Self(vec![("_do".to_owned(), operation.to_owned())])
    }

    /// With a part of the path of the operation.
    pub(crate) fn at(self, name: &str, value: impl ToString) -> Self {
        self.with(&format!(":{name}"), value)
    }

    /// With a field.
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// With a field, where there is something in it.
    pub(crate) fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// As the field of a form.
    pub(crate) fn written(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

/// What a cookie says: what was done, and what would take it back. `key` is what only pages of this visitor have.
pub(crate) fn seal(operation: &str, undo: Option<&str>, key: &str) -> String {
    match undo.filter(|undo| undo.len() <= LONGEST && is_opposite(undo)) {
        Some(undo) => format!("{operation}{BETWEEN}{}{BETWEEN}{}", BASE64.encode(undo), sign(undo, key)),
        None => operation.to_owned(),
    }
}

/// What was done, and the fields of the form that takes it back, where this visitor was given them.
pub(crate) fn open(cookie: &str, key: &str) -> (String, Vec<(String, String)>) {
    let mut parts = cookie.split(BETWEEN);
    let operation = parts.next().unwrap_or_default().to_owned();
    let undo = parts.next().and_then(|text| BASE64.decode(text).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
    let fields = undo.zip(parts.next()).filter(|(undo, signed)| {
        constant_time::verify_slices_are_equal(sign(undo, key).as_bytes(), signed.as_bytes()).is_ok() && is_opposite(undo)
    });
    let fields = fields.map(|(undo, _)| form_urlencoded::parse(undo.as_bytes()).into_owned().collect());
    (operation, fields.unwrap_or_default())
}

fn sign(undo: &str, key: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    BASE64.encode(hmac::sign(&key, undo.as_bytes()).as_ref())
}

/// Whether it brings something back, and takes nothing away.
fn is_opposite(undo: &str) -> bool {
    let operation = form_urlencoded::parse(undo.as_bytes()).find(|(name, _)| name == "_do");
    operation.and_then(|(_, id)| form::find(&id)).is_some_and(|operation| operation.method == http::Method::PUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_gave_to_this_visitor_is_taken_back() {
        let undo = Undo::by("groups.members.set").at("group", "Life & Times").at("user", "bob").maybe("until", None::<&str>);
        let cookie = seal("groups.members.delete", Some(&undo.written()), "his");
        let (operation, fields) = open(&cookie, "his");
        assert_eq!(operation, "groups.members.delete");
        let expected = [("_do", "groups.members.set"), (":group", "Life & Times"), (":user", "bob")];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(open(&cookie, "of somebody else").1.is_empty());
        let forged =
            cookie.replace(&BASE64.encode(undo.written()), &BASE64.encode(Undo::by("groups.members.set").at("group", "admins").written()));
        assert!(open(&forged, "his").1.is_empty());
        for useless in [Undo::by("groups.delete").written(), Undo::by("nothing").written(), "x".repeat(LONGEST + 1)] {
            assert_eq!(seal("groups.delete", Some(&useless), "his"), "groups.delete");
        }
        for junk in ["", "~", "groups.delete~~", "groups.delete~!~x"] {
            assert!(open(junk, "his").1.is_empty(), "{junk}");
        }
    }
}
