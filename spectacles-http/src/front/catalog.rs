//! The catalog, without what whoever asks may not pull.

use super::who::{Asked, who};
use super::{number, registry};
use crate::answer::{self, Answer};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::surface::Surface;
use http::header::LINK;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use std::net::IpAddr;

/// As registries have it.
const USUAL: usize = 100;
const MOST: usize = 1_000;

/// Answers with the names of repositories.
pub(crate) async fn catalog(surface: &Surface, request: &Parts, client: Option<IpAddr>, named: Option<&str>) -> Result<Answer, Problem> {
    #[derive(Serialize)]
    struct Body<'a> {
        repositories: Vec<&'a str>,
    }
    let parameters = Parameters::parse(request.uri.query().unwrap_or_default().as_bytes());
    let limit = number(parameters.one("n")?, "n", USUAL, 0, MOST)?;
    // What no database takes, nobody was given to go on behind.
    let after = parameters.one("last")?.filter(|last| !last.is_empty() && !last.contains('\0'));
    let registry = registry(surface, request, named).await?;
    let searcher = match who(surface, request, client, &registry, Asked::Token("registry:catalog:*")).await? {
        Ok(searcher) => searcher,
        Err(answer) => return Ok(answer),
    };
    let page = surface.app().catalog(searcher, &registry, after, limit).await?;
    let names: Vec<&str> = page.names.iter().map(|name| name.as_str()).collect();
    let last = names.last().copied().filter(|_| page.more);
    let link = last.and_then(|last| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("last", last).append_pair("n", &limit.to_string()).finish();
        HeaderValue::from_str(&format!("<{}?{query}>; rel=\"next\"", request.uri.path())).ok()
    });
    let mut answer = answer::json(StatusCode::OK, &Body { repositories: names });
    answer.headers_mut().extend(link.map(|link| (LINK, link)));
    Ok(answer)
}
