//! The web interface in a real browser.

mod accessibility;
mod first;
mod forms;
mod journey;
