//! Setting a new password without the one there is.

use super::login::jar;
use crate::answer::Answer;
use crate::caller::in_time;
use crate::problem::{Kind, Problem};
use crate::reset::{PAGE, code_in};
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::session::DONE;
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;

/// What was done, for the page that comes next.
pub(super) const RESET: &str = "reset";

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("forgot", "/forgot", show!(forgot)).public().posts(show!(ask)),
        Page::new("reset", PAGE, show!(form)).public().posts(show!(reset)),
    ]
}

#[derive(Template)]
#[template(path = "web/forgot.html")]
struct Forgot<'a> {
    shell: Shell<'a>,
    /// Whether a link is sent by mail.
    by_mail: bool,
    /// Whether somebody has just asked for one.
    is_asked: bool,
    wrong: Option<String>,
}

async fn forgot(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    said(visit, StatusCode::OK, false, None)
}

fn said(visit: &Visit<'_>, status: StatusCode, is_asked: bool, wrong: Option<String>) -> Result<Answer, Trouble> {
    let by_mail = visit.surface.app().sends_mail();
    Ok(html::page(status, &Forgot { shell: Shell::new(visit, "Forgotten password"), by_mail, is_asked, wrong })?)
}

/// What is answered does not depend on what was typed, and nothing that does is waited for.
async fn ask(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    match visit.surface.app().forgot(visit.field("name").unwrap_or_default(), visit.address).map_err(Problem::from) {
        Ok(()) => said(visit, StatusCode::OK, true, None),
        Err(problem) => said(visit, problem.kind.status(), false, Some(problem.detail)),
    }
}

#[derive(Template)]
#[template(path = "web/reset.html")]
struct Reset<'a> {
    shell: Shell<'a>,
    /// What was typed, where it is to be typed no second time: the code stays good when the password is refused.
    code: &'a str,
    wrong: Option<String>,
}

async fn form(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    shown(visit, StatusCode::OK, None)
}

fn shown(visit: &Visit<'_>, status: StatusCode, wrong: Option<String>) -> Result<Answer, Trouble> {
    let code = visit.field("code").unwrap_or_default();
    Ok(html::page(status, &Reset { shell: Shell::new(visit, "New password"), code, wrong })?)
}

/// Whoever has the code is not signed in by it: he types the new password once more.
async fn reset(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let field = |name| visit.field(name).unwrap_or_default();
    if field("new") != field("again") {
        return shown(visit, StatusCode::BAD_REQUEST, Some(visit.language.say("The two passwords are not the same.").to_owned()));
    }
    let app = visit.surface.app();
    match in_time(app.reset_password(&code_in(field("code")), field("new").into(), visit.address)).await {
        Ok(_) => {}
        Err(problem) if matches!(problem.kind, Kind::Denied | Kind::Invalid | Kind::TooManyRequests { .. }) => {
            return shown(visit, problem.kind.status(), Some(problem.detail));
        }
        Err(problem) => return Err(problem.into()),
    }
    // Somebody may be signed in here whose sessions have not ended by this: another user.
    let mut answer = html::go(visit.surface.root(), "/login");
    if let Some(visitor) = &visit.visitor {
        app.sign_out(&visitor.session).await.map_err(Problem::from)?;
        let (name, value) = jar(visit).end_session();
        answer.headers_mut().append(name, value);
    }
    let (name, value) = jar(visit).set(DONE, RESET, Some(30));
    answer.headers_mut().append(name, value);
    Ok(answer)
}
