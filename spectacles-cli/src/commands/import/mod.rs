//! `spectacles import`: taking over from other programs.
//!
//! Each command makes an [`Import`](spectacles_core::import::Import) of a source. What is done with it is the same for all of them.

mod finish;
mod registry_v1;
mod source;

use super::context::{Context, Keys};
use crate::ask;
use crate::config::Global;
use crate::failure::Failure;
use finish::Finish;
use spectacles_core::import::{docker_auth, htpasswd, original};
use spectacles_core::name::{RegistryUrl, ServiceName};
use spectacles_store::read_original;
use std::path::{Path, PathBuf};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Users and access rules of docker_auth
    ///
    /// Nobody gets more than the rules gave him. Where they cannot be followed exactly the report says for whom and where.
    DockerAuth {
        /// Its configuration, in YAML; `-` for standard input
        file: PathBuf,
        /// The registry that asks for decisions, by its service name, where the rules do not name one
        #[arg(long, value_name = "SERVICE")]
        registry: Option<ServiceName>,
        /// How this server reaches the registry, where it is not known here yet
        #[arg(long, value_name = "URL")]
        url: Option<RegistryUrl>,
        #[command(flatten)]
        finish: Finish,
    },
    /// Users and passwords of an htpasswd file
    ///
    /// Passwords of bcrypt stay. Users with weaker ones are created without a password.
    Htpasswd {
        /// The file; `-` for standard input
        file: PathBuf,
        #[command(flatten)]
        finish: Finish,
    },
    /// The configuration of the first registry, docker-registry
    ///
    /// Makes a config.yml for a registry of today, and says what has no successor: then the exit code is 3.
    RegistryV1(registry_v1::Args),
    /// Everything the original Spectacles has in its database
    ///
    /// It is read, and not changed. People keep their passwords; repositories and tags are found again in the registries.
    Original {
        /// A file of SQLite, or a URL without its password: mysql://user@host/database
        source: String,
        /// Read the password of the database from standard input
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        finish: Finish,
    },
}

pub(super) async fn run(command: Command, global: &Global) -> Result<(), Failure> {
    match command {
        Command::DockerAuth { file, registry, url, finish } => {
            let tree = source::tree(&file)?;
            let import = docker_auth::import(&tree, &docker_auth::Options { registry, url });
            finish.run(import.map_err(|problems| super::state::refused(&file, &problems))?, &file, global).await
        }
        Command::Htpasswd { file, finish } => {
            let import = htpasswd::import(&source::text(&file)?);
            finish.run(import, &file, global).await
        }
        Command::RegistryV1(args) => registry_v1::run(args, global).await,
        Command::Original { source, password_stdin, finish } => {
            let url = if password_stdin { source::with_password(&source, &ask::secret_from_stdin()?)? } else { source.clone() };
            let rows = read_original(&url).await.map_err(|error| Failure::failed(error.to_string()))?;
            // A URL may have a password in it, and a place in messages must not.
            finish.run(original::import(&rows), Path::new("the database"), global).await
        }
    }
}

/// The database, which only an import that is applied needs.
async fn open<'g>(global: &'g Global) -> Result<Context<'g>, Failure> {
    global.refuse_any_server("import")?;
    Context::on_store(global, Keys::NotNeeded).await
}
