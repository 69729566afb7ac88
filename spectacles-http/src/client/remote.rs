//! Servers elsewhere.

use super::{Ask, ClientError};
use bytes::Bytes;
use http::Response;
use http::header::{AUTHORIZATION, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};
use secrecy::{ExposeSecret as _, SecretString};
use std::error::Error as _;
use std::time::Duration;
use url::Url;

/// Longer than a document takes to be applied.
const PATIENCE: Duration = Duration::from_secs(150);
/// Whoever is there answers sooner.
const CONNECTING: Duration = Duration::from_secs(10);

/// By what somebody proves who he is.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// An API token.
    Token(SecretString),
    /// Name and password of a user.
    Password {
        /// The name.
        name: String,
        /// The password.
        password: SecretString,
    },
}

/// A server.
pub(super) struct Remote {
    http: Client,
    address: String,
    authorization: HeaderValue,
}

impl Remote {
    pub(super) fn new(server: &str, credentials: Credentials, authorities: Vec<Certificate>) -> Result<Self, ClientError> {
        let refused = |why: String| ClientError::Address { address: server.to_owned(), why };
        let url = Url::parse(server).map_err(|error| refused(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(refused("it must begin with http:// or https://".to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            // It is not shown: it may hold a password.
            return Err(ClientError::Address {
                address: "…".to_owned(), why: "credentials and queries do not belong into it".to_owned()
            });
        }
        // A redirect would take the credentials elsewhere.
        let builder = Client::builder().redirect(Policy::none()).timeout(PATIENCE).connect_timeout(CONNECTING);
        let builder = if authorities.is_empty() { builder } else { builder.tls_certs_merge(authorities) };
        let http = builder.build().map_err(|error| ClientError::Unreachable(reason(&error)))?;
        Ok(Self { http, address: server.trim_end_matches('/').to_owned(), authorization: authorization(&credentials) })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    pub(super) async fn send(&self, ask: Ask) -> Result<Response<Bytes>, ClientError> {
        let url = format!("{}{}", self.address, ask.target());
        let failed = |error: &reqwest::Error| ClientError::Unreachable(format!("{} does not answer: {}", self.address, reason(error)));
        let request = self.http.request(ask.method, url).headers(ask.headers).header(AUTHORIZATION, self.authorization.clone());
        let request = match ask.patience {
            Some(patience) => request.timeout(patience),
            None => request,
        };
        let answer = request.body(ask.body).send().await.map_err(|error| failed(&error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = Response::new(answer.bytes().await.map_err(|error| failed(&error))?);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

fn authorization(credentials: &Credentials) -> HeaderValue {
    use base64::Engine as _;
    let text = match credentials {
        Credentials::Token(token) => format!("Bearer {}", token.expose_secret()),
        Credentials::Password { name, password } => {
            let pair = format!("{name}:{}", password.expose_secret());
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
        }
    };
    // What cannot be sent is no token: it is refused like another wrong one.
    let mut value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("Bearer invalid"));
    value.set_sensitive(true);
    value
}

/// What an error comes from: what is outermost says only that there was one.
fn reason(error: &reqwest::Error) -> String {
    let mut source = error.source();
    let mut text = error.to_string();
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    text
}
