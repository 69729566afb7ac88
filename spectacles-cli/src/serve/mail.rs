//! Mail by SMTP.

use crate::config::Environment;
use crate::failure::Failure;
use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use spectacles_core::auth::ExposeSecret as _;
use spectacles_core::mail::{Mail, MailError, Mailer};
use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const URL: &str = "SPECTACLES_MAIL_URL";
const FROM: &str = "SPECTACLES_MAIL_FROM";
const PASSWORD: &str = "SPECTACLES_MAIL_PASSWORD_FILE";
/// How long a mail server may take for each of its answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// What sends mail, and where links in it lead.
#[derive(Debug, Clone)]
pub(crate) struct MailSettings {
    pub(crate) mailer: Arc<Smtp>,
    /// What is in front of the code by which a new password is set.
    pub(crate) link: String,
}

impl MailSettings {
    /// What the environment says, for a server that people reach there.
    pub(crate) fn of(environment: &Environment, external_url: Option<&str>) -> Result<Option<Self>, Failure> {
        let Some(smtp) = Smtp::of(environment)? else { return Ok(None) };
        let needed = || Failure::failed(format!("{URL} needs SPECTACLES_EXTERNAL_URL, or --external-url: links in mail lead there"));
        let link = spectacles_http::reset_link(external_url.ok_or_else(needed)?, &String::new().into());
        Ok(Some(Self { mailer: Arc::new(smtp), link: link.expose_secret().to_owned() }))
    }
}

/// A mail server.
pub(crate) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Smtp {
    /// The mail server that the environment names, where it names one.
    pub(crate) fn of(environment: &Environment) -> Result<Option<Self>, Failure> {
        let Some(url) = environment.text(URL)? else { return Ok(None) };
        // It is not shown whole: somebody may have written a password into it, where it must not be.
        let wrong = |why: &str| Failure::failed(format!("the environment variable {URL} cannot be used: {why}"));
        let (user, has_password) = account(url);
        if has_password {
            return Err(wrong(&format!("the password does not belong into it, but into the file that {PASSWORD} names")));
        }
        if !["smtp://", "smtps://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(wrong("it must be like smtps://user@mail.example.com or smtp://mail.example.com:587?tls=required"));
        }
        if user.is_some() && url.starts_with("smtp://") && !url.contains("tls=required") {
            return Err(wrong("the password would go over the network unencrypted: say smtps://, or ?tls=required at the end"));
        }
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|error| wrong(&error.to_string()))?;
        let builder = match (user, environment.path(PASSWORD)) {
            (Some(user), Some(file)) => builder.credentials(Credentials::new(user, password(&file)?)),
            (None, None) => builder,
            (Some(_), None) => return Err(wrong(&format!("it names a user, and {PASSWORD} no file with his password"))),
            (None, Some(_)) => return Err(wrong(&format!("{PASSWORD} names a password, and it no user"))),
        };
        let from =
            environment.text(FROM)?.ok_or_else(|| Failure::failed(format!("{URL} needs {FROM}: the address that mail comes from")))?;
        let mailbox = from.parse().map_err(|_| {
            Failure::failed(format!("the environment variable {FROM} is no address like Spectacles <spectacles@example.com>"))
        })?;
        Ok(Some(Self { transport: builder.timeout(Some(PATIENCE)).build(), from: mailbox }))
    }
}

/// The user in a URL, as it is meant, and whether a password is behind him.
fn account(url: &str) -> (Option<String>, bool) {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
    let Some((account, _)) = authority.rsplit_once('@') else { return (None, false) };
    let (user, password) = account.split_once(':').map_or((account, ""), |(user, password)| (user, password));
    let user = percent_encoding::percent_decode_str(user).decode_utf8_lossy().into_owned();
    (Some(user).filter(|user| !user.is_empty()), !password.is_empty())
}

fn password(file: &Path) -> Result<String, Failure> {
    let read = std::fs::read_to_string(file);
    let text = read.map_err(|error| Failure::failed(format!("{}, which {PASSWORD} names, cannot be read: {error}", file.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let failed = |error: &dyn std::error::Error| MailError(error.to_string());
        let to: Address = mail.to.as_str().parse().map_err(|error: lettre::address::AddressError| failed(&error))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.expose_secret().to_owned());
        let message = message.map_err(|error| failed(&error))?;
        let sent = self.transport.send(message).await;
        sent.map(|_| ()).map_err(|error| MailError(error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str, more: &[(&str, &str)]) -> String {
        let variables: Environment = [(URL, url)].iter().chain(more).copied().collect();
        Smtp::of(&variables).unwrap_err().message().to_owned()
    }

    #[tokio::test]
    async fn what_cannot_be_used_stops_the_start_and_shows_no_password() {
        let from = (FROM, "Spectacles <spectacles@example.com>");
        assert!(Smtp::of(&Environment::default()).unwrap().is_none());
        for url in ["smtp://mail.example.com:2525", "smtps://mail.example.com", "smtp://mail.example.com:587?tls=required"] {
            assert!(Smtp::of(&[(URL, url), from].into_iter().collect()).unwrap().is_some(), "{url}");
        }
        let text = refused("smtp://me:hunter2@mail.example.com", &[from]);
        assert!(text.contains(PASSWORD) && !text.contains("hunter2"), "{text}");
        assert!(refused("smtps://me@mail.example.com", &[from]).contains(PASSWORD));
        assert!(refused("smtp://me@mail.example.com", &[from]).contains("unencrypted"));
        assert!(refused("smtp://mail.example.com", &[from, (PASSWORD, "/nowhere")]).contains("no user"));
        assert!(refused("smtps://me@mail.example.com", &[from, (PASSWORD, "/nowhere")]).contains("cannot be read"));
        assert!(refused("smtp://mail.example.com", &[]).contains(FROM));
        assert!(refused("smtp://mail.example.com", &[(FROM, "nobody")]).contains(FROM));
        assert!(refused("http://mail.example.com", &[from]).contains(URL));
        assert!(refused("smtp://mail.example.com?tls=perhaps", &[from]).contains(URL));
    }
}
