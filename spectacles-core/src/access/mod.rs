//! Who may do what.
//!
//! [`decide`] is the one decision function: tokens, lists and checks all ask it, nothing else decides. It looks at [facts](Facts) and
//! at nothing else, so that it can be used alone.

mod because;
mod decide;
mod entry;
mod facts;
mod index;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod path_tests;
mod paths;
pub mod questions;
mod state;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use because::{Because, Reason, Rule};
pub use decide::{Decision, Question, RegistryState, Subject, decide, decide_catalog};
pub use entry::NamespaceEntry;
pub use facts::{ApiTokenFacts, AppFacts, GroupFacts, NamespaceFacts, RegistryFacts, SecretFacts, ServiceAccountFacts, UserFacts};
pub use index::NamespaceIndex;
pub use paths::PathRule;
pub(crate) use paths::answers_for;
pub use state::{Facts, subject_of};
