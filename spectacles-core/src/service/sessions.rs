//! Sessions of the web interface.
//!
//! A session is kept like an API token, and found like one: in memory, by the hash of its secret. It ends when it was not used for a while, when it
//! is too old, when its user signs out, and with any change of his password.

use super::spectacles::{Caller, STALE};
use super::users::object;
use super::{Error, Spectacles, Tokens, known};
use crate::auth::{AuthenticationError, hash_secret, is_secret, new_secret};
use crate::id::{ApiTokenId, UserId};
use crate::model::{NewApiToken, SessionOrigin, StoredApiToken, StoredTokenLimits, is_current};
use crate::name::UserName;
use crate::random::random_text;
use crate::store::WriteTx;
use crate::time::Timestamp;
use schemars::JsonSchema;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::IpAddr;
use std::time::Duration;

/// After how long without a request a session ends.
const IDLE: Duration = Duration::from_secs(8 * 60 * 60);
/// How old a session gets.
const OLDEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How many sessions somebody has; the oldest makes room.
const MOST: usize = 50;

/// Somebody's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub caller: Caller,
    /// Which.
    pub id: ApiTokenId,
}

/// A session, as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionView {
    /// Never reused.
    pub id: ApiTokenId,
    /// When somebody signed in.
    pub created: Timestamp,
    /// When it ends, unless it is used before.
    pub until: Option<Timestamp>,
    /// About when it was last used.
    pub last_used: Option<Timestamp>,
    /// Where somebody signed in.
    #[serde(flatten)]
    pub origin: SessionOrigin,
}

impl Spectacles {
    /// Begins a session of somebody who has just proved who he is, and says by which secret it is known. Nobody else learns it.
    ///
    /// # Errors
    /// [`Error::Denied`] when he is disabled by now; [`Error::Unavailable`].
    pub async fn sign_in(&self, caller: &Caller, origin: SessionOrigin) -> Result<SecretString, Error> {
        let administration = self.administration();
        let secret = new_secret(administration.random())?;
        let hash = hash_secret(&secret);
        let name = format!("session {}", random_text::<12>(administration.random())?).parse()?;
        let mut change = administration.change(caller.name().as_str()).await?;
        let gone = || Error::Denied(format!("user `{}` does not exist any more, or is disabled", caller.name()));
        let user = change.tx.user_named(caller.name()).await?.filter(|user| user.enabled).ok_or_else(gone)?;
        let at = change.at;
        let sessions: Vec<_> = change.tx.api_tokens_of(user.id).await?.into_iter().filter(|token| token.session.is_some()).collect();
        let (over, current): (Vec<_>, Vec<_>) = sessions.into_iter().partition(|session| !is_current(session.until, at));
        let too_many = current.len().saturating_sub(MOST.saturating_sub(1));
        for session in over.iter().chain(current.iter().take(too_many)) {
            change.tx.delete_api_token(user.id, session.id).await?;
        }
        let limits = StoredTokenLimits::default();
        let details = json!({ "session": origin });
        let new = NewApiToken { user: user.id, name, hash, created: at, until: Some(at.after(IDLE)), limits, session: Some(origin) };
        change.tx.insert_api_token(&new).await?;
        change.commit("user.sign_in", object(caller.name()), details).await?;
        Ok(secret)
    }

    /// Finds out whose session this is, and lets it last longer.
    ///
    /// # Errors
    /// `Ok(None)` when it is nobody's, or is over; [`AuthenticationError`] when that cannot be said now.
    pub async fn session(&self, secret: &SecretString, address: Option<IpAddr>) -> Result<Option<Session>, AuthenticationError> {
        if !self.facts_are_current() {
            return Err(AuthenticationError::Unavailable(STALE.to_owned()));
        }
        if !is_secret(secret.expose_secret()) {
            return Ok(None);
        }
        let (begun, hash) = (self.facts().revision(), hash_secret(secret));
        let mut bearer = self.holder(&hash, address, true);
        // It may have been begun a moment ago, at another node.
        if bearer.is_none() && self.has_news(begun).await {
            bearer = self.holder(&hash, address, true);
        }
        let Some(bearer) = bearer else { return Ok(None) };
        let now = self.clock().now();
        let is_half_over = bearer.until.is_some_and(|until| until < now.after(IDLE / 2));
        if is_half_over && let Err(error) = self.extend(&bearer.caller, bearer.token).await {
            // It is good until its end in any case.
            tracing::debug!(%error, "a session could not be made to last longer");
        }
        Ok(Some(Session { caller: bearer.caller, id: bearer.token }))
    }

