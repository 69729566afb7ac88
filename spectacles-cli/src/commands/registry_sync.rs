//! `spectacles registry test`, `sync` and `state`.

use super::context::Context;
use super::values::or_dash;
use crate::failure::Failure;
use crate::output::{self, Format};
use spectacles_core::model::{SyncProgress, SyncState};
use spectacles_core::name::ServiceName;
use spectacles_core::service::{CheckOutcome, Passed};
use spectacles_core::time::Timestamp;
use spectacles_http::client::Wanted;
use std::future::pending;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;
use tokio::time::sleep;

/// How often it is seen how far a look at a registry has come.
const EVERY: Duration = Duration::from_millis(500);
/// How often that is before somebody is told that nobody does anything.
const PATIENCE: u32 = 40;

#[derive(clap::Args)]
pub(crate) struct Sync {
    /// The registry, by its service name
    service: ServiceName,
    /// Wait until it was looked at. On this machine that is done in any case
    #[arg(long)]
    wait: bool,
}

/// Tries whether this server and a registry understand each other.
pub(super) async fn test(service: &ServiceName, context: &Context<'_>) -> Result<(), Failure> {
    let check = context.client().test_registry(service).await?;
    match context.global().output() {
        Format::Data(data) => data.print(&check)?,
        Format::Table => {
            output::list(
                ["step", "", "what was seen"],
                check.steps.iter().map(|step| [step.step.as_str().to_owned(), step.outcome.as_str().to_owned(), step.text.clone()]),
            )?;
            let advised = check.steps.iter().filter(|step| step.outcome == CheckOutcome::Failed);
            for advice in advised.filter_map(|step| step.advice.as_deref()) {
                output::note(&format!("What to do: {advice}."));
            }
        }
    }
    if check.ok { Ok(()) } else { Err(Failure::failed(format!("registry {service} and this server do not understand each other"))) }
}

/// Looks at a registry: here, or where the background work is done.
pub(super) async fn sync(Sync { service, wait }: &Sync, context: &Context<'_>) -> Result<(), Failure> {
    let state = match context.client().server() {
        None => look(service, context).await?,
        Some(_) => {
            let asked = context.client().sync_registry(service).await?;
            if !wait {
                return context
                    .done(&format!("registry {service} will be looked at soon; `registry state {service}` shows what came of it"));
            }
            let since = asked.wanted.or(asked.begun);
            follow(service, since, context).await?
        }
    };
    match context.global().output() {
        Format::Data(data) => data.print(&state)?,
        Format::Table if state.error.is_none() => {
            let SyncState { repositories, tags, took_ms, .. } = state;
            let took = Duration::from_millis(took_ms.unwrap_or_default());
            output::line(&format!("registry {service} has {repositories} repositories with {tags} tags, seen in {}", seconds(took)))?;
        }
        Format::Table => {}
    }
    state.error.map_or(Ok(()), |error| Err(Failure::failed(format!("registry {service} was not seen to its end: {error}"))))
}

async fn look(service: &ServiceName, context: &Context<'_>) -> Result<SyncState, Failure> {
    let administration = context.machine("registry sync")?;
    let registry = administration.operator().registries().show(service).await?.registry;
    let discovery = administration.discovery()?;
    let telling = async {
        let mut line = Line::default();
        loop {
            sleep(EVERY).await;
            if let Ok(state) = context.client().registry_state(service).await {
                line.show(state.progress.as_ref());
            }
        }
    };
    let passed = tokio::select! {
        passed = discovery.pass(&registry, pending()) => passed?,
        () = telling => return Err(Failure::failed("the look at the registry came to no end")),
    };
    match passed {
        Passed::Ended(state) => Ok(state),
        Passed::Taken | Passed::BrokenOff => {
            output::note("Another process looks at this registry now; waiting for it.");
            let state = context.client().registry_state(service).await?;
            follow(service, state.begun, context).await
        }
    }
}

