//! What belongs to many things at once.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::id::{AppId, GroupId, NamespaceId, ServiceAccountId, UserId};
use spectacles_core::model::{Assignment, Grant, Published, Relation, TimedGroup};
use spectacles_core::name::{GroupName, ServiceAccountName, UserName};
use spectacles_core::store::{BatchReads, StoreError};
use spectacles_core::time::Timestamp;

#[async_trait]
impl BatchReads for MemoryTx {
    async fn groups_of_users(&mut self, users: &[UserId]) -> Result<Vec<(UserId, TimedGroup, GroupName)>, StoreError> {
        let of = |user: &UserId| {
            let user = *user;
            let named = |own: TimedGroup| Some((user, own, self.state.groups.get(own.group.get())?.name.clone()));
            self.state.groups_of(user).filter_map(named).collect::<Vec<_>>()
        };
        let mut found: Vec<_> = users.iter().flat_map(of).collect();
        found.sort_by(|one, other| (one.0, &one.2).cmp(&(other.0, &other.2)));
        Ok(found)
    }

    async fn members_of_groups(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, UserName, Option<Timestamp>)>, StoreError> {
        let (first, last) = (UserId::new(i64::MIN), UserId::new(i64::MAX));
        let of = |group: &GroupId| self.state.members.range((*group, first)..=(*group, last));
        let named = |((group, user), until): (&(GroupId, UserId), &Option<Timestamp>)| {
            Some((*group, self.state.users.get(user.get())?.name.clone(), *until))
        };
        let mut found: Vec<_> = groups.iter().flat_map(of).filter_map(named).collect();
        found.sort();
        Ok(found)
    }

    async fn related_to(&mut self, of: &[Published]) -> Result<Vec<(Published, Relation, TimedGroup, GroupName)>, StoreError> {
        let mut found = Vec::new();
        for of in of {
            for relation in [Relation::Responsible, Relation::Publication] {
                let named = |there: TimedGroup| Some((*of, relation, there, self.state.groups.get(there.group.get())?.name.clone()));
                found.extend(self.state.related_to(*of, relation).filter_map(named));
            }
        }
        found.sort_by(|one, other| (one.0, one.1, &one.3).cmp(&(other.0, other.1, &other.3)));
        Ok(found)
    }

    async fn services_of_apps(&mut self, apps: &[AppId]) -> Result<Vec<(AppId, ServiceAccountName)>, StoreError> {
        let rows = self.state.services.rows();
        let mut found: Vec<_> = rows.filter_map(|service| Some((service.app?, service.name.clone()))).collect();
        found.retain(|(app, _)| apps.contains(app));
        found.sort();
        Ok(found)
    }

    async fn assigned_to(&mut self, namespaces: &[NamespaceId]) -> Result<Vec<(NamespaceId, Assignment)>, StoreError> {
        let of = |id: &NamespaceId| {
            let id = *id;
            self.state.assigned_to(id).map(move |assignment| (id, assignment))
        };
        Ok(namespaces.iter().flat_map(of).collect())
    }

    async fn granted_on(&mut self, namespaces: &[NamespaceId]) -> Result<Vec<(NamespaceId, Grant)>, StoreError> {
        let of = |id: &NamespaceId| {
            let id = *id;
            self.state.grants_on(id).map(move |grant| (id, grant))
        };
        Ok(namespaces.iter().flat_map(of).collect())
    }

    async fn user_names(&mut self, users: &[UserId]) -> Result<Vec<(UserId, UserName)>, StoreError> {
        Ok(users.iter().filter_map(|id| Some((*id, self.state.users.get(id.get())?.name.clone()))).collect())
    }

    async fn group_names(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, GroupName)>, StoreError> {
        Ok(groups.iter().filter_map(|id| Some((*id, self.state.groups.get(id.get())?.name.clone()))).collect())
    }

    async fn service_names(&mut self, services: &[ServiceAccountId]) -> Result<Vec<(ServiceAccountId, ServiceAccountName)>, StoreError> {
        Ok(services.iter().filter_map(|id| Some((*id, self.state.services.get(id.get())?.name.clone()))).collect())
    }
}
