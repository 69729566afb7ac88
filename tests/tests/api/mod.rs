//! The REST API of a running server.

mod conventions;
mod desk;
mod races;
