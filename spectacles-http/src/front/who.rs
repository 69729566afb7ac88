//! Who asks for a registry.

use crate::answer::Answer;
use crate::caller::{credentials, in_time};
use crate::problem::{Kind, Problem};
use crate::surface::Surface;
use http::HeaderValue;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::request::Parts;
use spectacles_core::model::Registry;
use spectacles_core::service::Searcher;
use std::net::IpAddr;

/// How a client is asked who it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked {
    /// By name and password.
    Basic,
    /// By a token with this scope.
    Token(&'static str),
}

/// Whoever asks, or the answer that says how to do so.
pub(super) async fn who(
    surface: &Surface,
    request: &Parts,
    client: Option<IpAddr>,
    registry: &Registry,
    asked: Asked,
) -> Result<Result<Searcher, Answer>, Problem> {
    let refused = |detail: &str| Ok(Err(challenge(surface, request, registry, asked, detail)));
    let Some(value) = request.headers.get(AUTHORIZATION) else {
        return match Searcher::stranger(registry, client) {
            Some(stranger) => Ok(Ok(stranger)),
            None => refused("authentication required"),
        };
    };
    if let Some(token) = bearer(value) {
        let searcher = surface.app().searcher_with(token, registry, client)?;
        return searcher.map_or_else(|| refused("this token is not valid here, or not any more"), |searcher| Ok(Ok(searcher)));
    }
    let credentials = match credentials(&request.headers) {
        Ok(Some(credentials)) => credentials,
        Ok(None) => return refused("authentication required"),
        Err(problem) if problem.kind == Kind::Unauthorized => return refused(&problem.detail),
        Err(problem) => return Err(problem),
    };
    let searcher = in_time(surface.app().searcher(&credentials, client)).await?;
    searcher.map_or_else(|| refused("incorrect username or password"), |searcher| Ok(Ok(searcher)))
}

fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn challenge(surface: &Surface, request: &Parts, registry: &Registry, asked: Asked, detail: &str) -> Answer {
    let mut answer = Problem::new(Kind::Unauthorized, detail).answer();
    if let Asked::Token(scope) = asked {
        // A service name has no quotes.
        let (realm, service) = (surface.token_url(request), registry.service.as_str());
        let text = format!("Bearer realm=\"{realm}\",service=\"{service}\",scope=\"{scope}\"");
        if let Ok(value) = HeaderValue::from_str(&text) {
            answer.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
    }
    answer
}
