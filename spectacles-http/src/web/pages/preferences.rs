//! What people prefer: kept in their browser.

use super::login::jar;
use crate::answer::Answer;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::session::{LANGUAGE, THEME};
use crate::web::texts::Language;
use crate::web::visit::{Trouble, Visit};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("preferences", "/preferences", show!(nothing)).public().posts(show!(prefer))]
}

async fn nothing(_: &Visit<'_>) -> Result<Answer, Trouble> {
    Err(Trouble::Go("/".to_owned()))
}

async fn prefer(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    const YEAR: u64 = 365 * 24 * 60 * 60;
    let mut answer = html::go(visit.surface.root(), visit.field("next").and_then(html::local_path).unwrap_or("/"));
    let theme = visit.field("theme").and_then(|theme| ["light", "dark", "auto"].into_iter().find(|known| *known == theme));
    let language = visit.field("language").and_then(Language::with_code).map(Language::code);
    for (name, value) in [(THEME, theme), (LANGUAGE, language)] {
        if let Some(value) = value {
            let (name, value) = jar(visit).set(name, value, Some(YEAR));
            answer.headers_mut().append(name, value);
        }
    }
    Ok(answer)
}
