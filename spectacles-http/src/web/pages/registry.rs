//! A registry: what it holds, how it goes with it, and how it and this server find each other.

use super::connection::{self, Configuration};
use super::related::{self, Relation};
use crate::answer::Answer;
use crate::client::{Client, ClientError, Wanted};
use crate::web::form::Form;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::{Anonymous, Policy, SyncState};
use spectacles_core::name::ServiceName;
use spectacles_core::service::{CheckOutcome, NamespaceView, RegistryCheck, RegistryView, RepositoryView};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("registries.show", "/registries/{registry}", show!(one))]
}

#[derive(Template)]
#[template(path = "web/registry.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: RegistryView,
    /// What clients put in front of a repository name.
    host: String,
    /// What the registry is told of this server, for each generation of registries.
    configurations: Vec<Configuration>,
    /// The part of its configuration with the secret that was just made.
    notifications: Option<String>,
    namespaces: Vec<NamespaceView>,
    number_of_namespaces: u64,
    repositories: Vec<RepositoryView>,
    number_of_repositories: u64,
    /// How it goes with looking at it, for those who may know.
    health: Option<SyncState>,
    /// What came of trying it.
    check: Option<RegistryCheck>,
    look: Option<Form>,
    test: Option<Form>,
    relations: Vec<Relation>,
    edit: Option<Form>,
    connect: Option<Form>,
    tell: Option<Form>,
    delete: Option<Form>,
}

impl One<'_> {
    /// How an outcome looks.
    const fn outcome(&self, outcome: &CheckOutcome) -> &'static str {
        match outcome {
            CheckOutcome::Ok => "good",
            CheckOutcome::Failed => "bad",
            CheckOutcome::Unknown => "warning",
        }
    }
}

/// Whether nobody else has a namespace on a registry, of those that somebody sees: all, where he answers for it.
async fn are_all_his(client: &Client, registry: &ServiceName, user: &str, total: Option<u64>) -> Result<bool, Trouble> {
    let his = Wanted { limit: Some(1), total: true, ..Wanted::filter(format!("owner \"{user}\"")) };
    let his = client.namespaces(Some(registry)).page(&his).await?.total;
    Ok(his == total)
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let name: ServiceName = visit.part("registry")?;
    let client = visit.client()?;
    let seen = client.registries().show(name.as_str()).await?;
    let view = seen.thing;
    let wanted = Wanted { limit: Some(10), total: true, ..Wanted::default() };
    let namespaces = client.namespaces(Some(&name)).page(&wanted).await?;
    let latest = Wanted { limit: Some(10), total: true, order: Some("-updated".to_owned()), ..Wanted::default() };
    let repositories = client.repositories(Some(&name)).page(&latest).await?;
    let shell = Shell::titled(visit, name.to_string());
    let me = client.me().await?;
    let answers = shell.is_admin || me.groups.iter().any(|group| view.related.responsible.contains(group));
    let thing = serde_json::to_value(&view).unwrap_or_default();
    let names: &[&str] = if shell.is_admin {
        &[
            "service",
            "url",
            "external_url",
            "anonymous",
            "policy",
            "restricted",
            "enabled",
            "read_only",
            "delete_enabled",
            "token_seconds",
            "kid_style",
        ]
    } else {
        &["external_url", "read_only", "delete_enabled", "token_seconds", "kid_style"]
    };
    let edit = answers.then(|| {
        let form = Form::new(visit, "registries.change", "Save", names).at("registry", &name).seen(&seen.tag);
        form.then("/registries/{service}").filled(&thing).done(visit)
    });
    // Who is refused nevertheless, because of what he does not see, is told why.
    let is_usual = view.registry.enabled
        && view.registry.restricted
        && view.registry.anonymous == Anonymous::Off
        && view.registry.policy == Policy::Both;
    let is_his = !shell.is_admin && answers && is_usual && are_all_his(client, &name, &me.name, namespaces.total).await?;
    let delete = (shell.is_admin || is_his).then(|| {
        Form::new(visit, "registries.delete", "Forget registry", &[])
            .at("registry", &name)
            .then("/registries")
            .confirmed_by(&name)
            .done(visit)
    });
    let connect = answers.then(|| connection::form(visit, &name, &seen.tag, shell.is_admin).filled(&thing).done(visit));
    let tell = answers.then(|| connection::event_secret(visit, &name));
    let health = health(client, &name).await?;
    let look = answers.then(|| Form::new(visit, "registries.sync", "Look now", &[]).at("registry", &name).done(visit));
    let test = answers.then(|| Form::new(visit, "registries.test", "Test", &[]).at("registry", &name).with("_show", "check").done(visit));
    let relations = vec![
        related::relation(visit, "registries.responsibles", ("registry", name.as_str()), client.registry_responsibles(&name), answers)
            .await?,
        related::relation(visit, "registries.publications", ("registry", name.as_str()), client.registry_publications(&name), answers)
            .await?,
    ];
    let registry = &view.registry;
    let host = registry.external_url.as_ref().unwrap_or(&registry.url).host().to_owned();
    let page = One {
        host,
        configurations: if answers { connection::configurations(visit, registry) } else { Vec::new() },
        notifications: connection::notifications(visit, registry),
        number_of_namespaces: namespaces.total.unwrap_or(0),
        namespaces: namespaces.items,
        number_of_repositories: repositories.total.unwrap_or(0),
        repositories: repositories.items,
        health,
        check: visit.made.and_then(|made| serde_json::from_value(made.clone()).ok()),
        look,
        test,
        relations,
        edit,
        connect,
        tell,
        delete,
        view,
        shell,
    };
    Ok(html::page(StatusCode::OK, &page)?)
}

/// How it goes with looking at a registry, where whoever asks may know.
pub(super) async fn health(client: &Client, name: &ServiceName) -> Result<Option<SyncState>, Trouble> {
    match client.registry_state(name).await {
        Ok(state) => Ok(Some(state)),
        Err(ClientError::Refused(refusal)) if refusal.status == StatusCode::FORBIDDEN => Ok(None),
        Err(error) => Err(error.into()),
    }
}
