//! Where things are: options of the command line first, then the environment, then defaults.

mod data_dir;
mod database;
mod environment;
mod keys;
mod policies;
mod profiles;
mod target;
mod told;
mod variables;

pub(crate) use database::{database_url, open_store, try_open_store};
pub(crate) use environment::Environment;
pub(crate) use keys::{key_file, load_keys, signing_keys};
pub(crate) use policies::policies;
pub(crate) use profiles::{Profile, Profiles};
pub(crate) use target::{Server, Target, only_here};

pub(crate) use told::told;

use crate::cli::Typed;
use crate::failure::Failure;
use crate::output::{Choice, Format};
use spectacles_core::service::Settings;
use std::path::{Path, PathBuf};
use std::time::Duration;

const EVERYWHERE: &str = "Options of every command";

/// Options of every command.
#[derive(Default, clap::Args)]
pub(crate) struct GlobalArgs {
    /// The directory with the database and whatever else this server keeps
    ///
    /// Made when it does not exist. Default: ~/.local/share/spectacles, and /var/lib/spectacles for root.
    /// [env: SPECTACLES_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR", help_heading = EVERYWHERE)]
    data_dir: Option<PathBuf>,

    /// The database: sqlite:///FILE, postgres://USER@HOST/NAME or mysql://USER@HOST/NAME
    ///
    /// Default: the SQLite file spectacles.db in the data directory. A URL with a password is better kept in the environment: other users of
    /// this machine can see the options of running programs. [env: SPECTACLES_DATABASE_URL]
    #[arg(long, global = true, value_name = "URL", help_heading = EVERYWHERE)]
    database_url: Option<String>,

    /// The server that commands go to, instead of data on this machine: `https://auth.example.com`
    ///
    /// `spectacles login URL` keeps a token for it; where nobody logs in, SPECTACLES_TOKEN has one. [env: SPECTACLES_SERVER]
    #[arg(long, global = true, value_name = "URL", help_heading = EVERYWHERE)]
    server: Option<String>,

    /// The same by the name of a profile, as `spectacles profile list` shows them [env: SPECTACLES_PROFILE]
    #[arg(long, global = true, value_name = "NAME", help_heading = EVERYWHERE)]
    profile: Option<String>,

    /// Print results for people or for programs [default: table] [env: SPECTACLES_OUTPUT]
    ///
    /// For programs, what deletes something prints nothing: the exit code says that it is gone.
    #[arg(long, global = true, value_name = "FORMAT", value_enum, help_heading = EVERYWHERE)]
    output: Option<Choice>,
}

/// What every command knows: the options common to all, and the environment.
#[derive(Clone)]
pub(crate) struct Global {
    data_dir: Option<PathBuf>,
    database_url: Option<String>,
    server: Option<String>,
    profile: Option<String>,
    output: Format,
    environment: Environment,
    /// Whether files count that lie where those of the original usually do, without being named.
    usual_places: bool,
    /// What was typed, by the variables that say the same.
    typed: Typed,
}

impl Global {
    /// Joins options and environment.
    pub(crate) fn new(args: GlobalArgs, environment: Environment) -> Result<Self, Failure> {
        let output: Choice = match args.output {
            Some(choice) => choice,
            None => environment.choice("SPECTACLES_OUTPUT")?.unwrap_or_default(),
        };
        let output = output.into();
        let GlobalArgs { data_dir, database_url, server, profile, .. } = args;
        Ok(Self { data_dir, database_url, server, profile, output, environment, usual_places: true, typed: Typed::new() })
    }

    /// With what was typed, by the variables that say the same.
    pub(crate) fn with_typed(self, typed: Typed) -> Self {
        Self { typed, ..self }
    }

    /// What was typed in place of a variable.
    pub(crate) fn typed(&self, variable: &str) -> Option<&str> {
        self.typed.get(variable).map(String::as_str)
    }

    /// How results are printed.
    pub(crate) fn output(&self) -> Format {
        self.output
    }

