//! Searching, as docker and podman do.

use super::who::{Asked, who};
use super::{number, registry};
use crate::answer::{self, Answer};
use crate::parameters::Parameters;
use crate::problem::{Kind, Problem};
use crate::surface::Surface;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use spectacles_core::service::SearchHit;
use std::net::IpAddr;

/// How many are found, where nothing is said.
const USUAL: usize = 25;
const MOST: usize = 100;

/// Says that this is a registry for search. The header makes docker send name and password.
pub(crate) fn ping() -> Answer {
    const STANDALONE: HeaderName = HeaderName::from_static("x-docker-registry-standalone");
    let mut answer = answer::body(StatusCode::OK, answer::JSON, Bytes::from_static(b"true"));
    answer.headers_mut().insert(STANDALONE, HeaderValue::from_static("true"));
    answer
}

#[derive(Serialize)]
struct Results<'a> {
    query: &'a str,
    num_results: usize,
    results: Vec<Line<'a>>,
}

/// What is found. Names have no host, and what is not said is empty: clients cannot do with null.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    description: &'a str,
    star_count: u64,
    is_official: bool,
    is_automated: bool,
}

/// Answers a search. `by_token` where clients of that path know how to get a token.
pub(crate) async fn search(
    surface: &Surface,
    request: &Parts,
    client: Option<IpAddr>,
    named: Option<&str>,
    by_token: bool,
) -> Result<Answer, Problem> {
    let parameters = Parameters::parse(request.uri.query().unwrap_or_default().as_bytes());
    let term = parameters.one("q")?.unwrap_or_default();
    if term.chars().count() > 255 || term.chars().any(char::is_control) {
        return Err(Problem::new(Kind::Invalid, "the parameter `q` has at most 255 characters, and no control characters"));
    }
    let limit = number(parameters.one("n")?, "n", USUAL, 1, MOST)?;
    let registry = registry(surface, request, named).await?;
    let asked = if by_token { Asked::Token("registry:catalog:search") } else { Asked::Basic };
    let searcher = match who(surface, request, client, &registry, asked).await? {
        Ok(searcher) => searcher,
        Err(answer) => return Ok(answer),
    };
    let hits = surface.app().search(searcher, &registry, term, limit).await?;
    let results: Vec<Line<'_>> = hits.iter().map(line).collect();
    Ok(answer::json(StatusCode::OK, &Results { query: term, num_results: results.len(), results }))
}

fn line(hit: &SearchHit) -> Line<'_> {
    Line {
        name: hit.name.as_str(),
        description: &hit.summary,
        star_count: hit.stars,
        is_official: hit.official,
        is_automated: hit.automated,
    }
}
