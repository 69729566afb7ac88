//! The API without a network: for whoever sits at the machine, and for the pages of the web interface.

use crate::api::{self, Desk, Operation};
use crate::problem::{Kind, Problem};
use crate::routes::{self, Endpoint, Route};
use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use matchit::Router;
use spectacles_core::key::KeyRing;
use spectacles_core::service::{Administration, Asker, Caller, Member, Spectacles};
use std::sync::{Arc, LazyLock};

/// Every path of the API.
static ROUTER: LazyLock<Router<&'static Route>> = LazyLock::new(|| {
    let mut router = Router::new();
    for route in routes::ROUTES.iter().filter(|route| route.is_api) {
        // Every path is in the same table that a server makes its routes of, where it would have been refused.
        if let Err(error) = router.insert(route.path.clone(), route) {
            tracing::error!(path = route.path, %error, "a path of the API cannot be served");
        }
    }
    router
});

/// The parts of a path that are names of things, by what they are.
type Names = Vec<(String, String)>;

/// What a request asks for, and of what.
fn find(request: &Parts) -> Result<(&'static Operation, Names), Problem> {
    let nothing = || Problem::new(Kind::NotFound, "there is nothing at this path");
    let found = ROUTER.at(request.uri.path()).map_err(|_| nothing())?;
    let Some(Endpoint::Api(operation)) = found.value.endpoint(&request.method) else { return Err(nothing()) };
    Ok((operation, api::parts(&found.params)?))
}

/// The [API](crate::resources) over a store, without a server and without credentials: whoever can open the store may do everything with it.
///
/// Never give it requests that came from elsewhere.
pub struct Local {
    administration: Administration,
    admin_bypass: bool,
    keys: Option<KeyRing>,
    address: Option<String>,
}

impl Local {
    /// The API over this store. `admin_bypass` is the setting of that name: whether administrators may everything, where somebody asks.
    pub fn new(administration: Administration, admin_bypass: bool) -> Self {
        Self { administration, admin_bypass, keys: None, address: None }
    }

    /// With these keys instead of those in the store.
    #[must_use]
    pub fn with_keys(self, keys: Option<KeyRing>) -> Self {
        Self { keys, ..self }
    }

    /// With the address at which people reach the server of this store, with its root: links lead there.
    #[must_use]
    pub fn with_address(self, address: Option<String>) -> Self {
        Self { address, ..self }
    }

    /// The store, and what is known of it.
    pub fn administration(&self) -> &Administration {
        &self.administration
    }

    /// Answers one request, as the `operator`.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let desk = Desk {
            administration: &self.administration,
            member: Member::from(self.administration.operator()),
            limits: None,
            token: None,
            address: self.address.as_deref(),
            asker: Asker::Administrator,
            admin_bypass: self.admin_bypass,
            keys: self.keys.as_ref(),
            server: None,
        };
        let (parts, body) = request.into_parts();
        let answer = async {
            let (operation, path) = find(&parts)?;
            api::answer(&desk, operation, &parts, &path, &body).await
        };
        answer.await.unwrap_or_else(|problem: Problem| problem.told_here().api_answer("local"))
    }
}

/// The API for somebody who has proved to a running server who he is.
pub(crate) struct Visitor {
    pub(crate) app: Arc<Spectacles>,
    pub(crate) caller: Caller,
    /// Where he reaches the server, with its root.
    pub(crate) address: String,
    /// By this the log speaks of his request.
    pub(crate) request_id: String,
}

impl Visitor {
    /// Answers one request.
    pub(crate) async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let keys = self.app.issuer().keys();
        let desk = Desk {
            administration: self.app.administration(),
            member: self.app.member(&self.caller),
            limits: None,
            token: None,
            address: Some(&self.address),
            asker: self.app.asker(&self.caller),
            admin_bypass: self.app.settings().admin_bypass,
            keys: Some(&keys),
            server: Some(&self.app),
        };
        let (parts, body) = request.into_parts();
        let answer = async {
            let (operation, path) = find(&parts)?;
            api::in_time(operation, api::answer(&desk, operation, &parts, &path, &body)).await
        };
        answer.await.unwrap_or_else(|problem: Problem| problem.api_answer(&self.request_id))
    }
}
