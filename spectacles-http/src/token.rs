//! Token requests.
//!
//! GET as the token specification of CNCF Distribution has it, POST as its OAuth2 variant. Errors of both are in the registry's form with
//! status 401 for bad credentials: clients cannot show the 400 that OAuth2 would have.

use crate::answer::{self, Answer};
use crate::caller::{credentials, in_time};
use crate::observe::Note;
use crate::parameters::Parameters;
use crate::problem::{Kind, Problem};
use crate::surface::Surface;
use http::StatusCode;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use spectacles_core::auth::Credentials;
use spectacles_core::name::excerpt;
use spectacles_core::service::TokenRequest;
use spectacles_core::token::Issued;
use std::net::IpAddr;

pub(crate) async fn get(surface: &Surface, request: &Parts, client: Option<IpAddr>) -> Result<Answer, Problem> {
    let parameters = Parameters::parse(request.uri.query().unwrap_or_default().as_bytes());
    let credentials = credentials(&request.headers)?;
    let account = parameters.one("account")?;
    answer(surface, request, client, &parameters, account, credentials.as_ref()).await
}

pub(crate) async fn post(surface: &Surface, request: &Parts, client: Option<IpAddr>, body: &[u8]) -> Result<Answer, Problem> {
    let content_type = request.headers.get(CONTENT_TYPE).map(|value| value.as_bytes());
    if !content_type.is_none_or(is_form) {
        return Err(Problem::new(Kind::MediaType, "the body must be application/x-www-form-urlencoded"));
    }
    let parameters = Parameters::parse(body);
    match parameters.one("grant_type")? {
        Some("password") => {
            let needed = |name| missing(&parameters, name);
            let credentials = Credentials { account: needed("username")?.to_owned(), secret: needed("password")?.into() };
            let account = parameters.one("account")?;
            answer(surface, request, client, &parameters, account, Some(&credentials)).await
        }
        // None were given out, so that it cannot be one of ours. Clients ask for the password then.
        Some("refresh_token") => Err(Problem::new(Kind::Unauthorized, "the refresh token is not valid")),
        Some(other) => Err(Problem::new(Kind::UnsupportedGrant, format!("the grant type `{}` is not offered", excerpt(other)))),
        None => Err(Problem::new(Kind::Invalid, "the parameter `grant_type` is missing")),
    }
}

fn missing<'p>(parameters: &'p Parameters<'_>, name: &'static str) -> Result<&'p str, Problem> {
    parameters.one(name)?.ok_or_else(|| Problem::new(Kind::Invalid, format!("the parameter `{name}` is missing")))
}

fn is_form(content_type: &[u8]) -> bool {
    let essence = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// What a client gets. `token` and `access_token` are the same: some read one, some the other.
///
/// Written without looking for signs to escape, which would cost as much as a good part of the rest: tokens and times have none.
fn body(issued: &Issued) -> String {
    let (token, seconds, issued_at) = (&issued.token, issued.expires_in.to_string(), issued.issued_at.to_rfc3339_seconds());
    let parts =
        [r#"{"token":""#, token, r#"","access_token":""#, token, r#"","expires_in":"#, &seconds, r#","issued_at":""#, &issued_at, r#""}"#];
    parts.concat()
}

async fn answer(
    surface: &Surface,
    request: &Parts,
    address: Option<IpAddr>,
    parameters: &Parameters<'_>,
    account: Option<&str>,
    credentials: Option<&Credentials>,
) -> Result<Answer, Problem> {
    let service = parameters.one("service")?;
    let scopes = parameters.all("scope").collect();
    let agent = request.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    let asked = TokenRequest { service, scopes, account, credentials, address, agent };
    let issued = in_time(surface.app().token(asked)).await?;
    let mut answer = answer::body(StatusCode::OK, answer::JSON, body(&issued));
    answer.extensions_mut().insert(Note(issued));
    Ok(answer)
}
