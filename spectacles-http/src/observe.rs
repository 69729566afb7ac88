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
use http::StatusCode;
use http::header::USER_AGENT;
use http::request::Parts;
use metrics::{Counter, Histogram, counter, histogram};
use spectacles_core::token::{Granted, Issued};
use std::fmt;
use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

/// What the log is to say of an answer, beyond what can be seen of it.
#[derive(Clone)]
pub(crate) struct Note {
    id: String,
    subject: String,
    service: String,
    granted: Vec<Granted>,
}

impl Note {
    pub(crate) fn token(issued: Issued) -> Self {
        Self { id: issued.id, subject: issued.subject, service: issued.service, granted: issued.granted }
    }
}

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

/// The statuses a surface answers with; anything else is counted as the last.
const STATUSES: [StatusCode; 12] = [
    StatusCode::OK,
    StatusCode::UNAUTHORIZED,
    StatusCode::BAD_REQUEST,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::METHOD_NOT_ALLOWED,
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::INTERNAL_SERVER_ERROR,
];

impl Meters {
    fn new(route: &str) -> Self {
        let seconds = histogram!("spectacles_http_request_seconds", "route" => route.to_owned());
        Self { route: route.to_owned(), seconds, by_status: [const { OnceLock::new() }; STATUSES.len()] }
    }

    fn count(&self, status: StatusCode, took: Duration) {
        self.seconds.record(took.as_secs_f64());
        let place = STATUSES.iter().position(|known| *known == status).unwrap_or(STATUSES.len() - 1);
        if let Some(meter) = self.by_status.get(place) {
            let labels = || [("route", self.route.clone()), ("status", status.as_str().to_owned())];
            meter.get_or_init(|| counter!("spectacles_http_requests_total", &labels())).increment(1);
        }
    }
}

impl Observer {
    pub(crate) fn new(paths: &[String]) -> Self {
        let routes = paths.iter().map(|path| Meters::new(path)).collect();
        Self { routes, elsewhere: Meters::new("none"), tokens: counter!("spectacles_tokens_total") }
    }

    /// Counts and logs one answer.
    pub(crate) fn observe(&self, route: Option<usize>, request: &Parts, answer: &Answer, client: Option<IpAddr>, took: Duration) {
        let meters = route.and_then(|route| self.routes.get(route)).unwrap_or(&self.elsewhere);
        meters.count(answer.status(), took);
        if let Some(note) = answer.extensions().get::<Note>() {
            self.tokens.increment(1);
            tracing::info!(
                target: "spectacles::audit",
                id = note.id,
                subject = note.subject,
                service = note.service,
                granted = %Grants(&note.granted),
                "token issued"
            );
        }
        let agent = request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        tracing::info!(
            target: "spectacles::access",
            client = client.map(tracing::field::display),
            method = request.method.as_str(),
            // Text of strangers: debug output leaves no control characters in it. Queries may hold secrets, paths do not.
            path = ?short(request.uri.path()),
            status = answer.status().as_u16(),
            bytes = answer.body().len(),
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            agent = ?short(agent),
            "request"
        );
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
