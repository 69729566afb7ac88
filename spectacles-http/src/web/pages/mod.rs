//! The pages.

mod about;
mod access;
mod activity;
mod apps;
mod audit;
mod avatars;
mod choices;
mod connection;
mod dashboard;
mod deletions;
mod effective;
pub(super) mod error;
mod first;
mod groups;
mod keys;
mod login;
mod logins;
mod namespaces;
mod password;
mod preferences;
mod register;
mod registries;
mod registry;
mod related;
mod repositories;
mod repository;
mod reset;
mod retention;
mod search;
mod services;
mod sessions;
mod simulate;
mod status;
mod tag;
mod tokens;
mod users;

use super::page::Page;

/// Every page, by the part of the interface it belongs to.
pub(super) fn all() -> Vec<Vec<Page>> {
    vec![
        about::pages(),
        access::pages(),
        activity::pages(),
        apps::pages(),
        audit::pages(),
        avatars::pages(),
        dashboard::pages(),
        first::pages(),
        groups::pages(),
        keys::pages(),
        login::pages(),
        namespaces::pages(),
        password::pages(),
        preferences::pages(),
        register::pages(),
        registries::pages(),
        registry::pages(),
        repositories::pages(),
        repository::pages(),
        retention::pages(),
        reset::pages(),
        search::pages(),
        services::pages(),
        sessions::pages(),
        simulate::pages(),
        status::pages(),
        tag::pages(),
        tokens::pages(),
        users::pages(),
    ]
}
