//! Reading lists, and what belongs to many things at once.

use super::RepositoryChoice;
use super::StoreError;
use crate::id::{AppId, GroupId, NamespaceId, RegistryId, RepositoryId, ServiceAccountId, UserId};
use crate::listing::{
    ActivityField, AppField, AuditField, DecisionField, GroupField, NamedActivity, NamedNamespace, NamedRepository, NamedService,
    NamespaceField, Query, RegistryField, RepositoryField, ServiceField, TagField, UserField,
};
use crate::model::{App, Assignment, AuditEntry, DecisionEntry, Grant, Group, Published, Registry, Relation, Tag, TimedGroup, User};
use crate::name::{GroupName, ServiceAccountName, UserName};
use crate::time::Timestamp;
use async_trait::async_trait;

/// Reading lists with filters, in any order, from anywhere. What is meant is what [`Query::select`] finds among all things there are.
///
/// Of an ordinary user ([`Query::of`]) only what is said at each list is there. How many there are leaves order, beginning and limit out of account.
#[async_trait]
pub trait ListingReads {
    /// Users: himself.
    async fn list_users(&mut self, query: &Query<'_, UserField>) -> Result<Vec<User>, StoreError>;
    /// How many.
    async fn number_of_users(&mut self, query: &Query<'_, UserField>) -> Result<u64, StoreError>;
    /// Groups: those he is in now.
    async fn list_groups(&mut self, query: &Query<'_, GroupField>) -> Result<Vec<Group>, StoreError>;
    /// How many.
    async fn number_of_groups(&mut self, query: &Query<'_, GroupField>) -> Result<u64, StoreError>;
    /// Apps: those that a group has to do with now, in which he is now.
    async fn list_apps(&mut self, query: &Query<'_, AppField>) -> Result<Vec<App>, StoreError>;
    /// How many.
    async fn number_of_apps(&mut self, query: &Query<'_, AppField>) -> Result<u64, StoreError>;
    /// Service accounts: those he owns.
    async fn list_services(&mut self, query: &Query<'_, ServiceField>) -> Result<Vec<NamedService>, StoreError>;
    /// How many.
    async fn number_of_services(&mut self, query: &Query<'_, ServiceField>) -> Result<u64, StoreError>;
    /// Registries: those that are enabled, and those that a group answers for now, in which he is now.
    async fn list_registries(&mut self, query: &Query<'_, RegistryField>) -> Result<Vec<Registry>, StoreError>;
    /// How many.
    async fn number_of_registries(&mut self, query: &Query<'_, RegistryField>) -> Result<u64, StoreError>;
    /// Namespaces of one registry or of all: those on the registries above.
    async fn list_namespaces(
        &mut self,
        registry: Option<RegistryId>,
        query: &Query<'_, NamespaceField>,
    ) -> Result<Vec<NamedNamespace>, StoreError>;
    /// How many.
    async fn number_of_namespaces(&mut self, registry: Option<RegistryId>, query: &Query<'_, NamespaceField>) -> Result<u64, StoreError>;
    /// Changes: none.
    async fn list_changes(&mut self, query: &Query<'_, AuditField>) -> Result<Vec<AuditEntry>, StoreError>;
    /// How many.
    async fn number_of_changes(&mut self, query: &Query<'_, AuditField>) -> Result<u64, StoreError>;
    /// Decisions: none.
    async fn list_decisions(&mut self, query: &Query<'_, DecisionField>) -> Result<Vec<DecisionEntry>, StoreError>;
    /// How many.
    async fn number_of_decisions(&mut self, query: &Query<'_, DecisionField>) -> Result<u64, StoreError>;
    /// Repositories that are not gone, among those of the choice. Who may see them is not looked at, [`Query::of`] is left out of account.
    async fn list_repositories(
        &mut self,
        choice: &RepositoryChoice,
        query: &Query<'_, RepositoryField>,
    ) -> Result<Vec<NamedRepository>, StoreError>;
    /// How many.
    async fn number_of_repositories(&mut self, choice: &RepositoryChoice, query: &Query<'_, RepositoryField>) -> Result<u64, StoreError>;
    /// Tags of a repository. Who may see them is not looked at.
    async fn list_tags(&mut self, repository: RepositoryId, query: &Query<'_, TagField>) -> Result<Vec<Tag>, StoreError>;
    /// How many.
    async fn number_of_tags(&mut self, repository: RepositoryId, query: &Query<'_, TagField>) -> Result<u64, StoreError>;
    /// What happened to the content of registries. Who may see it is not looked at.
    async fn list_activities(&mut self, query: &Query<'_, ActivityField>) -> Result<Vec<NamedActivity>, StoreError>;
    /// How many.
    async fn number_of_activities(&mut self, query: &Query<'_, ActivityField>) -> Result<u64, StoreError>;
}

/// Reading what belongs to many things at once, in a number of steps that does not depend on how many they are. Things that do not exist have
/// nothing.
#[async_trait]
pub trait BatchReads {
    /// The groups that users are in, each with the end of the membership: by user, then by name of the group.
    async fn groups_of_users(&mut self, users: &[UserId]) -> Result<Vec<(UserId, TimedGroup, GroupName)>, StoreError>;
    /// The members of groups, each with the end of the membership: by group, then by name of the user.
    async fn members_of_groups(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, UserName, Option<Timestamp>)>, StoreError>;
    /// The groups that have to do with registries and apps, by name among those of one relation to one thing.
    async fn related_to(&mut self, of: &[Published]) -> Result<Vec<(Published, Relation, TimedGroup, GroupName)>, StoreError>;
    /// The service accounts that run apps: by app, then by name.
    async fn services_of_apps(&mut self, apps: &[AppId]) -> Result<Vec<(AppId, ServiceAccountName)>, StoreError>;
    /// Who is assigned to namespaces; those of one namespace as [`assigned`](super::NamespaceReads::assigned) orders them.
    async fn assigned_to(&mut self, namespaces: &[NamespaceId]) -> Result<Vec<(NamespaceId, Assignment)>, StoreError>;
    /// Custom rights on namespaces; those of one namespace as [`grants`](super::NamespaceReads::grants) orders them.
    async fn granted_on(&mut self, namespaces: &[NamespaceId]) -> Result<Vec<(NamespaceId, Grant)>, StoreError>;
    /// The names of users, in no order.
    async fn user_names(&mut self, users: &[UserId]) -> Result<Vec<(UserId, UserName)>, StoreError>;
    /// The names of groups, in no order.
    async fn group_names(&mut self, groups: &[GroupId]) -> Result<Vec<(GroupId, GroupName)>, StoreError>;
    /// The names of service accounts, in no order.
    async fn service_names(&mut self, services: &[ServiceAccountId]) -> Result<Vec<(ServiceAccountId, ServiceAccountName)>, StoreError>;
}
