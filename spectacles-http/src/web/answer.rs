//! Answers to requests for pages.

use super::action::{self, Done};
use super::form;
use super::html;
use super::origin::Ours;
use super::page::Page;
use super::pages::error;
use super::session::{self, DONE, Jar, SignedIn, THEME};
use super::stale;
use super::texts::Language;
use super::undo;
use super::upload;
use super::visit::{Trouble, Visit};
use crate::answer::Answer;
use crate::caller::in_time;
use crate::client::Client;
use crate::local::Visitor;
use crate::parameters::Parameters;
use crate::problem::{Kind, Problem};
use crate::surface::Surface;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY};
use http::request::Parts;
use http::{Method, StatusCode};
use spectacles_core::random::{Random as _, SystemRandom};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Answers a request for a page, or one with a form of it.
pub(crate) async fn answer(
    surface: &Surface,
    page: &'static Page,
    request: &Parts,
    path: &[(String, String)],
    address: Option<IpAddr>,
    body: Result<Bytes, Problem>,
    request_id: &str,
) -> Answer {
    let (mut visit, mut cookies, unknown) = begin(surface, page, request, path, address, request_id).await;
    let jar = Jar { is_secure: visit.is_secure, root: surface.root() };
    let done = session::cookie(&request.headers, DONE).filter(|_| request.method != Method::POST);
    if let Some(done) = done {
        cookies.push(jar.set(DONE, "", Some(0)));
        let (operation, fields) = undo::open(done, &visit.csrf);
        (visit.done, visit.undo) = (Some(operation), fields);
    }
    let outcome = match unknown {
        Some(problem) => Err(Trouble::Problem(problem)),
        None if visit.visitor.is_none() && !page.is_public => Err(Trouble::Go(visit.sign_in())),
        None if request.method == Method::POST => match body {
            Ok(body) => post(&mut visit, &body, jar).await,
            Err(problem) => Err(Trouble::Problem(problem)),
        },
        None => (page.show)(&visit).await,
    };
    finish(&visit, outcome, cookies)
}

