//! The ways a request can take.

use super::suite::Case;
use super::twin;
use axum::response::IntoResponse as _;
use axum::routing::get;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use poem::{Endpoint as _, EndpointExt as _, IntoEndpoint as _};
use spectacles_http::Surface;
use std::collections::BTreeMap;
use tower::ServiceExt as _;

/// What came back. Headers are compared with everything in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, Vec<Vec<u8>>>,
    pub(super) body: Vec<u8>,
}

impl Exchange {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.headers.get(name)?.first()?).ok()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn new(status: http::StatusCode, headers: &http::HeaderMap, body: Bytes) -> Self {
        let mut all = BTreeMap::<_, Vec<_>>::new();
        for (name, value) in headers {
            all.entry(name.to_string()).or_default().push(value.as_bytes().to_vec());
        }
        Self { status: status.as_u16(), headers: all, body: body.to_vec() }
    }
}

enum Way {
    Direct(Surface),
    Axum(axum::Router),
    Poem(poem::endpoint::BoxEndpoint<'static, poem::Response>),
}

/// One way, and where the surface is on it.
pub(super) struct Host {
    pub(super) name: &'static str,
    prefix: &'static str,
    way: Way,
}

impl Host {
    /// The direct way first.
    pub(super) async fn all() -> Vec<Self> {
        let host = |name, prefix, way| Self { name, prefix, way };
        let nested = |surface: &Surface| axum::Router::new().nest("/some/where", shared_axum(surface)).with_state(surface.clone());
        let (axum, shared, below) = (twin::surface().await, twin::surface().await, twin::surface().await);
        let (poem, together, under) = (twin::surface().await, twin::surface().await, twin::surface().await);
        vec![
            host("no framework", "", Way::Direct(twin::surface().await)),
            host("axum, alone", "", Way::Axum(spectacles_axum::app(&axum))),
            host("axum, beside others", "", Way::Axum(shared_axum(&shared).with_state(shared.clone()))),
            host("axum, nested", "/some/where", Way::Axum(nested(&below))),
            host("poem, alone", "", Way::Poem(boxed(spectacles_poem::app(&poem), &poem))),
            host("poem, beside others", "", Way::Poem(boxed(shared_poem(&together), &together))),
            host("poem, nested", "/some/where", Way::Poem(boxed(poem::Route::new().nest("/some/where", shared_poem(&under)), &under))),
        ]
    }

    /// Whether other routes are beside those of the surface.
    pub(super) fn is_shared(&self) -> bool {
        self.name.contains("others") || self.name.contains("nested")
    }

    /// Whether this way knows what `case` is about: a surface beside others does not answer for paths that are not its own.
    fn answers(&self, case: &Case) -> bool {
        !(self.is_shared() && case.unknown_path)
    }

    pub(super) async fn ask(&self, case: &Case) -> Exchange {
        if !self.answers(case) {
            return Self { name: "no framework", prefix: "", way: Way::Direct(twin::surface().await) }.ask_here(case).await;
        }
        self.ask_here(case).await
    }

    async fn ask_here(&self, case: &Case) -> Exchange {
        let request = case.request(self.prefix);
        match &self.way {
            Way::Direct(surface) => {
                let (parts, body) = surface.serve(request.map(Full::new)).await.into_parts();
                Exchange::new(parts.status, &parts.headers, body)
            }
            Way::Axum(router) => {
                let answer = router.clone().oneshot(request.map(axum::body::Body::from)).await.into_response();
                let (parts, body) = answer.into_parts();
                Exchange::new(parts.status, &parts.headers, body.collect().await.expect("a body").to_bytes())
            }
            Way::Poem(endpoint) => {
                let (parts, body) = request.into_parts();
                let mut asked = poem::Request::builder().method(parts.method).uri(parts.uri).finish();
                *asked.headers_mut() = parts.headers;
                asked.set_body(body);
                let answer = endpoint.get_response(asked).await;
                let (status, headers) = (answer.status(), answer.headers().clone());
                Exchange::new(status, &headers, answer.into_body().into_bytes().await.expect("a body"))
            }
        }
    }
}

fn shared_axum(surface: &Surface) -> axum::Router<Surface> {
    async fn me(caller: spectacles_axum::Caller) -> String {
        caller.name().to_string()
    }
    async fn admin(caller: spectacles_axum::AdminCaller) -> String {
        caller.name().to_string()
    }
    let own = axum::Router::new().route("/hello", get(async || "hello")).route("/me", get(me)).route("/admin", get(admin));
    own.merge(spectacles_axum::router(surface))
}

fn shared_poem(surface: &Surface) -> poem::Route {
    #[poem::handler]
    fn hello() -> &'static str {
        "hello"
    }
    #[poem::handler]
    fn me(caller: spectacles_poem::Caller) -> String {
        caller.name().to_string()
    }
    #[poem::handler]
    fn admin(caller: spectacles_poem::AdminCaller) -> String {
        caller.name().to_string()
    }
    let own = poem::Route::new().at("/hello", poem::get(hello)).at("/me", poem::get(me)).at("/admin", poem::get(admin));
    spectacles_poem::routes(surface, own)
}

fn boxed(route: poem::Route, surface: &Surface) -> poem::endpoint::BoxEndpoint<'static, poem::Response> {
    route.data(surface.clone()).into_endpoint().map_to_response().boxed()
}
