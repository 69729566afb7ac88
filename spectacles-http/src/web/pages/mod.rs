//! The pages.

mod access;
mod audit;
mod dashboard;
pub(super) mod error;
mod keys;
mod login;
mod namespaces;
mod preferences;
mod register;
mod registries;
mod related;
mod search;
mod users;

use super::page::Page;

/// Every page, by the part of the interface it belongs to.
pub(super) fn all() -> Vec<Vec<Page>> {
    vec![
        access::pages(),
        audit::pages(),
        dashboard::pages(),
        keys::pages(),
        login::pages(),
        namespaces::pages(),
        preferences::pages(),
        register::pages(),
        registries::pages(),
        search::pages(),
        users::pages(),
    ]
}
