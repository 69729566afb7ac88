//! Signing in and out.

use super::reset::RESET;
use crate::answer::Answer;
use crate::caller::in_time;
use crate::problem::{Kind, Problem};
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::session::Jar;
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::auth::Credentials;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("login", "/login", show!(login)).public().posts(show!(sign_in)),
        Page::new("login.out", "/logout", show!(leave)).posts(show!(sign_out)),
    ]
}

#[derive(Template)]
#[template(path = "web/login.html")]
struct Login<'a> {
    shell: Shell<'a>,
    name: &'a str,
    next: &'a str,
    wrong: Option<String>,
    can_register: bool,
    /// Whether somebody on the way could read the password.
    is_readable: bool,
    /// Whether he has just set a new password.
    is_reset: bool,
}

async fn login(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let next = visit.parameter("next").and_then(html::local_path).unwrap_or("/");
    if visit.visitor.is_some() {
        return Err(Trouble::Go(next.to_owned()));
    }
    if super::register::is_first(visit).await? {
        return Err(Trouble::Go("/welcome".to_owned()));
    }
    shown(visit, StatusCode::OK, None)
}

fn shown(visit: &Visit<'_>, status: StatusCode, wrong: Option<String>) -> Result<Answer, Trouble> {
    let next = visit.field("next").or_else(|| visit.parameter("next")).and_then(html::local_path).unwrap_or("/");
    let can_register = visit.surface.app().administration().policies().registration;
    let is_readable = !visit.is_secure && !visit.address.is_some_and(|address| address.is_loopback());
    let name = visit.field("name").unwrap_or_default();
    let is_reset = visit.done.as_deref() == Some(RESET);
    Ok(html::page(status, &Login { shell: Shell::new(visit, "Sign in"), name, next, wrong, can_register, is_readable, is_reset })?)
}

async fn sign_in(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let field = |name| visit.field(name).unwrap_or_default();
    let credentials = Credentials { account: field("name").trim().to_owned(), secret: field("password").into() };
    let app = visit.surface.app();
    let caller = match in_time(app.authenticate(&credentials, visit.address)).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return shown(visit, StatusCode::UNAUTHORIZED, Some(visit.language.say("Name or password is not right.").to_owned())),
        Err(problem @ Problem { kind: Kind::TooManyRequests { .. }, .. }) => {
            return shown(visit, StatusCode::TOO_MANY_REQUESTS, Some(visit.language.problem(&problem)));
        }
        Err(problem) => return Err(problem.into()),
    };
    let secret = app.sign_in(&caller, visit.origin()).await.map_err(Problem::from)?;
    // Whoever was signed in here before is not any more: the secret is a new one each time.
    if let Some(before) = &visit.visitor {
        app.sign_out(&before.session).await.map_err(Problem::from)?;
    }
    let mut answer = html::go(visit.surface.root(), html::local_path(field("next")).unwrap_or("/"));
    let (name, value) = jar(visit).begin_session(&secret);
    answer.headers_mut().append(name, value);
    Ok(answer)
}

/// Somebody has followed a link: signing out is a form.
async fn leave(_: &Visit<'_>) -> Result<Answer, Trouble> {
    Err(Trouble::Go("/".to_owned()))
}

async fn sign_out(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    if let Some(visitor) = &visit.visitor {
        visit.surface.app().sign_out(&visitor.session).await.map_err(Problem::from)?;
    }
    let mut answer = html::go(visit.surface.root(), "/login");
    let (name, value) = jar(visit).end_session();
    answer.headers_mut().append(name, value);
    Ok(answer)
}

pub(super) fn jar<'v>(visit: &'v Visit<'_>) -> Jar<'v> {
    Jar { is_secure: visit.is_secure, root: visit.surface.root() }
}
