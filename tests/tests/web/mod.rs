//! The web interface, as browsers without scripts use it.

mod avatars;
mod desk;
mod escaping;
mod files;
mod forgery;
mod lives;
mod mail;
mod registries;
mod resets;
mod rights;
mod rooted;
mod sealed;
mod secrets;
mod sessions;
mod sign_in;
mod simulate;
mod status;
mod troubles;
mod undo;
