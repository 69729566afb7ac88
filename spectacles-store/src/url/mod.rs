//! Database URLs.

mod parameters;
#[cfg(test)]
mod tests;

use crate::open::OpenError;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where a database is.
///
/// | URL | database |
/// |---|---|
/// | `sqlite:///spectacles.db` | the SQLite file `spectacles.db` in the working directory |
/// | `sqlite:////data/spectacles.db` | the SQLite file `/data/spectacles.db` |
/// | `postgres://user:password@host:5432/name`, `postgresql://...` | PostgreSQL |
/// | `mysql://user:password@host:3306/name`, `mariadb://...` | MySQL or MariaDB |
///
/// These are URLs as SQLAlchemy writes them: a driver (`postgresql+psycopg2://`) is read over, and so are
/// parameters that only a Python driver knows (`charset=utf8mb4`). Special characters of a password are percent-encoded.
///
/// Shown and debugged without the password and without parameters.
///
/// ```
/// # use spectacles_store::DatabaseUrl;
/// let url: DatabaseUrl = "mysql+pymysql://spectacles:secret@db/spectacles?charset=utf8mb4".parse()?;
/// assert_eq!(url.to_string(), "mysql://spectacles@db/spectacles");
/// # Ok::<(), spectacles_store::OpenError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    target: Target,
    shown: String,
}

/// What a backend needs to know. Not `Debug`: there are passwords in it.
#[derive(Clone, PartialEq, Eq)]
#[allow(dead_code, reason = "which of them are read depends on the databases built in")]
pub(crate) enum Target {
    Sqlite(PathBuf),
    Postgres(String),
    MySql(String),
}

impl DatabaseUrl {
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The name of the database system, for people.
    pub fn system(&self) -> &'static str {
        match self.target {
            Target::Sqlite(_) => "SQLite",
            Target::Postgres(_) => "PostgreSQL",
            Target::MySql(_) => "MySQL or MariaDB",
        }
    }

    /// The file, when the database is one.
    pub fn file(&self) -> Option<&Path> {
        match &self.target {
            Target::Sqlite(path) => Some(path),
            Target::Postgres(_) | Target::MySql(_) => None,
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.shown)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.shown)
    }
}

impl FromStr for DatabaseUrl {
    type Err = OpenError;

    fn from_str(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("sqlite::memory:") {
            return Err(in_memory());
        }
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(OpenError::Url("must begin with sqlite:///, postgres:// or mysql://".to_owned()));
        };
        let system = scheme.split_once('+').map_or(scheme, |(system, _driver)| system);
        match system {
            "sqlite" => sqlite(rest),
            "postgres" | "postgresql" => server("postgres", rest, &parameters::POSTGRES, Target::Postgres),
            "mysql" | "mariadb" => server("mysql", rest, &parameters::MYSQL, Target::MySql),
            _ => Err(OpenError::Url(format!(
                "begins with `{}`, which is no database that is supported: use sqlite, postgres or mysql",
                spectacles_core::name::excerpt(system)
            ))),
        }
    }
}

fn in_memory() -> OpenError {
    let advice = "name a file (sqlite:////data/spectacles.db), or use a `MemoryStore` when you embed Spectacles";
    OpenError::Url(format!("means a database in memory, which would be lost with the process: {advice}"))
}

fn sqlite(rest: &str) -> Result<DatabaseUrl, OpenError> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match path.strip_prefix('/') {
        Some("" | ":memory:") => return Err(in_memory()),
        None if path.is_empty() => return Err(in_memory()),
        Some(path) => path,
        None => {
            let slashes = "`sqlite:////` begins an absolute path, `sqlite:///` one relative to the working directory";
            return Err(OpenError::Url(format!("has too few slashes: {slashes}")));
        }
    };
    parameters::SQLITE.translate(query)?;
    Ok(DatabaseUrl { target: Target::Sqlite(PathBuf::from(path)), shown: format!("sqlite:///{path}") })
}

/// A URL of a server. What cannot be told apart from a part of the password is refused, and not shown.
fn server(scheme: &str, rest: &str, known: &parameters::Known, target: fn(String) -> Target) -> Result<DatabaseUrl, OpenError> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    if tail.contains(['@', '#']) {
        let advice = "write the special characters of the password in percent-encoding: / as %2F, ? as %3F, # as %23, @ as %40";
        return Err(OpenError::Url(format!("{scheme}://... is not understood: {advice}")));
    }
    let (credentials, host) = authority.rsplit_once('@').map_or((None, authority), |(credentials, host)| (Some(credentials), host));
    let port = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).map(|(_, port)| port);
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(OpenError::Url(format!("{scheme}://... has a port that is no number from 0 to 65535")));
    }
    let (path, query) = tail.split_once('?').unwrap_or((tail, ""));
    let user = credentials.map(|credentials| credentials.split_once(':').map_or(credentials, |(user, _)| user));
    let shown = format!("{scheme}://{}{}{host}{path}", user.unwrap_or_default(), if user.is_some() { "@" } else { "" });
    let query = known.translate(query)?;
    if path.trim_matches('/').is_empty() && !query.contains("dbname=") {
        return Err(OpenError::Url(format!("{shown} names no database: write it after the host, {scheme}://user@host/database")));
    }
    // PostgreSQL is reached by a socket when there is no host; the parser wants one nevertheless.
    let host = if host.is_empty() { "localhost" } else { host };
    let credentials = credentials.map(|credentials| format!("{credentials}@")).unwrap_or_default();
    Ok(DatabaseUrl { target: target(format!("{scheme}://{credentials}{host}{path}?{query}")), shown })
}
