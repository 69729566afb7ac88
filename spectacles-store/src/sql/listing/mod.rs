//! Lists.

mod columns;
mod statement;

use super::backend::Row;
use super::{SqlTx, StoreError, apps, audit, broken, content, decisions, groups, namespaces, registries, services, users};
use async_trait::async_trait;
use columns::Columns;
use spectacles_core::id::{RegistryId, RepositoryId};
use spectacles_core::listing::{
    ActivityField, AppField, AuditField, DecisionField, GroupField, NamedActivity, NamedNamespace, NamedRepository, NamedService,
    NamespaceField, Query, RegistryField, RepositoryField, ServiceField, TagField, UserField, Value,
};
use spectacles_core::model::{App, AuditEntry, DecisionEntry, Group, Registry, Tag, User};
use spectacles_core::store::{ListingReads, RepositoryChoice};
use statement::Statement;

/// Things of one table.
struct Things<T> {
    /// All of them.
    all: &'static str,
    /// How many.
    number: &'static str,
    read: fn(&mut Row) -> Result<T, StoreError>,
    /// Those of an ordinary user. Of its parameters the first is him, and the others the moment.
    own: &'static str,
}

/// The groups that a user is in at some moment.
macro_rules! groups_of {
    () => {
        "SELECT group_id FROM group_members WHERE user_id = ? AND (valid_until IS NULL OR valid_until > ?)"
    };
}

/// The registries he may know of. Those that are disabled are the affair of those who answer for them.
macro_rules! known_registries {
    () => {
        concat!(
            "(is_enabled = 1 OR id IN (SELECT registry_id FROM registry_groups WHERE relation = 'responsible' AND group_id IN (",
            groups_of!(),
            ") AND (valid_until IS NULL OR valid_until > ?)))"
        )
    };
}

macro_rules! things {
    ($table:literal, $all:expr, $read:expr, $own:expr) => {
        Things { all: $all, number: concat!("SELECT COUNT(*) FROM ", $table), read: $read, own: $own }
    };
}

const USERS: Things<User> = things!("users", users::ALL, users::read, "id = ?");
const GROUPS: Things<Group> = things!("user_groups", groups::ALL, groups::read, concat!("id IN (", groups_of!(), ")"));
const APPS: Things<App> = things!(
    "apps",
    apps::ALL,
    apps::read,
    concat!("id IN (SELECT app_id FROM app_groups WHERE group_id IN (", groups_of!(), ") AND (valid_until IS NULL OR valid_until > ?))")
);
const SERVICES: Things<NamedService> = things!("service_accounts", services::ALL_NAMED, services::read_named, "owner_id = ?");
const REGISTRIES: Things<Registry> = things!("registries", registries::ALL, registries::read, known_registries!());
const NAMESPACES: Things<NamedNamespace> = things!(
    "namespaces",
    namespaces::ALL_NAMED,
    namespaces::read_named,
    concat!("registry_id IN (SELECT id FROM registries WHERE ", known_registries!(), ")")
);
const CHANGES: Things<AuditEntry> = things!("audit", audit::ALL, audit::read, "id IS NULL");
const DECISIONS: Things<DecisionEntry> = things!("decisions", decisions::ALL, decisions::read, "id IS NULL");

impl SqlTx {
    /// What there is of the things, without filters and order.
    fn among<T, F: Columns>(&self, select: &str, things: &Things<T>, of_registry: Option<RegistryId>, query: &Query<'_, F>) -> Statement {
        let mut statement = Statement::new(select, self.session.spelling());
        if let Some(user) = query.of {
            let values = [user.get().into(), query.now.into(), query.now.into()];
            let places = things.own.matches('?').count();
            statement.restrict(things.own, values.into_iter().take(places));
        }
        if let Some(registry) = of_registry {
            statement.restrict("registry_id = ?", [Value::from(registry.get())]);
        }
        statement
    }

    async fn list<T, F: Columns>(
        &mut self,
        things: &Things<T>,
        of_registry: Option<RegistryId>,
        query: &Query<'_, F>,
    ) -> Result<Vec<T>, StoreError> {
        let statement = self.among(things.all, things, of_registry, query);
        self.list_of(statement, query, things.read).await
    }

    async fn number<T, F: Columns>(
        &mut self,
        things: &Things<T>,
        of_registry: Option<RegistryId>,
        query: &Query<'_, F>,
    ) -> Result<u64, StoreError> {
        let statement = self.among(things.number, things, of_registry, query);
        self.number_of(statement, query).await
    }

    /// Repositories that are not gone, among those of a choice.
    fn repositories_of(&self, select: &str, choice: &RepositoryChoice) -> Statement {
        let spelling = self.session.spelling();
        let mut statement = Statement::new(select, spelling);
        statement.restrict("gone IS NULL", []);
        if let Some(registry) = choice.registry {
            statement.restrict("registry_id = ?", [Value::from(registry.get())]);
        }
        if let Some(below) = &choice.below {
            let (condition, values) = content::Paths::new(below).condition(spelling);
            statement.restrict(&condition, values);
        }
        statement
    }

