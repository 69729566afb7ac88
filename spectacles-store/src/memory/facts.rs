//! Facts, and the look-ups they share with the other reads.

use super::{KEPT, MemoryTx, State};
use async_trait::async_trait;
use spectacles_core::access::{
    ApiTokenFacts, AppFacts, GroupFacts, NamespaceFacts, RegistryFacts, SecretFacts, ServiceAccountFacts, UserFacts,
};
use spectacles_core::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use spectacles_core::model::{
    App, Assignment, Grant, Grantee, Group, Namespace, Published, Registry, Relation, ServiceAccount, StoredApiToken, TimedGroup, User,
};
use spectacles_core::store::{Change, FactReads, Revision, StoreError, Which};
use std::collections::BTreeSet;

/// What sorts before, and after, every other grantee.
const FIRST: Grantee = Grantee::User(UserId::new(i64::MIN));
const LAST: Grantee = Grantee::Service(ServiceAccountId::new(i64::MAX));

impl State {
    pub(super) fn groups_of(&self, user: UserId) -> impl Iterator<Item = TimedGroup> {
        let memberships = self.memberships.range((user, GroupId::new(i64::MIN))..=(user, GroupId::new(i64::MAX)));
        memberships.map(|((_, group), until)| TimedGroup { group: *group, until: *until })
    }

    /// Users, then groups, then service accounts, each by id.
    pub(super) fn assigned_to(&self, namespace: NamespaceId) -> impl Iterator<Item = Assignment> {
        let assigned = self.assigned.range((namespace, FIRST)..=(namespace, LAST));
        assigned.map(|((_, grantee), terms)| Assignment { grantee: *grantee, terms: terms.clone() })
    }

    /// Users, then groups, then service accounts, each by id.
    pub(super) fn grants_on(&self, namespace: NamespaceId) -> impl Iterator<Item = Grant> {
        let grants = self.grants.range((namespace, FIRST)..=(namespace, LAST));
        grants.map(|((_, grantee), (right, terms))| Grant { grantee: *grantee, right: *right, terms: terms.clone() })
    }

    pub(super) fn remove_namespace(&mut self, id: NamespaceId) -> bool {
        self.assigned.retain(|(namespace, _), _| *namespace != id);
        self.grants.retain(|(namespace, _), _| *namespace != id);
        self.retentions.remove(&id);
        self.namespaces.remove(id.get())
    }

    fn user_facts(&self, user: &User) -> UserFacts {
        UserFacts {
            id: user.id,
            name: user.name.clone(),
            admin: user.admin,
            auditor: user.auditor,
            enabled: user.enabled,
            privileges: user.privileges,
            password: user.password.clone(),
            groups: self.groups_of(user.id).collect(),
            api_tokens: self.api_tokens_of(user.id).map(api_token_facts).collect(),
        }
    }

    fn app_facts(&self, app: &App) -> AppFacts {
        AppFacts {
            id: app.id,
            name: app.name.clone(),
            slug: app.slug.clone(),
            responsibles: self.related_to(Published::App(app.id), Relation::Responsible).collect(),
            publications: self.related_to(Published::App(app.id), Relation::Publication).collect(),
        }
    }

    fn service_facts(&self, service: &ServiceAccount) -> ServiceAccountFacts {
        let secrets = self.secrets_of(service.id);
        let secrets = secrets.map(|secret| SecretFacts { id: secret.id, hash: secret.hash, terms: secret.terms.clone() });
        ServiceAccountFacts {
            id: service.id,
            name: service.name.clone(),
            app: service.app,
            enabled: service.enabled,
            secrets: secrets.collect(),
        }
    }

    fn registry_facts(&self, registry: &Registry) -> RegistryFacts {
        RegistryFacts {
            id: registry.id,
            service: registry.service.clone(),
            enabled: registry.enabled,
            read_only: registry.read_only,
            anonymous: registry.anonymous,
            policy: registry.policy,
            restricted: registry.restricted,
            responsibles: self.related_to(Published::Registry(registry.id), Relation::Responsible).collect(),
            publications: self.related_to(Published::Registry(registry.id), Relation::Publication).collect(),
            token: registry.token,
            event_secret: registry.event_secret,
            login: registry.connection.username.as_deref().map(Into::into),
        }
    }

    fn namespace_facts(&self, namespace: &Namespace) -> NamespaceFacts {
        NamespaceFacts {
            id: namespace.id,
            registry: namespace.registry,
            path: namespace.path.clone(),
            owner: namespace.owner,
            public: namespace.public,
            members_right: namespace.members_right,
            groups_right: namespace.groups_right,
            others_right: namespace.others_right,
            assigned: self.assigned_to(namespace.id).collect(),
            grants: self.grants_on(namespace.id).collect(),
        }
    }
}

fn group_facts(group: &Group) -> GroupFacts {
    GroupFacts { id: group.id, name: group.name.clone(), slug: group.slug.clone() }
}

/// The facts of one row, or of a page of them.
macro_rules! facts {
    ($table:expr, $which:expr, $facts:expr) => {
        Ok(match $which {
            Which::One(id) => $table.get(id.get()).map($facts).into_iter().collect(),
            Which::Page { after, limit } => $table.rows_after(after).take(limit as usize).map($facts).collect(),
        })
    };
}

#[async_trait]
impl FactReads for MemoryTx {
    async fn revision(&mut self) -> Result<Revision, StoreError> {
        Ok(Revision(self.state.revision))
    }

    async fn changes_since(&mut self, since: Revision) -> Result<Option<Vec<Change>>, StoreError> {
        let now = self.state.revision;
        if since.0 < 0 || since.0 > now || since.0 < now - KEPT {
            return Ok(None);
        }
        let committed = self.state.changes.range(since.0 + 1..).flat_map(|(_, changes)| changes.iter());
        let each_once: BTreeSet<_> = committed.chain(&self.changed).copied().collect();
        Ok(Some(each_once.into_iter().collect()))
    }

    async fn user_facts(&mut self, which: Which<UserId>) -> Result<Vec<UserFacts>, StoreError> {
        facts!(self.state.users, which, |user| self.state.user_facts(user))
    }

    async fn group_facts(&mut self, which: Which<GroupId>) -> Result<Vec<GroupFacts>, StoreError> {
        facts!(self.state.groups, which, group_facts)
    }

    async fn app_facts(&mut self, which: Which<AppId>) -> Result<Vec<AppFacts>, StoreError> {
        facts!(self.state.apps, which, |app| self.state.app_facts(app))
    }

    async fn service_facts(&mut self, which: Which<ServiceAccountId>) -> Result<Vec<ServiceAccountFacts>, StoreError> {
        facts!(self.state.services, which, |service| self.state.service_facts(service))
    }

    async fn registry_facts(&mut self, which: Which<RegistryId>) -> Result<Vec<RegistryFacts>, StoreError> {
        facts!(self.state.registries, which, |registry| self.state.registry_facts(registry))
    }

    async fn namespace_facts(&mut self, which: Which<NamespaceId>) -> Result<Vec<NamespaceFacts>, StoreError> {
        facts!(self.state.namespaces, which, |namespace| self.state.namespace_facts(namespace))
    }
}

fn api_token_facts(token: &StoredApiToken) -> ApiTokenFacts {
    ApiTokenFacts { id: token.id, hash: token.hash, until: token.until, limits: token.limits.clone(), is_session: token.session.is_some() }
}
