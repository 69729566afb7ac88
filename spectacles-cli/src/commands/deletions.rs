//! What came of deleting tags.

use super::context::Context;
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::{DeletionOutcome, Deletions};

/// The tags of a plan, for people.
pub(super) fn named(plan: &Deletions) -> String {
    const MOST: usize = 10;
    let names: Vec<&str> = plan.tags.iter().take(MOST).map(|tag| tag.tag.as_str()).collect();
    let more = plan.tags.len().saturating_sub(MOST);
    if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") }
}

/// The tags that go along with those of a plan.
pub(super) fn siblings(plan: &Deletions) -> Vec<&str> {
    let mut names: Vec<&str> = plan.tags.iter().flat_map(|tag| tag.siblings.iter().map(|tag| tag.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Prints what came of each tag, and fails where something was not deleted that should have been.
pub(super) fn print(deletions: &Deletions, context: &Context<'_>) -> Result<(), Failure> {
    context.print(deletions, |deletions| {
        if deletions.tags.is_empty() {
            output::note("There is nothing to delete.");
            return Ok(());
        }
        output::list(
            ["tag", "digest", "went along", "outcome", "why"],
            deletions.tags.iter().map(|tag| {
                let siblings: Vec<&str> = tag.siblings.iter().map(|tag| tag.as_str()).collect();
                [
                    tag.tag.to_string(),
                    tag.digest.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
                    super::values::text_or_dash(&siblings.join(" ")),
                    tag.outcome.to_string(),
                    tag.reason.clone().unwrap_or_else(|| "-".to_owned()),
                ]
            }),
        )?;
        if deletions.tags.iter().any(|tag| tag.outcome == DeletionOutcome::Deleted) {
            output::note(&deletions.note);
        }
        Ok(())
    })?;
    if deletions.fell_short() && !deletions.dry_run {
        return Err(Failure::failed("some of it was not deleted"));
    }
    Ok(())
}
