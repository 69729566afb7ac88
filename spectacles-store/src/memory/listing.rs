//! Lists: everything is looked at.

use super::{MemoryTx, State};
use async_trait::async_trait;
use spectacles_core::id::{RegistryId, RepositoryId, UserId};
use spectacles_core::listing::{
    ActivityField, AppField, AuditField, DecisionField, Field, GroupField, Listed, NamedActivity, NamedNamespace, NamedRepository,
    NamedService, NamespaceField, Query, RegistryField, RepositoryField, ServiceField, TagField, UserField,
};
use spectacles_core::model::{
    App, AuditEntry, DecisionEntry, Group, Namespace, Published, Registry, Relation, ServiceAccount, Tag, User, is_current,
};
use spectacles_core::store::{ListingReads, RepositoryChoice, StoreError};
use spectacles_core::time::Timestamp;

/// How many of the things pass.
fn number<F: Field, T: Listed<Field = F>>(query: &Query<'_, F>, things: impl Iterator<Item = T>) -> u64 {
    things.filter(|thing| query.admits(thing)).map(|_| 1).sum()
}

impl State {
    fn all_users<'a, F>(&'a self, query: &'a Query<'_, F>) -> impl Iterator<Item = User> {
        self.users.rows().filter(|user| query.of.is_none_or(|of| user.id == of)).cloned()
    }

    fn all_groups<'a, F>(&'a self, query: &'a Query<'_, F>) -> impl Iterator<Item = Group> {
        let is_in =
            |group: &&Group| query.of.is_none_or(|of| self.groups_of(of).any(|own| own.group == group.id && own.is_current(query.now)));
        self.groups.rows().filter(is_in).cloned()
    }

    fn all_apps<'a, F>(&'a self, query: &'a Query<'_, F>) -> impl Iterator<Item = App> {
        const ANY: [Relation; 2] = [Relation::Publication, Relation::Responsible];
        let has_to_do = |app: &&App| query.of.is_none_or(|of| self.has_relation(of, Published::App(app.id), &ANY, query.now));
        self.apps.rows().filter(has_to_do).cloned()
    }

    fn all_services<'a, F>(&'a self, query: &'a Query<'_, F>) -> impl Iterator<Item = NamedService> {
        let named = |service: &ServiceAccount| NamedService {
            app: service.app.and_then(|app| self.apps.get(app.get())).map(|app| app.name.clone()),
            owner: service.owner.and_then(|owner| self.users.get(owner.get())).map(|owner| owner.name.clone()),
            service: service.clone(),
        };
        self.services.rows().filter(|service| query.of.is_none_or(|of| service.owner == Some(of))).map(named)
    }

    fn all_registries<'a, F>(&'a self, query: &'a Query<'_, F>) -> impl Iterator<Item = Registry> {
        self.registries.rows().filter(|registry| self.knows(query, registry)).cloned()
    }

    fn all_namespaces<'a, F>(&'a self, of_registry: Option<RegistryId>, query: &'a Query<'_, F>) -> impl Iterator<Item = NamedNamespace> {
        let named = |namespace: &Namespace| {
            let registry = self.registries.get(namespace.registry.get()).filter(|registry| self.knows(query, registry))?;
            let owner = namespace.owner.and_then(|owner| self.users.get(owner.get())).map(|owner| owner.name.clone());
            Some(NamedNamespace { namespace: namespace.clone(), registry: registry.service.clone(), owner })
        };
        let rows = self.namespaces.rows().filter(move |namespace| of_registry.is_none_or(|registry| namespace.registry == registry));
        rows.filter_map(named)
    }

    fn all_changes<F>(&self, query: &Query<'_, F>) -> impl Iterator<Item = AuditEntry> {
        let entries = query.of.is_none().then(|| self.audit.iter().map(|entry| AuditEntry::clone(entry)));
        entries.into_iter().flatten()
    }

    fn knows<F>(&self, query: &Query<'_, F>, registry: &Registry) -> bool {
        let answers = |of| self.has_relation(of, Published::Registry(registry.id), &[Relation::Responsible], query.now);
        query.of.is_none_or(|of| registry.enabled || answers(of))
    }

    /// Whether one of the groups that a user is in now has one of the relations to something now.
    fn has_relation(&self, user: UserId, to: Published, relations: &[Relation], now: Timestamp) -> bool {
        self.groups_of(user).filter(|own| own.is_current(now)).any(|own| {
            let until = |relation: &Relation| self.relations.get(&(to, *relation, own.group));
            relations.iter().filter_map(until).any(|until| is_current(*until, now))
        })
    }
}

