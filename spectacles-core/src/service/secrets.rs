//! Secrets of service accounts.

use super::services::{Services, object};
use super::{Error, known, limits};
use crate::auth::{SHORTEST_SECRET, hash_secret, new_secret};
use crate::id::SecretId;
use crate::model::{ServiceSecret, Terms, is_current};
use crate::name::ServiceAccountName;
use crate::time::Timestamp;
use schemars::JsonSchema;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Longer ones do not fit into what clients send.
const LONGEST_SECRET: usize = 1024;

/// More are of no use to anybody, and all of them are kept in memory.
const MOST_SECRETS: usize = 100;

/// A secret, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretView {
    /// By which it can be taken away. Never reused.
    pub id: SecretId,
    /// When it was made.
    pub created: Timestamp,
    /// About when it was last used.
    pub last_used: Option<Timestamp>,
    /// How long, and from where, it is accepted.
    #[serde(flatten)]
    pub terms: Terms,
    /// Whether its time is over: it is not accepted any more.
    pub expired: bool,
}

impl SecretView {
    pub(super) fn new(secret: ServiceSecret, now: Timestamp) -> Self {
        let ServiceSecret { id, created, last_used, terms, .. } = secret;
        Self { id, created, last_used, expired: !is_current(terms.until, now), terms }
    }
}

/// A secret that was just made. It cannot be had again.
#[derive(Debug)]
pub struct NewSecret {
    /// By which it can be taken away.
    pub id: SecretId,
    /// The secret.
    pub secret: SecretString,
    /// How long and from where it is accepted.
    pub terms: Terms,
}

impl Services<'_> {
    /// Gives a service account one more secret: `given`, or a new one. Those it has stay.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a secret that is too short to be one, or an end in the past; [`Error::Conflict`] when it
    /// has this secret already; [`Error::Refused`] when it has too many.
    pub async fn add_secret(self, name: &ServiceAccountName, given: Option<SecretString>, terms: Terms) -> Result<NewSecret, Error> {
        let secret = match given {
            Some(given) => checked(given)?,
            None => new_secret(self.0.administration.random())?,
        };
        let hash = hash_secret(&secret);
        let (mut change, standing) = self.0.change_own().await?;
        let service = known::service(change.tx.as_mut(), &standing, name).await?;
        let terms = limits::checked(terms, change.at)?;
        let known = change.tx.secrets_of(service.id).await?;
        if known.len() >= MOST_SECRETS {
            return Err(Error::Refused(format!(
                "service account `{name}` has {MOST_SECRETS} secrets; take those away that are of no use any more"
            )));
        }
        if known.iter().any(|known| known.hash == hash) {
            return Err(Error::Conflict(format!("service account `{name}` has this secret already")));
        }
        let at = change.at;
        let id = change.tx.insert_secret(service.id, hash, at, &terms).await?;
        let details =
            json!({ "secret": SecretView::new(ServiceSecret { id, hash, created: at, last_used: None, terms: terms.clone() }, at) });
        change.commit("service.secret.create", object(name), details).await?;
        Ok(NewSecret { id, secret, terms })
    }

    /// The secrets of a service account, the oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn secrets(self, name: &ServiceAccountName) -> Result<Vec<SecretView>, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let service = known::service(tx.as_mut(), &standing, name).await?;
        let now = self.0.now();
        Ok(tx.secrets_of(service.id).await?.into_iter().map(|secret| SecretView::new(secret, now)).collect())
    }

    /// Takes a secret away.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the service account, or when it has no such secret.
    pub async fn revoke_secret(self, name: &ServiceAccountName, secret: SecretId) -> Result<(), Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let service = known::service(change.tx.as_mut(), &standing, name).await?;
        let missing = || Error::NotFound { what: "secret", name: format!("{secret}` of service account `{name}") };
        let known = change.tx.secrets_of(service.id).await?.into_iter().find(|known| known.id == secret).ok_or_else(missing)?;
        change.tx.delete_secret(service.id, secret).await?;
        let details = json!({ "secret": SecretView::new(known, change.at) });
        change.commit("service.secret.revoke", object(name), details).await
    }
}

/// A secret from elsewhere. It is stored as a fast hash, so that it must not be one that can be guessed.
fn checked(secret: SecretString) -> Result<SecretString, Error> {
    let text = secret.expose_secret();
    if text.len() < SHORTEST_SECRET {
        return Err(Error::Invalid(format!("the secret is shorter than {SHORTEST_SECRET} bytes; leave it out to have one made")));
    }
    if text.len() > LONGEST_SECRET {
        return Err(Error::Invalid(format!("the secret is longer than {LONGEST_SECRET} bytes")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::Invalid("the secret contains a control character, such as a line break".to_owned()));
    }
    Ok(secret)
}
