//! The API for people: one page, made from the OpenAPI document, without anything that a browser would have to run or to fetch elsewhere.
//!
//! | | |
//! |---|---|
//! | [`page`] | what the template shows |
//! | [`read`] | the same from the document |
//! | [`kinds`] | what values are, in words |
//! | [`curl`] | a request as a command |
//! | [`prose`] | texts of the document, which are written in CommonMark |

mod curl;
mod kinds;
mod page;
mod prose;
mod read;

use crate::answer::{self, Answer};
use crate::gzip::Packed;
use crate::problem::{Kind, Problem};
use askama::Template as _;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY};
use http::{HeaderMap, HeaderName, StatusCode};
use std::sync::LazyLock;

/// Where the page is, below the root, and where its style is. The page refers to it relatively.
pub(crate) const PAGE_PATH: &str = "/api/docs";
pub(crate) const STYLE_PATH: &str = "/api/docs/style.css";

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const CSS: HeaderValue = HeaderValue::from_static("text/css; charset=utf-8");
const STYLE: &[u8] = include_bytes!("../../../assets/api.css");
/// Nothing runs, nothing is fetched but the style, and nobody shows the page inside of another one.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
const COMMON: [(HeaderName, HeaderValue); 3] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
];

/// Made once: it says the same as long as the program is the same.
static PAGE: LazyLock<Result<Packed, String>> =
    LazyLock::new(|| read::page(super::openapi()).render().map(Packed::new).map_err(|error| error.to_string()));

/// The page.
pub(crate) fn page(asked: &HeaderMap) -> Result<Answer, Problem> {
    match &*PAGE {
        Ok(page) => {
            let (bytes, encoding) = page.choose(asked);
            let mut answer = with_headers(answer::body(StatusCode::OK, HTML, bytes));
            answer.headers_mut().extend(encoding);
            Ok(answer)
        }
        Err(error) => Err(Problem { source: Some(error.clone()), ..Problem::new(Kind::Broken, "the page cannot be shown") }),
    }
}

/// What it looks like.
pub(crate) fn style() -> Answer {
    with_headers(answer::body(StatusCode::OK, CSS, STYLE))
}

fn with_headers(mut answer: Answer) -> Answer {
    for (name, value) in COMMON {
        answer.headers_mut().insert(name, value);
    }
    answer
}
