//! The configuration as a document: what it says, what that changes, and whether it keeps what it promises.
//!
//! ```text
//! file -> Tree -> Declaration -> Target -> Plan -> one transaction
//!                                  ^
//!                     what is known, as a Document
//! ```
//!
//! A [`Document`] names things instead of numbering them, and has no secrets. [`Declaration::read`] makes one of a [`Tree`], and finds
//! everything that is wrong with it at once. Laid over what is known it gives a [`Target`], and the difference is the [`Plan`]. All of that is
//! pure; [`State`](crate::service::State) reads what is known, and makes it what the document says.
//!
//! An importer from elsewhere is a function from what it reads to a [`Document`], and a report of what it could not take over: whatever is
//! checked, planned and applied from there on is the same.

mod assertions;
mod changes;
mod consequences;
mod document;
mod items;
mod plan;
mod read;
mod reader;
mod references;
mod scope;
mod target;
#[cfg(test)]
mod tests;
mod tree;

pub use assertions::{BrokenAssertion, check_assertions};
pub(crate) use changes::pairs;
pub use consequences::{Consequence, consequences};
pub use document::{
    Assertion, DeclaredApp, DeclaredGroup, DeclaredNamespace, DeclaredRegistry, DeclaredService, DeclaredUser, Document, VERSION, Whom,
};
pub use items::{Assigned, Granted, Grants, Members, RelatedGroups};
pub use plan::{FieldChange, Kind, Object, ObjectChange, Plan, Verb};
pub use read::Declaration;
pub use reader::Problem;
pub use scope::Scope;
pub use target::Target;
pub use tree::{Key, Node, Place, Tree};

/// The JSON Schema of documents.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Document).to_value()
}
