//! Reads everything that a document has, page by page.

use crate::access::{AppFacts, NamespaceFacts, RegistryFacts, UserFacts};
use crate::declarative::{
    DeclaredApp, DeclaredGroup, DeclaredNamespace, DeclaredRegistry, DeclaredService, DeclaredUser, Document, Granted, RelatedGroups,
};
use crate::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use crate::model::{App, Assignment, Grant, Grantee, Group, Registry, ServiceAccount, TimedGroup, User};
use crate::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};
use crate::service::{Error, GranteeName};
use crate::store::{ReadTx, StoreError, Which};
use crate::time::Timestamp;
use std::collections::{BTreeMap, HashMap};

/// How much is read at once.
const PAGE: u32 = 5_000;

/// Everything that a document has, and what is needed to change it.
pub(super) struct Known {
    /// As a document, settled.
    pub(super) document: Document,
    pub(super) users: BTreeMap<UserName, User>,
    pub(super) groups: BTreeMap<GroupName, Group>,
    pub(super) apps: BTreeMap<AppName, App>,
    pub(super) services: BTreeMap<ServiceAccountName, ServiceAccount>,
    pub(super) registries: BTreeMap<ServiceName, Registry>,
    pub(super) namespaces: HashMap<RegistryId, HashMap<NamespacePath, NamespaceId>>,
}

/// Reads a list by name, page by page.
macro_rules! by_name {
    ($tx:ident . $list:ident, $name:ident) => {{
        let mut all = BTreeMap::new();
        loop {
            let page = $tx.$list(all.last_key_value().map(|(name, _)| name), PAGE).await?;
            let full = page.len() >= PAGE as usize;
            all.extend(page.into_iter().map(|thing| (thing.$name.clone(), thing)));
            if !full {
                break all;
            }
        }
    }};
}

/// Reads facts by id, page by page.
macro_rules! by_id {
    ($tx:ident . $facts:ident) => {{
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let mut page = $tx.$facts(Which::Page { after, limit: PAGE }).await?;
            let full = page.len() >= PAGE as usize;
            after = page.last().map_or(after, |facts| facts.id.get());
            all.append(&mut page);
            if !full {
                break all;
            }
        }
    }};
}

impl Known {
    pub(super) async fn read(tx: &mut dyn ReadTx, now: Timestamp) -> Result<Self, Error> {
        let users = by_name!(tx.users, name);
        let groups = by_name!(tx.groups, name);
        let apps = by_name!(tx.apps, name);
        let services = by_name!(tx.service_accounts, name);
        let registries = by_name!(tx.registries, service);
        let names = Names {
            users: users.values().map(|user| (user.id, user.name.clone())).collect(),
            groups: groups.values().map(|group| (group.id, group.name.clone())).collect(),
            apps: apps.values().map(|app| (app.id, app.name.clone())).collect(),
            services: services.values().map(|service| (service.id, service.name.clone())).collect(),
        };
        let mut document = Document {
            users: users.iter().map(|(name, user)| Ok((name.clone(), names.declared_user(user)?))).collect::<Result<_, Error>>()?,
            services: services
                .iter()
                .map(|(name, service)| Ok((name.clone(), names.declared_service(service)?)))
                .collect::<Result<_, Error>>()?,
            ..Document::default()
        };
        let memberships: Vec<UserFacts> = by_id!(tx.user_facts);
        document.groups = declared_groups(&groups, &names, memberships)?;
        let facts: Vec<AppFacts> = by_id!(tx.app_facts);
        let mut facts: HashMap<AppId, AppFacts> = facts.into_iter().map(|facts| (facts.id, facts)).collect();
        for (name, app) in &apps {
            let facts = facts.remove(&app.id).ok_or_else(|| gone(app.id))?;
            let declared = DeclaredApp {
                slug: Some(app.slug.clone()),
                description: app.description.clone(),
                responsible: names.related(&facts.responsibles)?,
                publication: names.related(&facts.publications)?,
            };
            document.apps.insert(name.clone(), declared);
        }
        let facts: Vec<RegistryFacts> = by_id!(tx.registry_facts);
        let mut facts: HashMap<RegistryId, RegistryFacts> = facts.into_iter().map(|facts| (facts.id, facts)).collect();
        let mut namespaces = HashMap::new();
        let mut rights = rights(tx).await?;
        for (service, registry) in &registries {
            let facts = facts.remove(&registry.id).ok_or_else(|| gone(registry.id))?;
            let mut declared = names.declared_registry(registry, &facts)?;
            let ids = read_namespaces(tx, registry.id, &names, &mut rights, &mut declared.namespaces).await?;
            namespaces.insert(registry.id, ids);
            document.registries.insert(service.clone(), declared);
        }
        Ok(Self { document: document.settled(now), users, groups, apps, services, registries, namespaces })
    }
}

/// Who is assigned and who has rights, by namespace.
type AllRights = HashMap<NamespaceId, (Box<[Assignment]>, Box<[Grant]>)>;

async fn rights(tx: &mut dyn ReadTx) -> Result<AllRights, StoreError> {
    let facts: Vec<NamespaceFacts> = by_id!(tx.namespace_facts);
    Ok(facts.into_iter().map(|facts| (facts.id, (facts.assigned, facts.grants))).collect())
}