    /// The part that is asked for, of what there is.
    async fn list_of<T, F: Columns>(
        &mut self,
        mut statement: Statement,
        query: &Query<'_, F>,
        read: fn(&mut Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        statement.filter(query);
        statement.part(query);
        let (sql, values) = statement.parts();
        // Whether an index is worth its while depends on what was asked for.
        let rows = self.session.fetch(sql, &values, false).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// How many there are.
    async fn number_of<F: Columns>(&mut self, mut statement: Statement, query: &Query<'_, F>) -> Result<u64, StoreError> {
        statement.filter(query);
        let (sql, values) = statement.parts();
        let row = self.session.fetch(sql, &values, false).await?.pop();
        let mut row = row.ok_or_else(|| broken("a number is missing"))?;
        u64::try_from(row.integer()?).map_err(broken)
    }
}

#[async_trait]
impl ListingReads for SqlTx {
    async fn list_users(&mut self, query: &Query<'_, UserField>) -> Result<Vec<User>, StoreError> {
        self.list(&USERS, None, query).await
    }

    async fn number_of_users(&mut self, query: &Query<'_, UserField>) -> Result<u64, StoreError> {
        self.number(&USERS, None, query).await
    }

    async fn list_groups(&mut self, query: &Query<'_, GroupField>) -> Result<Vec<Group>, StoreError> {
        self.list(&GROUPS, None, query).await
    }

    async fn number_of_groups(&mut self, query: &Query<'_, GroupField>) -> Result<u64, StoreError> {
        self.number(&GROUPS, None, query).await
    }

    async fn list_apps(&mut self, query: &Query<'_, AppField>) -> Result<Vec<App>, StoreError> {
        self.list(&APPS, None, query).await
    }

    async fn number_of_apps(&mut self, query: &Query<'_, AppField>) -> Result<u64, StoreError> {
        self.number(&APPS, None, query).await
    }

    async fn list_services(&mut self, query: &Query<'_, ServiceField>) -> Result<Vec<NamedService>, StoreError> {
        self.list(&SERVICES, None, query).await
    }

    async fn number_of_services(&mut self, query: &Query<'_, ServiceField>) -> Result<u64, StoreError> {
        self.number(&SERVICES, None, query).await
    }

    async fn list_registries(&mut self, query: &Query<'_, RegistryField>) -> Result<Vec<Registry>, StoreError> {
        self.list(&REGISTRIES, None, query).await
    }

    async fn number_of_registries(&mut self, query: &Query<'_, RegistryField>) -> Result<u64, StoreError> {
        self.number(&REGISTRIES, None, query).await
    }

    async fn list_namespaces(
        &mut self,
        registry: Option<RegistryId>,
        query: &Query<'_, NamespaceField>,
    ) -> Result<Vec<NamedNamespace>, StoreError> {
        self.list(&NAMESPACES, registry, query).await
    }

    async fn number_of_namespaces(&mut self, registry: Option<RegistryId>, query: &Query<'_, NamespaceField>) -> Result<u64, StoreError> {
        self.number(&NAMESPACES, registry, query).await
    }

    async fn list_changes(&mut self, query: &Query<'_, AuditField>) -> Result<Vec<AuditEntry>, StoreError> {
        self.list(&CHANGES, None, query).await
    }

    async fn number_of_changes(&mut self, query: &Query<'_, AuditField>) -> Result<u64, StoreError> {
        self.number(&CHANGES, None, query).await
    }

    async fn list_decisions(&mut self, query: &Query<'_, DecisionField>) -> Result<Vec<DecisionEntry>, StoreError> {
        self.list(&DECISIONS, None, query).await
    }

    async fn number_of_decisions(&mut self, query: &Query<'_, DecisionField>) -> Result<u64, StoreError> {
        self.number(&DECISIONS, None, query).await
    }

    async fn list_repositories(
        &mut self,
        choice: &RepositoryChoice,
        query: &Query<'_, RepositoryField>,
    ) -> Result<Vec<NamedRepository>, StoreError> {
        let statement = self.repositories_of(content::ALL_REPOSITORIES, choice);
        self.list_of(statement, query, content::read_repository).await
    }

    async fn number_of_repositories(&mut self, choice: &RepositoryChoice, query: &Query<'_, RepositoryField>) -> Result<u64, StoreError> {
        let statement = self.repositories_of("SELECT COUNT(*) FROM repositories", choice);
        self.number_of(statement, query).await
    }

    async fn list_tags(&mut self, repository: RepositoryId, query: &Query<'_, TagField>) -> Result<Vec<Tag>, StoreError> {
        let mut statement = Statement::new(content::ALL_TAGS, self.session.spelling());
        statement.restrict("repository_id = ?", [repository.get().into()]);
        self.list_of(statement, query, content::read_tag).await
    }

    async fn number_of_tags(&mut self, repository: RepositoryId, query: &Query<'_, TagField>) -> Result<u64, StoreError> {
        let mut statement = Statement::new("SELECT COUNT(*) FROM tags", self.session.spelling());
        statement.restrict("repository_id = ?", [repository.get().into()]);
        self.number_of(statement, query).await
    }

    async fn list_activities(&mut self, query: &Query<'_, ActivityField>) -> Result<Vec<NamedActivity>, StoreError> {
        let statement = Statement::new(content::ALL_ACTIVITIES, self.session.spelling());
        self.list_of(statement, query, content::read_activity).await
    }

    async fn number_of_activities(&mut self, query: &Query<'_, ActivityField>) -> Result<u64, StoreError> {
        let statement = Statement::new("SELECT COUNT(*) FROM activities", self.session.spelling());
        self.number_of(statement, query).await
    }
}
