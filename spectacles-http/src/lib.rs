//! The HTTP surface of Spectacles, for any framework.
//!
//! A [`Surface`] is one total function from requests to responses: routing, methods, limits, headers and errors are settled in it, so that
//! every framework answers the same. Adapters (`spectacles-axum`, `spectacles-poem`) register its [paths](Surface::paths) as routes of their
//! own and hand every request over with [`Surface::serve`].
//!
//! | path | what it is |
//! |---|---|
//! | `/token_auth`, `/token` | token requests of registry clients: GET with Basic credentials, POST as an OAuth2 form |
//! | `/jwks.json` | the public keys, for registries from 3.0 on (RFC 7517) |
//! | `/certificates.pem` | the certificates to trust, for the `rootcertbundle` of a registry |
//! | `/healthz` | the process answers |
//! | `/readyz` | it can do its work |
//! | `/version` | the version |
//! | `/api/v1/...` | the REST API: everything that is administered |
//! | `/api/v1/openapi.json`, `/api/docs` | what it can do, for programs and for people |
//!
//! [`Local`] answers requests to the API over a store without a server, and `client`, behind the feature of that name, makes them: typed, to either.
//! `registry`, behind the feature of that name, reaches registries. What the API shows and takes beside the views and forms of the use cases is in [`resources`].
//!
//! Whoever runs a surface also runs [`follow`], which takes over what other processes change in the store, and
//! records there what was decided.

mod address;
mod answer;
mod api;
mod avatar;
mod body;
mod caller;
pub mod client;
mod events;
mod follow;
mod front;
mod gzip;
mod keys;
mod local;
mod observe;
mod parameters;
mod probes;
mod problem;
mod record;
#[cfg(feature = "registry")]
pub mod registry;
pub mod registry_config;
mod request_id;
mod reset;
pub mod resources;
mod routes;
mod status;
mod surface;
mod token;
mod web;

pub use address::Peer;
pub use api::openapi;
pub use events::events_path;
pub use follow::follow;
pub use local::Local;
pub use record::flush;
pub use reset::reset_link;
pub use surface::{BadPath, Settings, Surface, TOKEN_PATH};
pub use web::pages;
