//! Finding things of every kind.

use crate::answer::Answer;
use crate::resources::Found;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("search", "/search", show!(search))]
}

#[derive(Template)]
#[template(path = "web/search.html")]
struct Search<'a> {
    shell: Shell<'a>,
    text: &'a str,
    found: Option<Found>,
}

impl Search<'_> {
    /// Whether nothing of any kind was found.
    fn is_empty(&self) -> bool {
        self.found.as_ref().is_none_or(|found| {
            found.users.is_empty()
                && found.groups.is_empty()
                && found.apps.is_empty()
                && found.services.is_empty()
                && found.registries.is_empty()
                && found.namespaces.is_empty()
                && found.repositories.is_empty()
                && found.tags.is_empty()
        })
    }
}

async fn search(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let text = visit.parameter("q").map(str::trim).unwrap_or_default();
    let found = if text.is_empty() { None } else { Some(visit.client()?.search(text, 20).await?) };
    Ok(html::page(StatusCode::OK, &Search { shell: Shell::new(visit, "Search"), text, found })?)
}
