//! Repositories.

use super::many::{Changed, Keyed};
use super::{signed, unsigned};
use crate::rules;
use crate::sql::backend::{Row, Value};
use crate::sql::{SqlTx, StoreError, broken};
use spectacles_core::id::{RegistryId, RepositoryId, UserId};
use spectacles_core::listing::NamedRepository;
use spectacles_core::model::{Repository, RepositoryDescription};
use spectacles_core::name::RepositoryName;
use spectacles_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

macro_rules! columns {
    () => {
        "id, registry_id, name, description, is_official, is_automated, stars, pulls, pull_days, tag_count, created, updated, pushed, pulled, gone"
    };
}

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM repositories ", $rest)
    };
}

/// A query for all of them, to go on with.
pub(super) const ALL: &str = select!("");
/// What [`read`] reads.
pub(super) const COLUMNS: &str = columns!();
/// A query for all of them with the service of the registry, to go on with.
pub(in crate::sql) const ALL_NAMED: &str =
    concat!("SELECT (SELECT service FROM registries WHERE registries.id = repositories.registry_id), ", columns!(), " FROM repositories");

pub(super) fn read(row: &mut Row) -> Result<Repository, StoreError> {
    Ok(Repository {
        id: RepositoryId::new(row.integer()?),
        registry: RegistryId::new(row.integer()?),
        name: row.parsed()?,
        said: RepositoryDescription { description: row.text()?, official: row.boolean()?, automated: row.boolean()? },
        stars: unsigned(row.integer()?),
        pulls: unsigned(row.integer()?),
        pull_days: unsigned(row.integer()?),
        tags: unsigned(row.integer()?),
        created: row.timestamp()?,
        updated: row.timestamp()?,
        pushed: row.optional_timestamp()?,
        pulled: row.optional_timestamp()?,
        gone: row.optional_timestamp()?,
    })
}

pub(in crate::sql) fn read_named(row: &mut Row) -> Result<NamedRepository, StoreError> {
    Ok(NamedRepository { registry: row.parsed()?, repository: read(row)? })
}

/// What changes when tags are noted or pulled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) tags: u64,
    pub(super) updated: Timestamp,
    pub(super) pushed: Option<Timestamp>,
    pub(super) gone: Option<Timestamp>,
    pub(super) pulls: u64,
    pub(super) pull_days: u64,
    pub(super) pulled: Option<Timestamp>,
}

/// A new one, but for its id.
const NEW: Keyed = Keyed {
    table: "repositories",
    key: &[],
    columns: &[
        "registry_id",
        "name",
        "is_flat",
        "description",
        "searched",
        "is_official",
        "is_automated",
        "stars",
        "pulls",
        "pull_days",
        "tag_count",
        "created",
        "updated",
        "gone",
    ],
};
const TAGGED: Changed = Changed { table: "repositories", columns: &["tag_count", "updated", "pushed", "gone"] };
const PULLED: Changed = Changed { table: "repositories", columns: &["pulls", "pull_days", "pulled"] };

impl SqlTx {
    async fn ids_of(&mut self, registry: RegistryId, names: &[&RepositoryName]) -> Result<BTreeMap<String, RepositoryId>, StoreError> {
        let sql = "SELECT name, id FROM repositories WHERE registry_id = ? AND name";
        let keys: Vec<Value<'_>> = names.iter().map(|name| name.as_str().into()).collect();
        let read = |row: &mut Row| Ok((row.text()?, RepositoryId::new(row.integer()?)));
        let behind = self.session.spelling().latest;
        Ok(self.ask_in((sql, behind), &[registry.get().into()], &keys, read).await?.into_iter().collect())
    }

    pub(super) async fn meet(
        &mut self,
        registry: RegistryId,
        names: &[RepositoryName],
        at: Timestamp,
    ) -> Result<Vec<RepositoryId>, StoreError> {
        self.lock_content().await?;
        let mut known = self.ids_of(registry, &names.iter().collect::<Vec<_>>()).await?;
        let new: Vec<_> = names.iter().filter(|name| !known.contains_key(name.as_str())).collect();
        let searched: Vec<_> = new.iter().map(|name| rules::searched_text(name.as_str(), "")).collect();
        let rows: Vec<_> =
            new.iter().zip(&searched).map(|(name, searched)| new_row(registry, name.as_str(), searched, at).to_vec()).collect();
        self.put_many(&NEW, &rows).await?;
        known.extend(self.ids_of(registry, &new).await?);
        let id = |name: &RepositoryName| known.get(name.as_str()).copied();
        names.iter().map(|name| id(name).ok_or_else(|| broken("a repository that was stored is not there"))).collect()
    }

