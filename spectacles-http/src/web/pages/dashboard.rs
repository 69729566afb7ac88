//! The first page: what is mine, and how things are.

use crate::answer::Answer;
use crate::client::Wanted;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::service::{NamespaceView, RegistryView};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("dashboard", "/", show!(dashboard))]
}

#[derive(Template)]
#[template(path = "web/dashboard.html")]
struct Dashboard<'a> {
    shell: Shell<'a>,
    namespaces: Vec<NamespaceView>,
    registries: Vec<RegistryView>,
    number_of_namespaces: u64,
    number_of_registries: u64,
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
    let registries = client.registries().page(&few).await?;
    let page = Dashboard {
        shell: Shell::new(visit, "Overview"),
        number_of_namespaces: namespaces.total.unwrap_or(0),
        number_of_registries: registries.total.unwrap_or(0),
        namespaces: namespaces.items,
        registries: registries.items,
    };
    Ok(html::page(StatusCode::OK, &page)?)
}
