//! The first page: what is mine, and how things are.

use super::{activity, registry};
use crate::answer::Answer;
use crate::client::Wanted;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::{ActivityKind, SyncState};
use spectacles_core::service::{ActivityView, NamespaceView, RegistryView, RepositoryView};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("dashboard", "/", show!(dashboard))]
}

#[derive(Template)]
#[template(path = "web/dashboard.html")]
struct Dashboard<'a> {
    shell: Shell<'a>,
    namespaces: Vec<NamespaceView>,
    /// Each with how it goes with looking at it, for those who may know.
    registries: Vec<(RegistryView, Option<SyncState>)>,
    /// Those that changed last.
    repositories: Vec<RepositoryView>,
    activities: Vec<ActivityView>,
    number_of_namespaces: u64,
    number_of_registries: u64,
}

impl Dashboard<'_> {
    const fn look(&self, kind: &ActivityKind) -> &'static str {
        activity::look(*kind)
    }
}

async fn dashboard(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let client = visit.client()?;
    let few = Wanted { limit: Some(8), total: true, ..Wanted::default() };
    let user = visit.visitor.as_ref().map(|visitor| visitor.session.caller.name().to_string()).unwrap_or_default();
    let mine = Wanted {
        order: Some("-updated".to_owned()),
        ..Wanted { limit: Some(8), total: true, ..Wanted::filter(format!("owner \"{user}\"")) }
    };
    let namespaces = client.namespaces(None).page(&mine).await?;
    let page = client.registries().page(&few).await?;
    let number_of_registries = page.total.unwrap_or(0);
    let mut registries = Vec::with_capacity(page.items.len());
    for view in page.items {
        let health = registry::health(client, &view.registry.service).await?;
        registries.push((view, health));
    }
    let changed = Wanted { limit: Some(8), order: Some("-updated".to_owned()), ..Wanted::default() };
    let repositories = client.repositories(None).page(&changed).await?.items;
    let latest = Wanted { limit: Some(10), ..Wanted::default() };
    let activities = client.activity().page(&latest).await?.items;
    let shell = Shell::new(visit, "Overview");
    let page = Dashboard {
        shell,
        number_of_namespaces: namespaces.total.unwrap_or(0),
        number_of_registries,
        namespaces: namespaces.items,
        registries,
        repositories,
        activities,
    };
    Ok(html::page(StatusCode::OK, &page)?)
}
