//! Pictures of users.

use crate::answer::Answer;
use crate::avatar::LONGEST;
use crate::client::{Ask, ClientError};
use crate::web::form::Form;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::session::DONE;
use crate::web::shell::Shell;
use crate::web::upload::BESIDES;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::header::IF_NONE_MATCH;
use http::{Method, StatusCode};
use spectacles_core::name::UserName;

use super::login::jar;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("users.picture", "/users/{user}/picture", show!(picture)),
        // A file that is a bit too long is read, so that it can be said on the page.
        Page::new("users.avatar", "/users/{user}/avatar", show!(form)).posts(show!(set)).takes_file(LONGEST + BESIDES + LONGEST),
    ]
}

/// What pages show. Browsers do not sign in to the API.
async fn picture(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let name: UserName = visit.part("user")?;
    let ask = Ask::get(["users", name.as_str(), "avatar"]).maybe("size", visit.parameter("size"));
    let known = visit.request.headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let ask = known.into_iter().fold(ask, |ask, tags| ask.header(IF_NONE_MATCH, tags));
    let mut answer = visit.client()?.ask(ask).await?;
    html::secure(&mut answer);
    Ok(answer)
}

#[derive(Template)]
#[template(path = "web/avatar.html")]
struct Avatar<'a> {
    shell: Shell<'a>,
    user: UserName,
    /// What was typed of the square.
    x: &'a str,
    y: &'a str,
    size: &'a str,
    wrong: Option<String>,
    remove: Form,
}

async fn form(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    shown(visit, StatusCode::OK, None).await
}

async fn shown(visit: &Visit<'_>, status: StatusCode, wrong: Option<String>) -> Result<Answer, Trouble> {
    let user: UserName = visit.part("user")?;
    // Also whether there is such a user, for whoever asks.
    visit.client()?.users().show(user.as_str()).await?;
    let shell = Shell::new(visit, "Picture");
    if shell.user != Some(user.as_str()) {
        shell.admins_only()?;
    }
    let field = |name| visit.field(name).unwrap_or_default();
    let remove =
        Form::new(visit, "users.avatar.delete", "Remove picture", &[]).at("user", &user).then(format!("/users/{user}")).dangerous();
    let (x, y, size) = (field("x"), field("y"), field("size"));
    Ok(html::page(status, &Avatar { shell, x, y, size, wrong, remove: remove.done(visit), user })?)
}

async fn set(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let user: UserName = visit.part("user")?;
    let file = visit.file.clone().unwrap_or_default();
    if file.is_empty() {
        let wrong = visit.language.say("No file was chosen.").to_owned();
        return shown(visit, StatusCode::BAD_REQUEST, Some(wrong)).await;
    }
    let part = |name: &'static str| (name, visit.field(name).map(str::trim).filter(|text| !text.is_empty()));
    let ask = Ask::new(Method::PUT, ["users", user.as_str(), "avatar"]).picture(file);
    let ask = ["x", "y", "size"].map(part).into_iter().fold(ask, |ask, (name, value)| ask.maybe(name, value));
    match visit.client()?.send(ask).await {
        Ok(_) => {}
        Err(ClientError::Refused(refusal)) if refusal.status.is_client_error() && refusal.status != StatusCode::NOT_FOUND => {
            return shown(visit, refusal.status, Some(refusal.detail.clone())).await;
        }
        Err(error) => return Err(error.into()),
    }
    let mut answer = html::go(visit.surface.root(), &format!("/users/{user}"));
    let (name, value) = jar(visit).set(DONE, "users.avatar.set", Some(30));
    answer.headers_mut().append(name, value);
    Ok(answer)
}
