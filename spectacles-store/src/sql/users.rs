//! Users.

use super::backend::Row;
use super::{SqlTx, StoreError, grantees};
use async_trait::async_trait;
use spectacles_core::id::{GroupId, UserId};
use spectacles_core::model::{Grantee, NewUser, PasswordHash, User};
use spectacles_core::name::{Email, Slug, UserName};
use spectacles_core::store::{Change, Unique, UserReads, UserWrites};

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        $crate::sql::users::select!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT id, name, display_name, email, password, is_admin, is_auditor, is_enabled, privileges, default_group_id, created, ",
            "updated",
            $more,
            " FROM users ",
            $rest
        )
    };
}
pub(super) use select;

/// A query for all of them, to go on with.
pub(super) const ALL: &str = select!("");

pub(super) fn read(row: &mut Row) -> Result<User, StoreError> {
    Ok(User {
        id: UserId::new(row.integer()?),
        name: row.parsed()?,
        display_name: row.text()?,
        email: row.optional_parsed()?,
        password: row.optional_text()?.map(PasswordHash::from_phc),
        admin: row.boolean()?,
        auditor: row.boolean()?,
        enabled: row.boolean()?,
        privileges: row.parsed()?,
        default_group: row.optional_integer()?.map(GroupId::new),
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

    async fn count_users(&mut self) -> Result<u64, StoreError> {
        self.count("SELECT COUNT(*) FROM users").await
    }

    async fn count_administrators(&mut self) -> Result<u64, StoreError> {
        self.count("SELECT COUNT(*) FROM users WHERE is_admin = 1 AND is_enabled = 1").await
    }
}

#[async_trait]
impl UserWrites for SqlTx {
    async fn insert_user(&mut self, user: &NewUser) -> Result<UserId, StoreError> {
        if self.any("SELECT COUNT(*) FROM users WHERE name = ?", &[user.name.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::UserName));
        }
        let sql = "INSERT INTO users (name, display_name, email, password, is_admin, is_auditor, is_enabled, privileges, default_group_id, \
                   created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let privileges = user.privileges.to_string();
        let values = [
            user.name.as_str().into(),
            user.display_name.as_str().into(),
            user.email.as_ref().map(Email::as_str).into(),
            user.password.as_ref().map(PasswordHash::as_phc).into(),
            user.admin.into(),
            user.auditor.into(),
            user.enabled.into(),
            privileges.as_str().into(),
            user.default_group.map(GroupId::get).into(),
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
        let sql = "UPDATE users SET name = ?, display_name = ?, email = ?, password = ?, is_admin = ?, is_auditor = ?, is_enabled = ?, \
                   privileges = ?, default_group_id = ?, updated = ? WHERE id = ?";
        let privileges = user.privileges.to_string();
        let values = [
            user.name.as_str().into(),
            user.display_name.as_str().into(),
            user.email.as_ref().map(Email::as_str).into(),
            user.password.as_ref().map(PasswordHash::as_phc).into(),
            user.admin.into(),
            user.auditor.into(),
            user.enabled.into(),
            privileges.as_str().into(),
            user.default_group.map(GroupId::get).into(),
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
        self.take_stars_of(id).await?;
        grantees::report_touched(self, Grantee::User(id)).await?;
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

    /// Whether nothing else has the slug, by a query that counts those that have it except for one id; 0 is nobody's.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another thing has it.
    pub(super) async fn slug_is_free(&mut self, sql: &'static str, slug: Option<&Slug>, id: i64, unique: Unique) -> Result<(), StoreError> {
        match slug {
            Some(slug) if self.any(sql, &[slug.as_str().into(), id.into()]).await? => Err(StoreError::Conflict(unique)),
            Some(_) | None => Ok(()),
        }
    }

    async fn count(&mut self, sql: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.one(sql, &[], Row::integer).await?.unwrap_or(0)).map_err(super::broken)
    }
}
