//! The things Spectacles knows, as stores keep them and people see them.
//!
//! Plain data: whatever a field's type admits is valid. `New...` is what a store needs to create one; the store adds the id.

mod audit;
mod group;
mod key;
mod namespace;
mod registry;
mod token;
mod user;
mod words;

pub use audit::{AuditEntry, AuditRecord};
pub use group::{Group, NewGroup};
pub use key::StoredKey;
pub use namespace::{Grant, Grantee, Namespace, NewNamespace};
pub use registry::{Anonymous, NewRegistry, Registry};
pub use token::{Algorithm, BadLifetime, KidStyle, TokenLifetime, TokenSettings};
pub use user::{NewUser, PasswordHash, User};
pub use words::UnknownWord;
