//! Questions about who may do what.

use crate::answer::Answer;
use crate::client::{ClientError, Refusal, Wanted, When};
use crate::resources::{MatrixPage, WhatCan};
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::access::questions::{State, Step};
use spectacles_core::name::{RepositoryName, ServiceName};
use spectacles_core::right::{Action, Actions};
use spectacles_core::service::{Explanation, Who, WhoCan};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("access.why", "/access", show!(why)),
        Page::new("access.who", "/access/who", show!(who)),
        Page::new("access.what", "/access/what", show!(what)),
        Page::new("access.matrix", "/access/matrix", show!(matrix)),
    ]
}

/// What is asked, as it was typed.
struct Asked<'a> {
    registries: Vec<String>,
    registry: &'a str,
    repository: &'a str,
    /// `user`, `service` or `anonymous`.
    kind: &'a str,
    name: &'a str,
    actions: Vec<&'a str>,
    from: &'a str,
    /// What is wrong with it.
    wrong: Option<String>,
}

async fn asked<'a>(visit: &'a Visit<'a>) -> Result<Asked<'a>, Trouble> {
    let all = visit.client()?.registries().page(&Wanted { limit: Some(1_000), ..Wanted::default() }).await?.items;
    let registries: Vec<String> = all.into_iter().map(|view| view.registry.service.to_string()).collect();
    let me = visit.visitor.as_ref().map_or("", |visitor| visitor.session.caller.name().as_str());
    let mut actions: Vec<&str> = visit.query.all("action").collect();
    if actions.is_empty() {
        actions = vec!["pull", "push", "delete"];
    }
    Ok(Asked {
        registry: visit.parameter("registry").unwrap_or_default(),
        registries,
        repository: visit.parameter("repository").unwrap_or_default(),
        kind: visit.parameter("kind").unwrap_or("user"),
        name: visit.query.all("name").next().unwrap_or(me),
        actions,
        from: visit.parameter("from").unwrap_or_default(),
        wrong: None,
    })
}

impl Asked<'_> {
    fn has(&self, action: &str) -> bool {
        self.actions.contains(&action)
    }

    fn actions(&self) -> Result<Actions, String> {
        let known = |word: &&str| [Action::Pull, Action::Push, Action::Delete].into_iter().find(|action| action.as_str() == *word);
        let one = |word| known(word).ok_or_else(|| format!("there is no action `{}`", spectacles_core::name::excerpt(word)));
        self.actions.iter().map(one).collect()
    }

    fn when(&self) -> Result<When, String> {
        let from = self.from.trim();
        let from = if from.is_empty() { None } else { Some(from.parse().map_err(|_| format!("`{from}` is no address"))?) };
        Ok(When { from, at: None })
    }

    fn registry(&self) -> Result<ServiceName, String> {
        self.registry.parse().map_err(|error| format!("{error}"))
    }

    fn repository(&self) -> Result<RepositoryName, String> {
        self.repository.trim().parse().map_err(|error| format!("{error}"))
    }

    fn who(&self) -> Result<Who, String> {
        match self.kind {
            "service" => self.name.trim().parse().map(Who::Service).map_err(|error| format!("{error}")),
            "anonymous" => Ok(Who::Anonymous),
            _ => self.name.trim().parse().map(Who::User).map_err(|error| format!("{error}")),
        }
    }

    /// Keeps what is wrong with the question, to be shown with it.
    fn told<T>(&mut self, answer: Result<T, String>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer),
            Err(wrong) => {
                self.wrong = Some(wrong);
                None
            }
        }
    }
}

/// What a question came to; what it is refused for is shown with it.
fn answered<T>(visit: &Visit<'_>, answer: Result<T, ClientError>) -> Result<Result<T, String>, Trouble> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(ClientError::Refused(refusal)) if is_shown(&refusal) => Ok(Err(visit.language.refusal(&refusal))),
        Err(error) => Err(error.into()),
    }
}

