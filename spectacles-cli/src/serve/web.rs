//! The server: a surface behind a framework behind a socket.

use super::args::{Framework, WebSettings};
use super::listen::{self, Door, Ends};
use super::metrics::Metrics;
use super::room::Room;
use super::stop::Stop;
use super::tls::Tls;
use crate::failure::Failure;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use poem::Endpoint as _;
use poem::web::{LocalAddr, RemoteAddr};
use spectacles_core::service::Spectacles;
use spectacles_http::{Peer, Settings, Surface};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_service::Service as _;

/// A server that listens, but does not accept yet.
pub(crate) struct Web {
    settings: WebSettings,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    metrics: Option<(Metrics, TcpListener)>,
}

impl Web {
    /// Begins to listen, so that whatever is in the way of that is known before anything else happens.
    pub(crate) async fn bind(settings: WebSettings) -> Result<Self, Failure> {
        let tls = settings.tls.clone().map(Tls::new).transpose()?;
        let listener = listen::bind(&settings.listen, "--listen").await?;
        let address = listener.local_addr().map_err(|error| Failure::failed(format!("cannot listen: {error}")))?;
        let metrics = match &settings.metrics_listen {
            Some(address) => Some((Metrics::install()?, listen::bind(address, "--metrics-listen").await?)),
            None => None,
        };
        Ok(Self { settings, listener, address, tls, metrics })
    }

    /// What encrypts its connections.
    pub(super) fn tls(&self) -> Option<Tls> {
        self.tls.clone()
    }

    /// Accepts and answers until it is time to stop.
    pub(crate) async fn serve(
        self,
        app: Arc<Spectacles>,
        dropped_lines: impl Fn() -> u64 + Send + Sync + 'static,
        stop: Stop,
    ) -> Result<(), Failure> {
        let Self { settings, listener, address, tls, metrics } = self;
        let Settings { root, token_path, trusted_proxies, https: _, external_url: _ } = settings.surface.clone();
        // The recorder of metrics is installed by now: the surface takes its meters when it is made.
        let surface = Surface::new(app, settings.surface).map_err(|error| Failure::failed(error.to_string()))?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        if tls.is_none() && !address.ip().is_loopback() {
            tracing::warn!(
                "plain HTTP on {address}: passwords cross the network unencrypted, unless a proxy in front of this server encrypts"
            );
        }
        // Whoever says where clients reach this server says it with the root.
        let external = settings.external_url.unwrap_or_else(|| format!("{scheme}://{address}{root}"));
        let (framework, realm) = (settings.framework, format!("{}{token_path}", external.trim_end_matches('/')));
        tracing::info!(?framework, realm, "listening on {scheme}://{address}");
        if let Some((metrics, listener)) = metrics {
            tokio::spawn(metrics.serve(listener, dropped_lines, stop.clone()));
        }
        let door = Door { listener, room: Room::new(trusted_proxies), tls };
        match framework {
            Framework::Axum => axum(&surface, door, &stop).await,
            Framework::Poem => poem(&surface, door, &stop).await,
        }
        Ok(())
    }
}

async fn axum(surface: &Surface, door: Door, stop: &Stop) {
    let router = spectacles_axum::app(surface);
    listen::serve(door, stop, |ends: Ends| {
        let router = router.clone();
        service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(ends.remote.ip()));
            router.clone().call(request)
        })
    })
    .await;
}

async fn poem(surface: &Surface, door: Door, stop: &Stop) {
    let routes = Arc::new(spectacles_poem::app(surface));
    let scheme = if door.tls.is_some() { http::uri::Scheme::HTTPS } else { http::uri::Scheme::HTTP };
    listen::serve(door, stop, |ends: Ends| {
        let (routes, scheme) = (Arc::clone(&routes), scheme.clone());
        service_fn(move |request: Request<Incoming>| {
            let (routes, scheme) = (Arc::clone(&routes), scheme.clone());
            async move {
                let request = (request, LocalAddr(ends.local.into()), RemoteAddr(ends.remote.into()), scheme);
                Ok::<http::Response<_>, Infallible>(routes.get_response(request.into()).await.into())
            }
        })
    })
    .await;
}
