//! Mail: what is written to people, and the port to whatever sends it.

use crate::name::Email;
use async_trait::async_trait;
use secrecy::SecretString;
use std::fmt;

/// A mail to one reader.
#[derive(Debug, Clone)]
pub struct Mail {
    /// To whom.
    pub to: Email,
    /// What it is about, in one line.
    pub subject: String,
    /// Plain text. There may be a secret in it.
    pub text: SecretString,
}

/// A mail could not be sent. The text is for the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct MailError(pub String);

/// What sends mail. It is asked in the background: nobody waits for it.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends a mail.
    ///
    /// # Errors
    /// [`MailError`] when it was not taken. It is not tried again.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

impl fmt::Debug for dyn Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailer(..)")
    }
}
