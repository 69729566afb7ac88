//! What clients ask a registry that it cannot answer, or not for this client alone: searching, and the catalog. A proxy in front of the registry
//! sends these requests here.
//!
//! Source: the search of the registry protocol, version 1, as docker and podman use it still; the catalog of CNCF Distribution.

mod catalog;
mod search;
mod who;

pub(crate) use catalog::catalog;
pub(crate) use search::{ping, search};

use crate::problem::{Kind, Problem};
use crate::surface::Surface;
use http::header::HOST;
use http::request::Parts;
use spectacles_core::model::Registry;
use spectacles_core::name::excerpt;
use spectacles_core::service::Meant;

/// By which a proxy says for which registry it asks.
const REGISTRY: &str = "x-spectacles-registry";

/// The registry that a request is about: named in the path, or in a header, or known by the host, or the only one.
async fn registry(surface: &Surface, request: &Parts, named: Option<&str>) -> Result<Registry, Problem> {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let named = named.or_else(|| header(REGISTRY));
    let host = header(HOST.as_str()).or_else(|| request.uri.authority().map(http::uri::Authority::as_str));
    let meant = named.map_or(Meant::Host(host), Meant::Service);
    surface.app().meant(meant).await?.ok_or_else(|| {
        let text = match named {
            Some(named) => format!("there is no registry `{}` here", excerpt(named)),
            None => format!(
                "it is not known which registry is meant by host `{}`: let the proxy in front of it send the header X-Spectacles-Registry with its service \
                 name, or ask below /registry/<service>",
                excerpt(host.unwrap_or_default())
            ),
        };
        Problem::new(Kind::NotFound, text)
    })
}

/// A number of the query within these bounds; what is greater counts as the greatest.
fn number(text: Option<&str>, name: &str, usual: usize, least: usize, most: usize) -> Result<usize, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(usual) };
    let wrong = || Problem::new(Kind::Invalid, format!("the parameter `{name}` is a whole number from {least} to {most}"));
    let number: usize = text.parse().map_err(|_| wrong())?;
    if number < least { Err(wrong()) } else { Ok(number.min(most)) }
}
