//! `spectacles access simulate`

use super::rehearsal::rehearse;
use super::{When, tell_of_addresses};
use crate::commands::context::Context;
use crate::commands::values::span_ago;
use crate::failure::Failure;
use crate::output;
use http::StatusCode;
use spectacles_core::name::RepositoryName;
use spectacles_core::right::Actions;
use spectacles_core::service::{Replayed, WhatChanges};
use spectacles_core::time::Timestamp;
use spectacles_http::client::ClientError;
use spectacles_http::resources::{Simulated, Simulation};
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

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let simulation = Simulation {
        changes: rehearse(&args.commands, context).await?,
        repositories: args.repositories,
        replay_since: args.replay.map(|span| context.clock().now().before(span).unwrap_or(Timestamp::from_unix_millis(0))),
        limit: Some(args.limit),
    };
    let outcome = context.client().simulate(&simulation, args.when.of()).await.map_err(|error| failure(error, &args.commands))?;
    tell_of_addresses(outcome.address_missing);
    context.print(&outcome, print)
}

/// What went wrong, and with which of the commands.
fn failure(error: ClientError, commands: &[String]) -> Failure {
    if let ClientError::Refused(refusal) = &error
        && let [fault] = refusal.faults.as_slice()
        && let Some(place) = fault.pointer.as_deref().and_then(|pointer| pointer.strip_prefix("#/changes/")?.parse::<usize>().ok())
        && let Some(command) = commands.get(place)
    {
        let status = if fault.kind.as_deref() == Some("not-found") { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
        let status = if fault.kind.as_deref() == Some("invalid") { StatusCode::BAD_REQUEST } else { status };
        return Failure::of_status(status, fault.detail.clone()).of(command);
    }
    error.into()
}

fn print(outcome: &Simulated) -> Result<(), Failure> {
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
