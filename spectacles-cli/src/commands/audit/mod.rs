//! `spectacles audit`

mod decisions;
mod export;
mod verify;

use super::context::Context;
use super::listing::{Watch, Which};
use crate::failure::Failure;
use spectacles_core::model::AuditEntry;
use spectacles_http::client::Wanted;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List changes, the newest first. `--output json` shows what was before and after
    List {
        #[command(flatten)]
        which: Which,
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        #[command(flatten)]
        watch: Watch,
    },
    /// List token decisions, the newest first: who asked for what, and what he got
    Decisions(decisions::Args),
    /// Check that no entry was removed, altered or moved
    ///
    /// Each entry is tied to the one before it by a hash. Whoever can write into the database could make all hashes anew; checkpoints that are
    /// kept elsewhere find that out. Exits with 1 when anything is wrong.
    Verify(verify::Args),
    /// Print a signed line that says where the audit trails end now, to be kept where nobody can change it
    Checkpoint,
    /// Print a whole audit trail, oldest first, as one JSON object on each line
    Export(export::Args),
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::List { which, limit, watch } => list(&which.up_to(limit), &watch, context).await,
        Command::Decisions(args) => decisions::run(args, context).await,
        Command::Verify(args) => verify::run(&args, context).await,
        Command::Checkpoint => verify::checkpoint(context).await,
        Command::Export(args) => export::run(&args, context).await,
    }
}

async fn list(wanted: &Wanted, watch: &Watch, context: &Context<'_>) -> Result<(), Failure> {
    let entries = async || Ok(context.client().changes().all(wanted).await?);
    watch.run(context, true, entries, |entries| table(entries, context)).await
}

fn table(entries: &[AuditEntry], context: &Context<'_>) -> Result<(), Failure> {
    context.print_list(entries, "Nothing was changed yet.", ["when", "who", "what", "of"], |entry| {
        let record = &entry.record;
        [record.at.to_rfc3339_seconds(), record.actor.clone(), record.action.clone(), record.object.clone()]
    })
}
