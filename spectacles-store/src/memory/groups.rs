//! Groups and their members.

use super::{MemoryTx, State, missing};
use async_trait::async_trait;
use spectacles_core::id::{GroupId, UserId};
use spectacles_core::model::{Grantee, Group, NewGroup, User};
use spectacles_core::name::{GroupName, Slug};
use spectacles_core::store::{Change, GroupReads, GroupWrites, StoreError, Unique};
use spectacles_core::time::Timestamp;

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

    async fn group_with_slug(&mut self, slug: &Slug) -> Result<Option<Group>, StoreError> {
        Ok(self.state.groups.rows().find(|group| group.slug.as_ref() == Some(slug)).cloned())
    }

    async fn members_of_group(&mut self, group: GroupId) -> Result<Vec<(User, Option<Timestamp>)>, StoreError> {
        let members = self.state.members.range((group, UserId::new(i64::MIN))..=(group, UserId::new(i64::MAX)));
        let mut members: Vec<_> =
            members.filter_map(|((_, user), until)| Some((self.state.users.get(user.get())?.clone(), *until))).collect();
        members.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        Ok(members)
    }

    async fn groups_of_user(&mut self, user: UserId) -> Result<Vec<(Group, Option<Timestamp>)>, StoreError> {
        let groups = self.state.groups_of(user);
        let mut groups: Vec<_> =
            groups.filter_map(|timed| Some((self.state.groups.get(timed.group.get())?.clone(), timed.until))).collect();
        groups.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
        Ok(groups)
    }
}

#[async_trait]
impl GroupWrites for MemoryTx {
    async fn insert_group(&mut self, group: &NewGroup) -> Result<GroupId, StoreError> {
        slug_is_free(&self.state, group.slug.as_ref(), None)?;
        let row = |id| Group {
            id: GroupId::new(id),
            name: group.name.clone(),
            slug: group.slug.clone(),
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
        let Some(created) = self.state.groups.get(group.id.get()).map(|known| known.created) else {
            return Ok(false);
        };
        slug_is_free(&self.state, group.slug.as_ref(), Some(group.id))?;
        let updated = self.state_mut().groups.update(group.id.get(), group.name.clone(), Group { created, ..group.clone() });
        let found = updated.map_err(|_| StoreError::Conflict(Unique::GroupName))?;
        Ok(self.changed(found, Change::Group(group.id)))
    }

    async fn delete_group(&mut self, id: GroupId) -> Result<bool, StoreError> {
        let members = self.state.members.keys().filter(|(group, _)| *group == id).map(|(_, user)| *user);
        let at_home = self.state.users.rows().filter(|user| user.default_group == Some(id)).map(|user| user.id);
        self.changed.extend(members.chain(at_home).map(Change::User));
        self.forget_relations_of(id);
        self.forget_grantee(Grantee::Group(id));
        let state = self.state_mut();
        state.members.retain(|(group, _), _| *group != id);
        state.memberships.retain(|(_, group), _| *group != id);
        state.users.change_all(|user| user.default_group == Some(id), |user| user.default_group = None);
        let found = state.groups.remove(id.get());
        Ok(self.changed(found, Change::Group(id)))
    }

    async fn add_to_group(&mut self, group: GroupId, user: UserId, until: Option<Timestamp>) -> Result<bool, StoreError> {
        let state = self.state_mut();
        if state.groups.get(group.get()).is_none() || state.users.get(user.get()).is_none() {
            return Err(missing("a group or a user"));
        }
        state.memberships.insert((user, group), until);
        let known = state.members.insert((group, user), until);
        Ok(self.changed(known != Some(until), Change::User(user)))
    }

    async fn remove_from_group(&mut self, group: GroupId, user: UserId) -> Result<bool, StoreError> {
        let state = self.state_mut();
        state.memberships.remove(&(user, group));
        let found = state.members.remove(&(group, user)).is_some();
        Ok(self.changed(found, Change::User(user)))
    }
}

/// Whether no other group has the slug.
fn slug_is_free(state: &State, slug: Option<&Slug>, except: Option<GroupId>) -> Result<(), StoreError> {
    let taken = |group: &Group| group.slug.is_some() && group.slug.as_ref() == slug && Some(group.id) != except;
    if state.groups.rows().any(taken) { Err(StoreError::Conflict(Unique::GroupSlug)) } else { Ok(()) }
}
