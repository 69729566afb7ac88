//! Extractors for handlers outside of the surface.

use crate::mount::peer;
use axum::body::Body;
use axum::extract::{FromRef, FromRequestParts};
use http::Response;
use http::request::Parts;
use spectacles_core::service;
use spectacles_http::Surface;
use std::ops::Deref;

/// Whoever makes the request, by his Basic credentials. Without right ones the handler is not called, and the answer is 401.
///
/// Needs a state that a [`Surface`] can be had from.
#[derive(Debug, Clone)]
pub struct Caller(service::Caller);

/// The same for administrators; everybody else gets 403.
#[derive(Debug, Clone)]
pub struct AdminCaller(service::Caller);

impl Deref for Caller {
    type Target = service::Caller;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Deref for AdminCaller {
    type Target = service::Caller;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Surface: FromRef<S>,
{
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let peer = peer(&parts.extensions);
        Surface::from_ref(state).caller(&parts.headers, peer).await.map(Self).map_err(|answer| answer.map(Body::from))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AdminCaller
where
    Surface: FromRef<S>,
{
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let peer = peer(&parts.extensions);
        Surface::from_ref(state).administrator(&parts.headers, peer).await.map(Self).map_err(|answer| answer.map(Body::from))
    }
}
