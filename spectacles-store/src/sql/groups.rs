//! Groups and their members.

use super::backend::Row;
use super::terms::Timed;
use super::{SqlTx, StoreError, grantees, relations, users};
use async_trait::async_trait;
use spectacles_core::id::{GroupId, UserId};
use spectacles_core::model::{Grantee, Group, NewGroup, User};
use spectacles_core::name::{GroupName, Slug};
use spectacles_core::store::{Change, GroupReads, GroupWrites, Unique};
use spectacles_core::time::Timestamp;

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        select!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!("SELECT id, name, slug, description, created, updated", $more, " FROM user_groups ", $rest)
    };
}

/// A query for all of them, to go on with.
pub(super) const ALL: &str = select!("");

pub(super) fn read(row: &mut Row) -> Result<Group, StoreError> {
    Ok(Group {
        id: GroupId::new(row.integer()?),
        name: row.parsed()?,
        slug: row.optional_parsed()?,
        description: row.text()?,
        created: row.timestamp()?,
        updated: row.timestamp()?,
    })
}

/// The groups of a slug, except one.
const WITH_SLUG: &str = "SELECT COUNT(*) FROM user_groups WHERE slug = ? AND id <> ?";

const MEMBERS: Timed = Timed {
    until: "SELECT valid_until FROM group_members WHERE group_id = ? AND user_id = ?",
    insert: "INSERT INTO group_members (valid_until, group_id, user_id) VALUES (?, ?, ?)",
    update: "UPDATE group_members SET valid_until = ? WHERE group_id = ? AND user_id = ?",
};

#[async_trait]
impl GroupReads for SqlTx {
    async fn group(&mut self, id: GroupId) -> Result<Option<Group>, StoreError> {
        self.one(select!("WHERE id = ?"), &[id.get().into()], read).await
    }

    async fn group_named(&mut self, name: &GroupName) -> Result<Option<Group>, StoreError> {
        self.one(select!("WHERE name = ?"), &[name.as_str().into()], read).await
    }

    async fn groups(&mut self, after: Option<&GroupName>, limit: u32) -> Result<Vec<Group>, StoreError> {
        let after = after.map_or("", GroupName::as_str);
        self.all(select!("WHERE name > ? ORDER BY name LIMIT ?"), &[after.into(), limit.into()], read).await
    }

    async fn group_with_slug(&mut self, slug: &Slug) -> Result<Option<Group>, StoreError> {
        self.one(select!("WHERE slug = ?"), &[slug.as_str().into()], read).await
    }

    async fn members_of_group(&mut self, group: GroupId) -> Result<Vec<(User, Option<Timestamp>)>, StoreError> {
        let sql = users::select!(
            ", valid_until",
            "JOIN group_members ON group_members.user_id = users.id WHERE group_members.group_id = ? ORDER BY name"
        );
        self.all(sql, &[group.get().into()], |row| Ok((users::read(row)?, row.optional_timestamp()?))).await
    }

    async fn groups_of_user(&mut self, user: UserId) -> Result<Vec<(Group, Option<Timestamp>)>, StoreError> {
        let sql = select!(
            ", valid_until",
            "JOIN group_members ON group_members.group_id = user_groups.id WHERE group_members.user_id = ? ORDER BY name"
        );
        self.all(sql, &[user.get().into()], |row| Ok((read(row)?, row.optional_timestamp()?))).await
    }
}

#[async_trait]
impl GroupWrites for SqlTx {
    async fn insert_group(&mut self, group: &NewGroup) -> Result<GroupId, StoreError> {
        if self.any("SELECT COUNT(*) FROM user_groups WHERE name = ?", &[group.name.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::GroupName));
        }
        self.slug_is_free(WITH_SLUG, group.slug.as_ref(), 0, Unique::GroupSlug).await?;
        let sql = "INSERT INTO user_groups (name, slug, description, created, updated) VALUES (?, ?, ?, ?, ?)";
        let values = [
            group.name.as_str().into(),
            group.slug.as_ref().map(Slug::as_str).into(),
            group.description.as_str().into(),
            group.created.into(),
            group.created.into(),
        ];
        let id = GroupId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::Group(id));
        Ok(id)
    }

    async fn update_group(&mut self, group: &Group) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM user_groups WHERE id = ? OR name = ?";
        if !self.is_free(sql, &[group.id.get().into(), group.name.as_str().into()], group.id.get(), Unique::GroupName).await? {
            return Ok(false);
        }
        self.slug_is_free(WITH_SLUG, group.slug.as_ref(), group.id.get(), Unique::GroupSlug).await?;
        let sql = "UPDATE user_groups SET name = ?, slug = ?, description = ?, updated = ? WHERE id = ?";
        let values = [
            group.name.as_str().into(),
            group.slug.as_ref().map(Slug::as_str).into(),
            group.description.as_str().into(),
            group.updated.into(),
            group.id.get().into(),
        ];
        let found = self.execute(sql, &values).await?;
        Ok(self.changed(found, Change::Group(group.id)))
    }

    async fn delete_group(&mut self, id: GroupId) -> Result<bool, StoreError> {
        let sql = "SELECT user_id FROM group_members WHERE group_id = ? UNION SELECT id FROM users WHERE default_group_id = ?";
        for user in self.all(sql, &[id.get().into(), id.get().into()], Row::integer).await? {
            self.changed(true, Change::User(UserId::new(user)));
        }
        relations::report_related(self, id).await?;
        grantees::report_touched(self, Grantee::Group(id)).await?;
        let found = self.execute("DELETE FROM user_groups WHERE id = ?", &[id.get().into()]).await?;
        Ok(self.changed(found, Change::Group(id)))
    }

    async fn add_to_group(&mut self, group: GroupId, user: UserId, until: Option<Timestamp>) -> Result<bool, StoreError> {
        let set = self.set_until(&MEMBERS, &[group.get().into(), user.get().into()], until).await?;
        Ok(self.changed(set, Change::User(user)))
    }

    async fn remove_from_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM group_members WHERE group_id = ? AND user_id = ?";
        let found = self.execute(sql, &[group.get().into(), user.get().into()]).await?;
        Ok(self.changed(found, Change::User(user)))
    }
}
