//! All facts of one moment, for look-up.

use super::paths::Owner;
use super::{
    ApiTokenFacts, AppFacts, GroupFacts, NamespaceEntry, NamespaceFacts, NamespaceIndex, RegistryFacts, RegistryState, ServiceAccountFacts,
    Subject, UserFacts,
};
use crate::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use crate::model::{SecretHash, TimedGroup};
use crate::name::{NamespacePath, ServiceAccountName, ServiceName, Slug, UserName};
use std::collections::HashMap;
use std::sync::Arc;

/// Everything decisions rest on, by id and by name.
///
/// Changing one thing costs the same however many others there are.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    users: HashMap<UserId, Arc<UserFacts>>,
    user_ids: HashMap<UserName, UserId>,
    /// Whose each API token is, by the hash of its secret.
    api_tokens: HashMap<SecretHash, UserId>,
    groups: HashMap<GroupId, GroupFacts>,
    group_slugs: HashMap<Slug, GroupId>,
    apps: HashMap<AppId, AppFacts>,
    app_slugs: HashMap<Slug, AppId>,
    services: HashMap<ServiceAccountId, Arc<ServiceAccountFacts>>,
    service_ids: HashMap<ServiceAccountName, ServiceAccountId>,
    registries: HashMap<RegistryId, RegistryState>,
    registry_ids: HashMap<ServiceName, RegistryId>,
    /// Where each namespace is.
    namespaces: HashMap<NamespaceId, (RegistryId, NamespacePath)>,
}

impl Facts {
    /// The user of this name.
    pub fn user(&self, name: &str) -> Option<&Arc<UserFacts>> {
        self.users.get(self.user_ids.get(name)?)
    }

    /// The API token whose secret has this hash, and whose it is.
    pub fn api_token(&self, hash: &SecretHash) -> Option<(&Arc<UserFacts>, &ApiTokenFacts)> {
        let user = self.users.get(self.api_tokens.get(hash)?)?;
        Some((user, user.api_tokens.iter().find(|token| token.hash == *hash)?))
    }

    /// The registry of this service name, letter by letter.
    pub fn registry(&self, service: &str) -> Option<&RegistryState> {
        self.registries.get(self.registry_ids.get(service)?)
    }

    /// The user with this id.
    pub fn user_with(&self, id: UserId) -> Option<&Arc<UserFacts>> {
        self.users.get(&id)
    }

    /// Every user, in no order.
    pub fn users(&self) -> impl Iterator<Item = &Arc<UserFacts>> {
        self.users.values()
    }

    /// A group.
    pub fn group(&self, id: GroupId) -> Option<&GroupFacts> {
        self.groups.get(&id)
    }

    /// Every group, in no order.
    pub fn groups(&self) -> impl Iterator<Item = &GroupFacts> {
        self.groups.values()
    }

    /// The group that a second component of a repository name means.
    pub(super) fn group_at(&self, owner: Owner<'_>) -> Option<GroupId> {
        match owner {
            Owner::Id(id) => Some(GroupId::new(id)).filter(|id| self.groups.contains_key(id)),
            Owner::Name(slug) => self.group_slugs.get(slug).copied(),
            Owner::Nobody => None,
        }
    }

    /// An app.
    pub fn app(&self, id: AppId) -> Option<&AppFacts> {
        self.apps.get(&id)
    }

    /// Every app, in no order.
    pub fn apps(&self) -> impl Iterator<Item = &AppFacts> {
        self.apps.values()
    }

    /// The app that a second component of a repository name means.
    pub(super) fn app_at(&self, owner: Owner<'_>) -> Option<&AppFacts> {
        match owner {
            Owner::Id(id) => self.apps.get(&AppId::new(id)),
            Owner::Name(slug) => self.apps.get(self.app_slugs.get(slug)?),
            Owner::Nobody => None,
        }
    }

    /// The service account of this name.
    pub fn service(&self, name: &str) -> Option<&Arc<ServiceAccountFacts>> {
        self.services.get(self.service_ids.get(name)?)
    }

    /// The service account with this id.
    pub fn service_with(&self, id: ServiceAccountId) -> Option<&Arc<ServiceAccountFacts>> {
        self.services.get(&id)
    }

    /// Every service account, in no order.
    pub fn services(&self) -> impl Iterator<Item = &Arc<ServiceAccountFacts>> {
        self.services.values()
    }

    /// Every registry, in no order.
    pub fn registries(&self) -> impl Iterator<Item = &RegistryState> {
        self.registries.values()
    }

    /// The registry with this id.
    pub fn registry_with(&self, id: RegistryId) -> Option<&RegistryState> {
        self.registries.get(&id)
    }

    /// A namespace.
    pub fn namespace(&self, id: NamespaceId) -> Option<&NamespaceEntry> {
        let (registry, path) = self.namespaces.get(&id)?;
        self.registries.get(registry)?.namespaces.get(path.as_str())
    }

    /// How many registries there are.
    pub fn count_registries(&self) -> usize {
        self.registries.len()
    }

    /// How many users there are.
    pub fn count_users(&self) -> usize {
        self.users.len()
    }

