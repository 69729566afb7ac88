//! Who may do what.

mod facts;

pub use facts::{NamespaceFacts, RegistryFacts, UserFacts};
