//! Prints plans.

use super::super::context::Context;
use crate::failure::Failure;
use crate::output;
use serde::Serialize;
use spectacles_core::declarative::{BrokenAssertion, Consequence, Object, ObjectChange, Plan};
use spectacles_http::resources::Planned;
use std::fmt::Display;

/// A plan, for programs.
#[derive(Serialize)]
struct Shown<'p> {
    changes: &'p [ObjectChange],
    unmentioned: &'p [Object],
    broken_assertions: &'p [BrokenAssertion],
    /// Nothing, where it was not looked at.
    access: Option<&'p [Consequence]>,
    /// Whether there is more of it than is told.
    access_truncated: bool,
}

/// Prints what would be done, and what that would lead to.
pub(in crate::commands) fn plan(planned: &Planned, prune: bool, context: &Context<'_>) -> Result<(), Failure> {
    let Planned { plan, broken_assertions, access, access_truncated } = planned;
    let shown = Shown {
        changes: &plan.changes,
        unmentioned: &plan.unmentioned,
        broken_assertions,
        access: access.as_deref(),
        access_truncated: *access_truncated,
    };
    context.print(&shown, |_| {
        let mut text: String = plan.changes.iter().map(|change| format!("{change}\n")).collect();
        text.push_str(&access.as_ref().map(|access| told(access, *access_truncated)).unwrap_or_default());
        text.push_str(&kept(plan, prune));
        text.push_str(&summary(plan));
        output::text(&text)
    })
}

/// Who may do more or less, as far as somebody would read.
fn told(access: &[Consequence], more: bool) -> String {
    const SHOWN: usize = 50;
    if access.is_empty() {
        return String::new();
    }
    let mut text = "Who may do more or less:\n".to_owned();
    text.extend(access.iter().take(SHOWN).map(|consequence| format!("  {consequence}\n")));
    let left = access.len().saturating_sub(SHOWN);
    if left > 0 {
        let at_least = if more { "at least " } else { "" };
        text.push_str(&format!("  and {at_least}{left} more; --output json has them\n"));
    }
    text
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
    not_holding(broken)
}

/// The same for assertions as they are told.
pub(super) fn not_holding(broken: impl IntoIterator<Item = impl Display>) -> Failure {
    let lines: Vec<String> = broken.into_iter().map(|broken| format!("\n  {broken}")).collect();
    let what = if lines.len() == 1 { "an assertion does not hold".to_owned() } else { format!("{} assertions do not hold", lines.len()) };
    Failure::failed(format!("{what}:{}", lines.concat()))
}
