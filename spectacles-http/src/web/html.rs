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

/// A text of the program as HTML, in which names stand between backticks.
pub(crate) fn marked(text: &str) -> String {
    let is_marked = text.matches('`').count().is_multiple_of(2);
    let mut made = String::with_capacity(text.len() + 32);
    let mut is_open = false;
    for letter in text.chars() {
        match letter {
            '`' if is_marked => {
                made.push_str(if is_open { "</code>" } else { "<code>" });
                is_open = !is_open;
            }
            '&' => made.push_str("&#38;"),
            '<' => made.push_str("&#60;"),
            '>' => made.push_str("&#62;"),
            '"' => made.push_str("&#34;"),
            '\'' => made.push_str("&#39;"),
            letter => made.push(letter),
        }
    }
    made
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
    use super::{local_path, marked};

    #[test]
    fn names_stand_out_and_nothing_in_them_runs() {
        for (text, made) in [
            ("there is no user `bob`", "there is no user <code>bob</code>"),
            ("`a` and `b`", "<code>a</code> and <code>b</code>"),
            ("one ` only", "one ` only"),
            ("`<script>alert('1')</script>` & \"x\"", "<code>&#60;script&#62;alert(&#39;1&#39;)&#60;/script&#62;</code> &#38; &#34;x&#34;"),
        ] {
            assert_eq!(marked(text), made);
        }
    }

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
