//! The access log, the trail of tokens, and metrics.
//!
//! | metric | labels | what it is |
//! |---|---|---|
//! | `spectacles_http_requests_total` | `route`, `status` | answered requests |
//! | `spectacles_http_request_seconds` | `route` | how long the answers took |
//! | `spectacles_tokens_total` | - | issued tokens |
//!
//! The recorder of the [`metrics`] crate must be installed before a surface is made.

use crate::answer::Answer;
use http::header::USER_AGENT;
use http::request::Parts;
use metrics::{Counter, Histogram, counter, histogram};
use spectacles_core::time::Clock;
use spectacles_core::token::{Granted, Issued};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The token that an answer carries, for the log.
#[derive(Clone)]
pub(crate) struct Note(pub(crate) Arc<Issued>);

/// Handles to the metrics, looked up once.
pub(crate) struct Observer {
    routes: Vec<Meters>,
    elsewhere: Meters,
    tokens: Counter,
}

struct Meters {
    route: String,
    seconds: Histogram,
    by_status: [OnceLock<Counter>; STATUSES.len()],
}

/// The statuses a surface answers with, and the one for clients that do not wait for it. Anything else is counted as the last.
const STATUSES: [u16; 14] = [200, 202, 401, 400, 403, 404, 405, 408, 413, 415, 429, 503, WENT_AWAY, 500];

/// As nginx calls it: the client closed the request. Nobody ever receives it.
const WENT_AWAY: u16 = 499;

impl Meters {
    fn new(route: &str) -> Self {
        let seconds = histogram!("spectacles_http_request_seconds", "route" => route.to_owned());
        Self { route: route.to_owned(), seconds, by_status: [const { OnceLock::new() }; STATUSES.len()] }
    }

    fn count(&self, status: u16, took: Duration) {
        self.seconds.record(took.as_secs_f64());
        let known = STATUSES.iter().enumerate().find(|(_, known)| **known == status).or_else(|| STATUSES.iter().enumerate().next_back());
        if let Some((place, status)) = known
            && let Some(meter) = self.by_status.get(place)
        {
            let labels = || [("route", self.route.clone()), ("status", status.to_string())];
            meter.get_or_init(|| counter!("spectacles_http_requests_total", &labels())).increment(1);
        }
    }
}

impl Observer {
    pub(crate) fn new(paths: &[String]) -> Self {
        let routes = paths.iter().map(|path| Meters::new(path)).collect();
        Self { routes, elsewhere: Meters::new("none"), tokens: counter!("spectacles_tokens_total") }
    }

    /// Whatever becomes of this request, it is counted and logged.
    pub(crate) fn expect<'a>(
        &'a self,
        route: Option<usize>,
        request: &'a Parts,
        client: Option<IpAddr>,
        clock: &'a dyn Clock,
    ) -> Unanswered<'a> {
        let meters = route.and_then(|route| self.routes.get(route)).unwrap_or(&self.elsewhere);
        Unanswered { observer: self, meters, request, client, clock, begun: clock.monotonic(), open: true }
    }
}

/// A request without an answer yet. Dropped without one, the client went away: that leaves a line too, or whoever hangs up early could try
/// things unseen.
pub(crate) struct Unanswered<'a> {
    observer: &'a Observer,
    meters: &'a Meters,
    request: &'a Parts,
    client: Option<IpAddr>,
    clock: &'a dyn Clock,
    begun: Duration,
    open: bool,
}

impl Unanswered<'_> {
    /// Counts and logs the answer.
    pub(crate) fn answered(mut self, answer: &Answer) {
        self.open = false;
        if let Some(Note(issued)) = answer.extensions().get::<Note>() {
            self.observer.tokens.increment(1);
            tracing::info!(
                target: "spectacles::audit",
                id = issued.id,
                subject = issued.subject,
                service = issued.service,
                granted = %Grants(&issued.granted),
                "token issued"
            );
        }
        self.end(answer.status().as_u16(), answer.body().len());
    }

    fn end(&self, status: u16, bytes: usize) {
        let took = self.clock.monotonic().saturating_sub(self.begun);
        self.meters.count(status, took);
        let agent = self.request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        tracing::info!(
            target: "spectacles::access",
            client = self.client.map(tracing::field::display),
            method = self.request.method.as_str(),
            // Text of strangers: debug output leaves no control characters in it. Queries may hold secrets, paths do not.
            path = ?short(self.request.uri.path()),
            status,
            bytes,
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            agent = ?short(agent),
            "request"
        );
    }
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        if self.open {
            self.end(WENT_AWAY, 0);
        }
    }
}

/// So much of somebody's text as a line of the log has room for.
fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(256)).unwrap_or_default()
}

/// `repository:team/app pull,push (owner); registry:catalog nothing`
struct Grants<'a>(&'a [Granted]);

impl fmt::Display for Grants<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, granted) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{} {}", granted.scope.resource, granted.actions)?;
            if let Some(because) = granted.because {
                write!(f, " ({})", because.rule.as_str())?;
            }
        }
        Ok(())
    }
}
