//! The use cases: what people and programs do with Spectacles.
//!
//! There are two sides. [`Spectacles`] is the running server: it authenticates and issues tokens, by facts in memory.
//! [`Administration`] changes what is known: every change needs an [`Administrator`], a proof that somebody may make it, which also
//! names him in the audit trail. Commands at the machine itself have it by being there ([`Administration::operator`]); requests get one
//! by a check ([`Spectacles::administrator`]).
//!
//! | use cases | of |
//! |---|---|
//! | [`Users`], [`Groups`], [`Registries`], [`Namespaces`] | what is administered |
//! | [`Keys`] | the signing keys |
//! | [`explain()`] | questions about decisions |
//! | [`Audit`] | what was done |
//!
//! Every change and its audit entry are one transaction, and the facts of this process follow it before the call returns.

mod administration;
mod audit;
mod change;
mod decisions;
mod error;
mod explain;
mod find;
mod groups;
mod keys;
mod namespaces;
mod registries;
mod rehearsal;
mod spectacles;
mod tokens;
mod users;

pub use administration::{Administration, Administrator};
pub use audit::Audit;
pub use decisions::RecordingState;
pub use error::Error;
pub use explain::{Explanation, Who, explain};
pub use groups::{GroupChanges, GroupView, Groups};
pub use keys::{KeyView, Keys};
pub use namespaces::{CreateNamespace, GranteeName, NamedGrant, NamespaceChanges, NamespaceView, Namespaces};
pub use registries::{CreateRegistry, Registries, RegistryChanges};
pub use rehearsal::Rehearsal;
pub use spectacles::{Builder, Caller, Settings, Spectacles, StartError};
pub use tokens::{TokenError, TokenRequest};
pub use users::{CreateUser, UserChanges, UserView, Users};
