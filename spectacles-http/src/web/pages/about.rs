//! What this is.

use crate::answer::Answer;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("about", "/about", show!(about))]
}

#[derive(Template)]
#[template(path = "web/about.html")]
struct About<'a> {
    shell: Shell<'a>,
    issuer: &'a str,
}

async fn about(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let issuer = &visit.surface.app().issuer().settings().issuer;
    Ok(html::page(StatusCode::OK, &About { shell: Shell::new(visit, "About Spectacles"), issuer })?)
}
