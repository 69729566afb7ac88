//! Makes what is known what a document says, by the write ports.
//!
//! In an order in which nothing is in the way of anything else: what goes, goes first, so that its names and slugs are free; users go last,
//! because what they own is given to somebody else before.

use super::read::Known;
use crate::declarative::{DeclaredApp, DeclaredGroup, DeclaredNamespace, DeclaredRegistry, DeclaredUser, Document, RelatedGroups, pairs};
use crate::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use crate::import::Credentials;
use crate::model::{
    App, Connection, Grantee, Group, Namespace, NewApp, NewGroup, NewNamespace, NewRegistry, NewServiceAccount, NewUser, Published,
    Registry, Relation, ServiceAccount, TimedGroup, TokenLifetime, TokenSettings, User,
};
use crate::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, Slug, UserName};
use crate::service::{Error, GranteeName, resets};
use crate::store::WriteTx;
use crate::time::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// Makes what is known `target`.
pub(super) async fn perform(tx: &mut dyn WriteTx, at: Timestamp, known: &Known, target: &Document) -> Result<(), Error> {
    let ids = Ids {
        users: known.users.iter().map(|(name, user)| (name.clone(), user.id)).collect(),
        groups: known.groups.iter().map(|(name, group)| (name.clone(), group.id)).collect(),
        apps: known.apps.iter().map(|(name, app)| (name.clone(), app.id)).collect(),
        services: known.services.iter().map(|(name, service)| (name.clone(), service.id)).collect(),
    };
    let mut work = Work { tx, at, known, ids };
    work.delete(target).await?;
    work.free_slugs(target).await?;
    work.groups(target).await?;
    work.users(target).await?;
    work.members(target).await?;
    work.apps(target).await?;
    work.services(target).await?;
    work.registries(target).await?;
    for name in known.users.keys().filter(|name| !target.users.contains_key(*name)) {
        let id = work.ids.user(name)?;
        work.tx.delete_user(id).await?;
    }
    Ok(())
}

/// Gives users who were made by this their passwords.
pub(super) async fn passwords(tx: &mut dyn WriteTx, known: &Known, target: &Document, credentials: &Credentials) -> Result<(), Error> {
    for name in target.users.keys().filter(|name| !known.users.contains_key(*name)) {
        let Some(hash) = credentials.get(name) else { continue };
        let user = tx.user_named(name).await?.ok_or_else(|| missing("user", name))?;
        tx.update_user(&User { password: Some(hash.clone()), ..user }).await?;
    }
    Ok(())
}

/// Ids by name, of what was there and of what was made.
struct Ids {
    users: HashMap<UserName, UserId>,
    groups: HashMap<GroupName, GroupId>,
    apps: HashMap<AppName, AppId>,
    services: HashMap<ServiceAccountName, ServiceAccountId>,
}

/// The plan was checked: whatever is named is there.
fn missing(what: &str, name: impl std::fmt::Display) -> Error {
    Error::Broken(format!("the plan names {what} `{name}`, which is not there"))
}

impl Ids {
    fn user(&self, name: &UserName) -> Result<UserId, Error> {
        self.users.get(name).copied().ok_or_else(|| missing("user", name))
    }

    fn group(&self, name: &GroupName) -> Result<GroupId, Error> {
        self.groups.get(name).copied().ok_or_else(|| missing("group", name))
    }

    fn grantee(&self, name: &GranteeName) -> Result<Grantee, Error> {
        Ok(match name {
            GranteeName::User(name) => Grantee::User(self.user(name)?),
            GranteeName::Group(name) => Grantee::Group(self.group(name)?),
            GranteeName::Service(name) => {
                Grantee::Service(self.services.get(name).copied().ok_or_else(|| missing("service account", name))?)
            }
        })
    }
}

struct Work<'w> {
    tx: &'w mut dyn WriteTx,
    at: Timestamp,
    known: &'w Known,
    ids: Ids,
}

