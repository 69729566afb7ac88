//! Pages as they are sent.

use crate::answer::{self, Answer};
use crate::problem::{Kind, Problem};
use askama::Template;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY, X_FRAME_OPTIONS};

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// Styles, scripts and pictures come from us; nothing is written into pages that runs; forms go nowhere else; nobody shows pages inside of others.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'",
);
const COMMON: [(HeaderName, HeaderValue); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("permissions-policy"), HeaderValue::from_static("camera=(), geolocation=(), microphone=()")),
];

/// A page.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Result<Answer, askama::Error> {
    let mut answer = answer::body(status, HTML, template.render()?);
    secure(&mut answer);
    Ok(answer)
}

/// Adds the headers that every page has.
pub(crate) fn secure(answer: &mut Answer) {
    for (name, value) in COMMON {
        answer.headers_mut().insert(name, value);
    }
}

/// Sends the browser elsewhere, to read: a path below the root.
pub(crate) fn go(root: &str, path: &str) -> Answer {
    let mut answer = answer::body(StatusCode::SEE_OTHER, HTML, "");
    let target = HeaderValue::from_str(&format!("{root}{path}")).unwrap_or_else(|_| HeaderValue::from_static("/"));
    answer.headers_mut().insert(LOCATION, target);
    secure(&mut answer);
    answer
}

/// A path on this server, below the root, that may be gone to because somebody says so.
pub(crate) fn local_path(text: &str) -> Option<&str> {
    let good = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    (text.starts_with('/') && !text.starts_with("//") && text.bytes().all(good)).then_some(text)
}

/// Whether an address in what somebody wrote leads to the web, or to somebody's mail.
pub(crate) fn is_outside(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto"))
}

pub(crate) fn nothing_here() -> Problem {
    Problem::new(Kind::NotFound, "there is nothing at this path")
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn nobody_is_sent_to_another_server() {
        for good in ["/", "/users?order=-name", "/registries/a%2Fb"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in ["", "users", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: b", "/a b", "javascript:1"]
        {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }
}
