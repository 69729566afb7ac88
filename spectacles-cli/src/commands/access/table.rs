//! Lists as CSV, a row at a time.

use crate::failure::Failure;
use spectacles_core::right::{Action, Actions};
use std::io::StdoutLock;

/// CSV on standard output, as RFC 4180 has it.
pub(super) struct Csv(csv::Writer<StdoutLock<'static>>);

impl Csv {
    pub(super) fn new<const N: usize>(head: [&str; N]) -> Result<Self, Failure> {
        let mut csv = Self(csv::Writer::from_writer(std::io::stdout().lock()));
        csv.row(head)?;
        Ok(csv)
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [&str; N]) -> Result<(), Failure> {
        self.0.write_record(cells).map_err(|error| {
            if let csv::ErrorKind::Io(error) = error.kind() {
                return Failure::writing(error);
            }
            Failure::failed(format!("the output is no CSV: {error}"))
        })
    }

    /// Writes what is left.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        self.0.flush().map_err(|error| Failure::writing(&error))
    }
}

/// The columns `pull`, `push` and `delete`: `yes` or `no`, and of pull whether it has to be asked for together with push.
pub(super) fn columns(allowed: Actions, pull_needs_push: bool) -> [&'static str; 3] {
    Action::ALL.map(|action| match (allowed.contains(action), action) {
        (true, Action::Pull) if pull_needs_push => "with push",
        (true, _) => "yes",
        (false, _) => "no",
    })
}

/// The cell for what somebody may do.
pub(super) fn may(allowed: Actions, pull_needs_push: bool) -> String {
    let note = if pull_needs_push { " (pull only with push)" } else { "" };
    format!("{allowed}{note}")
}