fn is_shown(refusal: &Refusal) -> bool {
    matches!(refusal.status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)
}

#[derive(Template)]
#[template(path = "web/access.html")]
struct Why<'a> {
    shell: Shell<'a>,
    asked: Asked<'a>,
    answer: Option<Explanation>,
}

impl Why<'_> {
    /// What came of a rule, in a word.
    fn state(&self, step: &Step) -> &'static str {
        match step.state {
            State::Decided => "decided",
            State::PassedOver => "passed over",
            State::NotReached => "not reached",
            State::DoesNotApply => "does not apply",
        }
    }
}

async fn why(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let mut asked = asked(visit).await?;
    let mut answer = None;
    if visit.parameter("repository").is_some() {
        let question = || Ok::<_, String>((asked.registry()?, asked.repository()?, asked.who()?, asked.actions()?, asked.when()?));
        let question = question();
        if let Some((registry, repository, who, actions, when)) = asked.told(question) {
            let explained = answered(visit, visit.client()?.explain(&registry, &repository, &who, actions, when).await)?;
            answer = asked.told(explained);
        }
    }
    Ok(html::page(StatusCode::OK, &Why { shell: Shell::new(visit, "Why?"), asked, answer })?)
}

#[derive(Template)]
#[template(path = "web/access_who.html")]
struct WhoPage<'a> {
    shell: Shell<'a>,
    asked: Asked<'a>,
    answer: Option<WhoCan>,
}

async fn who(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let mut asked = asked(visit).await?;
    let mut answer = None;
    if visit.parameter("repository").is_some() {
        let question = || Ok::<_, String>((asked.registry()?, asked.repository()?, asked.actions()?, asked.when()?));
        let question = question();
        if let Some((registry, repository, actions, when)) = asked.told(question) {
            let told = answered(visit, visit.client()?.who_can(&registry, &repository, actions, when).await)?;
            answer = asked.told(told);
        }
    }
    Ok(html::page(StatusCode::OK, &WhoPage { shell: Shell::new(visit, "Who can?"), asked, answer })?)
}

#[derive(Template)]
#[template(path = "web/access_what.html")]
struct WhatPage<'a> {
    shell: Shell<'a>,
    asked: Asked<'a>,
    answer: Option<WhatCan>,
}

async fn what(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let mut asked = asked(visit).await?;
    let question = || Ok::<_, String>((asked.who()?, asked.when()?));
    let question = question();
    let mut answer = None;
    if let Some((who, when)) = asked.told(question) {
        let registry = asked.registry().ok();
        let told = answered(visit, visit.client()?.what_can(registry.as_ref(), &who, when).await)?;
        answer = asked.told(told);
    }
    Ok(html::page(StatusCode::OK, &WhatPage { shell: Shell::new(visit, "What can?"), asked, answer })?)
}

#[derive(Template)]
#[template(path = "web/access_matrix.html")]
struct MatrixShown<'a> {
    shell: Shell<'a>,
    asked: Asked<'a>,
    answer: Option<MatrixPage>,
    /// The query of the part that follows.
    next: Option<String>,
}

async fn matrix(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    Shell::new(visit, "Access matrix").readers_only()?;
    let mut asked = asked(visit).await?;
    let registry = asked.registry().ok();
    let when = asked.when();
    let mut answer = None;
    if let Some(when) = asked.told(when) {
        let told = answered(visit, visit.client()?.matrix(registry.as_ref(), visit.parameter("after"), when).await)?;
        answer = asked.told(told);
    }
    let next = answer.as_ref().and_then(|page: &MatrixPage| page.next.as_ref()).map(|next| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("registry", asked.registry).append_pair("from", asked.from).append_pair("after", next);
        query.finish()
    });
    Ok(html::page(StatusCode::OK, &MatrixShown { shell: Shell::new(visit, "Access matrix"), asked, answer, next })?)
}
