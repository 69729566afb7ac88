//! The web interface in a real browser.

mod accessibility;
mod account;
mod first;
mod forms;
mod journey;
