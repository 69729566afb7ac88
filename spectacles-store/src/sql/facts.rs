//! Facts: for each page of things one query for the things, and one for each of the lists they have.

use super::backend::Row;
use super::registries::read_token;
use super::{SqlTx, StoreError};
use async_trait::async_trait;
use spectacles_core::access::{NamespaceFacts, RegistryFacts, UserFacts};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::PasswordHash;
use spectacles_core::name::GroupName;
use spectacles_core::right::Right;
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
    fn of(&mut self, id: i64) -> Box<[T]> {
        std::iter::from_fn(|| self.0.next_if(|(owner, _)| *owner == id)).map(|(_, thing)| thing).collect()
    }
}

impl SqlTx {
    /// Reads such pairs for the things of a range that ends with `last`.
    async fn lists<T>(
        &mut self,
        sql: &'static str,
        after: i64,
        last: i64,
        read: fn(&mut Row) -> Result<(i64, T), StoreError>,
    ) -> Result<Lists<T>, StoreError> {
        Ok(Lists(self.all(sql, &[after.into(), last.into()], read).await?.into_iter().peekable()))
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
        let sql = "SELECT id, name, is_admin, is_enabled, password FROM users WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let values = [range.after.into(), range.last.into(), range.limit.into()];
        let mut users = self
            .all(sql, &values, |row| {
                Ok(UserFacts {
                    id: UserId::new(row.integer()?),
                    name: row.parsed()?,
                    admin: row.boolean()?,
                    enabled: row.boolean()?,
                    password: row.optional_text()?.map(PasswordHash::from_phc),
                    groups: Box::default(),
                })
            })
            .await?;
        if let Some(last) = users.last().map(|user| user.id.get()) {
            let sql = "SELECT user_id, group_id FROM group_members WHERE user_id > ? AND user_id <= ? ORDER BY user_id, group_id";
            let mut groups = self.lists(sql, range.after, last, |row| Ok((row.integer()?, GroupId::new(row.integer()?)))).await?;
            for user in &mut users {
                user.groups = groups.of(user.id.get());
            }
        }
        Ok(users)
    }

    async fn group_facts(&mut self, which: Which<GroupId>) -> Result<Vec<(GroupId, GroupName)>, StoreError> {
        let range = range(which, GroupId::get);
        let sql = "SELECT id, name FROM user_groups WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let values = [range.after.into(), range.last.into(), range.limit.into()];
        self.all(sql, &values, |row| Ok((GroupId::new(row.integer()?), row.parsed()?))).await
    }

    async fn registry_facts(&mut self, which: Which<RegistryId>) -> Result<Vec<RegistryFacts>, StoreError> {
        let range = range(which, RegistryId::get);
        let sql = "SELECT id, service, is_enabled, is_read_only, anonymous, token_seconds, kid_style FROM registries \
                   WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let values = [range.after.into(), range.last.into(), range.limit.into()];
        self.all(sql, &values, |row| {
            Ok(RegistryFacts {
                id: RegistryId::new(row.integer()?),
                service: row.parsed()?,
                enabled: row.boolean()?,
                read_only: row.boolean()?,
                anonymous: row.parsed()?,
                token: read_token(row)?,
            })
        })
        .await
    }

    async fn namespace_facts(&mut self, which: Which<NamespaceId>) -> Result<Vec<NamespaceFacts>, StoreError> {
        let range = range(which, NamespaceId::get);
        let sql = "SELECT id, registry_id, path, owner_id, is_public, members_right, groups_right, others_right FROM namespaces \
                   WHERE id > ? AND id <= ? ORDER BY id LIMIT ?";
        let values = [range.after.into(), range.last.into(), range.limit.into()];
        let mut namespaces = self.all(sql, &values, read_namespace).await?;
        let Some(last) = namespaces.last().map(|namespace| namespace.id.get()) else {
            return Ok(namespaces);
        };
        /// The text for one of the four tables.
        macro_rules! pairs {
            ($columns:literal, $table:literal, $id:literal) => {
                concat!(
                    "SELECT namespace_id, ",
                    $columns,
                    " FROM ",
                    $table,
                    " WHERE namespace_id > ? AND namespace_id <= ? ORDER BY namespace_id, ",
                    $id
                )
            };
        }
        let user = |row: &mut Row| Ok((row.integer()?, UserId::new(row.integer()?)));
        let mut members = self.lists(pairs!("user_id", "namespace_users", "user_id"), range.after, last, user).await?;
        let group = |row: &mut Row| Ok((row.integer()?, GroupId::new(row.integer()?)));
        let mut groups = self.lists(pairs!("group_id", "namespace_groups", "group_id"), range.after, last, group).await?;
        let grant = |row: &mut Row| Ok((row.integer()?, (UserId::new(row.integer()?), row.parsed::<Right>()?)));
        let sql = pairs!("user_id, granted", "namespace_user_grants", "user_id");
        let mut user_grants = self.lists(sql, range.after, last, grant).await?;
        let grant = |row: &mut Row| Ok((row.integer()?, (GroupId::new(row.integer()?), row.parsed::<Right>()?)));
        let sql = pairs!("group_id, granted", "namespace_group_grants", "group_id");
        let mut group_grants = self.lists(sql, range.after, last, grant).await?;
        for namespace in &mut namespaces {
            let id = namespace.id.get();
            namespace.members = members.of(id);
            namespace.groups = groups.of(id);
            namespace.user_grants = user_grants.of(id);
            namespace.group_grants = group_grants.of(id);
        }
        Ok(namespaces)
    }
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
        members: Box::default(),
        groups: Box::default(),
        user_grants: Box::default(),
        group_grants: Box::default(),
    })
}
