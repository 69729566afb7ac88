//! `spectacles audit`

use super::context::Context;
use crate::failure::Failure;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List changes, the newest first. `--output json` shows what was before and after
    List {
        /// How many at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let Command::List { limit } = command;
    let entries = context.admin().audit().list(None, limit).await?;
    context.print_list(&entries, "Nothing was changed yet.", ["when", "who", "what", "of"], |entry| {
        let record = &entry.record;
        [record.at.to_rfc3339_seconds(), record.actor.clone(), record.action.clone(), record.object.clone()]
    })
}
