//! Changing one's own password.

use super::login::jar;
use crate::answer::Answer;
use crate::caller::in_time;
use crate::client::ClientError;
use crate::problem::Problem;
use crate::resources::{ChangePassword, Secret};
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::session::DONE;
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::auth::Credentials;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("password", "/password", show!(form)).posts(show!(change))]
}

#[derive(Template)]
#[template(path = "web/password.html")]
struct Password<'a> {
    shell: Shell<'a>,
    wrong: Option<String>,
}

async fn form(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    shown(visit, StatusCode::OK, None)
}

fn shown(visit: &Visit<'_>, status: StatusCode, wrong: Option<String>) -> Result<Answer, Trouble> {
    Ok(html::page(status, &Password { shell: Shell::new(visit, "Change password"), wrong })?)
}

/// All sessions end with the old password: this one is begun anew.
async fn change(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let field = |name| visit.field(name).unwrap_or_default();
    if field("new") != field("again") {
        return shown(visit, StatusCode::BAD_REQUEST, Some(visit.language.say("The two passwords are not the same.").to_owned()));
    }
    let passwords = ChangePassword { current: Secret(field("current").into()), new: Secret(field("new").into()) };
    match visit.client()?.change_password(&passwords).await {
        Ok(()) => {}
        Err(ClientError::Refused(refusal)) if refusal.status.is_client_error() => {
            let is_rule = refusal.kind == "invalid";
            let wrong = if is_rule { visit.language.field("new", &refusal.detail) } else { visit.language.refusal(&refusal) };
            return shown(visit, refusal.status, Some(wrong));
        }
        Err(error) => return Err(error.into()),
    }
    let name = visit.visitor.as_ref().map(|visitor| visitor.session.caller.name().to_string()).unwrap_or_default();
    let app = visit.surface.app();
    let credentials = Credentials { account: name.clone(), secret: field("new").into() };
    let Some(caller) = in_time(app.authenticate(&credentials, visit.address)).await? else {
        return Err(Trouble::Go("/login".to_owned()));
    };
    let secret = app.sign_in(&caller, visit.origin()).await.map_err(Problem::from)?;
    let mut answer = html::go(visit.surface.root(), &format!("/users/{name}"));
    for (name, value) in [jar(visit).begin_session(&secret), jar(visit).set(DONE, "me.password", Some(30))] {
        answer.headers_mut().append(name, value);
    }
    Ok(answer)
}