    /// The environment.
    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The data directory. It may not exist yet: see [`data_dir::make`].
    pub(crate) fn data_dir(&self) -> Result<PathBuf, Failure> {
        data_dir::find(self.data_dir.as_deref(), &self.environment)
    }

    /// The same, made when it does not exist.
    pub(crate) fn made_data_dir(&self) -> Result<PathBuf, Failure> {
        let directory = self.data_dir()?;
        data_dir::make(&directory)?;
        Ok(directory)
    }

    /// The data directory that the command line itself names.
    pub(crate) fn named_data_dir(&self) -> Option<&PathBuf> {
        self.data_dir.as_ref()
    }

    /// Whether the command line itself names a database.
    pub(crate) fn names_a_database(&self) -> bool {
        self.database_url.is_some()
    }

    /// The name of a profile that is to be made.
    pub(crate) fn named_profile(&self) -> Result<Option<String>, Failure> {
        match &self.profile {
            Some(name) => Ok(Some(name.clone())),
            None => Ok(self.environment.text("SPECTACLES_PROFILE")?.map(str::to_owned)),
        }
    }

    /// The address of a server that is named.
    pub(crate) fn named_server(&self) -> Result<Option<&str>, Failure> {
        match &self.server {
            Some(server) => Ok(Some(server)),
            None => self.environment.text("SPECTACLES_SERVER"),
        }
    }

    /// Whether the command line itself names data on this machine.
    pub(crate) fn names_a_store(&self) -> bool {
        self.data_dir.is_some() || self.database_url.is_some()
    }

    /// The same for a command that has an option `--profile` of its own.
    pub(crate) fn without_profile(&self) -> Self {
        Self { profile: None, ..self.clone() }
    }

    /// Settings of somebody who has nothing but this directory, as `quickstart` needs them: it must not touch the database and the keys
    /// that options or environment name, nor keys that are there for another server.
    pub(crate) fn in_directory(&self, directory: &Path) -> Self {
        Self {
            data_dir: Some(directory.to_owned()),
            database_url: None,
            server: None,
            profile: None,
            output: self.output,
            environment: Environment::default(),
            usual_places: false,
            typed: Typed::new(),
        }
    }
}

/// The settings of the server, which commands that answer in its place need as well.
pub(crate) fn settings(global: &Global) -> Result<Settings, Failure> {
    /// What the original calls itself in tokens: registries that are configured for it go on working.
    const ISSUER: &str = "Auth service";
    const DECISION_DAYS: u32 = 30;
    let issuer = global.environment.text("SPECTACLES_ISSUER_NAME")?.unwrap_or(ISSUER).to_owned();
    let days = global.environment.parsed::<u32>("SPECTACLES_DECISION_DAYS", "a whole number of days, or 0 to record nothing")?;
    let days = u64::from(days.unwrap_or(DECISION_DAYS));
    let keep_decisions = Duration::from_secs(days * 24 * 60 * 60);
    const ACTIVITY_DAYS: u32 = 30;
    let days_of_activities = global.environment.parsed::<u32>("SPECTACLES_ACTIVITY_DAYS", "a whole number of days")?;
    let keep_activities = Duration::from_secs(u64::from(days_of_activities.unwrap_or(ACTIVITY_DAYS)) * 24 * 60 * 60);
    let policies = policies(&global.environment)?;
    let stars = global.environment.parsed("SPECTACLES_STARS", "votes or pulls")?.unwrap_or_default();
    Ok(Settings { issuer, record_decisions: days > 0, keep_decisions, keep_activities, policies, stars, ..Settings::default() })
}

/// Says in the log which variables of the original are set in vain. For the start of a server.
pub(crate) fn warn_of_ignored(environment: &Environment) {
    let ignored: Vec<_> = environment.ignored().into_iter().map(|(why, names)| format!("{} ({why})", names.join(", "))).collect();
    if !ignored.is_empty() {
        tracing::warn!("environment variables that are set and not used: {}", ignored.join("; "));
    }
}
