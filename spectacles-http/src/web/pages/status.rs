//! How the server is doing, and what it was told.

use crate::answer::Answer;
use crate::resources::Status;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::{self, Shell};
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("status", "/status", show!(status))]
}

#[derive(Template)]
#[template(path = "web/status.html")]
struct StatusPage<'a> {
    shell: Shell<'a>,
    status: Status,
}

impl StatusPage<'_> {
    fn size(&self, bytes: &u64) -> String {
        shell::size(*bytes)
    }
}

async fn status(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let status = visit.client()?.status().await?;
    Ok(html::page(StatusCode::OK, &StatusPage { shell: Shell::new(visit, "Status"), status })?)
}
