//! Access decisions and token signing for container registries, without any I/O.

pub mod access;
pub mod auth;
pub mod id;
pub mod key;
pub mod live;
pub mod model;
pub mod name;
pub mod random;
pub mod right;
pub mod scope;
pub mod service;
pub mod store;
pub mod time;
pub mod token;
