//! What happened to the content of registries.

use crate::answer::Answer;
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::ActivityKind;
use spectacles_core::service::ActivityView;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("activity", "/activity", show!(feed))]
}

#[derive(Template)]
#[template(path = "web/activity.html")]
struct Feed<'a> {
    shell: Shell<'a>,
    table: Table,
    activities: Vec<ActivityView>,
}

/// How something that happened looks.
pub(super) const fn look(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Push | ActivityKind::Appeared | ActivityKind::Recovered => "good",
        ActivityKind::Pull => "",
        ActivityKind::Moved | ActivityKind::Ungoverned | ActivityKind::Delete | ActivityKind::Disappeared => "warning",
        ActivityKind::Failed => "bad",
    }
}

impl Feed<'_> {
    const fn look(&self, kind: &ActivityKind) -> &'static str {
        look(*kind)
    }
}

async fn feed(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let things = visit.client()?.activity();
    if list::is_file(visit) {
        let names = ["at", "kind", "registry", "repository", "tag", "digest", "principal", "address", "agent", "text"];
        return list::file(visit, things, ("repository", "-id"), "activity", &names, |view| {
            [
                view.at.to_string(),
                view.kind.to_string(),
                view.registry.to_string(),
                list::maybe(view.repository.as_ref()),
                list::maybe(view.tag.as_ref()),
                list::maybe(view.digest.as_ref()),
                view.principal.clone(),
                list::maybe(view.address.as_ref()),
                list::maybe(view.agent.as_ref()),
                list::maybe(view.text.as_ref()),
            ]
        })
        .await;
    }
    // Users would have to be told how much there is that is not theirs to see.
    let (table, page) = Table::read_uncounted(visit, things, "repository", "-id", &[]).await?;
    Ok(html::page(StatusCode::OK, &Feed { shell: Shell::new(visit, "Activity"), table, activities: page.items })?)
}
