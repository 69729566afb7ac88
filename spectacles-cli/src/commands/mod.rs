//! The administrative commands.

use crate::config::Global;
use crate::failure::Failure;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Users
    User,
}

pub(crate) async fn run(_command: Command, global: &Global) -> Result<(), Failure> {
    crate::config::open_store(global).await?;
    Ok(())
}
