//! What operators and their tools ask.

use crate::answer::{self, Answer};
use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderValue;
use serde::Serialize;
use spectacles_core::service::Spectacles;

/// The process answers, and that is all it says.
pub(crate) fn health() -> Answer {
    answer::body(StatusCode::OK, HeaderValue::from_static("text/plain; charset=utf-8"), Bytes::from_static(b"OK\n"))
}

/// Whether tokens can be issued now: 200, or 503 with what is in the way.
pub(crate) fn ready(app: &Spectacles) -> Answer {
    #[derive(Serialize)]
    struct Body {
        ready: bool,
        problems: Vec<&'static str>,
    }
    let problems = app.problems();
    let ready = problems.is_empty();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer::json(status, &Body { ready, problems })
}

pub(crate) fn version() -> Answer {
    #[derive(Serialize)]
    struct Body {
        version: &'static str,
    }
    answer::json(StatusCode::OK, &Body { version: env!("CARGO_PKG_VERSION") })
}
