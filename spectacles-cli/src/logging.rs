//! The log.

use crate::config::Global;
use crate::failure::Failure;
use tracing_subscriber::filter::LevelFilter;

/// The log of an administrative command: warnings on standard error, nothing else.
pub(crate) fn for_command() {
    // It fails when there is a log already, and then there is one.
    let _ = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_target(false)
        .without_time()
        .with_writer(std::io::stderr)
        .try_init();
}

/// The log of a server.
pub(crate) fn init(_global: &Global) -> Result<(), Failure> {
    for_command();
    Ok(())
}
