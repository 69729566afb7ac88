//! Extractors for handlers outside of the surface.

use crate::mount::{peer, response};
use bytes::Bytes;
use poem::error::InternalServerError;
use poem::{FromRequest, Request, RequestBody};
use spectacles_core::service;
use spectacles_http::Surface;
use std::ops::Deref;

/// Whoever makes the request, by his Basic credentials. Without right ones the handler is not called, and the answer is 401.
///
/// Needs a [`Surface`] among the data of the endpoint.
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

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        surface(request)?.caller(request.headers(), peer(request)).await.map(Self).map_err(refusal)
    }
}

impl<'a> FromRequest<'a> for AdminCaller {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        surface(request)?.administrator(request.headers(), peer(request)).await.map(Self).map_err(refusal)
    }
}

fn surface(request: &Request) -> poem::Result<&Surface> {
    request
        .data::<Surface>()
        .ok_or_else(|| InternalServerError(std::io::Error::other("there is no `Surface` among the data of the endpoint")))
}

fn refusal(answer: http::Response<Bytes>) -> poem::Error {
    poem::Error::from_response(response(answer))
}
