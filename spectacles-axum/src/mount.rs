//! Mounting the surface.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::routing::any;
use http::{Extensions, Response};
use spectacles_http::{Peer, Surface};
use std::net::SocketAddr;

/// Every path of the surface as a route. Merge it into a router, or nest it.
pub fn router<S: Clone + Send + Sync + 'static>(surface: &Surface) -> Router<S> {
    surface.paths().fold(Router::new(), |router, path| {
        let surface = surface.clone();
        router.route(path, any(move |request| serve(surface.clone(), request)))
    })
}

/// The surface as an application of its own: paths it does not have get its 404.
pub fn app(surface: &Surface) -> Router {
    let elsewhere = surface.clone();
    router(surface).fallback(any(move |request| serve(elsewhere.clone(), request)))
}

async fn serve(surface: Surface, mut request: Request) -> Response<Body> {
    if let Some(peer) = peer(request.extensions()) {
        request.extensions_mut().insert(peer);
    }
    surface.serve(request).await.map(Body::from)
}

/// The peer's address: what a layer has set, or else what axum knows.
pub(crate) fn peer(extensions: &Extensions) -> Option<Peer> {
    let set = extensions.get::<Peer>().copied();
    set.or_else(|| extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| Peer(address.ip())))
}
