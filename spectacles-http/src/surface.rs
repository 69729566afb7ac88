//! From requests to responses.

use crate::address::{self, Peer};
use crate::answer::Answer;
use crate::caller::in_time;
use crate::observe::Observer;
use crate::problem::{Kind, Problem};
use crate::routes::{Endpoint, ROUTES, Route, TOKEN_ROUTE};
use crate::{api, body, events, front, keys, probes, request_id, token, web};
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};
use ipnet::IpNet;
use matchit::Router;
use spectacles_core::service::{Asker, Spectacles};
use std::error::Error as StdError;
use std::net::IpAddr;
use std::sync::Arc;

/// Where token requests go, unless something else is said. The alias `/token` is always there.
pub const TOKEN_PATH: &str = "/token_auth";

/// How a surface is to be.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Below which path everything is, when nobody strips it before: empty, or `/auth`.
    pub root: String,
    /// Where token requests go, below the root.
    pub token_path: String,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether requests come over TLS, as far as no proxy says something else.
    pub https: bool,
    /// Where clients reach all this, with the root: `https://auth.example.com`. Whoever is asked for a token is sent there; where nothing is said,
    /// to the host of his request.
    pub external_url: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { root: String::new(), token_path: TOKEN_PATH.to_owned(), trusted_proxies: Vec::new(), https: false, external_url: None }
    }
}

impl Settings {
    /// Whether a [`Surface`] can be made of them, for whoever wants to know that before there is an application.
    ///
    /// # Errors
    /// [`BadPath`] when the root or the token path is no path, or is taken.
    pub fn check(&self) -> Result<(), BadPath> {
        table(&self.root, &self.token_path).map(|_| ())
    }
}

/// A path that cannot be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the path `{path}` cannot be served: {why}")]
pub struct BadPath {
    path: String,
    why: String,
}

/// A total function from requests to responses; see the [crate](crate). Cheap to clone.
#[derive(Clone)]
pub struct Surface(Arc<Inner>);

struct Inner {
    app: Arc<Spectacles>,
    paths: Vec<String>,
    router: Routes,
    trusted_proxies: Vec<IpNet>,
    observer: Observer,
    root: String,
    is_https: bool,
    /// The address of the server with the root, as far as it was said.
    external_url: Option<String>,
    /// Where token requests go, below the root.
    token_path: String,
}

impl Surface {
    /// The longest body that is read, in bytes, unless the operation of the API that takes it says something else.
    pub const LONGEST_BODY: usize = 64 * 1024;

    /// A surface as these settings say.
    ///
    /// # Errors
    /// [`BadPath`] when the root or the token path is no path, or is taken.
    pub fn new(app: Arc<Spectacles>, settings: Settings) -> Result<Self, BadPath> {
        let Settings { root, token_path, trusted_proxies, https, external_url } = settings;
        let (router, paths) = table(&root, &token_path)?;
        let external_url = external_url.map(|external| external.trim_end_matches('/').to_owned());
        let observer = Observer::new(&paths);
        let root = root.trim_end_matches('/').to_owned();
        Ok(Self(Arc::new(Inner { app, paths, router, trusted_proxies, observer, root, is_https: https, external_url, token_path })))
    }

    /// The application behind it.
    pub fn app(&self) -> &Arc<Spectacles> {
        &self.0.app
    }

