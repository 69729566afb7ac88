//! Spectacles in a poem server.
//!
//! ```
//! use poem::{Endpoint, EndpointExt, Route, get, handler};
//! use spectacles_http::Surface;
//! use spectacles_poem::Caller;
//!
//! /// A handler of your own, for users of Spectacles.
//! #[handler]
//! async fn hello(caller: Caller) -> String {
//!     format!("hello {}", caller.name())
//! }
//!
//! fn app(surface: Surface) -> impl Endpoint {
//!     spectacles_poem::routes(&surface, Route::new().at("/hello", get(hello))).data(surface)
//! }
//! ```
//!
//! | item | what it is for |
//! |---|---|
//! | [`routes`] | adds every path of the [`Surface`](spectacles_http::Surface) to routes of yours, which may be nested |
//! | [`app`] | the surface alone, answering every other path as well |
//! | [`Caller`], [`AdminCaller`] | extractors for handlers of your own |

mod caller;
mod mount;

pub use caller::{AdminCaller, Caller};
pub use mount::{app, routes};
