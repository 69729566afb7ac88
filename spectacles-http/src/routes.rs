//! The route table: everything that depends on which routes there are is derived from it.

use crate::api::{self, Operation};
use crate::events;
use crate::surface::{Surface, TOKEN_PATH};
use crate::web;
use http::Method;
use std::sync::LazyLock;

/// What answers a request.
#[derive(Clone, Copy)]
pub(crate) enum Endpoint {
    Token,
    TokenForm,
    Jwks,
    Certificates,
    Health,
    Ready,
    Version,
    /// Whether a registry can be searched here.
    SearchPing,
    /// A search in a registry, for clients that send a password.
    Search,
    /// A search in a registry, for clients that send a token.
    TokenSearch,
    /// What a client may pull from a registry.
    Catalog,
    /// The description of the API.
    OpenApi,
    /// The JSON Schema of files with configuration.
    StateSchema,
    /// The same for people.
    ApiDocs,
    /// What that looks like.
    ApiDocsStyle,
    /// Notifications of registries, which are no users of the API.
    Events,
    /// One thing the API can do.
    Api(&'static Operation),
    /// A page of the web interface, or a form of it.
    Page(&'static web::Page),
    /// A style, a script or a picture of the web interface.
    Asset(&'static web::Asset),
}

/// One path.
pub(crate) struct Route {
    /// As [`matchit`] spells it, below the root.
    pub(crate) path: String,
    endpoints: Vec<(Method, Endpoint)>,
    /// The `Allow` header: the methods there are.
    pub(crate) allow: String,
    /// Whether it belongs to the API, whose errors have another form.
    pub(crate) is_api: bool,
}

/// Every route but the token path that can be chosen.
pub(crate) static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut routes = vec![
        token("/token"),
        read_only("/jwks.json", Endpoint::Jwks),
        read_only("/certificates.pem", Endpoint::Certificates),
        read_only("/healthz", Endpoint::Health),
        read_only("/readyz", Endpoint::Ready),
        read_only("/version", Endpoint::Version),
    ];
    routes.extend(["", "/registry/{service}"].into_iter().flat_map(front));
    routes.extend(api());
    routes.extend(pages());
    routes
});

/// What a proxy in front of a registry sends here, with or without the name of that registry in the path.
fn front(below: &str) -> [Route; 4] {
    [
        ("/v1/_ping", Endpoint::SearchPing),
        ("/v1/search", Endpoint::Search),
        ("/v2/search", Endpoint::TokenSearch),
        ("/v2/_catalog", Endpoint::Catalog),
    ]
    .map(|(path, endpoint)| read_only(&format!("{below}{path}"), endpoint))
}

/// The route whose path can be chosen; this is where it is unless something else is said.
pub(crate) static TOKEN_ROUTE: LazyLock<Route> = LazyLock::new(|| token(TOKEN_PATH));

fn read_only(path: &str, get: Endpoint) -> Route {
    Route::new(path.to_owned(), vec![(Method::GET, get)])
}

fn token(path: &str) -> Route {
    Route::new(path.to_owned(), vec![(Method::GET, Endpoint::Token), (Method::POST, Endpoint::TokenForm)])
}

/// A route for each path of the API, and one for whatever else is below its root.
fn api() -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    for operation in api::table() {
        let path = format!("{}{}", api::ROOT, operation.path);
        let endpoint = (operation.method.clone(), Endpoint::Api(operation));
        match routes.iter_mut().find(|route| route.path == path) {
            Some(route) => route.add(endpoint),
            None => routes.push(Route { is_api: true, ..Route::new(path, vec![endpoint]) }),
        }
    }
    routes.push(read_only(&format!("{}/openapi.json", api::ROOT), Endpoint::OpenApi));
    routes.push(read_only(&format!("{}/state.schema.json", api::ROOT), Endpoint::StateSchema));
    routes.push(read_only(api::docs::PAGE_PATH, Endpoint::ApiDocs));
    routes.push(read_only(api::docs::STYLE_PATH, Endpoint::ApiDocsStyle));
    routes.push(Route::new(format!("{}/events/{{registry}}", api::ROOT), vec![(Method::POST, Endpoint::Events)]));
    routes.push(Route { is_api: true, ..Route::new(format!("{}/{{*elsewhere}}", api::ROOT), Vec::new()) });
    routes
}

/// A route for each page of the web interface, and for what pages refer to.
fn pages() -> Vec<Route> {
    let pages = web::PAGES.iter().map(|page| {
        let endpoints = [Method::GET, Method::POST].map(|method| (method, Endpoint::Page(page)));
        Route::new(page.path.to_owned(), endpoints.into())
    });
    let assets = web::ASSETS.iter().map(|asset| read_only(&asset.path, Endpoint::Asset(asset)));
    pages.chain(assets).collect()
}

impl Route {
    fn new(path: String, endpoints: Vec<(Method, Endpoint)>) -> Self {
        let mut route = Self { path, endpoints: Vec::new(), allow: String::new(), is_api: false };
        endpoints.into_iter().for_each(|endpoint| route.add(endpoint));
        route
    }

    fn add(&mut self, endpoint: (Method, Endpoint)) {
        self.endpoints.push(endpoint);
        let names =
            self.endpoints.iter().flat_map(|(method, _)| if *method == Method::GET { vec!["GET", "HEAD"] } else { vec![method.as_str()] });
        self.allow = names.collect::<Vec<_>>().join(", ");
    }

    /// What answers this method here. HEAD is a GET whose body is not sent.
    pub(crate) fn endpoint(&self, method: &Method) -> Option<Endpoint> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.endpoints.iter().find(|(known, _)| known == method).map(|(_, endpoint)| *endpoint)
    }

    /// Whether people read it.
    pub(crate) fn is_page(&self) -> bool {
        self.endpoints.iter().any(|(_, endpoint)| matches!(endpoint, Endpoint::Page(_)))
    }

    /// Whether there is anything here for any method.
    pub(crate) fn is_empty(&self) -> bool {
        self.endpoints.is_empty()
    }

    /// Whether the path can be chosen as that of token requests: it is one already.
    pub(crate) fn takes_tokens(&self) -> bool {
        self.endpoints.iter().any(|(_, endpoint)| matches!(endpoint, Endpoint::TokenForm))
    }
}

impl Endpoint {
    /// Whether whoever is known at all may send as much as it takes, because what is sent is a picture.
    pub(crate) fn takes_pictures(self) -> bool {
        matches!(self, Self::Api(operation) if !operation.pictures.is_empty())
    }

    /// The longest body that is read for it, in bytes.
    pub(crate) fn longest_body(self) -> usize {
        match self {
            Self::Api(operation) => operation.longest_body,
            Self::Events => events::LONGEST_BODY,
            Self::Page(page) => page.longest_body,
            Self::Token
            | Self::TokenForm
            | Self::Jwks
            | Self::Certificates
            | Self::Health
            | Self::Ready
            | Self::Version
            | Self::SearchPing
            | Self::Search
            | Self::TokenSearch
            | Self::Catalog
            | Self::OpenApi
            | Self::StateSchema
            | Self::ApiDocs
            | Self::ApiDocsStyle
            | Self::Asset(_) => Surface::LONGEST_BODY,
        }
    }
}
