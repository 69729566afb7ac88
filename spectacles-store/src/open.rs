//! Opening a store by its URL.

use crate::url::{DatabaseUrl, Target};
use spectacles_core::store::Store;
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How to use a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many connections at most; at least three are used: one to read, one to write, and one to record decisions.
    pub max_connections: u32,
    /// How long to wait for a connection before the database counts as unavailable.
    pub acquire_timeout: Duration,
    /// How long to wait for other write transactions to end. MySQL counts in whole seconds.
    pub patience: Duration,
    /// Whether each statement is logged, without its parameters: level DEBUG, target `sqlx::query`.
    pub log_statements: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_connections: 10, acquire_timeout: Duration::from_secs(3), patience: Duration::from_secs(5), log_statements: false }
    }
}

/// Why a store could not be opened: one sentence for the person who wrote the URL. Never contains the password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is not understood.
    #[error("the database URL {0}")]
    Url(String),
    /// The program was built without this database.
    #[error("this program was built without {0}; use one built with the feature `{1}`, or another database")]
    NotCompiledIn(&'static str, &'static str),
    /// The file cannot be opened or made.
    #[error("cannot open {database}: {reason}")]
    File {
        /// The URL, without password.
        database: String,
        /// Why, and what to do.
        reason: String,
    },
    /// The server does not answer, or does not let us in.
    #[error("cannot connect to {database}: {reason}; check that it is running, and that host, user, password and database are right")]
    Unreachable {
        /// The URL, without password.
        database: String,
        /// Why.
        reason: String,
    },
    /// The tables cannot be made or brought up to date.
    #[error("cannot bring the tables of {database} up to date: {reason}")]
    Migration {
        /// The URL, without password.
        database: String,
        /// Why.
        reason: String,
    },
}

#[allow(dead_code, reason = "which of them are used depends on the databases built in")]
impl OpenError {
    pub(crate) fn url(shown: &str, reason: impl Display) -> Self {
        Self::Url(format!("{shown} is not understood: {reason}"))
    }

    pub(crate) fn unreachable(shown: &str, reason: impl Display) -> Self {
        Self::Unreachable { database: shown.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn migration(shown: &str, reason: impl Display) -> Self {
        Self::Migration { database: shown.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn damaged(shown: &str, path: &Path, reason: impl Display) -> Self {
        let reason = format!("{reason} ({}); put back a copy of it, or choose another file", path.display());
        Self::File { database: shown.to_owned(), reason }
    }

    pub(crate) fn file(shown: &str, path: &Path, error: &std::io::Error) -> Self {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let directory = whole.parent().unwrap_or(&whole);
        let reason = if directory.is_dir() {
            format!("{error} ({}); check who may write there", whole.display())
        } else {
            // The slashes, because of those who mean the other one: SQLAlchemy counts four for an absolute path.
            let slashes = "`sqlite:////` begins an absolute path, `sqlite:///` one relative to the working directory";
            format!("there is no directory {}; make it first, and mind that {slashes}", directory.display())
        };
        Self::File { database: shown.to_owned(), reason }
    }
}

/// Opens the store at a URL, and brings its tables up to date. Several processes may do this at once.
///
/// See [`DatabaseUrl`] for how URLs are written.
///
/// # Errors
/// [`OpenError`], in words for the person who wrote the URL.
pub async fn open(url: &str, options: Options) -> Result<Arc<dyn Store>, OpenError> {
    url.parse::<DatabaseUrl>()?.open(options).await
}

impl DatabaseUrl {
    /// Opens the store there, and brings its tables up to date. Several processes may do this at once.
    ///
    /// # Errors
    /// [`OpenError`], in words for the person who wrote the URL.
    #[allow(unused_variables, reason = "which of them are used depends on the databases built in")]
    pub async fn open(&self, options: Options) -> Result<Arc<dyn Store>, OpenError> {
        let shown = self.to_string();
        match self.target() {
            #[cfg(feature = "sqlite")]
            Target::Sqlite(path) => Ok(Arc::new(crate::sql::sqlite::open(path, &shown, &options).await?)),
            #[cfg(not(feature = "sqlite"))]
            Target::Sqlite(_) => Err(OpenError::NotCompiledIn("SQLite", "sqlite")),
            #[cfg(feature = "postgres")]
            Target::Postgres(url) => Ok(Arc::new(crate::sql::postgres::open(url, &shown, &options).await?)),
            #[cfg(not(feature = "postgres"))]
            Target::Postgres(_) => Err(OpenError::NotCompiledIn("PostgreSQL", "postgres")),
            #[cfg(feature = "mysql")]
            Target::MySql(url) => Ok(Arc::new(crate::sql::mysql::open(url, &shown, &options).await?)),
            #[cfg(not(feature = "mysql"))]
            Target::MySql(_) => Err(OpenError::NotCompiledIn("MySQL and MariaDB", "mysql")),
        }
    }
}
