//! Facts: for each page of things one query for the things, and one for each of the lists they have.

use super::backend::Row;
use super::registries::{read_event_secret, read_token};
use super::services::read_hash;
use super::{SqlTx, StoreError, api_tokens, grantees};
use async_trait::async_trait;
use spectacles_core::access::{AppFacts, GroupFacts, NamespaceFacts, RegistryFacts, SecretFacts, ServiceAccountFacts, UserFacts};
use spectacles_core::id::{AppId, GroupId, NamespaceId, RegistryId, SecretId, ServiceAccountId, UserId};
use spectacles_core::model::{PasswordHash, Relation, TimedGroup};
use spectacles_core::store::{Change, FactReads, Revision, Which};
use std::iter::Peekable;
use std::vec::IntoIter;

/// One thing is a page too: the ids after `after`, up to `last`, at most `limit`.
struct Range {
    after: i64,
    last: i64,
    limit: u32,
}

fn range<Id: Copy>(which: Which<Id>, number: fn(Id) -> i64) -> Range {
    match which {
        Which::One(id) => Range { after: number(id).saturating_sub(1), last: number(id), limit: 1 },
        Which::Page { after, limit } => Range { after, last: i64::MAX, limit },
    }
}

/// Pairs of a thing and what it has, ordered by thing: handed out thing by thing.
struct Lists<T>(Peekable<IntoIter<(i64, T)>>);

impl<T> Lists<T> {
    fn of(&mut self, id: i64) -> impl Iterator<Item = T> {
        std::iter::from_fn(move || self.0.next_if(|(owner, _)| *owner == id)).map(|(_, thing)| thing)
    }
}

/// The groups that answer for something, and those to which it is published.
fn by_relation(related: impl Iterator<Item = (Relation, TimedGroup)>) -> (Box<[TimedGroup]>, Box<[TimedGroup]>) {
    let (mut responsibles, mut publications) = (Vec::new(), Vec::new());
    for (relation, group) in related {
        match relation {
            Relation::Responsible => responsibles.push(group),
            Relation::Publication => publications.push(group),
        }
    }
    (responsibles.into(), publications.into())
}

impl SqlTx {
    /// Reads the things of a range, by a query that takes its three numbers.
    async fn page<T>(
        &mut self,
        sql: &'static str,
        range: &Range,
        read: impl Fn(&mut Row) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        self.all(sql, &[range.after.into(), range.last.into(), range.limit.into()], read).await
    }

    /// Reads what the things of a range have, up to the last of them: whose it is, and the thing itself.
    async fn lists<T>(
        &mut self,
        sql: &'static str,
        range: &Range,
        last: i64,
        read: impl Fn(&mut Row) -> Result<T, StoreError> + Send,
    ) -> Result<Lists<T>, StoreError> {
        let pairs = self.all(sql, &[range.after.into(), last.into()], move |row| Ok((row.integer()?, read(row)?))).await?;
        Ok(Lists(pairs.into_iter().peekable()))
    }
}

#[async_trait]
impl FactReads for SqlTx {
    async fn revision(&mut self) -> Result<Revision, StoreError> {
        Ok(self.revision)
    }

    async fn changes_since(&mut self, since: Revision) -> Result<Option<Vec<Change>>, StoreError> {
        self.read_changes(since).await
    }

    async fn user_facts(&mut self, which: Which<UserId>) -> Result<Vec<UserFacts>, StoreError> {
        let range = range(which, UserId::get);
        let sql = "SELECT id, name, is_admin, is_auditor, is_enabled, privileges, password FROM users WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let mut users = self.page(sql, &range, read_user).await?;
        if let Some(last) = users.last().map(|user| user.id.get()) {
            let sql = "SELECT user_id, group_id, valid_until FROM group_members WHERE user_id > ? AND user_id <= ? \
                       ORDER BY user_id, group_id";
            let mut groups = self.lists(sql, &range, last, Row::timed_group).await?;
            let mut api_tokens = self.lists(api_tokens::FACTS, &range, last, api_tokens::read_facts).await?;
            for user in &mut users {
                user.groups = groups.of(user.id.get()).collect();
                user.api_tokens = api_tokens.of(user.id.get()).collect();
            }
        }
        Ok(users)
    }

    async fn group_facts(&mut self, which: Which<GroupId>) -> Result<Vec<GroupFacts>, StoreError> {
        let sql = "SELECT id, name, slug FROM user_groups WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let read = |row: &mut Row| Ok(GroupFacts { id: GroupId::new(row.integer()?), name: row.parsed()?, slug: row.optional_parsed()? });
        self.page(sql, &range(which, GroupId::get), read).await
    }

    async fn app_facts(&mut self, which: Which<AppId>) -> Result<Vec<AppFacts>, StoreError> {
        let range = range(which, AppId::get);
        let sql = "SELECT id, name, slug FROM apps WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let mut apps = self.page(sql, &range, read_app).await?;
        if let Some(last) = apps.last().map(|app| app.id.get()) {
            let sql = "SELECT app_id, relation, group_id, valid_until FROM app_groups WHERE app_id > ? AND app_id <= ? \
                       ORDER BY app_id, group_id";
            let mut related = self.lists(sql, &range, last, read_related).await?;
            for app in &mut apps {
                (app.responsibles, app.publications) = by_relation(related.of(app.id.get()));
            }
        }
        Ok(apps)
    }

