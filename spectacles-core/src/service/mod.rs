//! The use cases: what people and programs do with Spectacles.
//!
//! There are two sides. [`Spectacles`] is the running server: it authenticates and issues tokens, by facts in memory.
//! [`Administration`] changes what is known: every change needs an [`Administrator`], a proof that somebody may make it, which also
//! names him in the audit trail. Commands at the machine itself have it by being there ([`Administration::operator`]); requests get one
//! by a check ([`Spectacles::administrator`]). Whoever is logged in has use cases of the same names ([`Spectacles::member`]): each checks where it
//! is done whether he is an administrator, an auditor, who reads everything and changes nothing, or somebody who has what is his.
//!
//! | use cases | of |
//! |---|---|
//! | [`Users`], [`Groups`], [`Apps`], [`Services`], [`Registries`], [`Namespaces`] | what is administered |
//! | [`Repositories`] | what registries hold |
//! | [`ActivityFeed`] | what happened, as far as it concerns somebody |
//! | [`Retentions`] | which tags stay |
//! | [`Tokens`] | API tokens and sessions of users |
//! | [`State`] | all of that as a document |
//! | [`Images`] | what is in registries themselves: copies |
//! | [`Keys`] | the signing keys |
//! | [`explain()`], [`who_can`], [`what_can`], [`matrix()`], [`what_changes`], [`replay()`] | questions about decisions |
//! | [`Audit`] | what was done |
//! | [`Administration::register`] | signing up |
//! | [`Users::password_reset`], [`Spectacles::forgot`], [`Spectacles::reset_password`] | setting a new password without the one there is |
//! | [`Administration::remove_expired`] | taking away what has expired |
//! | [`Administration::forget_requests`] | forgetting what was done once |
//! | [`Discovery`] | what registries hold, by looking |
//! | [`Spectacles::notify`] | the same, as they tell it |
//! | [`Rehearsal`] | what would be if |
//!
//! Every change and its audit entry are one transaction, and the facts of this process follow it before the call returns.

mod activity;
mod actor;
mod administration;
mod api_tokens;
mod apps;
mod audit;
mod avatars;
mod bearer;
mod begin;
mod change;
mod connection;
pub mod copying;
mod decisions;
mod discovery;
mod error;
mod events;
mod expiry;
mod find;
mod forgotten;
mod form;
mod grants;
mod groups;
mod holdings;
mod images;
mod keys;
mod known;
mod limits;
mod managing;
mod names;
mod namespace_view;
mod namespaces;
mod once;
mod outside;
mod pace;
mod pages;
mod passwords;
mod personal;
mod policies;
mod questions;
mod registration;
mod registries;
mod registry_check;
mod registry_groups;
mod registry_sync;
mod rehearsal;
mod relations;
mod repositories;
mod resets;
mod retention;
mod rooms;
mod search;
mod secrets;
mod services;
mod sessions;
mod sight;
mod spectacles;
mod state;
mod status;
mod tokens;
mod upgrades;
mod user_view;
mod users;

pub use activity::{ActivityFeed, ActivityView, ChangeView};
pub use administration::{Administration, Administrator, Member};
pub use api_tokens::{ApiTokenView, CreateToken, NewToken, Tokens};
pub use apps::{AppChanges, AppView, Apps, CreateApp};
pub use audit::Audit;
pub use bearer::Bearer;
pub use connection::{ConnectionChanges, NewConnection};
pub use decisions::RecordingState;
pub use discovery::{Discovery, GONE_FOR, Passed};
pub use error::Error;
pub use events::{EventsState, Notified, Receipt};
pub use groups::{CreateGroup, GroupChanges, GroupView, Groups};
pub use images::{CopiedImage, CopyImage, ImageSource, ImageTarget, Images};
pub use keys::{KeyView, Keys};
pub use limits::{LimitedGroup, LimitedMember, LimitedRelation, Related};
pub use namespace_view::{GranteeName, NamedAssignment, NamedGrant, NamespaceView};
pub use namespaces::{CreateNamespace, NamespaceChanges, Namespaces};
pub use once::{Done, Once};
pub use policies::Policies;
pub use questions::{
    AreaAnswer, Asker, Explanation, Given, GroupAnswer, Matrix, MatrixRow, Principal, PrincipalAnswer, Replayed, WhatChanges, Who, WhoCan,
    explain, matrix, replay, what_can, what_changes, who_can,
};
pub use registries::{CreateRegistry, Registries, RegistryChanges, RegistryView};
pub use registry_check::{CheckOutcome, CheckStep, CheckedThing, RegistryCheck};
pub use rehearsal::Rehearsal;
pub use repositories::{
    FoundRepository, FoundTag, ImageConsumer, ManifestView, Referrer, Repositories, RepositoryChanges, RepositoryView, TagView,
};
pub use resets::NewPasswordReset;
pub use retention::Retentions;
pub use search::{CatalogPage, Meant, SearchHit, Searcher};
pub use secrets::{NewSecret, SecretView};
pub use services::{CreateService, ServiceChanges, ServiceView, Services};
pub use sessions::{Session, SessionView};
pub use spectacles::{Builder, Caller, Settings, Spectacles, StartError};
pub use state::{Planned, Request, State, StateError};
pub(crate) use state::{free_text, stored_terms};
pub use tokens::{TokenError, TokenRequest};
pub use user_view::UserView;
pub use users::{CreateUser, UserChanges, Users};
