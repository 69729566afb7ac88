//! The administrative commands: each reads its options, makes a call of the API, and prints what came of it.
//!
//! Whether the API is that of a server, or answers in this process from a store, is for [`context`] to know.

mod access;
mod activity;
mod api_token;
mod app;
mod audit;
mod avatar;
mod completions;
mod connection;
mod context;
mod deletions;
mod group;
mod image;
mod image_copy;
mod import;
mod key;
mod listing;
mod login;
mod man;
mod namespace;
mod nearest;
mod profile;
mod registry;
mod registry_sync;
mod relations;
mod repository;
mod reset_password;
mod retention;
mod rights;
mod schema;
mod search;
mod secret;
mod service;
mod sessions;
mod state;
mod status;
mod tag;
mod terms;
mod token;
mod user;
mod values;
mod whoami;

use crate::config::Global;
use crate::failure::Failure;
use context::{Context, Keys};

pub(crate) use completions::answer_a_shell;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Users: who logs in
    #[command(subcommand)]
    User(user::Command),
    /// API tokens: by which programs act for users
    #[command(subcommand)]
    ApiToken(api_token::Command),
    /// Groups of users
    #[command(subcommand)]
    Group(group::Command),
    /// Apps: what images are made for, and which groups answer for them
    #[command(subcommand)]
    App(app::Command),
    /// Service accounts: programs that log in
    #[command(subcommand)]
    Service(service::Command),
    /// Registries that ask this server who may do what, and their configuration
    #[command(subcommand)]
    Registry(registry::Command),
    /// Namespaces of registries, and the rights on them
    #[command(subcommand)]
    Namespace(namespace::Command),
    /// Repositories: what registries hold
    #[command(subcommand)]
    Repository(repository::Command),
    /// Tags of repositories
    #[command(subcommand)]
    Tag(tag::Command),
    /// Images: the same as container tools spell it, and copies
    #[command(subcommand)]
    Image(image::Command),
    /// Which tags stay
    #[command(subcommand)]
    Retention(retention::Command),
    /// What happened to the content of registries
    Activity(activity::Args),
    /// Find repositories and tags
    Search(search::Args),
    /// Questions about who may do what
    #[command(subcommand)]
    Access(access::Command),
    /// Issue a token in the name of a user, as a registry's client would get it
    Token(token::Args),
    /// The keys that sign tokens
    #[command(subcommand)]
    Key(key::Command),
    /// What was changed, when and by whom
    #[command(subcommand)]
    Audit(audit::Command),
    /// Write the whole configuration as a file, without secrets
    Export(state::export::Args),
    /// Say what a file with configuration would change, and change nothing
    Plan(state::plan::Args),
    /// Make the configuration what a file says: all of it, or nothing
    Apply(state::apply::Args),
    /// Take over users, rights and settings from another program
    #[command(subcommand)]
    Import(import::Command),
    /// Log in to a server, so that commands go there: an API token is made, and kept for you on this machine
    Login(login::Login),
    /// Take away the API token of this machine at a server, and forget it
    Logout(login::Logout),
    /// Say where commands go to, and who one is there
    Whoami,
    /// Show how the server is doing: its database, what waits to be written, its registries, keys and settings
    Status,
    /// The servers somebody has logged in to
    #[command(subcommand)]
    Profile(profile::Command),
    /// Print the JSON Schema of such files, or the OpenAPI document of the REST API
    Schema(schema::Args),
    /// Print a script that completes commands and options in a shell
    Completions(completions::Args),
    /// Print the manual page, or write the pages of all commands
    Man(man::Args),
}

/// Does what one command says.
pub(crate) async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    // Needs no database, and must not make one.
    if let Command::Completions(args) = command {
        return completions::run(&args);
    }
    if let Command::Man(args) = command {
        return man::run(&args);
    }
    if let Command::Schema(args) = command {
        return schema::run(&args);
    }
    // Most of it only reports.
    if let Command::Import(command) = command {
        return import::run(command, global).await;
    }
    if let Command::Login(args) = command {
        return login::login(args, global).await;
    }
    if let Command::Logout(args) = command {
        return login::logout(&args, global).await;
    }
    if let Command::Profile(command) = command {
        return profile::run(&command, global);
    }
    let context = Context::open(global, command.keys()).await?;
    match on(command, &context).await {
        Err(failure) if failure.is_not_found() => Err(nearest::suggest(failure, context.client()).await),
        outcome => outcome,
    }
}

impl Command {
    /// Whether it has to do with signing keys.
    const fn keys(&self) -> Keys {
        let has = matches!(
            self,
            Self::Key(_)
                | Self::Registry(registry::Command::Config(_) | registry::Command::Test { .. } | registry::Command::Sync(_))
                // Deleting on a registry takes a token.
                | Self::Repository(repository::Command::Delete { .. })
                | Self::Tag(tag::Command::Delete(_))
                | Self::Retention(retention::Command::Run { .. })
                | Self::Image(image::Command::Rm { .. } | image::Command::Copy(_) | image::Command::Tag { .. })
                | Self::Audit(audit::Command::Verify(_) | audit::Command::Checkpoint)
        );
        if has { Keys::Needed } else { Keys::NotNeeded }
    }
}

/// The same, where the database is open already.
async fn on(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::User(command) => user::run(command, context).await,
        Command::ApiToken(command) => api_token::run(command, context).await,
        Command::Group(command) => group::run(command, context).await,
        Command::App(command) => app::run(command, context).await,
        Command::Service(command) => service::run(command, context).await,
        Command::Registry(command) => registry::run(command, context).await,
        Command::Namespace(command) => namespace::run(command, context).await,
        Command::Repository(command) => repository::run(command, context).await,
        Command::Tag(command) => tag::run(command, context).await,
        Command::Image(command) => image::run(command, context).await,
        Command::Retention(command) => retention::run(command, context).await,
        Command::Activity(args) => activity::run(&args, context).await,
        Command::Search(args) => search::run(&args, context).await,
        Command::Access(command) => access::run(command, context).await,
        Command::Token(args) => token::run(args, context).await,
        Command::Key(command) => key::run(command, context).await,
        Command::Audit(command) => audit::run(command, context).await,
        Command::Export(args) => state::export::run(&args, context).await,
        Command::Plan(args) => state::plan::run(&args, context).await,
        Command::Apply(args) => state::apply::run(&args, context).await,
        Command::Import(command) => import::run(command, context.global()).await,
        Command::Login(args) => login::login(args, context.global()).await,
        Command::Logout(args) => login::logout(&args, context.global()).await,
        Command::Whoami => whoami::run(context).await,
        Command::Status => status::run(context).await,
        Command::Profile(command) => profile::run(&command, context.global()),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}
