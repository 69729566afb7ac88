//! Everything on one machine.

use crate::config::Global;
use crate::failure::Failure;

/// How to set everything up.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Sets everything up, and starts it.
pub(crate) async fn run(_args: Args, _global: &Global) -> Result<(), Failure> {
    Err(Failure::failed("quickstart is not there yet"))
}
