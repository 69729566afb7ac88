//! Links by which people set a new password, by mail.
//!
//! Whoever asks is told nothing: what he has typed waits in a queue, and is looked up when nobody waits for it any more.

use super::users::object;
use super::{Error, Spectacles, resets};
use crate::auth::{AuthenticationError, new_secret};
use crate::listing::{Given, Listing, UserField};
use crate::mail::{Mail, MailError, Mailer};
use crate::model::User;
use crate::name::{Email, UserName};
use futures_channel::mpsc;
use secrecy::ExposeSecret as _;
use serde_json::json;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How many may wait. Those who come then ask again, as they do when no mail comes.
const LONGEST_QUEUE: usize = 100;
/// How long whoever was sent a link is sent no other.
const PAUSE: Duration = Duration::from_secs(10 * 60);
/// How many users of one address are sent a link. More have an address that is nobody's own.
const MOST_OF_ONE: usize = 5;
/// Nobody's name or address is longer, in bytes.
const LONGEST: usize = 512;

/// What sends mail, and what is in front of the codes in it.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) mailer: Arc<dyn Mailer>,
    pub(super) link: String,
}

/// Names and addresses of people who have forgotten their password, until somebody looks.
pub(super) struct Forgotten {
    entrance: Mutex<mpsc::Sender<String>>,
    waiting: async_lock::Mutex<mpsc::Receiver<String>>,
}

impl Default for Forgotten {
    fn default() -> Self {
        let (entrance, waiting) = mpsc::channel(LONGEST_QUEUE);
        Self { entrance: Mutex::new(entrance), waiting: async_lock::Mutex::new(waiting) }
    }
}

impl Spectacles {
    /// Whether mail is sent.
    pub fn sends_mail(&self) -> bool {
        self.post().is_some()
    }

    /// Takes note of the name or the mail address of somebody who has forgotten his password. What comes of that only his mail says.
    ///
    /// # Errors
    /// [`Error::Throttled`] when too many ask from there; [`Error::Refused`] where no mail is sent.
    pub fn forgot(&self, who: &str, address: Option<IpAddr>) -> Result<(), Error> {
        if !self.sends_mail() {
            return Err(Error::Refused("no mail is sent from here: an administrator makes a link".to_owned()));
        }
        self.chain().admit_stranger(address).map_err(|error| match error {
            AuthenticationError::Throttled { retry_after } => Error::Throttled { retry_after },
            AuthenticationError::Busy | AuthenticationError::Unavailable(_) => Error::Busy(error.to_string()),
        })?;
        self.chain().reject_stranger(address);
        let who = who.trim();
        if who.len() <= LONGEST {
            // Nothing that holds it can panic.
            let sent = self.forgotten().entrance.lock().unwrap_or_else(PoisonError::into_inner).try_send(who.to_owned());
            if sent.is_err() {
                tracing::warn!("so many people have forgotten their passwords that one of them gets no mail");
            }
        }
        Ok(())
    }

    /// Sends links to those who have asked for them, one after the other and for ever.
    pub async fn send_links(&self) {
        let mut waiting = self.forgotten().waiting.lock().await;
        // The entrance is ours, so that it does not end.
        while let Ok(who) = waiting.recv().await {
            if let Err(error) = self.send_to(&who).await {
                tracing::warn!(%error, "a link for a new password could not be sent");
            }
        }
    }

    async fn send_to(&self, who: &str) -> Result<(), Error> {
        for user in self.users_meant(who).await? {
            self.send_link(user).await?;
        }
        Ok(())
    }

    /// Who has this name, or this address.
    async fn users_meant(&self, who: &str) -> Result<Vec<User>, Error> {
        if let Ok(email) = who.parse::<Email>() {
            let filter = format!("email \"{}\"", email.as_str().replace('\\', "\\\\"));
            let given = Given { filters: &[&filter], ..Given::default() };
            let listing = Listing::<UserField>::read(given).map_err(|error| Error::Broken(error.to_string()))?;
            let page = self.administration().operator().users().page(&listing).await?;
            return Ok(page.items.into_iter().map(|view| view.user).take(MOST_OF_ONE).collect());
        }
        let Ok(name) = who.parse::<UserName>() else { return Ok(Vec::new()) };
        Ok(self.administration().read().await?.user_named(&name).await?.into_iter().collect())
    }

    /// Sends a link to somebody who logs in with a password here, and has an address. Who has no password was given none on purpose, or logs in
    /// with what is elsewhere.
    async fn send_link(&self, user: User) -> Result<(), Error> {
        let (Some(post), administration) = (self.post(), self.administration()) else { return Ok(()) };
        let secret = new_secret(administration.random())?;
        let mut change = administration.change("mail").await?;
        let user = change.tx.user(user.id).await?.filter(|user| user.enabled && user.password.is_some());
        let Some((user, to)) = user.and_then(|user| user.email.clone().map(|to| (user, to))) else { return Ok(()) };
        let last = change.tx.password_reset(user.id).await?;
        if last.is_some_and(|last| last.created.after(PAUSE) > change.at) {
            return Ok(());
        }
        let reset = resets::reset_of(&user, &secret, change.at);
        change.tx.keep_password_reset(&reset).await?;
        change.commit("user.password_reset", object(&user.name), json!({ "until": reset.until, "by": "mail" })).await?;
        let code = resets::code(user.id, &secret);
        let text = format!(
            "Hello {},\n\nsomebody, hopefully you, has asked for a new password of the user {} here. By this link you set one, once, until {}:\n\n\
             {}{}\n\nIf it was not you, nothing needs to be done: the password stays as it is.\n",
            user.display_name,
            user.name,
            reset.until.to_rfc3339_seconds(),
            post.link,
            code.expose_secret()
        );
        let mail = Mail { to, subject: "A new password for Spectacles".to_owned(), text: text.into() };
        if let Err(MailError(error)) = post.mailer.send(&mail).await {
            // What nobody has got is not in the way of the next attempt.
            let mut change = administration.change("mail").await?;
            change.tx.end_password_reset(user.id).await?;
            change.commit_untold().await?;
            return Err(Error::Unavailable(error));
        }
        Ok(())
    }
}
