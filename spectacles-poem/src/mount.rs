//! Mounting the surface.

use bytes::Bytes;
use http::response::Parts;
use http_body_util::combinators::BoxBody;
use poem::{Body, Endpoint, Request, Response, ResponseParts, Route};
use spectacles_http::{Peer, Surface};

/// Adds every path of the surface to these routes. What has them may be nested.
pub fn routes(surface: &Surface, routes: Route) -> Route {
    surface.paths().fold(routes, |routes, path| routes.at(translated(path), Mounted(surface.clone())))
}

/// The surface as an application of its own: paths it does not have get its 404.
pub fn app(surface: &Surface) -> Route {
    let routes = routes(surface, Route::new()).at("/*", Mounted(surface.clone()));
    // At the root of everything there is a page already.
    if surface.paths().any(|path| path == "/") { routes } else { routes.at("/", Mounted(surface.clone())) }
}

struct Mounted(Surface);

impl Endpoint for Mounted {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let peer = peer(&request);
        let (parts, body) = request.into_parts();
        let body: BoxBody<Bytes, std::io::Error> = body.into();
        let mut neutral = http::Request::new(body);
        *neutral.method_mut() = parts.method;
        *neutral.uri_mut() = parts.uri;
        *neutral.version_mut() = parts.version;
        *neutral.headers_mut() = parts.headers;
        *neutral.extensions_mut() = parts.extensions;
        if let Some(peer) = peer {
            neutral.extensions_mut().insert(peer);
        }

        Ok(response(self.0.serve(neutral).await))
    }
}

/// The same response as poem knows it.
pub(crate) fn response(answer: http::Response<Bytes>) -> Response {
    let (Parts { status, version, headers, extensions, .. }, body) = answer.into_parts();
    Response::from_parts(ResponseParts { status, version, headers, extensions }, Body::from(body))
}

/// The peer's address: what a middleware has set, or else what poem knows.
pub(crate) fn peer(request: &Request) -> Option<Peer> {
    let set = request.extensions().get::<Peer>().copied();
    set.or_else(|| request.remote_addr().as_socket_addr().map(|address| Peer(address.ip())))
}

/// A path of the surface as poem writes it: `/users/:user` for `/users/{user}`.
fn translated(path: &str) -> String {
    let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(rest) if rest.starts_with('*') => rest.to_owned(),
        Some(name) => format!(":{name}"),
        None => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
