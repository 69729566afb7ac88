//! API tokens.

use super::backend::Row;
use super::services::read_hash;
use super::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use data_encoding::HEXLOWER;
use spectacles_core::access::ApiTokenFacts;
use spectacles_core::id::{ApiTokenId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Kind, NewApiToken, SessionOrigin, StoredApiToken, StoredTokenLimits};
use spectacles_core::store::{ApiTokenReads, ApiTokenWrites, Change, Unique};
use spectacles_core::time::Timestamp;

/// What [`read_facts`] reads, behind whose it is.
pub(super) const FACTS: &str = "SELECT user_id, id, hash, valid_until, is_read_only, registry_id, namespace_id, kinds, session_agent FROM api_tokens \
                                WHERE user_id > ? AND user_id <= ? ORDER BY user_id, id";

pub(super) fn read_facts(row: &mut Row) -> Result<ApiTokenFacts, StoreError> {
    let id = ApiTokenId::new(row.integer()?);
    let (hash, until, limits) = (read_hash(row)?, row.optional_timestamp()?, read_limits(row)?);
    Ok(ApiTokenFacts { id, hash, until, limits, is_session: row.optional_text()?.is_some() })
}

/// The next columns, `is_read_only`, `registry_id`, `namespace_id` and `kinds`.
fn read_limits(row: &mut Row) -> Result<StoredTokenLimits, StoreError> {
    let read_only = row.boolean()?;
    let registry = row.optional_integer()?.map(RegistryId::new);
    let namespace = row.optional_integer()?.map(NamespaceId::new);
    let kinds = row.text()?;
    let kinds = kinds.split(',').filter(|word| !word.is_empty()).map(str::parse).collect::<Result<_, _>>().map_err(broken)?;
    Ok(StoredTokenLimits { read_only, registry, namespace, kinds })
}

/// The next columns, `session_agent` and `session_address`. A session has an agent, though it may be empty.
fn read_session(row: &mut Row) -> Result<Option<SessionOrigin>, StoreError> {
    let (agent, address) = (row.optional_text()?, row.optional_text()?);
    Ok(agent.map(|agent| SessionOrigin { address, agent }))
}

/// Reports the users whose tokens go with something that is about to be deleted, as a query finds them.
pub(super) async fn report(tx: &mut SqlTx, sql: &'static str, id: i64) -> Result<(), StoreError> {
    for user in tx.all(sql, &[id.into()], Row::integer).await? {
        tx.changed(true, Change::User(UserId::new(user)));
    }
    Ok(())
}

#[async_trait]
impl ApiTokenReads for SqlTx {
    async fn api_tokens_of(&mut self, user: UserId) -> Result<Vec<StoredApiToken>, StoreError> {
        let sql = "SELECT id, name, hash, created, valid_until, last_used, is_read_only, registry_id, namespace_id, kinds, session_agent, \
                   session_address FROM api_tokens \
                   WHERE user_id = ? ORDER BY created, id";
        self.all(sql, &[user.get().into()], move |row| {
            Ok(StoredApiToken {
                id: ApiTokenId::new(row.integer()?),
                user,
                name: row.parsed()?,
                hash: read_hash(row)?,
                created: row.timestamp()?,
                until: row.optional_timestamp()?,
                last_used: row.optional_timestamp()?,
                limits: read_limits(row)?,
                session: read_session(row)?,
            })
        })
        .await
    }
}

#[async_trait]
impl ApiTokenWrites for SqlTx {
    async fn insert_api_token(&mut self, token: &NewApiToken) -> Result<ApiTokenId, StoreError> {
        let NewApiToken { user, name, hash, created, until, limits, session } = token;
        let taken = "SELECT COUNT(*) FROM api_tokens WHERE user_id = ? AND name = ?";
        if self.any(taken, &[user.get().into(), name.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::ApiTokenName));
        }
        let sql = "INSERT INTO api_tokens (user_id, name, hash, created, valid_until, is_read_only, registry_id, namespace_id, kinds, \
                   session_agent, session_address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let hash = HEXLOWER.encode(hash.as_bytes());
        let kinds = limits.kinds.iter().map(|kind: &Kind| kind.as_str()).collect::<Vec<_>>().join(",");
        let values = [
            user.get().into(),
            name.as_str().into(),
            hash.as_str().into(),
            (*created).into(),
            (*until).into(),
            limits.read_only.into(),
            limits.registry.map(RegistryId::get).into(),
            limits.namespace.map(NamespaceId::get).into(),
            kinds.as_str().into(),
            session.as_ref().map(|session| session.agent.as_str()).into(),
            session.as_ref().and_then(|session| session.address.as_deref()).into(),
        ];
        let id = ApiTokenId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::User(*user));
        Ok(id)
    }

    async fn extend_api_token(&mut self, user: UserId, token: ApiTokenId, until: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE api_tokens SET valid_until = ? WHERE user_id = ? AND id = ?";
        let found = self.execute(sql, &[until.into(), user.get().into(), token.get().into()]).await?;
        Ok(self.changed(found, Change::User(user)))
    }

    async fn delete_api_token(&mut self, user: UserId, token: ApiTokenId) -> Result<bool, StoreError> {
        let found = self.execute("DELETE FROM api_tokens WHERE user_id = ? AND id = ?", &[user.get().into(), token.get().into()]).await?;
        Ok(self.changed(found, Change::User(user)))
    }
}
