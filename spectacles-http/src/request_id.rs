//! Ids of requests: by them a client, a proxy and the log speak of the same one.

use http::{HeaderMap, HeaderName, HeaderValue};
use spectacles_core::service::Spectacles;

const NAME: HeaderName = HeaderName::from_static("x-request-id");

/// The id that a request brings, if that is one to be trusted with a log line; or else a new one.
pub(crate) fn of(headers: &HeaderMap, app: &Spectacles) -> String {
    let good =
        |text: &&str| (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let given = headers.get(NAME).and_then(|value| value.to_str().ok()).filter(good);
    given.map_or_else(|| app.request_id(), str::to_owned)
}

/// The header that tells the id.
pub(crate) fn header(id: &str) -> Option<(HeaderName, HeaderValue)> {
    HeaderValue::from_str(id).ok().map(|id| (NAME, id))
}