    async fn extend(&self, caller: &Caller, id: ApiTokenId) -> Result<(), Error> {
        let mut change = self.administration().change(caller.name().as_str()).await?;
        let Some(user) = change.tx.user_named(caller.name()).await? else { return Ok(()) };
        let known = change.tx.api_tokens_of(user.id).await?.into_iter().find(|token| token.id == id);
        let Some(known) = known else { return Ok(()) };
        let until = change.at.after(IDLE).min(known.created.after(OLDEST));
        if known.until.is_some_and(|known| known >= until) {
            return Ok(());
        }
        change.tx.extend_api_token(user.id, id, until).await?;
        change.commit_untold().await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn sign_out(&self, session: &Session) -> Result<(), Error> {
        let name = session.caller.name();
        let mut change = self.administration().change(name.as_str()).await?;
        let Some(user) = change.tx.user_named(name).await? else { return Ok(()) };
        if !change.tx.delete_api_token(user.id, session.id).await? {
            return Ok(());
        }
        change.commit("user.sign_out", object(name), json!({})).await
    }
}

impl Tokens<'_> {
    /// The sessions of a user that are not over, the oldest first: of others for administrators and auditors.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the user, also for ordinary users who are not he.
    pub async fn sessions(self, owner: &UserName) -> Result<Vec<SessionView>, Error> {
        let actor = self.actor();
        let mut tx = actor.read().await?;
        let standing = actor.standing(tx.as_mut()).await?;
        let user = known::user(tx.as_mut(), &standing, owner).await?;
        let now = actor.now();
        let tokens = tx.api_tokens_of(user.id).await?.into_iter().filter(|token| is_current(token.until, now));
        Ok(tokens.filter_map(view).collect())
    }

    /// Ends sessions: of oneself, or for administrators of anybody; this one, or all of them but `spared`. How many.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the user, or when he has no such session; [`Error::Denied`] for auditors, of somebody else's.
    pub async fn end_sessions(self, owner: &UserName, only: Option<ApiTokenId>, spared: Option<ApiTokenId>) -> Result<u64, Error> {
        let (mut change, standing) = self.actor().change_oneself().await?;
        let user = super::api_tokens::owner_for(change.tx.as_mut(), &standing, owner).await?;
        let sessions = change.tx.api_tokens_of(user.id).await?.into_iter().filter(|token| token.session.is_some());
        let ended: Vec<_> =
            sessions.map(|session| session.id).filter(|id| only.is_none_or(|only| only == *id) && spared != Some(*id)).collect();
        if let Some(only) = only.filter(|_| ended.is_empty()) {
            return Err(Error::NotFound { what: "session", name: format!("{only}` of user `{owner}") });
        }
        for id in &ended {
            change.tx.delete_api_token(user.id, *id).await?;
        }
        let count = u64::try_from(ended.len()).unwrap_or(u64::MAX);
        if count == 0 {
            change.leave();
            return Ok(0);
        }
        change.commit("user.sessions.end", object(owner), json!({ "sessions": ended })).await?;
        Ok(count)
    }
}

/// Ends all sessions of a user, because what he signed in with does not count any more.
pub(super) async fn end_all(tx: &mut dyn WriteTx, user: UserId) -> Result<(), Error> {
    for session in tx.api_tokens_of(user).await?.into_iter().filter(|token| token.session.is_some()) {
        tx.delete_api_token(user, session.id).await?;
    }
    Ok(())
}

fn view(token: StoredApiToken) -> Option<SessionView> {
    let StoredApiToken { id, created, until, last_used, session, .. } = token;
    session.map(|origin| SessionView { id, created, until, last_used, origin })
}
