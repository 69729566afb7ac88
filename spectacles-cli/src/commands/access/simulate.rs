//! `spectacles access simulate`

use super::rehearsal::rehearse;
use super::{When, questions};
use crate::commands::context::Context;
use crate::commands::values::span_ago;
use crate::failure::Failure;
use crate::output::{self, Format};
use serde::Serialize;
use spectacles_core::access::Facts;
use spectacles_core::name::RepositoryName;
use spectacles_core::right::Actions;
use spectacles_core::service::{Replayed, WhatChanges, replay, what_changes};
use std::ops::ControlFlow;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to try, each as a command: 'group add devs bob'
    #[arg(required = true, value_name = "COMMAND")]
    commands: Vec<String>,
    /// Ask about this repository as well; without it every part of a registry is asked about by one name of its own
    #[arg(long = "repository", value_name = "NAME")]
    repositories: Vec<RepositoryName>,
    /// Try the requests of the last so many days, hours or minutes as well, as in 7d, 12h or 30m
    #[arg(long, value_name = "SPAN", value_parser = span_ago)]
    replay: Option<Duration>,
    /// How many differences to show at most
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    when: When,
}

/// What would be otherwise.
#[derive(Serialize)]
struct Outcome {
    changes: Vec<WhatChanges>,
    /// Whether there are more than that.
    more: bool,
    /// Of recorded requests, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    replayed: Option<Vec<Replayed>>,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let before = context.facts().await?.read(Facts::clone);
    let after = rehearse(&args.commands, &before, context).await?;
    let questions = questions(&before, &args.when, context)?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let mut changes = Vec::new();
    let flow = what_changes(questions, &after, &args.repositories, |change| {
        if changes.len() == limit {
            return ControlFlow::Break(());
        }
        changes.push(change);
        ControlFlow::Continue(())
    });
    changes
        .sort_unstable_by(|one, other| (&one.principal, &one.registry, &one.area).cmp(&(&other.principal, &other.registry, &other.area)));
    let replayed = match args.replay {
        Some(span) => Some(replay(context.admin().audit(), questions, &after, context.clock().now().before(span)).await?),
        None => None,
    };
    let outcome = Outcome { changes, more: flow.is_break(), replayed };
    match context.global().output() {
        Format::Json => output::json(&outcome),
        Format::Table => print(&outcome),
    }
}

fn print(outcome: &Outcome) -> Result<(), Failure> {
    if outcome.changes.is_empty() {
        output::line("Nothing would change.")?;
    } else {
        output::list(["who", "registry", "repositories", "change", "because"], outcome.changes.iter().map(row))?;
    }
    if outcome.more {
        output::note("There is more than that; --limit shows more.");
    }
    match outcome.replayed.as_deref() {
        None => Ok(()),
        Some([]) => output::line("\nNo recorded request would get anything else."),
        Some(replayed) => {
            output::line("\nOf the recorded requests, these would get something else:")?;
            let head = ["who", "registry", "repository", "asked", "change", "times", "last"];
            output::list(head, replayed.iter().map(request))
        }
    }
}

fn row(change: &WhatChanges) -> [String; 5] {
    let because = change.after.as_ref().or(change.before.as_ref()).map(|given| given.because.to_string()).unwrap_or_default();
    let gone = if change.after.is_none() { "gone; before, " } else { "" };
    [
        change.principal.to_string(),
        change.registry.to_string(),
        change.area.to_string(),
        signed(change.gained, change.lost),
        format!("{gone}{because}"),
    ]
}

fn request(replayed: &Replayed) -> [String; 7] {
    [
        replayed.principal.to_string(),
        replayed.registry.clone(),
        replayed.repository.to_string(),
        replayed.requested.to_string(),
        signed(replayed.gained, replayed.lost),
        replayed.count.to_string(),
        replayed.last.to_rfc3339_seconds(),
    ]
}

/// `+pull -push`
fn signed(gained: Actions, lost: Actions) -> String {
    let words: Vec<String> = gained
        .iter()
        .map(|action| format!("+{}", action.as_str()))
        .chain(lost.iter().map(|action| format!("-{}", action.as_str())))
        .collect();
    words.join(" ")
}
