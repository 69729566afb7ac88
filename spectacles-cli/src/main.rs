//! The program `spectacles`: an authorization server for container registries, and the commands that administer it.
//!
//! | module | what it does |
//! |---|---|
//! | `cli` | the command line, as clap reads it |
//! | `config` | where data, database, keys and settings come from: options, environment, defaults |
//! | `commands` | one file for each administrative command; thin, the use cases are in `spectacles_core::service` |
//! | `registry_config` | the configuration of a registry that trusts this server |
//! | `serve` | the server and its background work |
//! | `public_keys` | keys as registries take them |
//! | `quickstart` | everything on one machine |
//! | `ask` | questions to people, and passwords |
//! | `output`, `failure`, `logging` | what people and programs get to read |

mod ask;
mod cli;
mod commands;
mod config;
mod failure;
mod logging;
mod output;
mod public_keys;
mod quickstart;
mod registry_config;
mod serve;

use cli::{Cli, Command, Typed};
use config::{Environment, Global};
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    commands::answer_a_shell();
    let (cli, typed) = match cli::parse() {
        Ok(parsed) => parsed,
        Err(error) => {
            // Where help cannot be written, nobody reads it.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Failure::USAGE));
        }
    };
    match run(cli, typed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli, typed: Typed) -> Result<(), Failure> {
    // It fails when a provider is installed already, and then there is one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let global = Global::new(cli.global, Environment::of_this_process())?.with_typed(typed);
    let mut runtime = match cli.command.is_server() {
        true => tokio::runtime::Builder::new_multi_thread(),
        // One command does one thing after the other, and starts faster without threads that wait for it.
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = runtime.enable_all().build().map_err(|error| Failure::failed(format!("cannot start: {error}")))?;
    runtime.block_on(dispatch(cli.command, &global))
}

async fn dispatch(command: Command, global: &Global) -> Result<(), Failure> {
    if command.is_server() {
        global.refuse_server(command.name())?;
    }
    match command {
        Command::Quickstart(args) => quickstart::run(args, global).await,
        Command::Serve(args) => serve::run(args, global).await,
        Command::Runserver(args) => serve::run_server(args, global).await,
        Command::Runbackground(args) => serve::run_background(args, global).await,
        Command::Administer(command) => {
            logging::for_command();
            commands::run(command, global).await
        }
    }
}
