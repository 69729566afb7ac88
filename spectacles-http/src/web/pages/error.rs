//! What is shown where there is no page.

use crate::answer::Answer;
use crate::problem::Problem;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;

#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage<'a> {
    shell: Shell<'a>,
    status: u16,
    detail: String,
    /// What to do next.
    advice: &'static str,
    request_id: &'a str,
    /// What asks why, of what this page is about.
    why: Option<String>,
    /// Whether the same may succeed later.
    is_passing: bool,
}

/// The query of the question why, as far as the address of the page says what it is about.
fn why(visit: &Visit<'_>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, asked) in [("registry", "registry"), ("repository", "repository")] {
        let value = visit.text_part(name);
        if !value.is_empty() {
            query.append_pair(asked, value);
        }
    }
    query.finish()
}

/// What stands for a page where there is none.
pub(crate) static NOWHERE: Page = Page::new("nowhere", "", show!(nothing)).public();

async fn nothing(_: &Visit<'_>) -> Result<Answer, Trouble> {
    Err(html::nothing_here().into())
}

/// What somebody does next.
fn advice(status: StatusCode, is_signed_in: bool) -> &'static str {
    match (status, is_signed_in) {
        (StatusCode::UNAUTHORIZED, _) | (StatusCode::FORBIDDEN, false) => "Sign in, and try it again.",
        (StatusCode::FORBIDDEN, true) => "If you need it, ask an administrator, or whoever answers for it.",
        (StatusCode::NOT_FOUND, true) => "Look for it by the search above. What you may not see looks as if it were not there.",
        (StatusCode::NOT_FOUND, false) => "Look at the address again. Most pages are shown to people only who are signed in.",
        (StatusCode::METHOD_NOT_ALLOWED | StatusCode::UNSUPPORTED_MEDIA_TYPE, _) => "Open the page again, and use the form that is there.",
        (StatusCode::PAYLOAD_TOO_LARGE, _) => "Go back, and send less at once. Nothing was done.",
        (StatusCode::PRECONDITION_FAILED, _) => "Go back, load the page again, and change it once more.",
        (StatusCode::TOO_MANY_REQUESTS, _) => "Wait a little. Nothing else is needed.",
        (status, _) if status.is_server_error() => "Try again in a moment.",
        _ => "Go back, and look at what was sent. Nothing was done.",
    }
}

/// The page that says what went wrong.
pub(crate) fn page(visit: &Visit<'_>, trouble: Trouble) -> Answer {
    let (status, detail, headers) = match trouble {
        Trouble::Refused(refusal) => (refusal.status, visit.language.refusal(&refusal), None),
        Trouble::Problem(problem) => {
            let detail = visit.language.problem(&problem);
            let answer = Problem::answer(problem);
            (answer.status(), detail, Some(answer))
        }
        Trouble::Go(path) => return html::go(visit.surface.root(), &path),
    };
    let title = match status {
        StatusCode::BAD_REQUEST => "This makes no sense here",
        StatusCode::UNAUTHORIZED => "Please sign in",
        StatusCode::FORBIDDEN => "This is not yours to see or do",
        StatusCode::NOT_FOUND => "There is no such thing",
        StatusCode::METHOD_NOT_ALLOWED => "This page takes no forms",
        StatusCode::PAYLOAD_TOO_LARGE => "This is too large",
        StatusCode::PRECONDITION_FAILED => "Somebody has changed it meanwhile",
        StatusCode::TOO_MANY_REQUESTS => "Too many requests",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY => "This cannot be shown now",
        status if status.is_server_error() => "Something is broken here",
        _ => "This cannot be done",
    };
    let shell = Shell::new(visit, title);
    let (why, advice) =
        ((status == StatusCode::FORBIDDEN && shell.user.is_some()).then(|| why(visit)), advice(status, shell.user.is_some()));
    let (request_id, is_passing) = (visit.request_id, status.is_server_error());
    let template = ErrorPage { shell, why, status: status.as_u16(), detail, advice, request_id, is_passing };
    let mut answer = html::page(status, &template).unwrap_or_else(|error| Problem::broken(error.to_string()).answer());
    // What clients have to be told besides: when to try again, which methods there are, and that nothing else
    // can come on a connection whose request was not read to its end.
    for name in [http::header::RETRY_AFTER, http::header::ALLOW, http::header::CONNECTION] {
        let value = headers.as_ref().and_then(|headers| headers.headers().get(&name)).cloned();
        answer.headers_mut().extend(value.map(|value| (name, value)));
    }
    answer
}
