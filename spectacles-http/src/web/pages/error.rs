//! What is shown where there is no page.

use crate::answer::Answer;
use crate::problem::Problem;
use crate::web::html;
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

/// The page that says what went wrong.
pub(crate) fn page(visit: &Visit<'_>, trouble: Trouble) -> Answer {
    let (status, detail, headers) = match trouble {
        Trouble::Refused(refusal) => (refusal.status, refusal.detail.clone(), None),
        Trouble::Problem(problem) => {
            let detail = problem.detail.clone();
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
    let why = (status == StatusCode::FORBIDDEN && shell.user.is_some()).then(|| why(visit));
    let template =
        ErrorPage { shell, why, status: status.as_u16(), detail, request_id: visit.request_id, is_passing: status.as_u16() >= 500 };
    let mut answer = html::page(status, &template).unwrap_or_else(|error| Problem::broken(error.to_string()).answer());
    // What clients have to be told besides: when to try again, which methods there are.
    for name in [http::header::RETRY_AFTER, http::header::ALLOW] {
        let value = headers.as_ref().and_then(|headers| headers.headers().get(&name)).cloned();
        answer.headers_mut().extend(value.map(|value| (name, value)));
    }
    answer
}