/// What a slug is where nothing is said.
fn slug(name: &str, said: &Option<Option<Slug>>) -> Option<Slug> {
    said.clone().unwrap_or_else(|| name.parse().ok())
}

impl Work<'_> {
    /// Everything that goes, except users.
    async fn delete(&mut self, target: &Document) -> Result<(), Error> {
        for (service, registry) in &self.known.registries {
            let there = target.registries.get(service);
            for (path, id) in self.known.namespaces.get(&registry.id).into_iter().flatten() {
                if there.is_some_and(|there| !there.namespaces.contains_key(path)) {
                    self.tx.delete_namespace(*id).await?;
                }
            }
            if there.is_none() {
                self.tx.delete_registry(registry.id).await?;
            }
        }
        for (_, service) in self.known.services.iter().filter(|(name, _)| !target.services.contains_key(*name)) {
            self.tx.delete_service_account(service.id).await?;
        }
        for (_, app) in self.known.apps.iter().filter(|(name, _)| !target.apps.contains_key(*name)) {
            self.tx.delete_app(app.id).await?;
        }
        for (_, group) in self.known.groups.iter().filter(|(name, _)| !target.groups.contains_key(*name)) {
            self.tx.delete_group(group.id).await?;
        }
        Ok(())
    }

    /// Two groups may exchange their slugs.
    async fn free_slugs(&mut self, target: &Document) -> Result<(), Error> {
        for (name, declared) in &target.groups {
            if let Some(group) = self.known.groups.get(name).filter(|group| group.slug != slug(name.as_str(), &declared.slug)) {
                self.tx.update_group(&Group { slug: None, ..group.clone() }).await?;
            }
        }
        for (name, declared) in &target.apps {
            if let Some(app) = self.known.apps.get(name).filter(|app| app.slug != slug(name.as_str(), &declared.slug)) {
                self.tx.update_app(&App { slug: None, ..app.clone() }).await?;
            }
        }
        Ok(())
    }

    async fn groups(&mut self, target: &Document) -> Result<(), Error> {
        for (name, declared) in &target.groups {
            let DeclaredGroup { slug: said, description, .. } = declared;
            let (slug, description) = (slug(name.as_str(), said), description.clone());
            match self.known.groups.get(name) {
                Some(group) if group.slug == slug && group.description == description => {}
                Some(group) => {
                    self.tx.update_group(&Group { slug, description, updated: self.at, ..group.clone() }).await?;
                }
                None => {
                    let id = self.tx.insert_group(&NewGroup { name: name.clone(), slug, description, created: self.at }).await?;
                    self.ids.groups.insert(name.clone(), id);
                }
            }
        }
        Ok(())
    }

    async fn users(&mut self, target: &Document) -> Result<(), Error> {
        for (name, before, after) in pairs(&self.known.document.users, &target.users) {
            let Some(after) = after.filter(|_| before != after) else { continue };
            let DeclaredUser { display_name, email, admin, auditor, enabled, privileges, default_group } = after.clone();
            let display_name = display_name.unwrap_or_else(|| name.to_string());
            let default_group = default_group.map(|group| self.ids.group(&group)).transpose()?;
            match self.known.users.get(name) {
                Some(user) => {
                    let updated = self.at;
                    let before = user;
                    let user = User { display_name, email, admin, auditor, enabled, privileges, default_group, updated, ..user.clone() };
                    self.tx.update_user(&user).await?;
                    if resets::ends_with(before, &user) {
                        self.tx.end_password_reset(user.id).await?;
                    }
                }
                None => {
                    let (name, created) = (name.clone(), self.at);
                    let new =
                        NewUser { name, display_name, email, password: None, admin, auditor, enabled, privileges, default_group, created };
                    let id = self.tx.insert_user(&new).await?;
                    self.ids.users.insert(new.name, id);
                }
            }
        }
        Ok(())
    }

    async fn members(&mut self, target: &Document) -> Result<(), Error> {
        let nobody = BTreeMap::new();
        for (name, before, after) in pairs(&self.known.document.groups, &target.groups) {
            let Some(after) = after else { continue };
            let group = self.ids.group(name)?;
            for (user, before, after) in pairs(before.map_or(&nobody, |group| &group.members), &after.members) {
                match after {
                    Some(_) if before == after => {}
                    Some(until) => drop(self.tx.add_to_group(group, self.ids.user(user)?, *until).await?),
                    None => drop(self.tx.remove_from_group(group, self.ids.user(user)?).await?),
                }
            }
        }
        Ok(())
    }

    async fn relations(&mut self, of: Published, relation: Relation, before: &RelatedGroups, after: &RelatedGroups) -> Result<(), Error> {
        for (name, before, after) in pairs(before, after) {
            match after {
                Some(_) if before == after => {}
                Some(until) => {
                    let group = TimedGroup { group: self.ids.group(name)?, until: *until };
                    self.tx.relate(of, relation, group).await?;
                }
                None => drop(self.tx.unrelate(of, relation, self.ids.group(name)?).await?),
            }
        }
        Ok(())
    }

    async fn apps(&mut self, target: &Document) -> Result<(), Error> {
        let nothing = DeclaredApp::default();
        for (name, before, after) in pairs(&self.known.document.apps, &target.apps) {
            let Some(after) = after.filter(|_| before != after) else { continue };
            let (slug, description) = (slug(name.as_str(), &after.slug), after.description.clone());
            let id = match self.known.apps.get(name) {
                Some(app) => {
                    if app.slug != slug || app.description != description {
                        self.tx.update_app(&App { slug, description, updated: self.at, ..app.clone() }).await?;
                    }
                    app.id
                }
                None => self.tx.insert_app(&NewApp { name: name.clone(), slug, description, created: self.at }).await?,
            };
            self.ids.apps.insert(name.clone(), id);
            let before = before.unwrap_or(&nothing);
            self.relations(Published::App(id), Relation::Responsible, &before.responsible, &after.responsible).await?;
            self.relations(Published::App(id), Relation::Publication, &before.publication, &after.publication).await?;
        }
        Ok(())
    }

    async fn services(&mut self, target: &Document) -> Result<(), Error> {
        for (name, before, after) in pairs(&self.known.document.services, &target.services) {
            let Some(after) = after.filter(|_| before != after) else { continue };
            let app = after.app.as_ref().map(|app| self.ids.apps.get(app).copied().ok_or_else(|| missing("app", app))).transpose()?;
            let owner = after.owner.as_ref().map(|owner| self.ids.user(owner)).transpose()?;
            let (description, enabled) = (after.description.clone(), after.enabled);
            match self.known.services.get(name) {
                Some(service) => {
                    let service = ServiceAccount { app, owner, description, enabled, updated: self.at, ..service.clone() };
                    self.tx.update_service_account(&service).await?;
                }
                None => {
                    let new = NewServiceAccount { name: name.clone(), app, owner, description, enabled, created: self.at };
                    let id = self.tx.insert_service_account(&new).await?;
                    self.ids.services.insert(new.name, id);
                }
            }
        }
        Ok(())
    }

    async fn registries(&mut self, target: &Document) -> Result<(), Error> {
        let nothing = DeclaredRegistry::default();
        for (service, before, after) in pairs(&self.known.document.registries, &target.registries) {
            let Some(after) = after else { continue };
            let (before, settings) = (before.unwrap_or(&nothing), after.without_namespaces());
            let id = match self.known.registries.get(service) {
                Some(registry) if before.without_namespaces() == settings => registry.id,
                known => self.registry(service, known, &settings).await?,
            };
            self.relations(Published::Registry(id), Relation::Responsible, &before.responsible, &after.responsible).await?;
            self.relations(Published::Registry(id), Relation::Publication, &before.publication, &after.publication).await?;
            for (path, before, after) in pairs(&before.namespaces, &after.namespaces) {
                if let Some(after) = after.filter(|_| before != after) {
                    self.namespace(id, path, before, after).await?;
                }
            }
        }
        Ok(())
    }

    async fn registry(
        &mut self,
        service: &ServiceName,
        known: Option<&Registry>,
        declared: &DeclaredRegistry,
    ) -> Result<RegistryId, Error> {
        let lifetime = TokenLifetime::from_seconds(declared.token_seconds).map_err(|error| Error::Invalid(error.to_string()))?;
        let new = NewRegistry {
            service: service.clone(),
            url: declared.url.clone().ok_or_else(|| missing("the URL of registry", service))?,
            external_url: declared.external_url.clone(),
            enabled: declared.enabled,
            read_only: declared.read_only,
            delete_enabled: declared.delete_enabled,
            anonymous: declared.anonymous,
            policy: declared.policy,
            restricted: declared.restricted,
            token: TokenSettings { lifetime, kid_style: declared.kid_style },
            // How it is reached from here is no part of the document.
            connection: Connection::default(),
            created: self.at,
        };
        let Some(known) = known else { return Ok(self.tx.insert_registry(&new).await?) };
        let NewRegistry { service, url, external_url, enabled, read_only, delete_enabled, anonymous, policy, restricted, token, .. } = new;
        let registry = Registry {
            id: known.id,
            service,
            url,
            external_url,
            enabled,
            read_only,
            delete_enabled,
            anonymous,
            policy,
            restricted,
            token,
            connection: known.connection.clone(),
            event_secret: known.event_secret,
            created: known.created,
            updated: known.updated,
        };
        // Who answers for it is no part of it.
        if registry != *known {
            self.tx.update_registry(&Registry { updated: self.at, ..registry }).await?;
        }
        Ok(known.id)
    }

    async fn namespace(
        &mut self,
        registry: RegistryId,
        path: &NamespacePath,
        before: Option<&DeclaredNamespace>,
        after: &DeclaredNamespace,
    ) -> Result<(), Error> {
        let nothing = DeclaredNamespace::default();
        let id = self.known.namespaces.get(&registry).and_then(|namespaces| namespaces.get(path)).copied();
        let id = self.namespace_itself(registry, path, id, before, after).await?;
        let before = before.unwrap_or(&nothing);
        for (name, before, after) in pairs(&before.assigned, &after.assigned) {
            let grantee = self.ids.grantee(name)?;
            match after {
                Some(_) if before == after => {}
                Some(terms) => drop(self.tx.assign(id, grantee, terms).await?),
                None => drop(self.tx.unassign(id, grantee).await?),
            }
        }
        for (name, before, after) in pairs(&before.grants, &after.grants) {
            let grantee = self.ids.grantee(name)?;
            match after {
                Some(_) if before == after => {}
                Some(granted) => self.tx.grant(id, grantee, granted.right, &granted.terms).await?,
                None => drop(self.tx.revoke(id, grantee).await?),
            }
        }
        Ok(())
    }

    async fn namespace_itself(
        &mut self,
        registry: RegistryId,
        path: &NamespacePath,
        id: Option<NamespaceId>,
        before: Option<&DeclaredNamespace>,
        after: &DeclaredNamespace,
    ) -> Result<NamespaceId, Error> {
        let DeclaredNamespace { description, public, members_right, groups_right, others_right, .. } = after.without_lists();
        let (path, at) = (path.clone(), self.at);
        let owner = after.owner.as_ref().map(|owner| self.ids.user(owner)).transpose()?;
        let Some(id) = id else {
            let new = NewNamespace { registry, path, owner, description, public, members_right, groups_right, others_right, created: at };
            return Ok(self.tx.insert_namespace(&new).await?);
        };
        if before.map(DeclaredNamespace::without_lists) != Some(after.without_lists()) {
            let (created, updated) = (at, at);
            let row =
                Namespace { id, registry, path, owner, description, public, members_right, groups_right, others_right, created, updated };
            self.tx.update_namespace(&row).await?;
        }
        Ok(id)
    }
}
