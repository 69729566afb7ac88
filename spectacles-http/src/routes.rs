//! The route table: everything that depends on which routes there are is derived from it.

use http::Method;

/// What answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Token,
    TokenForm,
    Jwks,
    Certificates,
    Health,
    Ready,
    Version,
}

/// One path.
pub(crate) struct Route {
    /// As [`matchit`] spells it, below the root.
    pub(crate) path: &'static str,
    pub(crate) get: Option<Endpoint>,
    pub(crate) post: Option<Endpoint>,
    /// The `Allow` header: the methods there are.
    pub(crate) allow: &'static str,
}

const fn read_only(path: &'static str, get: Endpoint) -> Route {
    Route { path, get: Some(get), post: None, allow: "GET, HEAD" }
}

const fn token(path: &'static str) -> Route {
    Route { path, get: Some(Endpoint::Token), post: Some(Endpoint::TokenForm), allow: "GET, HEAD, POST" }
}

/// Every route but the token path that can be chosen.
pub(crate) static ROUTES: [Route; 6] = [
    token("/token"),
    read_only("/jwks.json", Endpoint::Jwks),
    read_only("/certificates.pem", Endpoint::Certificates),
    read_only("/healthz", Endpoint::Health),
    read_only("/readyz", Endpoint::Ready),
    read_only("/version", Endpoint::Version),
];

/// The route whose path can be chosen; this is where it is unless something else is said.
pub(crate) static TOKEN_ROUTE: Route = token(crate::surface::TOKEN_PATH);

impl Route {
    /// What answers this method here. HEAD is a GET whose body is not sent.
    pub(crate) fn endpoint(&self, method: &Method) -> Option<Endpoint> {
        match *method {
            Method::GET | Method::HEAD => self.get,
            Method::POST => self.post,
            _ => None,
        }
    }
}
