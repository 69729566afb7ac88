//! The command line, as clap reads it. Help, completions and errors are derived from it.

use crate::config::GlobalArgs;
use crate::{commands, quickstart, serve};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use std::collections::BTreeMap;

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

/// What was typed, by the variables of the environment that say the same.
pub(crate) type Typed = BTreeMap<String, String>;

/// Reads the command line of this process.
pub(crate) fn parse() -> Result<(Cli, Typed), clap::Error> {
    let command = Cli::command();
    let matches = command.clone().try_get_matches()?;
    let mut typed = Typed::new();
    collect(&command, &matches, &mut typed);
    Ok((Cli::from_arg_matches(&matches)?, typed))
}

/// The variables that options say in their help, and what was typed in place of them.
fn collect(command: &clap::Command, matches: &ArgMatches, typed: &mut Typed) {
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
        let name = help.split("[env: ").nth(1).and_then(|rest| rest.split([',', ']']).next());
        let is_there = matches!(matches.try_contains_id(id), Ok(true)) && matches.value_source(id) == Some(ValueSource::CommandLine);
        if let (Some(name), true) = (name, is_there) {
            let values = matches.try_get_raw(id).ok().flatten().into_iter().flatten();
            let values: Vec<_> = values.map(|value| value.to_string_lossy()).collect();
            typed.insert(name.to_owned(), values.join(", "));
        }
    }
    if let Some((name, below)) = matches.subcommand()
        && let Some(subcommand) = command.find_subcommand(name)
    {
        collect(subcommand, below, typed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_known_by_the_variables_that_say_the_same() {
        let command = Cli::command();
        let words = [
            "spectacles",
            "serve",
            "--listen",
            "127.0.0.1:9",
            "--trusted-proxy",
            "::1/128",
            "--trusted-proxy",
            "10.0.0.0/8",
            "--data-dir",
            "/d",
        ];
        let matches = command.clone().try_get_matches_from(words).unwrap();
        let mut typed = Typed::new();
        collect(&command, &matches, &mut typed);
        let typed: Vec<_> = typed.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(typed, ["SPECTACLES_DATA_DIR=/d", "SPECTACLES_LISTEN=127.0.0.1:9", "SPECTACLES_TRUSTED_PROXIES=::1/128, 10.0.0.0/8"]);
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
