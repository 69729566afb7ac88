//! Users.

use super::{MemoryTx, State, missing};
use async_trait::async_trait;
use spectacles_core::id::{GroupId, UserId};
use spectacles_core::model::{Grantee, NewUser, User};
use spectacles_core::name::UserName;
use spectacles_core::store::{Change, StoreError, Unique, UserReads, UserWrites};

#[async_trait]
impl UserReads for MemoryTx {
    async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.state.users.get(id.get()).cloned())
    }

    async fn user_named(&mut self, name: &UserName) -> Result<Option<User>, StoreError> {
        Ok(self.state.users.named(name).cloned())
    }

    async fn users(&mut self, after: Option<&UserName>, limit: u32) -> Result<Vec<User>, StoreError> {
        Ok(self.state.users.page(after, limit))
    }

    async fn count_users(&mut self) -> Result<u64, StoreError> {
        Ok(self.state.users.rows().map(|_| 1).sum())
    }

    async fn count_administrators(&mut self) -> Result<u64, StoreError> {
        Ok(self.state.users.rows().filter(|user| user.admin && user.enabled).map(|_| 1).sum())
    }
}

#[async_trait]
impl UserWrites for MemoryTx {
    async fn insert_user(&mut self, user: &NewUser) -> Result<UserId, StoreError> {
        default_group_exists(&self.state, user.default_group)?;
        let row = |id| User {
            id: UserId::new(id),
            name: user.name.clone(),
            display_name: user.display_name.clone(),
            email: user.email.clone(),
            password: user.password.clone(),
            admin: user.admin,
            auditor: user.auditor,
            enabled: user.enabled,
            privileges: user.privileges,
            default_group: user.default_group,
            created: user.created,
            updated: user.created,
        };
        let id = self.state_mut().users.insert(user.name.clone(), row).map_err(|_| StoreError::Conflict(Unique::UserName))?;
        let id = UserId::new(id);
        self.changed(true, Change::User(id));
        Ok(id)
    }

    async fn update_user(&mut self, user: &User) -> Result<bool, StoreError> {
        let Some(created) = self.state.users.get(user.id.get()).map(|known| known.created) else {
            return Ok(false);
        };
        default_group_exists(&self.state, user.default_group)?;
        let updated = self.state_mut().users.update(user.id.get(), user.name.clone(), User { created, ..user.clone() });
        let found = updated.map_err(|_| StoreError::Conflict(Unique::UserName))?;
        Ok(self.changed(found, Change::User(user.id)))
    }

    async fn delete_user(&mut self, id: UserId) -> Result<bool, StoreError> {
        let owned = self.state.namespaces.rows().filter(|namespace| namespace.owner == Some(id)).count();
        if owned > 0 {
            return Err(StoreError::InUse(format!("the user owns {owned} namespace(s)")));
        }
        self.content_mut().await?.forget_user(id);
        self.forget_grantee(Grantee::User(id));
        let state = self.state_mut();
        state.members.retain(|(_, user), _| *user != id);
        state.memberships.retain(|(user, _), _| *user != id);
        state.services.change_all(|service| service.owner == Some(id), |service| service.owner = None);
        state.api_tokens.retain(|(user, _), _| *user != id);
        state.password_resets.remove(&id);
        state.avatars.remove(&id);
        let found = state.users.remove(id.get());
        Ok(self.changed(found, Change::User(id)))
    }
}

fn default_group_exists(state: &State, group: Option<GroupId>) -> Result<(), StoreError> {
    match group {
        Some(group) if state.groups.get(group.get()).is_none() => Err(missing("a default group")),
        Some(_) | None => Ok(()),
    }
}
