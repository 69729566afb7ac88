//! `spectacles completions`, and what a shell asks for while somebody types: also the names of what there is.

use super::context::{Context, Keys};
use crate::cli::Cli;
use crate::config::{Environment, Global, GlobalArgs, Target};
use crate::failure::Failure;
use crate::output;
use clap::{Arg, Command, CommandFactory as _};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use spectacles_core::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};
use spectacles_http::client::{Client, Collection, Resource, Wanted};
use std::any::TypeId;
use std::ffi::OsStr;
use std::time::Duration;

/// By this variable the script calls the program.
const VARIABLE: &str = "COMPLETE";
const NAME: &str = "spectacles";
/// Nobody waits longer for a key.
const PATIENCE: Duration = Duration::from_secs(2);
/// More are of no use to whoever looks at them.
const MOST: u32 = 100;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The shell the script is for
    shell: Shell,
}

/// Shells that can complete.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Shell {
    const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Elvish => "elvish",
            Self::Fish => "fish",
            Self::Powershell => "powershell",
            Self::Zsh => "zsh",
        }
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let shells = Shells::builtins();
    let shell = shells.completer(args.shell.name()).ok_or_else(|| Failure::failed("this shell is not known"))?;
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script).map_err(|error| Failure::writing(&error))?;
    output::text(&String::from_utf8_lossy(&script))
}

/// Answers a shell, where it is one that asks; the process ends then.
pub(crate) fn answer_a_shell() {
    CompleteEnv::with_factory(|| with_names(Cli::command(), "")).var(VARIABLE).bin(NAME).completer(NAME).complete();
}

/// Kinds of things that are called by name on the command line.
#[derive(Clone, Copy)]
enum Kind {
    User,
    Group,
    App,
    Service,
    Registry,
    Namespace,
}

/// The command with completers for the names of what there is. What is to be created is not there yet.
fn with_names(command: Command, above: &str) -> Command {
    let name = command.get_name().to_owned();
    let is_new = move |arg: &Arg| name == "create" && arg.is_positional();
    let is_new_namespace = above == "namespace";
    let command = command.mut_args(|arg| match kind(&arg) {
        Some(kind) if !is_new(&arg) || (is_new_namespace && matches!(kind, Kind::Registry)) => {
            arg.add(ArgValueCompleter::new(move |typed: &OsStr| names(kind, typed)))
        }
        Some(_) | None => arg,
    });
    let name = command.get_name().to_owned();
    command.mut_subcommands(|below| with_names(below, &name))
}

/// What an argument names, by the type that it is read into.
fn kind(arg: &Arg) -> Option<Kind> {
    let id = arg.get_value_parser().type_id();
    let kinds = [
        (TypeId::of::<UserName>(), Kind::User),
        (TypeId::of::<GroupName>(), Kind::Group),
        (TypeId::of::<AppName>(), Kind::App),
        (TypeId::of::<ServiceAccountName>(), Kind::Service),
        (TypeId::of::<ServiceName>(), Kind::Registry),
        (TypeId::of::<NamespacePath>(), Kind::Namespace),
    ];
    kinds.into_iter().find(|(known, _)| id == *known).map(|(_, kind)| kind)
}

/// Names that begin so. A shell has no use for errors: where something goes wrong, there are none.
fn names(kind: Kind, typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return Vec::new() };
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let found = runtime.block_on(async { tokio::time::timeout(PATIENCE, find(kind, typed)).await });
    found.ok().flatten().unwrap_or_default().into_iter().map(CompletionCandidate::new).collect()
}

async fn find(kind: Kind, typed: &str) -> Option<Vec<String>> {
    let global = Global::new(GlobalArgs::default(), Environment::of_this_process()).ok()?;
    // Whoever presses a key does not want a database to be made.
    let is_there = global.environment().text("SPECTACLES_DATABASE_URL").ok()?.is_some() || global.data_dir().ok()?.exists();
    if matches!(global.target().ok()?, Target::Store) && !is_there {
        return None;
    }
    let context = Context::open(&global, Keys::NotNeeded).await.ok()?;
    let client: &Client = context.client();
    match kind {
        Kind::User => begin(client.users(), "name", typed, |view| view.user.name.to_string()).await,
        Kind::Group => begin(client.groups(), "name", typed, |view| view.group.name.to_string()).await,
        Kind::App => begin(client.apps(), "name", typed, |view| view.app.name.to_string()).await,
        Kind::Service => begin(client.services(), "name", typed, |view| view.name.to_string()).await,
        Kind::Registry => begin(client.registries(), "service", typed, |view| view.registry.service.to_string()).await,
        Kind::Namespace => begin(client.namespaces(None), "path", typed, |view| view.path.to_string()).await,
    }
}

async fn begin<R: Resource>(things: Collection<'_, R>, field: &str, typed: &str, name: impl Fn(&R::View) -> String) -> Option<Vec<String>> {
    let filter = format!("{field} \"{}\"%", typed.replace('\\', "\\\\").replace('"', "\\\""));
    let page = things.page(&Wanted { limit: Some(MOST), ..Wanted::filter(filter) }).await.ok()?;
    Some(page.items.iter().map(name).collect())
}
