//! Where somebody is signed in.

use crate::answer::Answer;
use crate::client::Wanted;
use crate::web::form::Form;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::UserName;
use spectacles_core::service::SessionView;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("sessions", "/users/{user}/sessions", show!(list))]
}

/// A session, and the form that ends it.
struct Session {
    view: SessionView,
    /// With which program, in words.
    program: String,
    /// Whether it is the one by which this page was asked for.
    is_this: bool,
    end: Option<Form>,
}

#[derive(Template)]
#[template(path = "web/sessions.html")]
struct List<'a> {
    shell: Shell<'a>,
    user: &'a UserName,
    sessions: Vec<Session>,
    clear: Option<Form>,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let user: UserName = visit.part("user")?;
    let sessions = visit.client()?.sessions(&user).all(&Wanted::default()).await?;
    let shell = Shell::new(visit, "Sessions");
    let is_own = shell.user == Some(user.as_str());
    let this = visit.visitor.as_ref().filter(|_| is_own).map(|visitor| visitor.session.id);
    let may = is_own || shell.is_admin;
    let sessions = sessions.into_iter().rev().map(|view| {
        let is_this = this == Some(view.id);
        let form = || Form::new(visit, "sessions.delete", "End", &[]).at("user", &user).at("session", view.id);
        Session { end: (may && !is_this).then(|| form().dangerous().done(visit)), is_this, program: program(&view.origin.agent), view }
    });
    let sessions: Vec<Session> = sessions.collect();
    let others = sessions.iter().filter(|session| !session.is_this).count();
    let clear = (may && others > 0).then(|| match this {
        Some(this) => Form::new(visit, "sessions.clear", "End all others", &[]).at("user", &user).asking("spare", this),
        None => Form::new(visit, "sessions.clear", "End all", &[]).at("user", &user),
    });
    let clear = clear.map(|form| form.dangerous().done(visit));
    Ok(html::page(StatusCode::OK, &List { shell, user: &user, sessions, clear })?)
}

/// The browser and the system that a program says it is, as far as that is known; else what it says.
fn program(agent: &str) -> String {
    // Browsers say that they are others besides: the most particular name comes first.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let known = |names: &[(&str, &'static str)]| names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn programs_are_called_what_people_call_them() {
        for (agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36 Edg/138.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.14.1", "curl/8.14.1"),
            ("", ""),
        ] {
            assert_eq!(program(agent), name);
        }
    }
}
