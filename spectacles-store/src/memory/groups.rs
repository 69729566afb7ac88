//! Groups and their members.

use super::{MemoryTx, missing};
use async_trait::async_trait;
use spectacles_core::id::{GroupId, UserId};
use spectacles_core::model::{Grantee, Group, NewGroup, User};
use spectacles_core::name::GroupName;
use spectacles_core::store::{Change, GroupReads, GroupWrites, StoreError, Unique};

#[async_trait]
impl GroupReads for MemoryTx {
    async fn group(&mut self, id: GroupId) -> Result<Option<Group>, StoreError> {
        Ok(self.state.groups.get(id.get()).cloned())
    }

    async fn group_named(&mut self, name: &GroupName) -> Result<Option<Group>, StoreError> {
        Ok(self.state.groups.named(name).cloned())
    }

    async fn groups(&mut self, after: Option<&GroupName>, limit: u32) -> Result<Vec<Group>, StoreError> {
        Ok(self.state.groups.page(after, limit))
    }

    async fn members_of_group(&mut self, group: GroupId) -> Result<Vec<User>, StoreError> {
        let members = self.state.members.range((group, UserId::new(i64::MIN))..=(group, UserId::new(i64::MAX)));
        let mut members: Vec<_> = members.filter_map(|(_, user)| self.state.users.get(user.get()).cloned()).collect();
        members.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(members)
    }

    async fn groups_of_user(&mut self, user: UserId) -> Result<Vec<Group>, StoreError> {
        let groups = self.state.groups_of(user);
        let mut groups: Vec<_> = groups.filter_map(|group| self.state.groups.get(group.get()).cloned()).collect();
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(groups)
    }
}

#[async_trait]
impl GroupWrites for MemoryTx {
    async fn insert_group(&mut self, group: &NewGroup) -> Result<GroupId, StoreError> {
        let row = |id| Group {
            id: GroupId::new(id),
            name: group.name.clone(),
            description: group.description.clone(),
            created: group.created,
            updated: group.created,
        };
        let id = self.state_mut().groups.insert(group.name.clone(), row).map_err(|_| StoreError::Conflict(Unique::GroupName))?;
        let id = GroupId::new(id);
        self.changed(true, Change::Group(id));
        Ok(id)
    }

    async fn update_group(&mut self, group: &Group) -> Result<bool, StoreError> {
        let groups = &mut self.state_mut().groups;
        let Some(created) = groups.get(group.id.get()).map(|known| known.created) else {
            return Ok(false);
        };
        let updated = groups.update(group.id.get(), group.name.clone(), Group { created, ..group.clone() });
        let found = updated.map_err(|_| StoreError::Conflict(Unique::GroupName))?;
        Ok(self.changed(found, Change::Group(group.id)))
    }

    async fn delete_group(&mut self, id: GroupId) -> Result<bool, StoreError> {
        for (_, user) in self.state.members.iter().filter(|(group, _)| *group == id) {
            self.changed.insert(Change::User(*user));
        }
        self.forget_grantee(Grantee::Group(id));
        let state = self.state_mut();
        state.members.retain(|(group, _)| *group != id);
        state.memberships.retain(|(_, group)| *group != id);
        let found = state.groups.remove(id.get());
        Ok(self.changed(found, Change::Group(id)))
    }

    async fn add_to_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError> {
        let state = self.state_mut();
        if state.groups.get(group.get()).is_none() || state.users.get(user.get()).is_none() {
            return Err(missing("a group or a user"));
        }
        state.memberships.insert((user, group));
        let added = state.members.insert((group, user));
        Ok(self.changed(added, Change::User(user)))
    }

    async fn remove_from_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError> {
        let state = self.state_mut();
        state.memberships.remove(&(user, group));
        let found = state.members.remove(&(group, user));
        Ok(self.changed(found, Change::User(user)))
    }
}
