//! One request for a page.

use super::html;
use super::page::Page;
use super::session::SignedIn;
use super::stale::Stale;
use super::texts::Language;
use crate::answer::Answer;
use crate::client::{Client, ClientError, Refusal};
use crate::parameters::Parameters;
use crate::problem::Problem;
use crate::surface::Surface;
use bytes::Bytes;
use http::request::Parts;
use serde_json::Value;
use spectacles_core::model::SessionOrigin;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::atomic::AtomicBool;

/// One request for a page: who, in which language, with what.
pub(crate) struct Visit<'a> {
    pub(crate) surface: &'a Surface,
    pub(crate) page: &'static Page,
    pub(crate) request: &'a Parts,
    pub(crate) path: &'a [(String, String)],
    pub(crate) query: Parameters<'a>,
    /// Where it comes from.
    pub(crate) address: Option<IpAddr>,
    /// Whether nobody on the way can read along.
    pub(crate) is_secure: bool,
    /// Whoever is signed in, with his calls.
    pub(crate) visitor: Option<SignedIn>,
    /// What makes forms of this visitor known as sent by our pages.
    pub(crate) csrf: String,
    pub(crate) language: Language,
    pub(crate) theme: &'static str,
    pub(crate) request_id: &'a str,
    /// What was sent with a form.
    pub(crate) sent: Option<&'a Parameters<'a>>,
    /// The file that was sent with it.
    pub(crate) file: Option<Bytes>,
    /// What is wrong with it.
    pub(crate) refusal: Option<&'a Refusal>,
    /// Whether a form on the page says so.
    pub(crate) is_told: AtomicBool,
    /// What it has come to, where that is to be shown once and never again: a secret.
    pub(crate) made: Option<&'a Value>,
    /// What was done before this page was asked for.
    pub(crate) done: Option<String>,
    /// The fields of the form that takes that back.
    pub(crate) undo: Vec<(String, String)>,
    /// What others have done meanwhile to what the form was to change.
    pub(crate) stale: Vec<Stale>,
}

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The API refuses what the page needs.
    Refused(Box<Refusal>),
    /// Something else is to be asked for: a path below the root.
    Go(String),
    /// Something else.
    Problem(Problem),
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Refused(refusal) => Self::Refused(refusal),
            error @ (ClientError::Recorded
            | ClientError::Unreachable(_)
            | ClientError::Address { .. }
            | ClientError::Authorities(_)
            | ClientError::Strange(_)) => Self::Problem(Problem::broken(error.to_string())),
        }
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<askama::Error> for Trouble {
    fn from(error: askama::Error) -> Self {
        Self::Problem(Problem::broken(format!("a page cannot be written: {error}")))
    }
}

impl<'a> Visit<'a> {
    /// The calls of whoever is signed in.
    ///
    /// # Errors
    /// Sends others to sign in.
    pub(crate) fn client(&self) -> Result<&Client, Trouble> {
        self.visitor.as_ref().map(|visitor| &visitor.client).ok_or_else(|| Trouble::Go(self.sign_in()))
    }

    /// Where to sign in, to come back here.
    pub(crate) fn sign_in(&self) -> String {
        let here = self.here();
        if here == "/" {
            return "/login".to_owned();
        }
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", &here).finish();
        format!("/login?{query}")
    }

    /// Path and query of this page, below the root.
    pub(crate) fn here(&self) -> String {
        let path = self.request.uri.path();
        let path = path.strip_prefix(self.surface.root()).unwrap_or(path);
        let path = if path.is_empty() { "/" } else { path };
        match self.request.uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        }
    }

    /// A part of the path.
    ///
    /// # Errors
    /// What cannot be the name of anything is nothing that exists.
    pub(crate) fn part<T: FromStr>(&self, name: &str) -> Result<T, Trouble> {
        self.text_part(name).parse().map_err(|_| Trouble::Problem(html::nothing_here()))
    }

    /// A part of the path as it is.
    pub(crate) fn text_part(&self, name: &str) -> &str {
        self.path.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// A parameter of the query; the first, where there are several.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.all(name).next().filter(|value| !value.is_empty())
    }

    /// A field of the form that was sent.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.sent.and_then(|sent| sent.all(name).next())
    }

    /// Where somebody is, for his session.
    pub(crate) fn origin(&self) -> SessionOrigin {
        let agent = self.request.headers.get(http::header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        SessionOrigin { address: self.address.map(|address| address.to_string()), agent: agent.chars().take(255).collect() }
    }

    /// The address of something on this server, as the browser of the visitor knows the server.
    pub(crate) fn address_of(&self, path: &str) -> String {
        let host = self.request.headers.get(http::header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{host}{}{path}", self.surface.root())
    }

    /// Shows this page once more, after a form.
    pub(crate) async fn again(&self) -> Result<Answer, Trouble> {
        (self.page.show)(self).await
    }
}