    /// Puts a user in, in place of what was known of him.
    pub fn put_user(&mut self, mut user: UserFacts) {
        in_order(&mut user.groups);
        self.remove_user(user.id);
        self.user_ids.insert(user.name.clone(), user.id);
        self.api_tokens.extend(user.api_tokens.iter().map(|token| (token.hash, user.id)));
        self.users.insert(user.id, Arc::new(user));
    }

    /// Forgets a user.
    pub fn remove_user(&mut self, id: UserId) {
        let Some(user) = self.users.remove(&id) else { return };
        if self.user_ids.get(user.name.as_str()) == Some(&id) {
            self.user_ids.remove(user.name.as_str());
        }
        for token in &user.api_tokens {
            if self.api_tokens.get(&token.hash) == Some(&id) {
                self.api_tokens.remove(&token.hash);
            }
        }
    }

    /// Puts a group in, in place of what was known of it.
    pub fn put_group(&mut self, group: GroupFacts) {
        self.remove_group(group.id);
        if let Some(slug) = &group.slug {
            self.group_slugs.insert(slug.clone(), group.id);
        }
        self.groups.insert(group.id, group);
    }

    /// Forgets a group. Who is in it is part of what is known of users.
    pub fn remove_group(&mut self, id: GroupId) {
        if let Some(slug) = self.groups.remove(&id).and_then(|group| group.slug)
            && self.group_slugs.get(&slug) == Some(&id)
        {
            self.group_slugs.remove(&slug);
        }
    }

    /// Puts an app in, in place of what was known of it.
    pub fn put_app(&mut self, mut app: AppFacts) {
        in_order(&mut app.responsibles);
        in_order(&mut app.publications);
        self.remove_app(app.id);
        if let Some(slug) = &app.slug {
            self.app_slugs.insert(slug.clone(), app.id);
        }
        self.apps.insert(app.id, app);
    }

    /// Forgets an app.
    pub fn remove_app(&mut self, id: AppId) {
        if let Some(slug) = self.apps.remove(&id).and_then(|app| app.slug)
            && self.app_slugs.get(&slug) == Some(&id)
        {
            self.app_slugs.remove(&slug);
        }
    }

    /// Puts a service account in, in place of what was known of it.
    pub fn put_service(&mut self, service: ServiceAccountFacts) {
        self.remove_service(service.id);
        self.service_ids.insert(service.name.clone(), service.id);
        self.services.insert(service.id, Arc::new(service));
    }

    /// Forgets a service account.
    pub fn remove_service(&mut self, id: ServiceAccountId) {
        if let Some(service) = self.services.remove(&id)
            && self.service_ids.get(service.name.as_str()) == Some(&id)
        {
            self.service_ids.remove(service.name.as_str());
        }
    }

    /// Puts a registry in, in place of what was known of it. Its namespaces stay.
    pub fn put_registry(&mut self, mut registry: RegistryFacts) {
        in_order(&mut registry.responsibles);
        in_order(&mut registry.publications);
        let id = registry.id;
        let service = registry.service.clone();
        let known = self.registries.remove(&id);
        if let Some(known) = &known {
            self.forget_service(&known.facts.service, id);
        }
        let namespaces = known.map_or_else(NamespaceIndex::default, |known| known.namespaces);
        self.registries.insert(id, RegistryState { facts: registry, namespaces });
        self.registry_ids.insert(service, id);
    }

    /// Forgets a registry and its namespaces.
    pub fn remove_registry(&mut self, id: RegistryId) {
        if let Some(registry) = self.registries.remove(&id) {
            self.forget_service(&registry.facts.service, id);
            for namespace in registry.namespaces.iter() {
                self.namespaces.remove(&namespace.id);
            }
        }
    }

    fn forget_service(&mut self, service: &ServiceName, id: RegistryId) {
        if self.registry_ids.get(service.as_str()) == Some(&id) {
            self.registry_ids.remove(service.as_str());
        }
    }

    /// Puts a namespace in, in place of what was known of it. One whose registry is not known is not kept.
    pub fn put_namespace(&mut self, namespace: NamespaceFacts) {
        self.remove_namespace(namespace.id);
        if let Some(registry) = self.registries.get_mut(&namespace.registry) {
            self.namespaces.insert(namespace.id, (namespace.registry, namespace.path.clone()));
            registry.namespaces.insert(namespace);
        }
    }

    /// Forgets a namespace.
    pub fn remove_namespace(&mut self, id: NamespaceId) {
        if let Some((registry, path)) = self.namespaces.remove(&id)
            && let Some(registry) = self.registries.get_mut(&registry)
            && registry.namespaces.get(path.as_str()).is_some_and(|there| there.id == id)
        {
            registry.namespaces.remove(&path);
        }
    }
}

/// Lists of groups are searched, so they are sorted, whoever made them.
fn in_order(groups: &mut [TimedGroup]) {
    groups.sort_unstable();
}

/// The user as a subject: an administrator where the flag is set and counts.
pub fn subject_of(user: &UserFacts, admin_bypass: bool) -> Subject<'_> {
    if user.admin && admin_bypass { Subject::Administrator(user) } else { Subject::User(user) }
}
