//! Setting a new password without the one there is.
//!
//! Whoever has forgotten his password gets a code, from an administrator or by mail. It is good once, for a day, and of all codes of a user only the
//! newest is. What is kept of it is a hash.

use super::users::{Users, object};
use super::{Error, Spectacles, registration, sessions};
use crate::auth::{AuthenticationError, hash_secret, is_secret, new_secret, same};
use crate::id::UserId;
use crate::model::{PasswordReset, SecretHash, User};
use crate::name::UserName;
use crate::time::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use std::net::IpAddr;
use std::ops::DerefMut as _;
use std::time::Duration;

/// How long a code is good.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// The same for every code that is not good, so that nobody learns whose codes there are.
const NOT_GOOD: &str = "this code is not good: it was used, is older than a day, or there is a newer one; ask for another";

/// A code by which somebody sets a new password. It cannot be had again.
#[derive(Debug, Clone)]
pub struct NewPasswordReset {
    /// Whose password.
    pub user: UserName,
    /// The code.
    pub code: SecretString,
    /// From when on it is good no longer.
    pub until: Timestamp,
}

impl Users<'_> {
    /// Makes a code by which a user sets a new password, in place of the one he may have. Only administrators do so: whoever has the code is the
    /// user. A user who has no password here yet gets his first one by it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Refused`] for somebody who is disabled.
    pub async fn password_reset(self, name: &UserName) -> Result<NewPasswordReset, Error> {
        let secret = new_secret(self.0.administration.random())?;
        let (mut change, standing) = self.0.change_own().await?;
        let user = super::known::user(change.tx.as_mut(), &standing, name).await?;
        standing.check_everything()?;
        if !user.enabled {
            return Err(Error::Refused(format!("user `{name}` is disabled, and could not log in with a new password: enable him first")));
        }
        let reset = reset_of(&user, &secret, change.at);
        change.tx.keep_password_reset(&reset).await?;
        change.commit("user.password_reset", object(name), json!({ "until": reset.until })).await?;
        Ok(NewPasswordReset { user: user.name, code: code(user.id, &secret), until: reset.until })
    }
}

impl Spectacles {
    /// Gives whoever has a code a new password. All his sessions end. Guesses are limited as they are for passwords.
    ///
    /// # Errors
    /// [`Error::Denied`] for a code that is not good; [`Error::Invalid`] for a password that cannot be used or is too simple, when the code stays
    /// good; [`Error::Throttled`] after too many wrong codes.
    pub async fn reset_password(&self, code: &SecretString, new: SecretString, address: Option<IpAddr>) -> Result<UserName, Error> {
        let (id, secret) = parsed(code).unzip();
        let account = id.map_or_else(|| "a reset of nobody".to_owned(), |id| format!("a reset of {id}"));
        self.chain().admit_guess(&account, address).map_err(|error| match error {
            AuthenticationError::Throttled { retry_after } => Error::Throttled { retry_after },
            AuthenticationError::Busy | AuthenticationError::Unavailable(_) => Error::Busy(error.to_string()),
        })?;
        let (id, hash) = (id.unwrap_or(UserId::new(0)), secret.map(|secret| hash_secret(&secret)));
        let administration = self.administration();
        let user = {
            let mut tx = administration.read().await?;
            let reset = tx.password_reset(id).await?;
            let user = tx.user(id).await?;
            user.filter(|user| user.enabled && is_good(reset, hash, administration.clock().now()))
        };
        let Some(user) = user else {
            self.chain().reject_guess(&account, address);
            return Err(Error::Denied(NOT_GOOD.to_owned()));
        };
        registration::check_password(&new)?;
        let password = administration.hash(user.name.as_str(), new).await?;

        let mut change = administration.change(user.name.as_str()).await?;
        // Of several who come with one code at the same time, one is the first.
        let reset = change.tx.password_reset(id).await?;
        let user = change.tx.user(id).await?.filter(|user| user.enabled && is_good(reset, hash, change.at));
        let user = user.ok_or_else(|| Error::Denied(NOT_GOOD.to_owned()))?;
        let user = User { password: Some(password), updated: change.at, ..user };
        change.tx.update_user(&user).await?;
        change.tx.end_password_reset(id).await?;
        sessions::end_all(change.tx.deref_mut(), id).await?;
        change.commit("user.password_reset.use", object(&user.name), json!({ "password": "changed" })).await?;
        Ok(user.name)
    }
}

/// Whether a change of a user ends the code he may have: it was given to somebody who is another by that, or is not to come in, or to an address
/// that is his no longer.
pub(super) fn ends_with(before: &User, after: &User) -> bool {
    let is_more = after.admin && !before.admin || after.auditor && !before.auditor;
    before.password != after.password || before.email != after.email || !after.enabled || is_more
}

/// What is kept of a new code.
pub(super) fn reset_of(user: &User, secret: &SecretString, now: Timestamp) -> PasswordReset {
    PasswordReset { user: user.id, hash: hash_secret(secret), created: now, until: now.after(LIFETIME) }
}

/// A code: whose it is, and a secret.
pub(super) fn code(user: UserId, secret: &SecretString) -> SecretString {
    format!("{user}-{}", secret.expose_secret()).into()
}

/// Whose code it is, and the secret; nothing for what can be no code.
fn parsed(code: &SecretString) -> Option<(UserId, SecretString)> {
    let (id, secret) = code.expose_secret().trim().split_once('-')?;
    let id = id.parse().ok().filter(|id| *id > 0)?;
    is_secret(secret).then(|| (UserId::new(id), secret.into()))
}

/// Compares also where there is nothing to compare with.
fn is_good(reset: Option<PasswordReset>, hash: Option<SecretHash>, now: Timestamp) -> bool {
    let nothing = SecretHash::from_bytes([0; 32]);
    let is_same = same(&reset.map_or(nothing, |reset| reset.hash), &hash.unwrap_or(nothing));
    is_same && hash.is_some() && reset.is_some_and(|reset| now < reset.until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn codes_are_read_as_they_were_written_and_nothing_else_is_a_code() {
        let secret = new_secret(&SystemRandom).unwrap();
        let text = code(UserId::new(7), &secret);
        let (id, read) = parsed(&text).unwrap();
        assert_eq!((id, read.expose_secret()), (UserId::new(7), secret.expose_secret()));
        let secret = secret.expose_secret();
        for bad in
            [String::new(), secret.to_owned(), format!("0-{secret}"), format!("-7-{secret}"), format!("7-{secret}x"), "7-".to_owned()]
        {
            assert!(parsed(&bad.into()).is_none());
        }
    }

    #[test]
    fn a_code_is_good_for_its_hash_until_its_end() {
        let moment = Timestamp::from_unix_millis;
        let hash = SecretHash::from_bytes([1; 32]);
        let reset = Some(PasswordReset { user: UserId::new(1), hash, created: moment(0), until: moment(10) });
        assert!(is_good(reset, Some(hash), moment(9)));
        assert!(!is_good(reset, Some(hash), moment(10)));
        assert!(!is_good(reset, Some(SecretHash::from_bytes([2; 32])), moment(9)));
        assert!(!is_good(reset, None, moment(9)) && !is_good(None, Some(hash), moment(9)));
        assert!(!is_good(None, Some(SecretHash::from_bytes([0; 32])), moment(9)) && !is_good(None, None, moment(9)));
    }
}
