//! Requests that come with an API token.

use super::spectacles::{Caller, STALE};
use super::{Error, Spectacles};
use crate::access::{ApiTokenFacts, Facts, UserFacts};
use crate::auth::{AuthenticationError, hash_secret, is_secret};
use crate::id::ApiTokenId;
use crate::model::{SecretHash, StoredTokenLimits, TokenLimits, is_current};
use crate::store::StoreError;
use crate::time::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often it is written down at most that a token was used.
const EACH: Duration = Duration::from_secs(60);

/// Whoever comes with an API token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The user it acts for.
    pub caller: Caller,
    /// What it is good for, of all that he may do. Whoever serves a request [checks](TokenLimits::check) it.
    pub limits: TokenLimits,
    /// The token.
    pub token: ApiTokenId,
    /// Until when it is accepted.
    pub until: Option<Timestamp>,
}

impl Spectacles {
    /// Finds out whose API token this is.
    ///
    /// A right one is found in memory, and costs a hash. One that is not known there may have been made a moment ago by another process, so that
    /// the store is asked for news, unless it cannot be a token at all. Wrong ones are limited for each network, as passwords are.
    ///
    /// # Errors
    /// `Ok(None)` when it is nobody's, has expired, or belongs to somebody who is disabled; [`AuthenticationError`] when that cannot be said
    /// now, or too many were wrong.
    pub async fn bearer(&self, secret: &SecretString, address: Option<IpAddr>) -> Result<Option<Bearer>, AuthenticationError> {
        if !self.facts_are_current() {
            return Err(AuthenticationError::Unavailable(STALE.to_owned()));
        }
        let (begun, hash) = (self.facts().revision(), hash_secret(secret));
        if let Some(bearer) = self.holder(&hash, address, false) {
            return Ok(Some(bearer));
        }
        self.chain().admit_stranger(address)?;
        if is_secret(secret.expose_secret())
            && self.has_news(begun).await
            && let Some(bearer) = self.holder(&hash, address, false)
        {
            return Ok(Some(bearer));
        }
        self.chain().reject_stranger(address);
        Ok(None)
    }

    /// Whoever holds the secret with this hash: of an API token, or of a session.
    pub(super) fn holder(&self, hash: &SecretHash, address: Option<IpAddr>, is_session: bool) -> Option<Bearer> {
        let now = self.clock().now();
        let bearer = self.facts().read(|facts| {
            let (user, token) = facts.api_token(hash).filter(|(_, token)| token.is_session == is_session)?;
            bearer(facts, user, token, now, address)
        })?;
        self.token_uses().note(bearer.token, now);
        Some(bearer)
    }

    /// Writes down when API tokens were last used.
    pub(super) async fn write_token_uses(&self) -> Result<(), Error> {
        let used = self.token_uses().take(self.clock().now());
        if used.is_empty() {
            return Ok(());
        }
        let written = async {
            let mut tx = self.administration().store().log().await?;
            tx.mark_api_tokens_used(&used).await?;
            tx.commit().await
        };
        if let Err(error) = written.await {
            if !matches!(error, StoreError::Broken(_)) {
                self.token_uses().put_back(&used);
            }
            return Err(error.into());
        }
        Ok(())
    }
}

fn bearer(facts: &Facts, user: &UserFacts, token: &ApiTokenFacts, now: Timestamp, address: Option<IpAddr>) -> Option<Bearer> {
    if !user.enabled || !is_current(token.until, now) {
        return None;
    }
    // What it is limited to may be gone, and the news that it has gone with that may be on its way.
    let StoredTokenLimits { read_only, registry, namespace, kinds } = &token.limits;
    let registry = match registry {
        Some(id) => Some(facts.registry_with(*id)?.facts.service.clone()),
        None => None,
    };
    let namespace = match namespace {
        Some(id) => Some(facts.namespace(*id)?.path.clone()),
        None => None,
    };
    let limits = TokenLimits { read_only: *read_only, registry, namespace, kinds: kinds.to_vec() };
    Some(Bearer { caller: Caller::new(user, address), limits, token: token.id, until: token.until })
}

/// When API tokens were used, until that is written down.
#[derive(Default)]
pub(super) struct TokenUses(Mutex<Uses>);

#[derive(Default)]
struct Uses {
    waiting: HashMap<ApiTokenId, Timestamp>,
    /// What was noted less than a minute ago, and so is not noted again.
    noted: HashMap<ApiTokenId, Timestamp>,
}

impl TokenUses {
    fn uses(&self) -> MutexGuard<'_, Uses> {
        // Nothing that holds it can panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, token: ApiTokenId, now: Timestamp) {
        let mut uses = self.uses();
        if uses.noted.get(&token).is_none_or(|noted| noted.after(EACH) <= now) {
            uses.noted.insert(token, now);
            uses.waiting.insert(token, now);
        }
    }

    fn take(&self, now: Timestamp) -> Vec<(ApiTokenId, Timestamp)> {
        let mut uses = self.uses();
        uses.noted.retain(|_, noted| noted.after(EACH) > now);
        let mut used: Vec<_> = uses.waiting.drain().collect();
        used.sort_unstable();
        used
    }

    fn put_back(&self, used: &[(ApiTokenId, Timestamp)]) {
        let mut uses = self.uses();
        for (token, at) in used {
            uses.waiting.entry(*token).or_insert(*at);
        }
    }
}
