//! Registries over HTTP.
//!
//! [`HttpConnector`] reaches them as the core wants it, by [`Connector`](spectacles_core::registry::Connector). The process must have a default
//! provider of cryptography for rustls.
//!
//! What holds for every request:
//!
//! * Credentials go to the registry itself and to nobody else. Where a registry sends us for tokens is never asked: tokens are made in this
//!   process. Redirects are not followed, but for blobs, which storage may give out: without credentials.
//! * Addresses that only this machine can reach are not reached for others. Proxies of the environment are not used.
//! * [`Limits`] bound the time that is waited and the bytes that are read. What can be repeated is tried again when a failure may pass.
//! * What comes is checked: names by their grammar, manifests and small blobs by their digests, lists by whether they go on.
//! * Errors hold nothing of what the other side sent, but its status, and code and message of an error in the form of registries.

mod address;
mod blobs;
mod challenge;
mod client;
mod connector;
mod limits;
mod link;
mod lists;
mod login;
mod manifests;
mod ping;
mod reply;
mod session;
mod tls;
mod trouble;
mod uploads;

pub use connector::HttpConnector;
pub use limits::Limits;
