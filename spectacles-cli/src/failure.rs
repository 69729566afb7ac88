//! What went wrong, as people read it and programs see it.

use http::StatusCode;
use spectacles_core::service;
use spectacles_http::client::ClientError;
use std::process::ExitCode;

/// Why a command did not do what it was asked: one sentence, and an exit code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Failed,
    Usage,
    NotFound,
    Denied,
    /// Nothing was done, because it is only to be tried.
    Recorded,
    /// Whoever read our output has read enough. Nothing is wrong.
    ReaderGone,
}

impl Failure {
    /// The exit code for wrong usage.
    pub(crate) const USAGE: u8 = 2;

    /// It could not be done.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self { kind: Kind::Failed, message: message.into() }
    }

    /// What was typed makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, message: message.into() }
    }

    /// What was named does not exist.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self { kind: Kind::NotFound, message: message.into() }
    }

    /// It must not be done.
    pub(crate) fn denied(message: impl Into<String>) -> Self {
        Self { kind: Kind::Denied, message: message.into() }
    }

    /// The same of one of several commands.
    pub(crate) fn of(self, command: &str) -> Self {
        Self { message: format!("`{command}`: {}", self.message), ..self }
    }

    /// The output could not be written.
    pub(crate) fn writing(error: &std::io::Error) -> Self {
        let kind = if error.kind() == std::io::ErrorKind::BrokenPipe { Kind::ReaderGone } else { Kind::Failed };
        Self { kind, message: format!("the output cannot be written: {error}") }
    }

    /// The sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Whether somebody may not do it.
    pub(crate) fn is_denied(&self) -> bool {
        self.kind == Kind::Denied
    }

    /// Whether what was named does not exist.
    pub(crate) fn is_not_found(&self) -> bool {
        self.kind == Kind::NotFound
    }

    /// Whether it was only written down.
    pub(crate) fn is_recorded(&self) -> bool {
        self.kind == Kind::Recorded
    }

    /// With advice behind it.
    pub(crate) fn with(self, advice: &str) -> Self {
        Self { message: format!("{}{advice}", self.message), ..self }
    }

    /// What a server says with this status.
    pub(crate) fn of_status(status: StatusCode, message: String) -> Self {
        let kind = match status {
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Kind::Usage,
            StatusCode::NOT_FOUND => Kind::NotFound,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Kind::Denied,
            _ => Kind::Failed,
        };
        Self { kind, message }
    }

    fn code(&self) -> u8 {
        match self.kind {
            Kind::ReaderGone | Kind::Recorded => 0,
            Kind::Failed => 1,
            Kind::Usage => Self::USAGE,
            Kind::NotFound => 3,
            Kind::Denied => 4,
        }
    }

    /// Tells people on standard error, and the caller by the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        if self.kind != Kind::ReaderGone {
            crate::output::note(&format!("error: {}", self.message));
        }
        ExitCode::from(self.code())
    }
}

impl From<service::Error> for Failure {
    fn from(error: service::Error) -> Self {
        let kind = match &error {
            service::Error::NotFound { .. } => Kind::NotFound,
            service::Error::Invalid(_) => Kind::Usage,
            service::Error::Denied(_) => Kind::Denied,
            service::Error::Conflict(_)
            | service::Error::Refused(_)
            | service::Error::Moved
            | service::Error::Repeated
            | service::Error::Registry(_)
            | service::Error::Throttled { .. }
            | service::Error::TooMany { .. }
            | service::Error::Busy(_)
            | service::Error::Unavailable(_)
            | service::Error::Broken(_) => Kind::Failed,
        };
        Self { kind, message: error.to_string() }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let message = error.to_string();
        match error {
            ClientError::Refused(refusal) => Self::of_status(refusal.status, message),
            ClientError::Recorded => Self { kind: Kind::Recorded, message },
            ClientError::Unreachable(_) => Self::failed(format!("{message}. Is the address right, and does the server run?")),
            ClientError::Address { .. } | ClientError::Authorities(_) => Self::usage(message),
            ClientError::Strange(_) => Self::failed(message),
        }
    }
}

impl From<spectacles_core::store::StoreError> for Failure {
    fn from(error: spectacles_core::store::StoreError) -> Self {
        service::Error::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::Error;

    #[test]
    fn each_error_of_a_use_case_has_the_exit_code_of_the_contract() {
        let text = || "x".to_owned();
        for (error, code) in [
            (Error::NotFound { what: "user", name: text() }, 3),
            (Error::Conflict(text()), 1),
            (Error::Refused(text()), 1),
            (Error::Invalid(text()), 2),
            (Error::Denied(text()), 4),
            (Error::Moved, 1),
            (Error::Repeated, 1),
            (Error::Registry(spectacles_core::registry::ClientError::new(spectacles_core::registry::Trouble::Slow, "no answer")), 1),
            (Error::Throttled { retry_after: std::time::Duration::ZERO }, 1),
            (Error::TooMany { what: text(), retry_after: std::time::Duration::ZERO }, 1),
            (Error::Busy(text()), 1),
            (Error::Unavailable(text()), 1),
            (Error::Broken(text()), 1),
        ] {
            assert_eq!(Failure::from(error).code(), code);
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        assert_eq!(Failure::writing(&std::io::ErrorKind::BrokenPipe.into()).code(), 0);
        assert_eq!(Failure::writing(&std::io::ErrorKind::StorageFull.into()).code(), 1);
    }
}
