//! Prints plans.

use super::super::context::Context;
use crate::failure::Failure;
use crate::output;
use serde::Serialize;
use spectacles_core::declarative::{BrokenAssertion, Object, ObjectChange, Plan};
use spectacles_core::service::Planned;

/// A plan, for programs.
#[derive(Serialize)]
struct Shown<'p> {
    changes: &'p [ObjectChange],
    unmentioned: &'p [Object],
    broken_assertions: &'p [BrokenAssertion],
}

/// Prints what would be done, and what that would lead to.
pub(super) fn plan(planned: &Planned, prune: bool, context: &Context<'_>) -> Result<(), Failure> {
    let Planned { plan, broken, .. } = planned;
    let shown = Shown { changes: &plan.changes, unmentioned: &plan.unmentioned, broken_assertions: broken };
    context.print(&shown, |_| {
        let mut text: String = plan.changes.iter().map(|change| format!("{change}\n")).collect();
        text.push_str(&kept(plan, prune));
        text.push_str(&summary(plan));
        output::text(&text)
    })
}

/// What stays although the file owns it and says nothing of it.
fn kept(plan: &Plan, prune: bool) -> String {
    /// As many as somebody would read.
    const NAMED: usize = 10;
    if plan.unmentioned.is_empty() {
        return String::new();
    }
    let named: Vec<_> = plan.unmentioned.iter().take(NAMED).map(ToString::to_string).collect();
    let more = plan.unmentioned.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let why =
        if prune { "administrators are deleted by their own command only" } else { "--prune would delete what the file does not mention" };
    format!("Kept: {}{more} ({why}).\n", named.join(", "))
}

pub(super) fn summary(plan: &Plan) -> String {
    if plan.is_empty() {
        return "Nothing to do: everything is as the file says.\n".to_owned();
    }
    let [created, changed, deleted] = plan.counts();
    format!("Plan: {created} to create, {changed} to change, {deleted} to delete.\n")
}

/// Why a file with assertions that do not hold is not applied.
pub(super) fn broken(broken: &[BrokenAssertion]) -> Failure {
    let lines: String = broken.iter().map(|broken| format!("\n  {broken}")).collect();
    let what = if broken.len() == 1 { "an assertion does not hold".to_owned() } else { format!("{} assertions do not hold", broken.len()) };
    Failure::failed(format!("{what}:{lines}"))
}