impl MemoryTx {
    fn all_decisions<F>(&self, query: &Query<'_, F>) -> impl Iterator<Item = DecisionEntry> {
        let entries = query.of.is_none().then(|| self.log.decisions.iter().map(|entry| DecisionEntry::clone(entry)));
        entries.into_iter().flatten()
    }
}

#[async_trait]
impl ListingReads for MemoryTx {
    async fn list_users(&mut self, query: &Query<'_, UserField>) -> Result<Vec<User>, StoreError> {
        Ok(query.select(self.state.all_users(query)))
    }

    async fn number_of_users(&mut self, query: &Query<'_, UserField>) -> Result<u64, StoreError> {
        Ok(number(query, self.state.all_users(query)))
    }

    async fn list_groups(&mut self, query: &Query<'_, GroupField>) -> Result<Vec<Group>, StoreError> {
        Ok(query.select(self.state.all_groups(query)))
    }

    async fn number_of_groups(&mut self, query: &Query<'_, GroupField>) -> Result<u64, StoreError> {
        Ok(number(query, self.state.all_groups(query)))
    }

    async fn list_apps(&mut self, query: &Query<'_, AppField>) -> Result<Vec<App>, StoreError> {
        Ok(query.select(self.state.all_apps(query)))
    }

    async fn number_of_apps(&mut self, query: &Query<'_, AppField>) -> Result<u64, StoreError> {
        Ok(number(query, self.state.all_apps(query)))
    }

    async fn list_services(&mut self, query: &Query<'_, ServiceField>) -> Result<Vec<NamedService>, StoreError> {
        Ok(query.select(self.state.all_services(query)))
    }

    async fn number_of_services(&mut self, query: &Query<'_, ServiceField>) -> Result<u64, StoreError> {
        Ok(number(query, self.state.all_services(query)))
    }

    async fn list_registries(&mut self, query: &Query<'_, RegistryField>) -> Result<Vec<Registry>, StoreError> {
        Ok(query.select(self.state.all_registries(query)))
    }

    async fn number_of_registries(&mut self, query: &Query<'_, RegistryField>) -> Result<u64, StoreError> {
        Ok(number(query, self.state.all_registries(query)))
    }

    async fn list_namespaces(
        &mut self,
        registry: Option<RegistryId>,
        query: &Query<'_, NamespaceField>,
    ) -> Result<Vec<NamedNamespace>, StoreError> {
        Ok(query.select(self.state.all_namespaces(registry, query)))
    }

    async fn number_of_namespaces(&mut self, registry: Option<RegistryId>, query: &Query<'_, NamespaceField>) -> Result<u64, StoreError> {
        Ok(number(query, self.state.all_namespaces(registry, query)))
    }

    async fn list_changes(&mut self, query: &Query<'_, AuditField>) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(query.select(self.state.all_changes(query)))
    }

    async fn number_of_changes(&mut self, query: &Query<'_, AuditField>) -> Result<u64, StoreError> {
        Ok(number(query, self.state.all_changes(query)))
    }

    async fn list_decisions(&mut self, query: &Query<'_, DecisionField>) -> Result<Vec<DecisionEntry>, StoreError> {
        Ok(query.select(self.all_decisions(query)))
    }

    async fn number_of_decisions(&mut self, query: &Query<'_, DecisionField>) -> Result<u64, StoreError> {
        Ok(number(query, self.all_decisions(query)))
    }

    async fn list_repositories(
        &mut self,
        choice: &RepositoryChoice,
        query: &Query<'_, RepositoryField>,
    ) -> Result<Vec<NamedRepository>, StoreError> {
        Ok(query.select(self.all_repositories(choice)))
    }

    async fn number_of_repositories(&mut self, choice: &RepositoryChoice, query: &Query<'_, RepositoryField>) -> Result<u64, StoreError> {
        Ok(number(query, self.all_repositories(choice)))
    }

    async fn list_tags(&mut self, repository: RepositoryId, query: &Query<'_, TagField>) -> Result<Vec<Tag>, StoreError> {
        Ok(query.select(self.all_tags(repository)))
    }

    async fn number_of_tags(&mut self, repository: RepositoryId, query: &Query<'_, TagField>) -> Result<u64, StoreError> {
        Ok(number(query, self.all_tags(repository)))
    }

    async fn list_activities(&mut self, query: &Query<'_, ActivityField>) -> Result<Vec<NamedActivity>, StoreError> {
        Ok(query.select(self.all_activities()))
    }

    async fn number_of_activities(&mut self, query: &Query<'_, ActivityField>) -> Result<u64, StoreError> {
        Ok(number(query, self.all_activities()))
    }
}