    /// Every path it answers, for registering them with a framework.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.paths.iter().map(String::as_str)
    }

    /// Below which path everything is.
    pub(crate) fn root(&self) -> &str {
        &self.0.root
    }

    /// Whether a request has come over TLS, as far as proxies are believed.
    pub(crate) fn is_secure(&self, request: &Parts) -> bool {
        address::is_secure(request.extensions.get::<Peer>().copied(), &request.headers, &self.0.trusted_proxies, self.0.is_https)
    }

    /// Where whoever makes a request gets a token.
    pub(crate) fn token_url(&self, request: &Parts) -> String {
        format!("{}{}", self.base_url(request), self.0.token_path)
    }

    /// Where whoever makes a request, and everybody else, finds all this: the address of the server with the root.
    pub(crate) fn base_url(&self, request: &Parts) -> String {
        if let Some(external) = &self.0.external_url {
            return external.clone();
        }
        let text = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = if self.is_secure(request) { "https" } else { request.uri.scheme_str().unwrap_or("http") };
        // Signs that would end the text in which it is written belong to no host.
        let host = text("host").or_else(|| request.uri.authority().map(http::uri::Authority::as_str));
        let host = host.filter(|host| !host.contains(['"', '\\', '/', ' '])).unwrap_or("localhost");
        format!("{scheme}://{host}{}", self.0.root)
    }

    /// Where the request comes from, as far as proxies are believed.
    pub(crate) fn client(&self, headers: &HeaderMap, peer: Option<Peer>) -> Option<IpAddr> {
        address::client(peer, headers, &self.0.trusted_proxies)
    }

    /// Reads the body and answers: all that an adapter has to call.
    pub async fn serve<B>(&self, request: Request<B>) -> Response<Bytes>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let (parts, body) = request.into_parts();
        // Nothing that is only read has a use for a body, and it need not be waited for.
        let body = if matches!(parts.method, Method::GET | Method::HEAD) {
            Ok(Bytes::new())
        } else {
            match self.longest_body(&parts).await {
                Ok(longest) => body::read(body, longest).await,
                Err(problem) => Err(problem),
            }
        };
        let is_read = body.is_ok();
        let mut answer = self.respond(&parts, body).await;
        if !is_read {
            // What is left of the body would be taken for the next request. Whoever is not told sends that nevertheless, and gets no answer.
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    /// How much of a body is read. Only of those who have a say is more read than what costs nothing, and nobody else is waited for.
    async fn longest_body(&self, request: &Parts) -> Result<usize, Problem> {
        let Ok(found) = self.0.router.at(request.uri.path()) else { return Ok(Self::LONGEST_BODY) };
        let endpoint = found.value.1.endpoint(&request.method);
        let longest = endpoint.map_or(Self::LONGEST_BODY, Endpoint::longest_body);
        if longest <= Self::LONGEST_BODY {
            return Ok(longest);
        }
        if let Some(Endpoint::Page(_)) = endpoint {
            return Ok(if web::is_signed_in(self, request).await { longest } else { Self::LONGEST_BODY });
        }
        if let Some(Endpoint::Events) = endpoint {
            let welcome = events::is_welcome(self.app(), &registry(&found.params)?, &request.headers);
            return Ok(if welcome { longest } else { Self::LONGEST_BODY });
        }
        let client = self.client(&request.headers, request.extensions.get::<Peer>().copied());
        let identified = self.identify_for_api(&request.headers, client).await?;
        if endpoint.is_some_and(Endpoint::takes_pictures) {
            return Ok(longest);
        }
        Ok(match self.app().asker(identified.caller()) {
            Asker::Administrator => longest,
            Asker::User(_) => Self::LONGEST_BODY,
        })
    }

    /// Answers a request whose body is there. The address of the client is taken from the extension [`Peer`].
    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        self.respond(&parts, Ok(body)).await
    }

    async fn respond(&self, request: &Parts, body: Result<Bytes, Problem>) -> Answer {
        let client = self.client(&request.headers, request.extensions.get::<Peer>().copied());
        let found = self.0.router.at(request.uri.path()).ok();
        let place = found.as_ref().map(|found| found.value.0);
        let unanswered = self.0.observer.expect(place, request, client, self.app().clock());
        let mut answer = match found {
            Some(found) if found.value.1.is_api => {
                let id = request_id::of(&request.headers, self.app());
                let answer = self.answer_api(found.value.1, &found.params, request, client, body).await;
                let mut answer = answer.unwrap_or_else(|problem| problem.api_answer(&id));
                answer.headers_mut().extend(request_id::header(&id));
                answer
            }
            Some(found) if found.value.1.is_page() => {
                let id = request_id::of(&request.headers, self.app());
                self.answer_page(found.value.1, &found.params, request, client, body, &id).await
            }
            None if web::is_for_people(request) => {
                let id = request_id::of(&request.headers, self.app());
                web::trouble(self, request, client, nothing_here(), &id).await
            }
            found => self
                .answer(found.as_ref().map(|found| (found.value.1, &found.params)), request, client, body)
                .await
                .unwrap_or_else(Problem::answer),
        };
        let length = answer.body().len();
        answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        if request.method == Method::HEAD {
            *answer.body_mut() = Bytes::new();
        }
        unanswered.answered(&answer);
        answer
    }

    async fn answer(
        &self,
        found: Option<(&'static Route, &matchit::Params<'_, '_>)>,
        request: &Parts,
        client: Option<IpAddr>,
        body: Result<Bytes, Problem>,
    ) -> Result<Answer, Problem> {
        let (endpoint, body) = chosen(found.map(|(route, _)| route), request, body)?;
        let named = found.and_then(|(_, parts)| parts.get("service")).map(api::decoded).transpose()?;
        let named = named.as_deref();
        match endpoint {
            Endpoint::Token => token::get(self, request, client).await,
            Endpoint::TokenForm => token::post(self, request, client, &body).await,
            Endpoint::Jwks => Ok(keys::jwks(self.app())),
            Endpoint::Certificates => Ok(keys::certificates(self.app())),
            Endpoint::Health => Ok(probes::health()),
            Endpoint::Ready => Ok(probes::ready(self.app())),
            Endpoint::Version => Ok(probes::version()),
            Endpoint::SearchPing => Ok(front::ping()),
            Endpoint::Search => in_time(front::search(self, request, client, named, false)).await,
            Endpoint::TokenSearch => in_time(front::search(self, request, client, named, true)).await,
            Endpoint::Catalog => in_time(front::catalog(self, request, client, named)).await,
            Endpoint::OpenApi => Ok(api::description()),
            Endpoint::StateSchema => Ok(api::state_schema()),
            Endpoint::ApiDocs => api::docs::page(&request.headers),
            Endpoint::ApiDocsStyle => Ok(api::docs::style()),
            Endpoint::Asset(asset) => Ok(web::serve_asset(asset, &request.headers)),
            Endpoint::Events => match found {
                Some((_, parts)) => events::post(self, &registry(parts)?, request, &body).await,
                None => Err(nothing_here()),
            },
            Endpoint::Api(_) | Endpoint::Page(_) => Err(nothing_here()),
        }
    }

    async fn answer_page(
        &self,
        route: &'static Route,
        parts: &matchit::Params<'_, '_>,
        request: &Parts,
        client: Option<IpAddr>,
        body: Result<Bytes, Problem>,
        id: &str,
    ) -> Answer {
        let (endpoint, body) = match chosen(Some(route), request, Ok(Bytes::new())) {
            Ok((endpoint, _)) => (endpoint, body),
            Err(problem) => return self.page_trouble(request, client, problem, id).await,
        };
        let Endpoint::Page(page) = endpoint else { return nothing_here().answer() };
        match api::parts(parts) {
            Ok(path) => web::answer(self, page, request, &path, client, body, id).await,
            Err(problem) => self.page_trouble(request, client, problem, id).await,
        }
    }

    /// What is wrong with a request for a page, in the form that whoever made it reads.
    async fn page_trouble(&self, request: &Parts, client: Option<IpAddr>, problem: Problem, id: &str) -> Answer {
        if web::is_for_people(request) { web::trouble(self, request, client, problem, id).await } else { problem.answer() }
    }

    async fn answer_api(
        &self,
        route: &'static Route,
        parts: &matchit::Params<'_, '_>,
        request: &Parts,
        client: Option<IpAddr>,
        body: Result<Bytes, Problem>,
    ) -> Result<Answer, Problem> {
        let (endpoint, body) = chosen(Some(route), request, body)?;
        let Endpoint::Api(operation) = endpoint else { return Err(nothing_here()) };
        let identified = self.identify_for_api(&request.headers, client).await?;
        let path = api::parts(parts)?;
        let keys = self.app().issuer().keys();
        let address = self.base_url(request);
        let desk = api::Desk {
            administration: self.app().administration(),
            member: self.app().member(identified.caller()),
            limits: identified.limits(),
            token: identified.token(),
            address: Some(&address),
            asker: self.app().asker(identified.caller()),
            admin_bypass: self.app().settings().admin_bypass,
            keys: Some(&keys),
            server: Some(self.app()),
        };
        api::in_time(operation, api::answer(&desk, operation, request, &path, &body)).await
    }
}