/// Whether whoever asks reads pages, and not what programs read.
pub(crate) fn is_for_people(request: &Parts) -> bool {
    let mut accepted = request.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted
        .any(|value| value.split(',').any(|item| item.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/html"))))
}

/// Says what is wrong with a request that no page answers.
pub(crate) async fn trouble(surface: &Surface, request: &Parts, address: Option<IpAddr>, problem: Problem, request_id: &str) -> Answer {
    let (visit, cookies, unknown) = begin(surface, &error::NOWHERE, request, &[], address, request_id).await;
    finish(&visit, Err(Trouble::Problem(unknown.unwrap_or(problem))), cookies)
}

type Cookies = Vec<(HeaderName, HeaderValue)>;

/// A visit, the cookies that it begins with, and why it cannot be known whose it is.
async fn begin<'a>(
    surface: &'a Surface,
    page: &'static Page,
    request: &'a Parts,
    path: &'a [(String, String)],
    address: Option<IpAddr>,
    request_id: &'a str,
) -> (Visit<'a>, Cookies, Option<Problem>) {
    let is_secure = surface.is_secure(request);
    let jar = Jar { is_secure, root: surface.root() };
    let mut cookies = Vec::new();
    let (visitor, csrf, unknown) = match identify(surface, request, jar, address, request_id).await {
        Ok(Some((visitor, csrf))) => (Some(visitor), csrf, None),
        Ok(None) => {
            let visit = jar.visit(&request.headers).map(str::to_owned).unwrap_or_else(|| {
                let new = chance();
                cookies.push(jar.begin_visit(&new));
                new
            });
            (None, session::token_of(&visit), None)
        }
        Err(problem) => (None, String::new(), Some(problem)),
    };
    let visit = Visit {
        surface,
        page,
        request,
        path,
        query: Parameters::parse(request.uri.query().unwrap_or_default().as_bytes()),
        address,
        is_secure,
        visitor,
        csrf,
        language: Language::of(&request.headers),
        theme: theme(request),
        request_id,
        sent: None,
        file: None,
        refusal: None,
        is_told: AtomicBool::new(false),
        made: None,
        done: None,
        undo: Vec::new(),
        stale: Vec::new(),
    };
    (visit, cookies, unknown)
}

/// What is sent in the end.
fn finish(visit: &Visit<'_>, outcome: Result<Answer, Trouble>, cookies: Cookies) -> Answer {
    let mut answer = match outcome {
        Ok(answer) => answer,
        Err(Trouble::Go(path)) => html::go(visit.surface.root(), &path),
        Err(trouble) => error::page(visit, trouble),
    };
    for (name, value) in cookies {
        answer.headers_mut().append(name, value);
    }
    if visit.is_secure {
        answer.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    answer
}

/// Whether somebody has a say in how much is read.
pub(crate) async fn is_signed_in(surface: &Surface, request: &Parts) -> bool {
    let jar = Jar { is_secure: surface.is_secure(request), root: surface.root() };
    let Some(secret) = jar.session(&request.headers) else { return false };
    matches!(in_time(surface.app().session(&secret, None)).await, Ok(Some(_)))
}

/// Whoever is signed in, and what his forms must have with them.
async fn identify(
    surface: &Surface,
    request: &Parts,
    jar: Jar<'_>,
    address: Option<IpAddr>,
    request_id: &str,
) -> Result<Option<(SignedIn, String)>, Problem> {
    use secrecy::ExposeSecret as _;
    let Some(secret) = jar.session(&request.headers) else { return Ok(None) };
    let app = surface.app();
    let Some(session) = in_time(app.session(&secret, address)).await? else { return Ok(None) };
    let name = session.caller.name();
    let (is_admin, is_auditor) =
        app.facts().read(|facts| facts.user(name.as_str()).map_or((false, false), |user| (user.admin, user.auditor)));
    let visitor = Visitor {
        app: Arc::clone(app),
        caller: session.caller.clone(),
        address: surface.base_url(request),
        request_id: request_id.to_owned(),
    };
    let csrf = session::token_of(secret.expose_secret());
    Ok(Some((SignedIn { session, client: Client::visit(visitor), is_admin, is_auditor }, csrf)))
}

/// Carries out a form, and shows the page again where that came to nothing.
async fn post(visit: &mut Visit<'_>, body: &Bytes, jar: Jar<'_>) -> Result<Answer, Trouble> {
    let content_type = visit.request.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let upload = if visit.page.takes_file && upload::is_one(content_type) {
        Some(upload::read(content_type, body.clone()).await?)
    } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        None
    } else {
        return Err(Problem::new(Kind::MediaType, "this is no form of ours").into());
    };
    let sent = Parameters::parse(upload.as_ref().map_or(body.as_ref(), |upload| upload.fields.as_bytes()));
    let form = Ours::check(visit, &sent)?;
    let is_own = sent.all("_do").next().is_none();
    let outcome = match visit.page.post.filter(|_| is_own) {
        Some(run) => {
            let file = upload.as_ref().map(|upload| upload.file.clone());
            let visit = Visit { sent: Some(form.fields()), file, ..copy(visit) };
            return run(&visit).await;
        }
        None if is_own => return Err(Problem::new(Kind::Invalid, "this page has no such form").into()),
        None => action::run(visit, &form).await,
    };
    match outcome {
        Ok(Done::Go { path, operation, undo }) => {
            let mut answer = html::go(visit.surface.root(), &path);
            let (name, value) = jar.set(DONE, &undo::seal(operation, undo.as_deref(), &visit.csrf), Some(30));
            answer.headers_mut().append(name, value);
            Ok(answer)
        }
        Ok(Done::Show(made)) => Visit { sent: Some(&sent), made: Some(&made), ..copy(visit) }.again().await,
        Err(Trouble::Refused(refusal)) if refusal.status.is_client_error() || refusal.status.is_server_error() => {
            let stale = match form::find(sent.all("_do").next().unwrap_or_default()) {
                Some(operation) if refusal.status == StatusCode::PRECONDITION_FAILED => {
                    stale::read(visit, operation, |name| sent.all(name).next().map(str::to_owned)).await?
                }
                Some(_) | None => Vec::new(),
            };
            let mut answer = Visit { sent: Some(&sent), refusal: Some(&refusal), stale, ..copy(visit) }.again().await?;
            *answer.status_mut() = refusal.status;
            Ok(answer)
        }
        Err(trouble) => Err(trouble),
    }
}

/// The same visit, to be shown with something else. What is signed in moves over.
fn copy<'a>(visit: &mut Visit<'a>) -> Visit<'a> {
    Visit {
        surface: visit.surface,
        page: visit.page,
        request: visit.request,
        path: visit.path,
        query: Parameters::parse(visit.request.uri.query().unwrap_or_default().as_bytes()),
        address: visit.address,
        is_secure: visit.is_secure,
        visitor: visit.visitor.take(),
        csrf: visit.csrf.clone(),
        language: visit.language,
        theme: visit.theme,
        request_id: visit.request_id,
        sent: None,
        file: None,
        refusal: None,
        is_told: AtomicBool::new(false),
        made: None,
        done: None,
        undo: Vec::new(),
        stale: Vec::new(),
    }
}

/// Light, dark, or as the machine has it.
fn theme(request: &Parts) -> &'static str {
    match session::cookie(&request.headers, THEME) {
        Some("light") => "light",
        Some("dark") => "dark",
        Some(_) | None => "auto",
    }
}

/// 32 characters that nobody can guess.
fn chance() -> String {
    let mut bytes = [0; 16];
    // Without chance there is no value that is accepted, and so no form.
    if SystemRandom.fill(&mut bytes).is_err() {
        return String::new();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
