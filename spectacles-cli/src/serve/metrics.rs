//! Metrics for Prometheus, at an address of their own: they are not for everybody who may ask for tokens.

use super::listen::{self, Door, Ends};
use super::room::Room;
use super::stop::Stop;
use crate::failure::Failure;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Seconds, from a token by remembered credentials to a password that waits for its turn.
const BUCKETS: [f64; 14] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// How often samples that nobody has asked for are put into their buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// What is measured in this process.
pub(super) struct Metrics(PrometheusHandle);

impl Metrics {
    /// Begins to measure. Before that, measuring is free and leads to nothing.
    pub(super) fn install() -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::failed(format!("nothing can be measured: {error}"));
        let handle = PrometheusBuilder::new()
            .set_buckets(&BUCKETS)
            .map_err(|error| failed(&error))?
            .install_recorder()
            .map_err(|error| failed(&error))?;
        describe_counter!("spectacles_http_requests_total", "Answered requests");
        describe_histogram!("spectacles_http_request_seconds", "How long answers took");
        describe_counter!("spectacles_tokens_total", "Issued tokens");
        describe_gauge!("spectacles_decisions_waiting", "Decisions that are not recorded yet");
        describe_counter!("spectacles_decisions_lost_total", "Decisions that could not be recorded: there was no room for them");
        describe_counter!("spectacles_notifications_total", "Notifications of registries, by what became of them");
        describe_counter!("spectacles_events_total", "Events in notifications");
        describe_gauge!("spectacles_events_waiting", "Events that are not written yet");
        describe_counter!("spectacles_events_lost_total", "Events that the database did not take");
        describe_counter!("spectacles_log_lines_dropped_total", "Log lines that could not be written in time");
        describe_gauge!("spectacles_build_info", "The version, as a label");
        gauge!("spectacles_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(Self(handle))
    }

    /// Serves `/metrics` until it is time to stop.
    pub(super) async fn serve(self, listener: TcpListener, dropped_lines: impl Fn() -> u64 + Send + Sync + 'static, stop: Stop) {
        let handle = Arc::new(self.0);
        if let Ok(address) = listener.local_addr() {
            tracing::info!("metrics on http://{address}/metrics");
        }
        let dropped = counter!("spectacles_log_lines_dropped_total");
        let upkeep = async {
            loop {
                dropped.absolute(dropped_lines());
                handle.run_upkeep();
                tokio::time::sleep(UPKEEP).await;
            }
        };
        let door = Door { listener, room: Room::new(Vec::new()), tls: None };
        let serving = listen::serve(door, &stop, |_: Ends| {
            let handle = Arc::clone(&handle);
            service_fn(move |request: Request<Incoming>| ready(Ok::<_, Infallible>(answer(&request, &handle))))
        });
        tokio::select! {
            () = upkeep => {}
            () = serving => {}
        }
    }
}

fn answer(request: &Request<Incoming>, metrics: &PrometheusHandle) -> Response<Full<Bytes>> {
    let found = request.uri().path() == "/metrics";
    let body = if found { metrics.render() } else { "metrics are at /metrics\n".to_owned() };
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = if found { StatusCode::OK } else { StatusCode::NOT_FOUND };
    // https://prometheus.io/docs/instrumenting/exposition_formats/
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    answer
}
