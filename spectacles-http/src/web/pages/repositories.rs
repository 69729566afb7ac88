//! Repositories of all registries, or of one.

use crate::answer::Answer;
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::ServiceName;
use spectacles_core::service::RepositoryView;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("repositories.list", "/repositories", show!(list))]
}

#[derive(Template)]
#[template(path = "web/repositories.html")]
struct List<'a> {
    shell: Shell<'a>,
    table: Table,
    repositories: Vec<RepositoryView>,
    /// Of which registry only.
    registry: Option<ServiceName>,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let registry: Option<ServiceName> = visit.parameter("registry").and_then(|text| text.parse().ok());
    let things = visit.client()?.repositories(registry.as_ref());
    if list::is_file(visit) {
        let names = ["registry", "name", "summary", "tags", "stars", "pulls", "namespace", "created", "updated", "pushed", "pulled"];
        return list::file(visit, things, ("name", "name"), "repositories", &names, |view| {
            [
                view.registry.to_string(),
                view.name.to_string(),
                view.summary.clone(),
                view.tags.to_string(),
                view.stars.to_string(),
                view.pulls.to_string(),
                list::maybe(view.namespace.as_ref()),
                view.created.to_string(),
                view.updated.to_string(),
                list::maybe(view.pushed.as_ref()),
                list::maybe(view.pulled.as_ref()),
            ]
        })
        .await;
    }
    let (table, page) = Table::read(visit, things, "name", "name", &["registry"]).await?;
    Ok(html::page(StatusCode::OK, &List { shell: Shell::new(visit, "Repositories"), table, repositories: page.items, registry })?)
}
