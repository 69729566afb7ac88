//! Groups and their members.

use super::backend::Row;
use super::{SqlTx, StoreError, users};
use async_trait::async_trait;
use spectacles_core::id::{GroupId, NamespaceId, UserId};
use spectacles_core::model::{Group, NewGroup, User};
use spectacles_core::name::GroupName;
use spectacles_core::store::{Change, GroupReads, GroupWrites, Unique};

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, name, description, created, updated FROM user_groups ", $rest)
    };
}

fn read(row: &mut Row) -> Result<Group, StoreError> {
    Ok(Group {
        id: GroupId::new(row.integer()?),
        name: row.parsed()?,
        description: row.text()?,
        created: row.timestamp()?,
        updated: row.timestamp()?,
    })
}

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

    async fn members_of_group(&mut self, group: GroupId) -> Result<Vec<User>, StoreError> {
        let sql = users::select!("JOIN group_members ON group_members.user_id = users.id WHERE group_members.group_id = ? ORDER BY name");
        self.all(sql, &[group.get().into()], users::read).await
    }

    async fn groups_of_user(&mut self, user: UserId) -> Result<Vec<Group>, StoreError> {
        let sql = select!("JOIN group_members ON group_members.group_id = user_groups.id WHERE group_members.user_id = ? ORDER BY name");
        self.all(sql, &[user.get().into()], read).await
    }
}

#[async_trait]
impl GroupWrites for SqlTx {
    async fn insert_group(&mut self, group: &NewGroup) -> Result<GroupId, StoreError> {
        if self.any("SELECT COUNT(*) FROM user_groups WHERE name = ?", &[group.name.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::GroupName));
        }
        let sql = "INSERT INTO user_groups (name, description, created, updated) VALUES (?, ?, ?, ?)";
        let values = [group.name.as_str().into(), group.description.as_str().into(), group.created.into(), group.created.into()];
        let id = GroupId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::Group(id));
        Ok(id)
    }

    async fn update_group(&mut self, group: &Group) -> Result<bool, StoreError> {
        let sql = "SELECT id FROM user_groups WHERE id = ? OR name = ?";
        if !self.is_free(sql, &[group.id.get().into(), group.name.as_str().into()], group.id.get(), Unique::GroupName).await? {
            return Ok(false);
        }
        let sql = "UPDATE user_groups SET name = ?, description = ?, updated = ? WHERE id = ?";
        let values = [group.name.as_str().into(), group.description.as_str().into(), group.updated.into(), group.id.get().into()];
        let found = self.execute(sql, &values).await?;
        Ok(self.changed(found, Change::Group(group.id)))
    }

    async fn delete_group(&mut self, id: GroupId) -> Result<bool, StoreError> {
        for user in self.all("SELECT user_id FROM group_members WHERE group_id = ?", &[id.get().into()], Row::integer).await? {
            self.changed(true, Change::User(UserId::new(user)));
        }
        let sql = "SELECT namespace_id FROM namespace_groups WHERE group_id = ? \
                   UNION SELECT namespace_id FROM namespace_group_grants WHERE group_id = ?";
        for namespace in self.all(sql, &[id.get().into(), id.get().into()], Row::integer).await? {
            self.changed(true, Change::Namespace(NamespaceId::new(namespace)));
        }
        let found = self.execute("DELETE FROM user_groups WHERE id = ?", &[id.get().into()]).await?;
        Ok(self.changed(found, Change::Group(id)))
    }

    async fn add_to_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError> {
        let pair = [group.get().into(), user.get().into()];
        if self.any("SELECT COUNT(*) FROM group_members WHERE group_id = ? AND user_id = ?", &pair).await? {
            return Ok(false);
        }
        let added = self.execute("INSERT INTO group_members (group_id, user_id) VALUES (?, ?)", &pair).await?;
        Ok(self.changed(added, Change::User(user)))
    }

    async fn remove_from_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM group_members WHERE group_id = ? AND user_id = ?";
        let found = self.execute(sql, &[group.get().into(), user.get().into()]).await?;
        Ok(self.changed(found, Change::User(user)))
    }
}
