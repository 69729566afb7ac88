//! What comes of deleting tags: what would be deleted first, and what was deleted then.

use crate::answer::Answer;
use crate::client::Wanted;
use crate::web::form::{FieldView, Form, Input};
use crate::web::html;
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::{DeletionOutcome, Deletions};
use spectacles_core::name::{RepositoryName, ServiceName};

/// How many of the tags that stay are named.
const MOST: usize = 100;

#[derive(Template)]
#[template(path = "web/deletions.html")]
struct Done<'a> {
    shell: Shell<'a>,
    registry: ServiceName,
    repository: RepositoryName,
    deletions: Deletions,
    /// Some of the tags that stay, and how many do; of what is only tried.
    staying: Vec<String>,
    number_staying: u64,
    /// Carries it out, where it was only tried.
    carry_out: Option<Form>,
}

impl Done<'_> {
    const fn look(&self, outcome: &DeletionOutcome) -> &'static str {
        look(*outcome)
    }
}

/// How an outcome looks.
pub(super) const fn look(outcome: DeletionOutcome) -> &'static str {
    match outcome {
        DeletionOutcome::Deleted | DeletionOutcome::Absent => "good",
        DeletionOutcome::Planned => "",
        DeletionOutcome::Refused => "warning",
        DeletionOutcome::Failed => "bad",
    }
}

/// The form that asks what deleting the tags would mean that are chosen on the page.
pub(super) fn choosing(visit: &Visit<'_>, registry: &ServiceName, repository: &RepositoryName) -> Form {
    deleting(visit, "Delete chosen tags …", registry, repository).with("dry_run", true).done(visit)
}

fn deleting(visit: &Visit<'_>, button: &'static str, registry: &ServiceName, repository: &RepositoryName) -> Form {
    let form = Form::new(visit, "tags.delete_several", button, &[]).at("registry", registry).at("repository", repository);
    form.with("_show", "deletions").dangerous()
}

/// What came of a form that deletes, where one was sent: what it was about may be gone, and cannot be shown.
pub(super) async fn page(visit: &Visit<'_>, registry: &ServiceName, repository: &RepositoryName) -> Result<Option<Answer>, Trouble> {
    let Some(deletions) = visit.made.and_then(|made| serde_json::from_value::<Deletions>(made.clone()).ok()) else { return Ok(None) };
    let title = if deletions.dry_run { "What would be deleted" } else { "Deleted tags" };
    let shell = Shell::new(visit, title);
    let mut page = Done {
        shell,
        registry: registry.clone(),
        repository: repository.clone(),
        deletions,
        staying: Vec::new(),
        number_staying: 0,
        carry_out: None,
    };
    if page.deletions.dry_run {
        let wanted = Wanted { order: Some("version".to_owned()), total: true, limit: Some(1_000), ..Wanted::default() };
        let known = visit.client()?.tags(registry, repository).page(&wanted).await?;
        let planned: Vec<_> = page.deletions.tags.iter().filter(|tag| tag.outcome == DeletionOutcome::Planned).collect();
        let stays = |name: &str| !planned.iter().any(|tag| tag.tag.as_str() == name);
        let staying = known.items.iter().map(|view| view.name.to_string()).filter(|name| stays(name)).take(MOST).collect();
        let going = u64::try_from(planned.len()).unwrap_or(u64::MAX);
        let mut form = deleting(visit, "Delete them", registry, repository).with("dry_run", false);
        for tag in &planned {
            form = form.with("tags", &tag.tag);
        }
        if planned.iter().any(|tag| !tag.siblings.is_empty()) {
            let help = "Registries that delete by digest only cannot delete one without the others.";
            form = form.asks(FieldView::besides(visit.language, "with_siblings", "Delete their other names as well", help, Input::Check));
        }
        let carry_out = (!planned.is_empty()).then_some(form);
        page.number_staying = known.total.unwrap_or_default().saturating_sub(going);
        (page.staying, page.carry_out) = (staying, carry_out);
    }
    Ok(Some(html::page(StatusCode::OK, &page)?))
}
