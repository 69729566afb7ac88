//! Registries, and how they are registered.

use crate::answer::Answer;
use crate::client::Client;
use crate::problem::{Kind, Problem};
use crate::web::form::Form;
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::service::RegistryView;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("registries.list", "/registries", show!(list)), Page::new("registries.new", "/registries/new", show!(new))]
}

#[derive(Template)]
#[template(path = "web/registries.html")]
struct List<'a> {
    shell: Shell<'a>,
    table: Table,
    registries: Vec<RegistryView>,
    can_create: bool,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let client = visit.client()?;
    if list::is_file(visit) {
        let names =
            ["service", "url", "external_url", "policy", "anonymous", "enabled", "read_only", "delete_enabled", "created", "updated"];
        return list::file(
            visit,
            client.registries(),
            ("service", "service"),
            "registries",
            &names,
            |RegistryView { registry, .. }| {
                [
                    registry.service.to_string(),
                    registry.url.to_string(),
                    list::maybe(registry.external_url.as_ref()),
                    registry.policy.to_string(),
                    registry.anonymous.to_string(),
                    registry.enabled.to_string(),
                    registry.read_only.to_string(),
                    registry.delete_enabled.to_string(),
                    registry.created.to_string(),
                    registry.updated.to_string(),
                ]
            },
        )
        .await;
    }
    let (table, page) = Table::read(visit, client.registries(), "service", "service", &[]).await?;
    let shell = Shell::new(visit, "Registries");
    let can_create = can_create(&shell, client).await?;
    Ok(html::page(StatusCode::OK, &List { shell, table, registries: page.items, can_create })?)
}

/// Whether somebody may register registries: administrators and managers.
async fn can_create(shell: &Shell<'_>, client: &Client) -> Result<bool, Trouble> {
    Ok(shell.is_admin || (!shell.is_auditor && client.me().await?.privileges.manager))
}

#[derive(Template)]
#[template(path = "web/form_page.html")]
struct New<'a> {
    shell: Shell<'a>,
    introduction: &'static str,
    form: Form,
}

async fn new(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let names = [
        "service",
        "url",
        "external_url",
        "anonymous",
        "policy",
        "restricted",
        "read_only",
        "delete_enabled",
        "token_seconds",
        "kid_style",
    ];
    let shell = Shell::new(visit, "Add registry");
    if !can_create(&shell, visit.client()?).await? {
        return Err(Problem::new(Kind::Denied, "only administrators and managers add registries").into());
    }
    let form = Form::new(visit, "registries.create", "Add registry", &names).then("/registries/{service}").done(visit);
    let introduction = "A registry asks this server who may do what. It needs a few lines of configuration, which are shown next.";
    Ok(html::page(StatusCode::OK, &New { shell, introduction, form })?)
}
