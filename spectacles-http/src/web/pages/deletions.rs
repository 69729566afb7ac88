//! What came of deleting tags.

use crate::answer::Answer;
use crate::web::html;
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::{DeletionOutcome, Deletions};
use spectacles_core::name::{RepositoryName, ServiceName};

#[derive(Template)]
#[template(path = "web/deletions.html")]
struct Done<'a> {
    shell: Shell<'a>,
    registry: ServiceName,
    repository: RepositoryName,
    deletions: Deletions,
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

/// What came of a form that deletes, where one was sent: what it was about may be gone, and cannot be shown.
pub(super) fn page(visit: &Visit<'_>, registry: &ServiceName, repository: &RepositoryName) -> Result<Option<Answer>, Trouble> {
    let Some(deletions) = visit.made.and_then(|made| serde_json::from_value(made.clone()).ok()) else { return Ok(None) };
    let shell = Shell::new(visit, "Deleted tags");
    let page = Done { shell, registry: registry.clone(), repository: repository.clone(), deletions };
    Ok(Some(html::page(StatusCode::OK, &page)?))
}