/// The registry that a path names.
fn registry(parts: &matchit::Params<'_, '_>) -> Result<String, Problem> {
    parts.get("registry").map_or_else(|| Err(nothing_here()), api::decoded)
}

/// What answers a request, and its body.
fn chosen(route: Option<&'static Route>, request: &Parts, body: Result<Bytes, Problem>) -> Result<(Endpoint, Bytes), Problem> {
    let route = route.filter(|route| !route.is_empty()).ok_or_else(nothing_here)?;
    let endpoint = route
        .endpoint(&request.method)
        .ok_or_else(|| Problem::new(Kind::MethodNotAllowed { allow: &route.allow }, format!("this path takes only {}", route.allow)))?;
    let body = body?;
    let longest = endpoint.longest_body();
    if body.len() > longest { Err(body::too_large(longest)) } else { Ok((endpoint, body)) }
}

fn nothing_here() -> Problem {
    Problem::new(Kind::NotFound, "there is nothing at this path")
}

/// With each route its place among the paths.
type Routes = Router<(usize, &'static Route)>;

/// Every route under its path, and the paths.
fn table(root: &str, token_path: &str) -> Result<(Routes, Vec<String>), BadPath> {
    let root = root.trim_end_matches('/');
    check_path(root)?;
    check_path(token_path)?;
    if token_path.is_empty() {
        return Err(BadPath { path: token_path.to_owned(), why: "token requests need a path of their own".to_owned() });
    }
    let (mut router, mut paths) = (Router::new(), Vec::new());
    // The alias may be chosen as well. Any other path that is taken is taken.
    for route in ROUTES.iter().filter(|route| route.path != token_path || !route.takes_tokens()) {
        insert(&mut router, &mut paths, format!("{root}{}", route.path), route)?;
        if route.path == "/" && !root.is_empty() {
            // People leave out the slash at the end.
            insert(&mut router, &mut paths, root.to_owned(), route)?;
        }
    }
    insert(&mut router, &mut paths, format!("{root}{token_path}"), &TOKEN_ROUTE)?;
    Ok((router, paths))
}

/// Adds a route under a path that nothing else has.
fn insert(router: &mut Routes, paths: &mut Vec<String>, path: String, route: &'static Route) -> Result<(), BadPath> {
    match router.insert(path.clone(), (paths.len(), route)) {
        Ok(()) => {
            paths.push(path);
            Ok(())
        }
        Err(error) => Err(BadPath { path, why: error.to_string() }),
    }
}

/// A path begins with a slash and has no parameters, queries or empty parts. Nothing at all is the root.
fn check_path(path: &str) -> Result<(), BadPath> {
    let good = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    match path.strip_prefix('/') {
        Some(parts) if parts.split('/').all(good) => Ok(()),
        None if path.is_empty() => Ok(()),
        Some(_) | None => Err(BadPath {
            path: path.to_owned(),
            why: "it must be `/` and parts of letters, digits, `-`, `.`, `_` and `~` between slashes".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_requests_may_go_anywhere_that_is_free() {
        let settings = |root: &str, token_path: &str| Settings { root: root.into(), token_path: token_path.into(), ..Settings::default() };
        for (root, token_path) in [("", "/token_auth"), ("/auth/", "/token"), ("/a/b", "/v2/token")] {
            assert!(settings(root, token_path).check().is_ok(), "{root} {token_path}");
        }
        for (root, token_path) in
            [("", "/jwks.json"), ("", "/readyz"), ("", ""), ("", "/"), ("", "token"), ("auth", "/token"), ("/a b", "/token"), ("", "/{x}")]
        {
            assert!(settings(root, token_path).check().is_err(), "{root} {token_path}");
        }
    }
}