    async fn service_facts(&mut self, which: Which<ServiceAccountId>) -> Result<Vec<ServiceAccountFacts>, StoreError> {
        let range = range(which, ServiceAccountId::get);
        let sql = "SELECT id, name, app_id, is_enabled FROM service_accounts WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let mut services = self.page(sql, &range, read_service).await?;
        if let Some(last) = services.last().map(|service| service.id.get()) {
            let sql = "SELECT service_id, id, hash, valid_until, networks FROM service_secrets \
                       WHERE service_id > ? AND service_id <= ? ORDER BY service_id, id";
            let mut secrets = self.lists(sql, &range, last, read_secret).await?;
            for service in &mut services {
                service.secrets = secrets.of(service.id.get()).collect();
            }
        }
        Ok(services)
    }

    async fn registry_facts(&mut self, which: Which<RegistryId>) -> Result<Vec<RegistryFacts>, StoreError> {
        let range = range(which, RegistryId::get);
        let sql = "SELECT id, service, is_enabled, is_read_only, anonymous, policy, is_restricted, token_seconds, kid_style, \
                   event_secret, username FROM registries WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let mut registries = self.page(sql, &range, read_registry).await?;
        if let Some(last) = registries.last().map(|registry| registry.id.get()) {
            let sql = "SELECT registry_id, relation, group_id, valid_until FROM registry_groups \
                       WHERE registry_id > ? AND registry_id <= ? ORDER BY registry_id, group_id";
            let mut related = self.lists(sql, &range, last, read_related).await?;
            for registry in &mut registries {
                (registry.responsibles, registry.publications) = by_relation(related.of(registry.id.get()));
            }
        }
        Ok(registries)
    }

    async fn namespace_facts(&mut self, which: Which<NamespaceId>) -> Result<Vec<NamespaceFacts>, StoreError> {
        let range = range(which, NamespaceId::get);
        let sql = "SELECT id, registry_id, path, owner_id, is_public, members_right, groups_right, others_right FROM namespaces \
                   WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let mut namespaces = self.page(sql, &range, read_namespace).await?;
        if let Some(last) = namespaces.last().map(|namespace| namespace.id.get()) {
            let (mut assigned, mut grants) = (Vec::new(), Vec::new());
            for kind in grantees::KINDS {
                assigned.push(self.lists(kind.all_assigned, &range, last, |row| kind.read_assignment(row)).await?);
                grants.push(self.lists(kind.all_grants, &range, last, |row| kind.read_grant(row)).await?);
            }
            for namespace in &mut namespaces {
                let id = namespace.id.get();
                namespace.assigned = assigned.iter_mut().flat_map(|of_kind| of_kind.of(id)).collect();
                namespace.grants = grants.iter_mut().flat_map(|of_kind| of_kind.of(id)).collect();
            }
        }
        Ok(namespaces)
    }
}

fn read_user(row: &mut Row) -> Result<UserFacts, StoreError> {
    Ok(UserFacts {
        id: UserId::new(row.integer()?),
        name: row.parsed()?,
        admin: row.boolean()?,
        auditor: row.boolean()?,
        enabled: row.boolean()?,
        privileges: row.parsed()?,
        password: row.optional_text()?.map(PasswordHash::from_phc),
        groups: Box::default(),
        api_tokens: Box::default(),
    })
}

fn read_app(row: &mut Row) -> Result<AppFacts, StoreError> {
    Ok(AppFacts {
        id: AppId::new(row.integer()?),
        name: row.parsed()?,
        slug: row.optional_parsed()?,
        responsibles: Box::default(),
        publications: Box::default(),
    })
}

fn read_related(row: &mut Row) -> Result<(Relation, TimedGroup), StoreError> {
    Ok((row.relation()?, row.timed_group()?))
}

fn read_service(row: &mut Row) -> Result<ServiceAccountFacts, StoreError> {
    Ok(ServiceAccountFacts {
        id: ServiceAccountId::new(row.integer()?),
        name: row.parsed()?,
        app: row.optional_integer()?.map(AppId::new),
        enabled: row.boolean()?,
        secrets: Box::default(),
    })
}

fn read_secret(row: &mut Row) -> Result<SecretFacts, StoreError> {
    Ok(SecretFacts { id: SecretId::new(row.integer()?), hash: read_hash(row)?, terms: row.terms()? })
}

fn read_registry(row: &mut Row) -> Result<RegistryFacts, StoreError> {
    Ok(RegistryFacts {
        id: RegistryId::new(row.integer()?),
        service: row.parsed()?,
        enabled: row.boolean()?,
        read_only: row.boolean()?,
        anonymous: row.parsed()?,
        policy: row.parsed()?,
        restricted: row.boolean()?,
        token: read_token(row)?,
        event_secret: read_event_secret(row)?,
        login: row.optional_text()?.map(Into::into),
        responsibles: Box::default(),
        publications: Box::default(),
    })
}

fn read_namespace(row: &mut Row) -> Result<NamespaceFacts, StoreError> {
    Ok(NamespaceFacts {
        id: NamespaceId::new(row.integer()?),
        registry: RegistryId::new(row.integer()?),
        path: row.parsed()?,
        owner: row.optional_integer()?.map(UserId::new),
        public: row.boolean()?,
        members_right: row.parsed()?,
        groups_right: row.parsed()?,
        others_right: row.parsed()?,
        assigned: Box::default(),
        grants: Box::default(),
    })
}
