//! Requests.

use super::ClientError;
use crate::api::{ROOT, path::segment};
use crate::avatar::{JPEG, PNG};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request};
use serde::Serialize;
use std::time::Duration;

/// A request, before it is known where it goes.
#[derive(Debug)]
pub struct Ask {
    pub(super) method: Method,
    path: String,
    query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// How long the answer may take, where that is longer than usual.
    pub(super) patience: Option<Duration>,
}

impl Ask {
    /// A request for what these parts of a path name, below the root of the API.
    pub fn new<'p>(method: Method, parts: impl IntoIterator<Item = &'p str>) -> Self {
        let path = parts.into_iter().fold(ROOT.to_owned(), |path, part| format!("{path}/{}", segment(part)));
        Self { method, path, query: Vec::new(), headers: HeaderMap::new(), body: Bytes::new(), patience: None }
    }

    /// Reads.
    pub fn get<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        Self::new(Method::GET, parts)
    }

    /// With one more parameter.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// With one more parameter, where there is a value.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// With a body.
    ///
    /// # Errors
    /// [`ClientError::Strange`] for what is no JSON.
    pub fn body(mut self, body: &impl Serialize) -> Result<Self, ClientError> {
        self.body = serde_json::to_vec(body).map_err(|error| ClientError::Strange(error.to_string()))?.into();
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(self)
    }

    /// With a picture for a body; of which type it is, its bytes say.
    #[must_use]
    pub fn picture(mut self, bytes: impl Into<Bytes>) -> Self {
        self.body = bytes.into();
        let media = if self.body.starts_with(&[0xff, 0xd8]) { JPEG } else { PNG };
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        self
    }

    /// With one more header. One that cannot be sent is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// With more time for the answer than usual.
    #[must_use]
    pub fn within(self, patience: Duration) -> Self {
        Self { patience: Some(patience), ..self }
    }

    /// Path and query.
    pub(super) fn target(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        format!("{}?{query}", self.path)
    }

    /// The same for whoever answers in this process.
    pub(super) fn request(self) -> Result<Request<Bytes>, ClientError> {
        let target = self.target();
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = target.parse().map_err(|error: http::uri::InvalidUri| ClientError::Strange(error.to_string()))?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}
