//! What the page shows.

use super::kinds::Kind;
use askama::Template;

/// All of it.
#[derive(Template)]
#[template(path = "api.html")]
pub(super) struct Page<'a> {
    pub(super) version: &'a str,
    /// HTML, like every text.
    pub(super) introduction: String,
    /// What all operations have in common.
    pub(super) conventions: String,
    pub(super) chapters: Vec<Chapter<'a>>,
    pub(super) problems: Vec<Problem>,
    pub(super) schemas: Vec<Schema<'a>>,
}

/// The operations about one kind of things.
pub(super) struct Chapter<'a> {
    pub(super) name: &'a str,
    pub(super) text: String,
    pub(super) operations: Vec<Operation<'a>>,
}

/// One operation.
pub(super) struct Operation<'a> {
    pub(super) id: &'a str,
    pub(super) method: String,
    pub(super) path: &'a str,
    pub(super) summary: &'a str,
    pub(super) text: String,
    pub(super) parameters: Vec<Field<'a>>,
    pub(super) body: Vec<Field<'a>>,
    /// Where the fields of the body are described, when they are of a kind of their own.
    pub(super) media: Vec<&'a str>,
    pub(super) success: &'a str,
    pub(super) success_text: &'a str,
    pub(super) shown: Vec<Field<'a>>,
    /// Whether it is a list of what has these fields.
    pub(super) is_list: bool,
    /// An example of what is shown.
    pub(super) example: String,
    /// The other statuses.
    pub(super) others: Vec<&'a str>,
    pub(super) curl: String,
}

/// A parameter, or a field of an object.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    /// Where it is: `path`, `query` or `header`; empty for fields.
    pub(super) place: &'a str,
    pub(super) required: bool,
    pub(super) kind: Kind,
    pub(super) text: String,
}

/// A status that says that something is wrong.
pub(super) struct Problem {
    pub(super) status: u64,
    pub(super) text: String,
}

/// What several operations take or show.
pub(super) struct Schema<'a> {
    pub(super) name: &'a str,
    pub(super) text: String,
    pub(super) fields: Vec<Field<'a>>,
    /// The words there are, and what they mean.
    pub(super) words: Vec<(&'a str, String)>,
    /// What it is, where it is no object.
    pub(super) kind: Option<Kind>,
}
