//! Prints plans.

use super::super::context::Context;
use crate::failure::Failure;
use crate::output;
use serde::Serialize;
use spectacles_core::access::Facts;
use spectacles_core::declarative::{BrokenAssertion, Consequence, Object, ObjectChange, Plan, consequences};
use spectacles_core::service::Planned;

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

/// Who may do more or less afterwards, and whether there is more of it.
pub(in crate::commands) type Access = (Vec<Consequence>, bool);

/// Compares what decisions rest on before and after; nothing, where that was not tried.
pub(in crate::commands) fn access(planned: &Planned, admin_bypass: bool, context: &Context<'_>) -> Option<Access> {
    /// For programs: people are shown fewer.
    const MOST: usize = 10_000;
    let now = context.clock().now();
    let compare = |(before, after): &(Facts, Facts)| consequences(before, after, admin_bypass, now, MOST);
    match planned.plan.is_empty() {
        true => Some((Vec::new(), false)),
        false => planned.facts.as_ref().map(compare),
    }
}

/// Prints what would be done, and what that would lead to.
pub(in crate::commands) fn plan(planned: &Planned, access: Option<Access>, prune: bool, context: &Context<'_>) -> Result<(), Failure> {
    let Planned { plan, broken, .. } = planned;
    let shown = Shown {
        changes: &plan.changes,
        unmentioned: &plan.unmentioned,
        broken_assertions: broken,
        access: access.as_ref().map(|(access, _)| access.as_slice()),
        access_truncated: access.as_ref().is_some_and(|(_, more)| *more),
    };
    context.print(&shown, |_| {
        let mut text: String = plan.changes.iter().map(|change| format!("{change}\n")).collect();
        text.push_str(&access.as_ref().map(told).unwrap_or_default());
        text.push_str(&kept(plan, prune));
        text.push_str(&summary(plan));
        output::text(&text)
    })
}

/// Who may do more or less, as far as somebody would read.
fn told((access, more): &Access) -> String {
    const SHOWN: usize = 50;
    if access.is_empty() {
        return String::new();
    }
    let mut text = "Who may do more or less:\n".to_owned();
    text.extend(access.iter().take(SHOWN).map(|consequence| format!("  {consequence}\n")));
    let left = access.len().saturating_sub(SHOWN);
    if left > 0 {
        let at_least = if *more { "at least " } else { "" };
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
    let lines: String = broken.iter().map(|broken| format!("\n  {broken}")).collect();
    let what = if broken.len() == 1 { "an assertion does not hold".to_owned() } else { format!("{} assertions do not hold", broken.len()) };
    Failure::failed(format!("{what}:{lines}"))
}
