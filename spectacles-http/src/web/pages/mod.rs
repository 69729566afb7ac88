//! The pages.

mod dashboard;
pub(super) mod error;
mod login;
mod preferences;
mod register;
mod users;

use super::page::Page;

/// Every page, by the part of the interface it belongs to.
pub(super) fn all() -> Vec<Vec<Page>> {
    vec![dashboard::pages(), login::pages(), register::pages(), preferences::pages(), users::pages()]
}
