//! The ports to a store.
//!
//! A [`Store`] hands out transactions. A transaction is a value: dropping it rolls everything back, [`WriteTx::commit`] makes
//! it last. There is one small trait for each kind of thing, and one error, [`StoreError`].
//!
//! What every implementation must keep (the conformance suite of `spectacles-store` checks it):
//!
//! * write transactions happen one after the other, and everything a write transaction reads is the latest state: what was checked
//!   in a transaction still holds when it commits;
//! * a read transaction sees one moment;
//! * each committed write transaction raises the [`Revision`], and what it changed is reported by [`FactReads::changes_since`];
//! * the entries of an audit trail form a [chain](crate::audit): each is stored with its link, and the ends of the chain are stored apart;
//!   what is recorded in a log transaction does not raise the revision;
//! * unique names are unique: [`StoreError::Conflict`] otherwise, and the transaction stays usable;
//! * an update or removal of what does not exist is reported by `false`, not by an error;
//! * deleting leaves no orphans, and ids are never reused;
//! * lists are ordered by the bytes of the name, ids ascending where there is no name.

mod content;
mod error;
mod listing;
mod ports;

pub use content::{ContentReads, ContentTx, ContentWrites, RepositoryChoice, RepositorySearch, RetentionReads, RetentionWrites};
pub use error::{StoreError, Unique};
pub use listing::{BatchReads, ListingReads};
pub use ports::{
    ApiTokenReads, ApiTokenWrites, AppReads, AppWrites, AuditReads, AuditWrites, AvatarReads, AvatarWrites, Change, DecisionReads,
    ExpiryReads, FactReads, GroupReads, GroupWrites, KeyReads, KeyWrites, LeaseWrites, LogTx, NamespaceReads, NamespaceWrites,
    PasswordResetReads, PasswordResetWrites, ReadTx, RegistryReads, RegistryWrites, RelationReads, RelationWrites, RequestReads,
    RequestWrites, Revision, ServiceAccountReads, ServiceAccountWrites, Store, UserReads, UserWrites, Which, WriteTx,
};