    pub(super) async fn describe(&mut self, id: RepositoryId, said: &RepositoryDescription, at: Timestamp) -> Result<bool, StoreError> {
        self.lock_content().await?;
        let sql = "SELECT name, updated FROM repositories WHERE id = ?";
        let Some((name, updated)) = self.one(sql, &[id.get().into()], |row| Ok((row.text()?, row.timestamp()?))).await? else {
            return Ok(false);
        };
        let searched = rules::searched_text(&name, &said.summary());
        let sql = "UPDATE repositories SET description = ?, searched = ?, is_official = ?, is_automated = ?, updated = ? WHERE id = ?";
        let values = [
            said.description.as_str().into(),
            searched.as_str().into(),
            said.official.into(),
            said.automated.into(),
            updated.max(at).into(),
            id.get().into(),
        ];
        self.execute(sql, &values).await
    }

    /// What is counted of repositories, of those that exist.
    pub(super) async fn counted(&mut self, repositories: &BTreeSet<RepositoryId>) -> Result<BTreeMap<RepositoryId, Counted>, StoreError> {
        let sql = "SELECT id, tag_count, updated, pushed, gone, pulls, pull_days, pulled FROM repositories WHERE id";
        let read = |row: &mut Row| {
            let id = RepositoryId::new(row.integer()?);
            let counted = Counted {
                tags: unsigned(row.integer()?),
                updated: row.timestamp()?,
                pushed: row.optional_timestamp()?,
                gone: row.optional_timestamp()?,
                pulls: unsigned(row.integer()?),
                pull_days: unsigned(row.integer()?),
                pulled: row.optional_timestamp()?,
            };
            Ok((id, counted))
        };
        let ids: Vec<Value<'_>> = repositories.iter().map(|id| id.get().into()).collect();
        let behind = self.session.spelling().latest;
        Ok(self.ask_in((sql, behind), &[], &ids, read).await?.into_iter().collect())
    }

    /// Stores what follows from their tags.
    pub(super) async fn store_tagged(&mut self, repositories: &BTreeMap<RepositoryId, Counted>) -> Result<(), StoreError> {
        let row = |(id, counted): (&RepositoryId, &Counted)| {
            (id.get(), [signed(counted.tags).into(), counted.updated.into(), counted.pushed.into(), counted.gone.into()])
        };
        self.change_each(&TAGGED, &repositories.iter().map(row).collect::<Vec<_>>()).await
    }

    /// Stores what follows from pulls.
    pub(super) async fn store_pulled(&mut self, repositories: &BTreeMap<RepositoryId, Counted>) -> Result<(), StoreError> {
        let row = |(id, counted): (&RepositoryId, &Counted)| {
            (id.get(), [signed(counted.pulls).into(), signed(counted.pull_days).into(), counted.pulled.into()])
        };
        self.change_each(&PULLED, &repositories.iter().map(row).collect::<Vec<_>>()).await
    }

    pub(super) async fn give_star(
        &mut self,
        repository: RepositoryId,
        user: UserId,
        given: bool,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.lock_content().await?;
        let key: [Value<'_>; 2] = [repository.get().into(), user.get().into()];
        let sql = "DELETE FROM stars WHERE repository_id = ? AND user_id = ?";
        if !given {
            let taken = self.execute(sql, &key).await?;
            if taken {
                self.execute("UPDATE repositories SET stars = stars - 1 WHERE id = ?", &[repository.get().into()]).await?;
            }
            return Ok(taken);
        }
        let sql = "SELECT repository_id FROM stars WHERE repository_id = ? AND user_id = ?";
        let sql = format!("{sql} {}", self.session.spelling().latest);
        if !self.session.fetch(sql, &key, true).await?.is_empty() {
            return Ok(false);
        }
        let sql = "INSERT INTO stars (repository_id, user_id, created) VALUES (?, ?, ?)";
        self.execute(sql, &[repository.get().into(), user.get().into(), at.into()]).await?;
        self.execute("UPDATE repositories SET stars = stars + 1 WHERE id = ?", &[repository.get().into()]).await
    }

    /// Takes the stars back that a user has given, who is about to be deleted.
    pub(in crate::sql) async fn take_stars_of(&mut self, user: UserId) -> Result<(), StoreError> {
        self.lock_content().await?;
        let sql = "UPDATE repositories SET stars = stars - 1 WHERE id IN (SELECT repository_id FROM stars WHERE user_id = ?)";
        self.execute(sql, &[user.get().into()]).await.map(|_| ())
    }
}

fn new_row<'v>(registry: RegistryId, name: &'v str, searched: &'v str, at: Timestamp) -> [Value<'v>; 14] {
    let none = || Value::from(0_i64);
    [
        registry.get().into(),
        name.into(),
        (!name.contains('/')).into(),
        "".into(),
        searched.into(),
        none(),
        none(),
        none(),
        none(),
        none(),
        none(),
        at.into(),
        at.into(),
        at.into(),
    ]
}
