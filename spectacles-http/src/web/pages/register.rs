//! Signing up, and the first administrator.

use super::login::jar;
use crate::answer::Answer;
use crate::caller::in_time;
use crate::problem::{Kind, Problem};
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::auth::Credentials;
use spectacles_core::name::{Email, UserName};
use spectacles_core::service::Error;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("welcome", "/welcome", show!(welcome)).public().posts(show!(register)),
        Page::new("register", "/register", show!(sign_up)).public().posts(show!(register)),
    ]
}

#[derive(Template)]
#[template(path = "web/register.html")]
struct Register<'a> {
    shell: Shell<'a>,
    name: &'a str,
    email: &'a str,
    wrong: Option<String>,
    is_first: bool,
}

/// Whether nobody has signed up yet.
pub(super) async fn is_first(visit: &Visit<'_>) -> Result<bool, Trouble> {
    let app = visit.surface.app();
    if app.facts().read(|facts| facts.users().next().is_some()) {
        return Ok(false);
    }
    let count = async {
        let mut tx = app.administration().store().read().await?;
        tx.count_users().await
    };
    Ok(in_time(async { count.await.map_err(Error::from) }).await? == 0)
}

async fn welcome(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    // Afterwards there is no such page.
    if is_first(visit).await? { shown(visit, StatusCode::OK, None, true) } else { Err(Trouble::Go("/login".to_owned())) }
}

async fn sign_up(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    if is_first(visit).await? {
        return Err(Trouble::Go("/welcome".to_owned()));
    }
    if !visit.surface.app().administration().policies().registration {
        let detail = "nobody can sign up here; an administrator creates users";
        return Err(Problem::new(Kind::Denied, detail).into());
    }
    shown(visit, StatusCode::OK, None, false)
}

fn shown(visit: &Visit<'_>, status: StatusCode, wrong: Option<String>, is_first: bool) -> Result<Answer, Trouble> {
    let title = if is_first { "Welcome to Spectacles" } else { "Sign up" };
    let field = |name| visit.field(name).unwrap_or_default();
    let page = Register { shell: Shell::new(visit, title), name: field("name"), email: field("email"), wrong, is_first };
    Ok(html::page(status, &page)?)
}

async fn register(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let is_first = is_first(visit).await?;
    let field = |name| visit.field(name).unwrap_or_default();
    let wrong = |detail: String| shown(visit, StatusCode::BAD_REQUEST, Some(detail), is_first);
    let language = visit.language;
    let name: UserName = match field("name").trim().parse() {
        Ok(name) => name,
        Err(error) => return wrong(language.field("name", &format!("{error}"))),
    };
    let email: Option<Email> = match field("email").trim() {
        "" => None,
        text => match text.parse() {
            Ok(email) => Some(email),
            Err(error) => return wrong(language.field("email", &format!("{error}"))),
        },
    };
    if field("password") != field("again") {
        return wrong(visit.language.say("The two passwords are not the same.").to_owned());
    }
    let app = visit.surface.app();
    match app.administration().register(name, email, field("password").into()).await {
        Ok(_) => {}
        // Name and address are right by now.
        Err(error @ Error::Invalid(_)) => return wrong(language.field("password", &error.to_string())),
        Err(error @ Error::Conflict(_)) => return wrong(language.problem(&Problem::from(error))),
        Err(error) => return Err(Problem::from(error).into()),
    }
    let credentials = Credentials { account: field("name").trim().to_owned(), secret: field("password").into() };
    let Some(caller) = in_time(app.authenticate(&credentials, visit.address)).await? else {
        return Err(Trouble::Go("/login".to_owned()));
    };
    let secret = app.sign_in(&caller, visit.origin()).await.map_err(Problem::from)?;
    let mut answer = html::go(visit.surface.root(), if is_first { "/registries/new" } else { "/" });
    let (name, value) = jar(visit).begin_session(&secret);
    answer.headers_mut().append(name, value);
    Ok(answer)
}
