//! Where the database is.

use super::{Environment, Global};
use crate::failure::Failure;
use spectacles_core::store::Store;
use spectacles_store::{DatabaseUrl, OpenError, Options};
use std::path::Path;
use std::sync::Arc;

/// Opens the database, and brings its tables up to date. The data directory is made when the database lies in it.
///
/// An error is one sentence, and never contains the password.
pub(crate) async fn open_store(global: &Global) -> Result<Arc<dyn Store>, Failure> {
    try_open_store(global).await?.map_err(|error| Failure::failed(error.to_string()))
}

/// The same for whoever does not give up on every database that cannot be opened yet.
pub(crate) async fn try_open_store(global: &Global) -> Result<Result<Arc<dyn Store>, OpenError>, Failure> {
    let log_statements = global.environment().switch("SQL_DEBUG_LOGGING")?.unwrap_or(false);
    let url = match written(global.database_url.as_deref(), &global.environment)? {
        Some((source, url)) => source.parse(&url)?,
        None => in_directory(&global.made_data_dir()?)?,
    };
    Ok(url.open(Options { log_statements, ..Options::default() }).await)
}

/// The database, for telling people which one is used: shown without the password.
pub(crate) fn database_url(global: &Global) -> Result<DatabaseUrl, Failure> {
    match written(global.database_url.as_deref(), &global.environment)? {
        Some((source, url)) => source.parse(&url),
        None => in_directory(&global.data_dir()?),
    }
}

/// Where a URL was written: an error says so, because the place that counts may not be the one people look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Option,
    Variable(&'static str),
}

impl Source {
    fn parse(self, url: &str) -> Result<DatabaseUrl, Failure> {
        url.parse().map_err(|error: OpenError| match self {
            Self::Option => Failure::usage(format!("{error} (given by --database-url)")),
            Self::Variable(name) => Failure::failed(format!("{error} (given by the environment variable {name})")),
        })
    }
}

/// The URL that somebody wrote, by precedence.
fn written(option: Option<&str>, environment: &Environment) -> Result<Option<(Source, String)>, Failure> {
    if let Some(url) = option {
        return Ok(Some((Source::Option, url.to_owned())));
    }
    for name in ["SPECTACLES_DATABASE_URL", "SQLALCHEMY_DATABASE_URI"] {
        if let Some(url) = environment.text(name)? {
            return Ok(Some((Source::Variable(name), url.to_owned())));
        }
    }
    let Some(host) = environment.text("DB_HOST")? else { return Ok(None) };
    // These defaults are those of the original, for which the compose files in use were written.
    let user = environment.text("MYSQL_USER")?.unwrap_or("spectacles");
    let password = environment.text("MYSQL_PASSWORD")?.unwrap_or("secret");
    let database = environment.text("MYSQL_DATABASE")?.unwrap_or("spectacles");
    let url = format!("mysql://{}:{}@{host}/{}", percent_encoded(user), percent_encoded(password), percent_encoded(database));
    Ok(Some((Source::Variable("DB_HOST"), url)))
}

/// Whether the environment names one.
pub(super) fn is_named(environment: &Environment) -> bool {
    ["SPECTACLES_DATABASE_URL", "SQLALCHEMY_DATABASE_URI", "DB_HOST"].iter().any(|name| environment.path(name).is_some())
}

/// The database that nobody needs to name.
fn in_directory(directory: &Path) -> Result<DatabaseUrl, Failure> {
    let file = directory.join("spectacles.db");
    let text = file.to_str().filter(|text| !text.contains('?'));
    let text = text.ok_or_else(|| {
        let advice = "name one whose path is text without a question mark";
        Failure::failed(format!("the data directory {} cannot be written as a database URL: {advice}", directory.display()))
    })?;
    format!("sqlite:///{text}").parse().map_err(|error: OpenError| Failure::failed(error.to_string()))
}

/// Percent-encodes everything that is not unreserved (RFC 3986, section 2.3), so that it can stand anywhere in a URL.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(&str, &str); 4] = [
        ("SPECTACLES_DATABASE_URL", "postgres://ours/db"),
        ("SQLALCHEMY_DATABASE_URI", "mysql://theirs/db"),
        ("DB_HOST", "db"),
        ("MYSQL_PASSWORD", "p@ss/w:rd?"),
    ];

    fn found(option: Option<&str>, variables: &[(&str, &str)]) -> Option<String> {
        written(option, &variables.iter().copied().collect()).unwrap().map(|(_, url)| url)
    }

    #[test]
    fn the_option_comes_first_then_our_variable_then_those_of_the_original() {
        let option = "sqlite:///option.db";
        assert_eq!(found(Some(option), &ALL).as_deref(), Some(option));
        assert_eq!(found(None, &ALL).as_deref(), Some("postgres://ours/db"));
        assert_eq!(found(None, &ALL[1..]).as_deref(), Some("mysql://theirs/db"));
        assert_eq!(found(None, &ALL[2..]).as_deref(), Some("mysql://spectacles:p%40ss%2Fw%3Ard%3F@db/spectacles"));
        assert_eq!(found(None, &ALL[3..]), None, "without DB_HOST the other MYSQL variables mean nothing");
    }

    #[test]
    fn without_any_url_it_is_a_file_in_the_data_directory() {
        assert_eq!(in_directory(Path::new("/data")).unwrap().file(), Some(Path::new("/data/spectacles.db")));
        assert_eq!(in_directory(Path::new("data")).unwrap().file(), Some(Path::new("data/spectacles.db")));
        assert!(in_directory(Path::new("/what?")).unwrap_err().message().contains("/what?"));
    }

    #[test]
    fn a_bad_url_is_blamed_on_where_it_was_written_and_its_password_is_not_shown() {
        let bad = "oracle://scott:tiger@db/x";
        let option = Source::Option.parse(bad).unwrap_err();
        assert_eq!(option, Failure::usage(option.message()));
        assert!(option.message().contains("--database-url"));
        let variable = Source::Variable("SQLALCHEMY_DATABASE_URI").parse(bad).unwrap_err();
        assert_eq!(variable, Failure::failed(variable.message()));
        assert!(variable.message().contains("SQLALCHEMY_DATABASE_URI") && !variable.message().contains("tiger"));
    }
}