async fn read_namespaces(
    tx: &mut dyn ReadTx,
    registry: RegistryId,
    names: &Names,
    rights: &mut AllRights,
    into: &mut BTreeMap<NamespacePath, DeclaredNamespace>,
) -> Result<HashMap<NamespacePath, NamespaceId>, Error> {
    let (mut ids, mut after) = (HashMap::new(), None);
    loop {
        let page = tx.namespaces(registry, after.as_ref(), PAGE).await?;
        let full = page.len() >= PAGE as usize;
        after = page.last().map(|namespace| namespace.path.clone());
        for namespace in page {
            let (assigned, grants) = rights.remove(&namespace.id).ok_or_else(|| gone(namespace.id))?;
            let declared = DeclaredNamespace {
                owner: names.find(&names.users, namespace.owner)?,
                description: namespace.description,
                public: namespace.public,
                members_right: namespace.members_right,
                groups_right: namespace.groups_right,
                others_right: namespace.others_right,
                assigned: assigned.into_iter().map(|one| Ok((names.grantee(one.grantee)?, one.terms))).collect::<Result<_, Error>>()?,
                grants: grants
                    .into_iter()
                    .map(|grant| Ok((names.grantee(grant.grantee)?, Granted { right: grant.right, terms: grant.terms })))
                    .collect::<Result<_, Error>>()?,
            };
            ids.insert(namespace.path.clone(), namespace.id);
            into.insert(namespace.path, declared);
        }
        if !full {
            return Ok(ids);
        }
    }
}

fn declared_groups(
    groups: &BTreeMap<GroupName, Group>,
    names: &Names,
    memberships: Vec<UserFacts>,
) -> Result<BTreeMap<GroupName, DeclaredGroup>, Error> {
    let declared = groups.values().map(|group| {
        let declared = DeclaredGroup { slug: Some(group.slug.clone()), description: group.description.clone(), members: BTreeMap::new() };
        (group.name.clone(), declared)
    });
    let mut declared: BTreeMap<_, _> = declared.collect();
    for user in memberships {
        for TimedGroup { group, until } in &user.groups {
            let name = names.groups.get(group).ok_or_else(|| gone(*group))?;
            if let Some(group) = declared.get_mut(name) {
                group.members.insert(user.name.clone(), *until);
            }
        }
    }
    Ok(declared)
}

/// Names of ids.
struct Names {
    users: HashMap<UserId, UserName>,
    groups: HashMap<GroupId, GroupName>,
    apps: HashMap<AppId, AppName>,
    services: HashMap<ServiceAccountId, ServiceAccountName>,
}

fn gone(id: impl std::fmt::Debug) -> Error {
    Error::Broken(format!("something refers to {id:?}, which is not there"))
}

impl Names {
    fn find<I: std::hash::Hash + Eq + Copy + std::fmt::Debug, N: Clone>(
        &self,
        names: &HashMap<I, N>,
        id: Option<I>,
    ) -> Result<Option<N>, Error> {
        id.map(|id| names.get(&id).cloned().ok_or_else(|| gone(id))).transpose()
    }

    fn grantee(&self, grantee: Grantee) -> Result<GranteeName, Error> {
        let name = match grantee {
            Grantee::User(id) => self.users.get(&id).cloned().map(GranteeName::User),
            Grantee::Group(id) => self.groups.get(&id).cloned().map(GranteeName::Group),
            Grantee::Service(id) => self.services.get(&id).cloned().map(GranteeName::Service),
        };
        name.ok_or_else(|| gone(grantee))
    }

    fn related(&self, groups: &[TimedGroup]) -> Result<RelatedGroups, Error> {
        let name = |there: &TimedGroup| Ok((self.groups.get(&there.group).cloned().ok_or_else(|| gone(there.group))?, there.until));
        groups.iter().map(name).collect()
    }

    fn declared_user(&self, user: &User) -> Result<DeclaredUser, Error> {
        Ok(DeclaredUser {
            display_name: Some(user.display_name.clone()),
            email: user.email.clone(),
            admin: user.admin,
            auditor: user.auditor,
            enabled: user.enabled,
            privileges: user.privileges,
            default_group: self.find(&self.groups, user.default_group)?,
        })
    }

    fn declared_service(&self, service: &ServiceAccount) -> Result<DeclaredService, Error> {
        Ok(DeclaredService {
            app: self.find(&self.apps, service.app)?,
            owner: self.find(&self.users, service.owner)?,
            description: service.description.clone(),
            enabled: service.enabled,
        })
    }

    fn declared_registry(&self, registry: &Registry, facts: &RegistryFacts) -> Result<DeclaredRegistry, Error> {
        Ok(DeclaredRegistry {
            url: Some(registry.url.clone()),
            external_url: registry.external_url.clone(),
            enabled: registry.enabled,
            read_only: registry.read_only,
            delete_enabled: registry.delete_enabled,
            anonymous: registry.anonymous,
            policy: registry.policy,
            restricted: registry.restricted,
            token_seconds: registry.token.lifetime.seconds(),
            kid_style: registry.token.kid_style,
            responsible: self.related(&facts.responsibles)?,
            publication: self.related(&facts.publications)?,
            namespaces: BTreeMap::new(),
        })
    }
}
