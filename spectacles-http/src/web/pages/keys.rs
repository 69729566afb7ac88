//! Signing keys.

use crate::answer::Answer;
use crate::client::Wanted;
use crate::resources::PublicKey;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("keys", "/keys", show!(keys))]
}

#[derive(Template)]
#[template(path = "web/keys.html")]
struct Keys<'a> {
    shell: Shell<'a>,
    keys: Vec<PublicKey>,
}

async fn keys(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let keys = visit.client()?.keys().page(&Wanted::default()).await?.items;
    Ok(html::page(StatusCode::OK, &Keys { shell: Shell::new(visit, "Signing keys"), keys })?)
}
