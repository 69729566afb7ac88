//! The server and its background work.

use crate::config::Global;
use crate::failure::Failure;

/// How to serve.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// How to do background work.
#[derive(clap::Args)]
pub(crate) struct BackgroundArgs {}

/// Serves, with background work.
pub(crate) async fn run(_args: Args, global: &Global) -> Result<(), Failure> {
    crate::logging::init(global)?;
    Err(Failure::failed("serve is not there yet"))
}

/// Serves, without background work.
pub(crate) async fn run_server(_args: Args, _global: &Global) -> Result<(), Failure> {
    Err(Failure::failed("runserver is not there yet"))
}

/// Does background work, without serving.
pub(crate) async fn run_background(_args: BackgroundArgs, _global: &Global) -> Result<(), Failure> {
    Err(Failure::failed("runbackground is not there yet"))
}
