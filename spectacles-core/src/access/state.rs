//! All facts of one moment, for look-up.

use super::{NamespaceEntry, NamespaceFacts, NamespaceIndex, RegistryFacts, RegistryState, Subject, UserFacts};
use crate::id::{GroupId, NamespaceId, RegistryId, UserId};
use crate::name::{GroupName, NamespacePath, ServiceName, UserName};
use std::collections::HashMap;
use std::sync::Arc;

/// Everything decisions rest on, by id and by name.
///
/// Changing one thing costs the same however many others there are.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    users: HashMap<UserId, Arc<UserFacts>>,
    user_ids: HashMap<UserName, UserId>,
    groups: HashMap<GroupId, GroupName>,
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

    /// The registry of this service name, letter by letter.
    pub fn registry(&self, service: &str) -> Option<&RegistryState> {
        self.registries.get(self.registry_ids.get(service)?)
    }

    /// The name of a group.
    pub fn group(&self, id: GroupId) -> Option<&GroupName> {
        self.groups.get(&id)
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
        user.groups.sort_unstable();
        self.remove_user(user.id);
        self.user_ids.insert(user.name.clone(), user.id);
        self.users.insert(user.id, Arc::new(user));
    }

    /// Forgets a user.
    pub fn remove_user(&mut self, id: UserId) {
        if let Some(user) = self.users.remove(&id)
            && self.user_ids.get(user.name.as_str()) == Some(&id)
        {
            self.user_ids.remove(user.name.as_str());
        }
    }

    /// Puts a group in, in place of what was known of it.
    pub fn put_group(&mut self, id: GroupId, name: GroupName) {
        self.groups.insert(id, name);
    }

    /// Forgets the name of a group.
    pub fn remove_group(&mut self, id: GroupId) {
        self.groups.remove(&id);
    }

    /// Puts a registry in, in place of what was known of it. Its namespaces stay.
    pub fn put_registry(&mut self, registry: RegistryFacts) {
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

/// The user as a subject: an administrator where the flag is set and counts.
pub fn subject_of(user: &UserFacts, admin_bypass: bool) -> Subject<'_> {
    if user.admin && admin_bypass { Subject::Administrator(user) } else { Subject::User(user) }
}
