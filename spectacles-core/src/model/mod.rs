//! The things Spectacles knows, as stores keep them and people see them.
//!
//! Plain data: whatever a field's type admits is valid. `New...` is what a store needs to create one; the store adds the id.

mod api_token;
mod app;
mod audit;
mod avatar;
mod content;
mod decision;
mod expired;
mod group;
mod key;
mod namespace;
mod password_reset;
mod policies;
mod privileges;
mod registry;
mod request;
mod service_account;
mod status;
mod terms;
mod token;
mod user;
mod words;

pub use api_token::{ApiToken, Kind, NewApiToken, SessionOrigin, StoredApiToken, StoredTokenLimits, TokenLimits};
pub use app::{App, NewApp, Published, Relation};
pub use audit::{AuditEntry, AuditRecord};
pub use avatar::{Avatar, AvatarPicture, AvatarSize, UnknownSize};
pub use content::{
    Activity, ActivityKind, ActivityRecord, Consumer, DeleteTags, DeletionOutcome, Deletions, History, Layer, Manifest, ManifestDetails,
    Platform, Pulls, PutTag, Repository, RepositoryDescription, RepositoryRetention, Retention, RetentionPolicy, RetentionRule,
    RetentionRun, RetentionVerdict, Stars, StoredRetention, SyncProgress, SyncState, Tag, TagDeletion,
};
pub use decision::{Credential, DecisionEntry, DecisionFilter, DecisionRecord, Outcome, RecordedScope};
pub use expired::{Ended, Expired};
pub use group::{Group, NewGroup};
pub use key::StoredKey;
pub use namespace::{Assignment, Grant, Grantee, Namespace, NewNamespace};
pub use password_reset::PasswordReset;
pub use policies::{NamespaceCreation, PersonalNamespaces};
pub use privileges::{Privileges, UnknownPrivilege};
pub use registry::{Anonymous, Connection, LoginKind, NewRegistry, Policy, Registry, RegistryPassword, SyncSeconds};
pub use request::KeptRequest;
pub use service_account::{NewServiceAccount, SecretHash, ServiceAccount, ServiceSecret};
pub use status::{EffectiveSetting, HeldLease, RegistryStatus, StoreState};
pub use terms::{BadNetwork, Circumstances, Terms, TimedGroup, canonical_network, is_current, parse_network};
pub use token::{Algorithm, BadLifetime, KidStyle, TokenLifetime, TokenSettings};
pub use user::{NewUser, PasswordHash, User};
pub use words::UnknownWord;
