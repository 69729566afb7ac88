//! What is known of the content of registries.

pub(super) mod activities;
pub(super) mod manifests;
mod place;
pub(super) mod pulls;
pub(super) mod random;
pub(super) mod repositories;
pub(super) mod retention;
pub(super) mod search;
pub(super) mod synchronisation;
pub(super) mod tags;
