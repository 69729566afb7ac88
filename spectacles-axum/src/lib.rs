//! Spectacles in an axum server.
//!
//! ```
//! use axum::{Router, routing::get};
//! use spectacles_axum::Caller;
//! use spectacles_http::Surface;
//!
//! /// A handler of your own, for users of Spectacles.
//! async fn hello(caller: Caller) -> String {
//!     format!("hello {}", caller.name())
//! }
//!
//! fn app(surface: Surface) -> Router {
//!     Router::new()
//!         .route("/hello", get(hello))
//!         .merge(spectacles_axum::router(&surface))
//!         .with_state(surface)
//! }
//! ```
//!
//! | item | what it is for |
//! |---|---|
//! | [`router`] | every path of the [`Surface`](spectacles_http::Surface) as a route, to merge into or nest in a router of yours |
//! | [`app`] | the same, answering every other path as well |
//! | [`Caller`], [`AdminCaller`] | extractors for handlers of your own |
//!
//! Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, or put a [`Peer`](spectacles_http::Peer) into the extensions of the
//! requests: without it failed logins are limited by account only.

mod caller;
mod mount;

pub use caller::{AdminCaller, Caller};
pub use mount::{app, router};