/// Waits until a pass that began at that moment or later has ended.
async fn follow(service: &ServiceName, since: Option<Timestamp>, context: &Context<'_>) -> Result<SyncState, Failure> {
    let (mut line, mut waited) = (Line::default(), 0);
    loop {
        let state = context.client().registry_state(service).await?;
        if let Some(begun) = state.begun.filter(|begun| since.is_none_or(|since| *begun >= since)) {
            let ended = [state.succeeded, state.failed].into_iter().flatten().any(|ended| ended >= begun);
            if ended && state.progress.is_none() {
                return Ok(state);
            }
        } else {
            waited += 1;
            if waited == PATIENCE {
                output::note("Nobody has begun to look at it yet. Is there a server with background work: `serve` or `runbackground`?");
            }
        }
        line.show(state.progress.as_ref());
        sleep(EVERY).await;
    }
}

/// A line that is written again and again, where somebody sees it.
#[derive(Default)]
struct Line {
    is_there: bool,
}

impl Line {
    fn show(&mut self, progress: Option<&SyncProgress>) {
        let mut terminal = std::io::stderr();
        if let (Some(SyncProgress { repositories, of, tags, .. }), true) = (progress, terminal.is_terminal()) {
            self.is_there = true;
            // Whoever has closed the terminal does not look.
            let _ = write!(terminal, "\r\x1b[K{repositories} of {of} repositories, {tags} tags").and_then(|()| terminal.flush());
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.is_there {
            let mut terminal = std::io::stderr();
            let _ = write!(terminal, "\r\x1b[K").and_then(|()| terminal.flush());
        }
    }
}

/// How it goes with one registry, or with all of them.
pub(super) async fn state(service: Option<&ServiceName>, context: &Context<'_>) -> Result<(), Failure> {
    let Some(service) = service else { return states(context).await };
    let state = context.client().registry_state(service).await?;
    context.print(&state, |state| {
        output::fields([
            ("looked at", moment(state.begun)),
            ("seen to its end", moment(state.succeeded)),
            ("that took", or_dash(state.took_ms.map(|took| seconds(Duration::from_millis(took))))),
            ("repositories", state.repositories.to_string()),
            ("tags", state.tags.to_string()),
            ("now", now(state)),
            ("failed", moment(state.failed)),
            ("because", or_dash(state.error.as_deref())),
            ("failures in a row", state.failures.to_string()),
            ("last notification", moment(state.heard)),
        ])
    })
}

async fn states(context: &Context<'_>) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for view in context.client().registries().all(&Wanted::default()).await? {
        let service = view.registry.service;
        match context.client().registry_state(&service).await {
            Ok(state) => rows.push((service, state)),
            // Somebody else answers for it.
            Err(error) => {
                let failure = Failure::from(error);
                if !failure.is_denied() {
                    return Err(failure);
                }
            }
        }
    }
    let states: Vec<_> = rows.iter().map(|(_, state)| state).collect();
    if let Format::Data(data) = context.global().output() {
        return data.print(&states);
    }
    output::list(
        ["service", "seen to its end", "repositories", "tags", "now", "last notification"],
        rows.iter().map(|(service, state)| {
            let (repositories, tags) = (state.repositories.to_string(), state.tags.to_string());
            [service.to_string(), moment(state.succeeded), repositories, tags, now(state), moment(state.heard)]
        }),
    )
}

fn now(state: &SyncState) -> String {
    match (&state.progress, &state.error) {
        (Some(SyncProgress { repositories, of, .. }), _) => format!("{repositories} of {of} repositories seen"),
        (None, Some(_)) => "failed".to_owned(),
        (None, None) if state.wanted.is_some() => "to be looked at".to_owned(),
        (None, None) if state.succeeded.is_none() => "not looked at yet".to_owned(),
        (None, None) => "well".to_owned(),
    }
}

fn moment(moment: Option<Timestamp>) -> String {
    or_dash(moment.map(Timestamp::to_rfc3339_seconds))
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}
