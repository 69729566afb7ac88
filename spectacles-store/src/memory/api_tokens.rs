//! API tokens.

use super::{MemoryTx, State, missing};
use async_trait::async_trait;
use spectacles_core::id::{ApiTokenId, UserId};
use spectacles_core::model::{NewApiToken, StoredApiToken, StoredTokenLimits};
use spectacles_core::store::{ApiTokenReads, ApiTokenWrites, Change, StoreError, Unique};
use spectacles_core::time::Timestamp;

impl State {
    /// The API tokens of a user, by id.
    pub(super) fn api_tokens_of(&self, user: UserId) -> impl Iterator<Item = &StoredApiToken> {
        let (first, last) = (ApiTokenId::new(i64::MIN), ApiTokenId::new(i64::MAX));
        self.api_tokens.range((user, first)..=(user, last)).map(|(_, token)| token)
    }
}

impl MemoryTx {
    /// Removes the tokens with such limits, because what they are limited to is deleted.
    pub(super) fn forget_api_tokens(&mut self, gone: impl Fn(&StoredTokenLimits) -> bool) {
        let touched = self.state.api_tokens.values().filter(|token| gone(&token.limits)).map(|token| Change::User(token.user));
        self.changed.extend(touched);
        self.state_mut().api_tokens.retain(|_, token| !gone(&token.limits));
    }
}

#[async_trait]
impl ApiTokenReads for MemoryTx {
    async fn api_tokens_of(&mut self, user: UserId) -> Result<Vec<StoredApiToken>, StoreError> {
        let used = &self.log.used_api_tokens;
        let with_use = |token: &StoredApiToken| StoredApiToken { last_used: used.get(&token.id).copied(), ..token.clone() };
        let mut tokens: Vec<_> = self.state.api_tokens_of(user).map(with_use).collect();
        tokens.sort_by_key(|token| (token.created, token.id));
        Ok(tokens)
    }
}

#[async_trait]
impl ApiTokenWrites for MemoryTx {
    async fn insert_api_token(&mut self, token: &NewApiToken) -> Result<ApiTokenId, StoreError> {
        let NewApiToken { user, name, hash, created, until, limits, session } = token.clone();
        let state = self.state_mut();
        if state.api_tokens_of(user).any(|known| known.name == name) {
            return Err(StoreError::Conflict(Unique::ApiTokenName));
        }
        let there = state.users.get(user.get()).is_some()
            && limits.registry.is_none_or(|id| state.registries.get(id.get()).is_some())
            && limits.namespace.is_none_or(|id| state.namespaces.get(id.get()).is_some());
        if !there {
            return Err(missing("a user, a registry or a namespace"));
        }
        state.last_api_token = state.last_api_token.saturating_add(1);
        let id = ApiTokenId::new(state.last_api_token);
        state.api_tokens.insert((user, id), StoredApiToken { id, user, name, hash, created, until, last_used: None, limits, session });
        self.changed(true, Change::User(user));
        Ok(id)
    }

    async fn extend_api_token(&mut self, user: UserId, token: ApiTokenId, until: Timestamp) -> Result<bool, StoreError> {
        let known = self.state_mut().api_tokens.get_mut(&(user, token));
        let found = known.is_some();
        if let Some(known) = known {
            known.until = Some(until);
        }
        Ok(self.changed(found, Change::User(user)))
    }

    async fn delete_api_token(&mut self, user: UserId, token: ApiTokenId) -> Result<bool, StoreError> {
        let found = self.state_mut().api_tokens.remove(&(user, token)).is_some();
        Ok(self.changed(found, Change::User(user)))
    }
}
