//! The command line, as clap reads it. Help, completions and errors are derived from it.

use crate::config::GlobalArgs;
use crate::{commands, quickstart, serve};
use clap::Parser as _;

/// An authorization server for Docker and OCI registries.
///
/// It knows users, groups and who may pull, push and delete in which namespace of which registry, and answers the registries' token
/// requests accordingly. `spectacles quickstart` shows all of it on one machine.
#[derive(clap::Parser)]
#[command(name = "spectacles", version, propagate_version = false, max_term_width = 120, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 denied.";

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Set everything up on this machine, and start it
    Quickstart(quickstart::Args),
    /// Start the server, with its background work
    Serve(serve::Args),
    /// Start the server without background work
    Runserver(serve::Args),
    /// Do background work without a server
    Runbackground(serve::BackgroundArgs),
    #[command(flatten)]
    Administer(commands::Command),
}

impl Command {
    /// What is typed for one that runs here.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Quickstart(_) => "quickstart",
            Self::Serve(_) => "serve",
            Self::Runserver(_) => "runserver",
            Self::Runbackground(_) => "runbackground",
            Self::Administer(_) => "spectacles",
        }
    }

    /// Whether it runs until it is stopped, and does many things at once.
    pub(crate) fn is_server(&self) -> bool {
        match self {
            Self::Quickstart(_) | Self::Serve(_) | Self::Runserver(_) | Self::Runbackground(_) => true,
            Self::Administer(_) => false,
        }
    }
}

/// Reads the command line of this process.
pub(crate) fn parse() -> Result<Cli, clap::Error> {
    Cli::try_parse()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
