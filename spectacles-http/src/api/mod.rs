//! The REST API, under `/api/v1`.
//!
//! Everything is made from one [table] of [operations](operation::Operation): routes, the `Allow` header, checks of what may come, and the OpenAPI
//! document. What all of them have in common is done [here](dispatch), once; an operation only says what it does.

mod access;
mod activity;
mod apps;
mod audit;
mod avatars;
mod body;
mod call;
mod copies;
mod dispatch;
pub(crate) mod docs;
mod fields;
mod groups;
mod keys;
mod me;
mod namespaces;
mod openapi;
mod operation;
mod pages;
pub(crate) mod path;
mod preconditions;
mod registries;
mod related;
mod reply;
mod repositories;
mod retention;
mod rights;
mod search;
mod services;
mod sessions;
mod simulation;
mod state;
mod status;
mod strict;
mod table;
mod tags;
mod tokens;
mod topic;
mod users;

pub(crate) use dispatch::{Desk, answer, decoded, in_time, parts};
pub use openapi::openapi;
pub(crate) use openapi::{description, state_schema};
pub(crate) use operation::{Operation, ROOT};
pub(crate) use table::table;
