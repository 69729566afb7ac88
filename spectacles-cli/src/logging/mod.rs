//! The log.
//!
//! Lines are written by a thread of their own, so that no request waits for a terminal, a disk or a network; when that thread falls behind,
//! lines are dropped and counted rather than requests held up.

mod batches;
mod settings;
mod syslog;

pub(crate) use settings::{LogArgs, LogSettings};

use crate::failure::Failure;
use batches::{Batches, Writer};
use settings::LogFormat;
use std::error::Error;
use std::io::{IsTerminal as _, Write};
use std::path::Path;
use tracing::Subscriber;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, fmt};

/// How many days of files are kept.
const DAYS: usize = 14;

/// The log of an administrative command: warnings on standard error, nothing else.
pub(crate) fn for_command() {
    let lines = fmt().with_max_level(LevelFilter::WARN).with_target(false).without_time().with_ansi(std::io::stderr().is_terminal());
    // It fails when there is a log already, and then there is one.
    let _ = lines.with_writer(std::io::stderr).try_init();
}

/// What writes the log of a server. Dropping it writes what still waits.
#[derive(Default)]
pub(crate) struct Log {
    writers: Vec<Writer>,
    lines: Vec<Batches>,
}

impl Log {
    /// Counts the lines that were dropped. Goes on for ever, and may be called several times.
    pub(crate) fn dropped_lines(&self) -> impl Fn() -> u64 + Send + Sync + use<> {
        let lines = self.lines.clone();
        move || lines.iter().map(Batches::dropped).sum()
    }

    /// Writes from a thread of its own.
    fn behind(&mut self, name: &str, writer: impl Write + Send + 'static) -> Result<Batches, Failure> {
        let (lines, writer) = Batches::begin(name, writer).map_err(|error| Failure::failed(format!("no thread for the log: {error}")))?;
        self.writers.push(writer);
        self.lines.push(lines.clone());
        Ok(lines)
    }
}

/// Begins the log of a server. It ends when what is returned is dropped.
pub(crate) fn init(settings: &LogSettings) -> Result<Log, Failure> {
    let mut log = Log::default();
    let mut layers = vec![console(settings, log.behind("log-stderr", std::io::stderr())?)];
    if let Some(file) = &settings.file {
        let writer = log.behind("log-file", rolling(&file.directory, &file.name)?)?;
        layers.push(layer(settings.format, false, writer));
    }
    if let Some((server, port)) = &settings.syslog {
        let datagrams = syslog::Datagrams::to(server, *port)?;
        let writer = syslog::Syslog::new(log.behind("log-syslog", datagrams)?);
        layers.push(fmt::layer().without_time().with_level(false).with_ansi(false).with_writer(writer).boxed());
    }
    // It fails when there is a log already, and then there is one.
    let _ = tracing_subscriber::registry().with(layers).with(settings.filter.clone()).try_init();
    Ok(log)
}

type Boxed<S> = Box<dyn Layer<S> + Send + Sync>;

fn console<S>(settings: &LogSettings, writer: Batches) -> Boxed<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let layer = layer(settings.format, std::io::stderr().is_terminal(), writer);
    match settings.console {
        Some(level) => layer.with_filter(level).boxed(),
        None => layer,
    }
}

fn layer<S, W>(format: LogFormat, colours: bool, writer: W) -> Boxed<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    match format {
        LogFormat::Text => fmt::layer().with_ansi(colours).with_writer(writer).boxed(),
        LogFormat::Json => fmt::layer().json().flatten_event(true).with_writer(writer).boxed(),
    }
}

/// A file for each day, and a link that has the plain name and leads to the newest.
fn rolling(directory: &Path, name: &str) -> Result<RollingFileAppender, Failure> {
    let failed = |error: &dyn Error| Failure::failed(format!("the log file {} cannot be written: {error}", directory.join(name).display()));
    std::fs::create_dir_all(directory).map_err(|error| failed(&error))?;
    let builder = RollingFileAppender::builder().rotation(Rotation::DAILY).filename_prefix(name).latest_symlink(name).max_log_files(DAYS);
    builder.build(directory).map_err(|error| failed(error.source().unwrap_or(&error)))
}
