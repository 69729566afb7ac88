//! Users.

use super::backend::Row;
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::id::{NamespaceId, UserId};
use spectacles_core::model::{NewUser, PasswordHash, User};
use spectacles_core::name::{Email, UserName};
use spectacles_core::store::{Change, Unique, UserReads, UserWrites};

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, name, display_name, email, password, is_admin, is_enabled, created, updated FROM users ", $rest)
    };
}
pub(super) use select;

pub(super) fn read(row: &mut Row) -> Result<User, StoreError> {
    Ok(User {
        id: UserId::new(row.integer()?),
        name: row.parsed()?,
        display_name: row.text()?,
        email: row.optional_parsed()?,
        password: row.optional_text()?.map(PasswordHash::from_phc),
        admin: row.boolean()?,
        enabled: row.boolean()?,
        created: row.timestamp()?,
        updated: row.timestamp()?,
    })
}

#[async_trait]
impl UserReads for SqlTx {
    async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        self.one(select!("WHERE id = ?"), &[id.get().into()], read).await
    }

    async fn user_named(&mut self, name: &UserName) -> Result<Option<User>, StoreError> {
        self.one(select!("WHERE name = ?"), &[name.as_str().into()], read).await
    }

    async fn users(&mut self, after: Option<&UserName>, limit: u32) -> Result<Vec<User>, StoreError> {
        // No name is empty, so that every name comes after the empty one.
        let after = after.map_or("", UserName::as_str);
        self.all(select!("WHERE name > ? ORDER BY name LIMIT ?"), &[after.into(), limit.into()], read).await
    }

    async fn count_administrators(&mut self) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) FROM users WHERE is_admin = 1 AND is_enabled = 1";
        let count = self.one(sql, &[], Row::integer).await?.unwrap_or(0);
        u64::try_from(count).map_err(super::broken)
    }
}

#[async_trait]
impl UserWrites for SqlTx {
    async fn insert_user(&mut self, user: &NewUser) -> Result<UserId, StoreError> {
        if self.any("SELECT COUNT(*) FROM users WHERE name = ?", &[user.name.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::UserName));
        }
        let sql = "INSERT INTO users (name, display_name, email, password, is_admin, is_enabled, created, updated) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
        let values = [
            user.name.as_str().into(),
            user.display_name.as_str().into(),
            user.email.as_ref().map(Email::as_str).into(),
            user.password.as_ref().map(PasswordHash::as_phc).into(),
            user.admin.into(),
            user.enabled.into(),
            user.created.into(),
            user.created.into(),
        ];
        let id = UserId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::User(id));
        Ok(id)
    }

    async fn update_user(&mut self, user: &User) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM users WHERE id = ? OR name = ?";
        if !self.is_free(sql, &[user.id.get().into(), user.name.as_str().into()], user.id.get(), Unique::UserName).await? {
            return Ok(false);
        }
        let sql = "UPDATE users SET name = ?, display_name = ?, email = ?, password = ?, is_admin = ?, is_enabled = ?, updated = ? \
                   WHERE id = ?";
        let values = [
            user.name.as_str().into(),
            user.display_name.as_str().into(),
            user.email.as_ref().map(Email::as_str).into(),
            user.password.as_ref().map(PasswordHash::as_phc).into(),
            user.admin.into(),
            user.enabled.into(),
            user.updated.into(),
            user.id.get().into(),
        ];
        let found = self.execute(sql, &values).await?;
        Ok(self.changed(found, Change::User(user.id)))
    }

    async fn delete_user(&mut self, id: UserId) -> Result<bool, StoreError> {
        let owned = self.one("SELECT COUNT(*) FROM namespaces WHERE owner_id = ?", &[id.get().into()], Row::integer).await?.unwrap_or(0);
        if owned > 0 {
            return Err(StoreError::InUse(format!("the user owns {owned} namespace(s)")));
        }
        let sql = "SELECT namespace_id FROM namespace_users WHERE user_id = ? \
                   UNION SELECT namespace_id FROM namespace_user_grants WHERE user_id = ?";
        for namespace in self.all(sql, &[id.get().into(), id.get().into()], Row::integer).await? {
            self.changed(true, Change::Namespace(NamespaceId::new(namespace)));
        }
        let found = self.execute("DELETE FROM users WHERE id = ?", &[id.get().into()]).await?;
        Ok(self.changed(found, Change::User(id)))
    }
}

impl SqlTx {
    /// Whether the thing to be updated exists, by a query for the ids of it and of what has its name.
    ///
    /// Asked before the update and not read from its failure: PostgreSQL would end the transaction. Nobody else writes in between.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another thing has the name.
    pub(super) async fn is_free(
        &mut self,
        sql: &'static str,
        values: &[super::Value<'_>],
        id: i64,
        unique: Unique,
    ) -> Result<bool, StoreError> {
        let found = self.all(sql, values, Row::integer).await?;
        match (found.contains(&id), found.len()) {
            (false, _) => Ok(false),
            (true, 1) => Ok(true),
            (true, _) => Err(StoreError::Conflict(unique)),
        }
    }
}
