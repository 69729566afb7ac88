//! What is logged, and where to.

use crate::config::Environment;
use crate::failure::Failure;
use std::path::PathBuf;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// Options of everything that keeps a log.
#[derive(clap::Args, Default)]
#[command(next_help_heading = "Log")]
pub(crate) struct LogArgs {
    /// How much is logged: error, warn, info, debug, trace, or target=level,... [default: info] [env: SPECTACLES_LOG_LEVEL]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,

    /// Whether log lines are for people or for programs [default: text] [env: SPECTACLES_LOG_FORMAT]
    #[arg(long, value_name = "FORMAT", value_enum)]
    log_format: Option<LogFormat>,

    /// Whether each request is logged [default: true] [env: SPECTACLES_ACCESS_LOG]
    #[arg(long, value_name = "true|false")]
    access_log: Option<bool>,
}

/// What a log line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum LogFormat {
    #[default]
    Text,
    Json,
}

/// How to log.
#[derive(Debug)]
pub(crate) struct LogSettings {
    pub(super) format: LogFormat,
    pub(super) filter: Targets,
    /// What standard error gets, when that is less than the rest.
    pub(super) console: Option<LevelFilter>,
    pub(super) file: Option<LogFile>,
    pub(super) syslog: Option<(String, u16)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct LogFile {
    pub(super) directory: PathBuf,
    pub(super) name: String,
}

/// The names of the original.
const FILE_NAME: &str = "spectacles.log";
const SYSLOG_SERVER: &str = "172.16.1.1";
const SYSLOG_PORT: u16 = 5140;

impl LogSettings {
    /// Joins options and environment.
    pub(crate) fn new(args: LogArgs, environment: &Environment) -> Result<Self, Failure> {
        let format = match args.log_format {
            Some(format) => format,
            None => environment.choice("SPECTACLES_LOG_FORMAT")?.unwrap_or_default(),
        };
        let level = match &args.log_level {
            Some(level) => filter(level).ok_or_else(|| Failure::usage(unknown_level("--log-level", level)))?,
            None => match environment.text("SPECTACLES_LOG_LEVEL")? {
                Some(level) => filter(level).ok_or_else(|| Failure::failed(unknown_level("SPECTACLES_LOG_LEVEL", level)))?,
                None if environment.switch("DEBUG")?.unwrap_or(false) => ours(LevelFilter::DEBUG),
                None => ours(LevelFilter::INFO),
            },
        };
        let access = match args.access_log {
            Some(access) => access,
            None => environment.switch("SPECTACLES_ACCESS_LOG")?.unwrap_or(true),
        };
        let level = if access { level } else { level.with_target("spectacles::access", LevelFilter::OFF) };
        let statements = environment.switch("SQL_DEBUG_LOGGING")?.unwrap_or(false);
        let filter = if statements { level.with_target("sqlx::query", LevelFilter::DEBUG) } else { level };
        let file = environment.path("LOG_FILE_PATH").map(|directory| -> Result<LogFile, Failure> {
            let name = environment.text("LOG_FILE_NAME")?.unwrap_or(FILE_NAME);
            Ok(LogFile { directory, name: name.to_owned() })
        });
        let syslog = match environment.switch("SYSLOG_ENABLE")? {
            Some(true) => {
                let server = environment.text("SYSLOG_SERVER")?.unwrap_or(SYSLOG_SERVER).to_owned();
                Some((server, environment.parsed("SYSLOG_PORT", "a port, from 1 to 65535")?.unwrap_or(SYSLOG_PORT)))
            }
            Some(false) | None => None,
        };
        Ok(Self { format, filter, console: None, file: file.transpose()?, syslog })
    }

    /// Everything into this file, and to standard error only what somebody who reads something else there must know.
    pub(crate) fn into_file(directory: PathBuf, name: &str) -> Self {
        let file = Some(LogFile { directory, name: name.to_owned() });
        Self { format: LogFormat::Text, filter: ours(LevelFilter::INFO), console: Some(LevelFilter::WARN), file, syslog: None }
    }
}

/// One level is meant for what we log ourselves; libraries are asked for by their names.
fn filter(text: &str) -> Option<Targets> {
    match text.parse::<LevelFilter>() {
        Ok(level) => Some(ours(level)),
        Err(_) => text.contains('=').then(|| text.parse().ok()).flatten(),
    }
}

fn ours(level: LevelFilter) -> Targets {
    Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("spectacles", level)
}

fn unknown_level(source: &str, level: &str) -> String {
    let expected = "error, warn, info, debug, trace, off, or target=level,...";
    format!("{source} is `{}`, but must be {expected}", spectacles_core::name::excerpt(level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    fn settings(variables: &[(&str, &str)]) -> Result<LogSettings, Failure> {
        LogSettings::new(LogArgs::default(), &variables.iter().copied().collect())
    }

    fn enabled(variables: &[(&str, &str)], target: &str, level: Level) -> bool {
        settings(variables).unwrap().filter.would_enable(target, &level)
    }

    #[test]
    fn a_level_is_for_our_own_lines_and_libraries_only_warn() {
        assert!(enabled(&[], "spectacles::access", Level::INFO));
        assert!(enabled(&[], "spectacles_http::follow", Level::INFO));
        assert!(!enabled(&[], "spectacles_http::follow", Level::DEBUG));
        assert!(enabled(&[("DEBUG", "True")], "spectacles_http::follow", Level::DEBUG));
        assert!(!enabled(&[("DEBUG", "True")], "hyper", Level::INFO));
        assert!(enabled(&[("SPECTACLES_LOG_LEVEL", "warn,hyper=debug")], "hyper::proto", Level::DEBUG));
        assert!(!enabled(&[("SPECTACLES_LOG_LEVEL", "error")], "hyper", Level::WARN));
    }

    #[test]
    fn requests_and_statements_are_switched_by_themselves() {
        assert!(!enabled(&[("SPECTACLES_ACCESS_LOG", "false")], "spectacles::access", Level::INFO));
        assert!(enabled(&[("SPECTACLES_ACCESS_LOG", "false")], "spectacles::audit", Level::INFO));
        assert!(!enabled(&[], "sqlx::query", Level::DEBUG));
        assert!(enabled(&[("SQL_DEBUG_LOGGING", "True")], "sqlx::query", Level::DEBUG));
    }

    #[test]
    fn the_places_of_the_original_are_honoured() {
        let settings = settings(&[("LOG_FILE_PATH", "/logs"), ("SYSLOG_ENABLE", "True"), ("SYSLOG_PORT", "514")]).unwrap();
        assert_eq!(settings.file, Some(LogFile { directory: "/logs".into(), name: "spectacles.log".to_owned() }));
        assert_eq!(settings.syslog, Some(("172.16.1.1".to_owned(), 514)));
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for (name, value) in [("SPECTACLES_LOG_LEVEL", "loud"), ("SPECTACLES_LOG_FORMAT", "xml"), ("DEBUG", "maybe")] {
            assert!(settings(&[(name, value)]).unwrap_err().message().contains(name), "{name}");
        }
        assert!(settings(&[("SYSLOG_ENABLE", "1"), ("SYSLOG_PORT", "syslog")]).unwrap_err().message().contains("SYSLOG_PORT"));
    }
}
