//! Changing one's own password.

use super::actor::{Power, Standing};
use super::users::{Users, object};
use super::{Error, known, registration, sessions};
use crate::auth::{Attempt, AuthenticationError, Identity};
use crate::model::{PasswordHash, User};
use crate::name::UserName;
use secrecy::SecretString;
use serde_json::json;
use std::net::IpAddr;
use std::ops::DerefMut as _;

/// How often a change is begun that something else got in the way of.
const ATTEMPTS: usize = 3;

impl Users<'_> {
    /// Gives whoever asks a new password of his own. The current one is checked as it is for logging in, with the same limits on failed
    /// attempts: whoever gets hold of a session or a browser has no more guesses than others.
    ///
    /// # Errors
    /// [`Error::Denied`] when the current one is wrong; [`Error::Throttled`] after too many of those; [`Error::Invalid`] for a new one that
    /// is too simple or cannot be used; [`Error::Refused`] for whoever has no password here.
    pub async fn change_password(self, current: SecretString, new: SecretString) -> Result<(), Error> {
        let (name, address) = match self.0.power {
            Power::Machine => return Err(Error::Refused("whoever sits at the machine has no password here".to_owned())),
            Power::Administrator(name) => (name, None),
            Power::Member { name, address } => (name, address),
        };
        let mut new_hash = None;
        // A hash that another program has made may be replaced at this very moment, because of this very login.
        for _ in 0..ATTEMPTS {
            let before = self.checked(name, address, &current).await?;
            let password = match new_hash.take() {
                Some(password) => password,
                None => {
                    registration::check_password(&new)?;
                    self.0.administration.hash(name.as_str(), new.clone()).await?
                }
            };
            let (mut change, _) = self.0.change_oneself().await?;
            let known = known::user(change.tx.as_mut(), &Standing::Everything, name).await?;
            if known.password == before {
                let user = User { password: Some(password), updated: change.at, ..known };
                change.tx.update_user(&user).await?;
                change.tx.end_password_reset(user.id).await?;
                sessions::end_all(change.tx.deref_mut(), user.id).await?;
                return change.commit("user.set", object(name), json!({ "password": "changed" })).await;
            }
            new_hash = Some(password);
        }
        Err(Error::Conflict("the password was changed meanwhile; log in again".to_owned()))
    }

    /// The hash of somebody whose current password this is.
    async fn checked(self, name: &UserName, address: Option<IpAddr>, current: &SecretString) -> Result<Option<PasswordHash>, Error> {
        let chain = self.0.administration.chain().ok_or_else(|| Error::Refused("passwords cannot be checked here".to_owned()))?;
        let before = {
            let mut tx = self.0.read().await?;
            self.0.person(tx.as_mut(), name, address).await?.user.password
        };
        if before.is_none() {
            return Err(Error::Refused(format!("user `{name}` has no password here that could be changed")));
        }
        // A password that was changed a moment ago by another process must not be taken for the current one.
        if let Some(facts) = self.0.administration.facts() {
            facts.refresh().await?;
        }
        let attempt = Attempt { account: name.as_str(), secret: current, address };
        match chain.authenticate(attempt).await {
            Ok(Some(Identity::User(right))) if right == *name => Ok(before),
            Ok(_) => Err(Error::Denied("the current password is not right".to_owned())),
            Err(AuthenticationError::Throttled { retry_after }) => Err(Error::Throttled { retry_after }),
            Err(error @ AuthenticationError::Busy) => Err(Error::Busy(error.to_string())),
            Err(AuthenticationError::Unavailable(detail)) => Err(Error::Unavailable(detail)),
        }
    }
}
