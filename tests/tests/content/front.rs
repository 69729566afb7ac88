//! A proxy in front of a registry, as documentation says that one is to be set up: what clients search goes to the server, all else to the
//! registry.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use std::thread::{self, JoinHandle};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// The running proxy.
pub(super) struct Front {
    pub(super) port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Behind {
    registry: String,
    server: String,
    service: String,
    client: reqwest::Client,
}

impl Front {
    /// In front of the registry at this address, with this server beside it.
    pub(super) fn start(registry: String, server: String, service: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let behind = Behind { registry, server, service: service.to_owned(), client };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                let app = Router::new().fallback(pass).with_state(behind);
                let served = axum::serve(listener, app).with_graceful_shutdown(async {
                    let _ = stopped.await;
                });
                served.await.expect("it served");
            });
        });
        Self { port, stop: Some(stop), thread: Some(thread) }
    }

    pub(super) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Connections that clients keep open would keep it; they end with the process.
        drop(self.thread.take());
    }
}

async fn pass(State(behind): State<Behind>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().expect("a path").as_str();
    let is_searched = path.starts_with("/v1/") || path.starts_with("/v2/search") || path.starts_with("/v2/_catalog");
    let target = if is_searched { &behind.server } else { &behind.registry };
    let mut sent = behind.client.request(parts.method, format!("{target}{path}"));
    for (name, value) in &parts.headers {
        sent = sent.header(name, value);
    }
    if is_searched {
        sent = sent.header("x-spectacles-registry", &behind.service);
    }
    let answer = sent.body(to_bytes(body, usize::MAX).await.expect("a body")).send().await.expect("an answer");
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers().iter().filter(|(name, _)| *name != "transfer-encoding") {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.bytes().await.expect("a body"))).expect("a response")
}
