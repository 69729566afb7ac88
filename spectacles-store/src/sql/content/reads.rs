//! Reading what is known of the content of registries.

use super::pulls::{CONSUMER, read_consumer};
use super::{manifests, repositories, tags};
use crate::rules::{LONGEST_KEY, LONGEST_LABEL, key};
use crate::sql::backend::{Row, Value};
use crate::sql::{SqlTx, StoreError, broken};
use async_trait::async_trait;
use spectacles_core::id::{RegistryId, RepositoryId, UserId};
use spectacles_core::model::{Consumer, Manifest, Repository, SyncState, Tag};
use spectacles_core::name::{Digest, RepositoryName, TagName};
use spectacles_core::store::{ContentReads, RepositorySearch};
use std::collections::BTreeSet;

/// Behind everything that begins with what is before it.
const LAST: char = '\u{10ffff}';

#[async_trait]
impl ContentReads for SqlTx {
    async fn repository(&mut self, id: RepositoryId) -> Result<Option<Repository>, StoreError> {
        let sql = format!("{} WHERE id = ?", repositories::ALL);
        let mut rows = self.session.fetch(sql, &[id.get().into()], true).await?;
        rows.pop().map(|mut row| repositories::read(&mut row)).transpose()
    }

    async fn repositories_named(&mut self, registry: RegistryId, names: &[RepositoryName]) -> Result<Vec<Repository>, StoreError> {
        let names: BTreeSet<_> = names.iter().map(RepositoryName::as_str).collect();
        let names: Vec<Value<'_>> = names.into_iter().map(Value::from).collect();
        let before = format!("{} WHERE registry_id = ? AND name", repositories::ALL);
        self.ask_in((&before, ""), &[registry.get().into()], &names, repositories::read).await
    }

    async fn repositories(
        &mut self,
        registry: RegistryId,
        after: Option<&RepositoryName>,
        limit: u32,
    ) -> Result<Vec<Repository>, StoreError> {
        let sql = format!("{} WHERE registry_id = ? AND name > ? AND gone IS NULL ORDER BY name LIMIT ?", repositories::ALL);
        let values = [registry.get().into(), after.map_or("", RepositoryName::as_str).into(), limit.into()];
        let rows = self.session.fetch(sql, &values, true).await?;
        rows.into_iter().map(|mut row| repositories::read(&mut row)).collect()
    }

    async fn search_repositories(&mut self, search: &RepositorySearch) -> Result<Vec<Repository>, StoreError> {
        self.search(search).await
    }

    async fn tags_of(&mut self, repositories: &[RepositoryId]) -> Result<Vec<Tag>, StoreError> {
        let ids: BTreeSet<_> = repositories.iter().map(|id| id.get()).collect();
        let ids: Vec<Value<'_>> = ids.into_iter().map(Value::from).collect();
        let before = format!("{} WHERE repository_id", tags::ALL);
        let mut found = self.ask_in((&before, ""), &[], &ids, tags::read).await?;
        found.sort_by(|one, other| (one.repository, &one.name).cmp(&(other.repository, &other.name)));
        Ok(found)
    }

    async fn tag(&mut self, repository: RepositoryId, name: &TagName) -> Result<Option<Tag>, StoreError> {
        let values = [repository.get().into(), name.as_str().into()];
        Ok(self.tags_where("WHERE repository_id = ? AND name = ?", &values).await?.pop())
    }

    async fn tags_with(&mut self, repository: RepositoryId, digest: &Digest) -> Result<Vec<Tag>, StoreError> {
        let values = [repository.get().into(), digest.as_str().into()];
        self.tags_where("WHERE repository_id = ? AND digest = ? ORDER BY name", &values).await
    }

    async fn find_tags(&mut self, registry: Option<RegistryId>, begin: &str, limit: u32) -> Result<Vec<Tag>, StoreError> {
        let mut found = Vec::new();
        // The order of digests is not that of names: of those that fit all are looked at. Nobody looks for less than some digits.
        for (column, begin) in [("name", begin.to_owned()), ("digest", format!("sha256:{begin}"))] {
            let end = format!("{begin}{LAST}");
            let mut values = vec![begin.as_str().into(), end.as_str().into()];
            let on = on_registry(registry, &mut values);
            values.push(limit.into());
            found.extend(self.tags_where(&format!("WHERE {column} >= ? AND {column} < ? {on} ORDER BY name, id LIMIT ?"), &values).await?);
        }
        found.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        found.dedup_by_key(|tag| tag.id);
        found.truncate(limit as usize);
        Ok(found)
    }

    async fn tags_labelled(
        &mut self,
        registry: Option<RegistryId>,
        label: &str,
        value: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Tag>, StoreError> {
        let (label, value) = (key(label, LONGEST_LABEL), value.map(|value| key(value, LONGEST_LABEL)));
        let mut values = vec![label.as_str().into()];
        values.extend(value.as_deref().map(Value::from));
        let and_value = if value.is_some() { "AND labels.value = ?" } else { "" };
        let has = format!(
            "WHERE id IN (SELECT labelled.id FROM labels JOIN tags AS labelled ON labelled.digest = labels.digest \
             JOIN repositories ON repositories.id = labelled.repository_id AND repositories.registry_id = labels.registry_id \
             WHERE labels.label = ? {and_value})"
        );
        let on = on_registry(registry, &mut values);
        values.push(limit.into());
        self.tags_where(&format!("{has} {on} ORDER BY id LIMIT ?"), &values).await
    }

    async fn manifests(&mut self, registry: RegistryId, digests: &[Digest]) -> Result<Vec<Manifest>, StoreError> {
        let digests: BTreeSet<_> = digests.iter().map(Digest::as_str).collect();
        let digests: Vec<Value<'_>> = digests.into_iter().map(Value::from).collect();
        self.ask_in((manifests::OF_REGISTRY, ""), &[registry.get().into()], &digests, manifests::read).await
    }

    async fn consumers(&mut self, repository: RepositoryId, digest: &Digest, limit: u32) -> Result<Vec<Consumer>, StoreError> {
        let order = "ORDER BY last_pull DESC, principal LIMIT ?";
        let sql = format!("SELECT {CONSUMER} FROM consumers WHERE repository_id = ? AND digest = ? {order}");
        let values = [repository.get().into(), digest.as_str().into(), limit.into()];
        let rows = self.session.fetch(sql, &values, true).await?;
        rows.into_iter().map(|mut row| read_consumer(&mut row)).collect()
    }

    async fn consumers_of_image(&mut self, digest: &Digest, limit: u32) -> Result<Vec<(RepositoryId, Consumer)>, StoreError> {
        // First which manifests have it, so that an index leads to their consumers.
        let sql = "SELECT registry_id, digest FROM manifests WHERE config_digest = ?";
        let read = |row: &mut Row| Ok((Some(row.integer()?), row.text()?));
        let mut images: Vec<(Option<i64>, String)> = self.all(sql, &[digest.as_str().into()], read).await?;
        images.push((None, digest.to_string()));
        let mut found = Vec::new();
        for (registry, image) in &images {
            let mut values = vec![image.as_str().into()];
            let on = on_registry(registry.map(RegistryId::new), &mut values);
            values.push(limit.into());
            let order = "ORDER BY last_pull DESC, repository_id, principal LIMIT ?";
            let sql = format!("SELECT repository_id, digest, {CONSUMER} FROM consumers WHERE digest = ? {on} {order}");
            for mut row in self.session.fetch(sql, &values, true).await? {
                found.push((RepositoryId::new(row.integer()?), row.text()?, read_consumer(&mut row)?));
            }
        }
        let place = |(of, what, consumer): &(RepositoryId, String, Consumer)| {
            (std::cmp::Reverse(consumer.last), *of, consumer.principal.clone(), what.clone())
        };
        found.sort_by_key(place);
        found.dedup_by_key(|found| place(found));
        found.truncate(limit as usize);
        Ok(found.into_iter().map(|(of, _, consumer)| (of, consumer)).collect())
    }

    async fn sync_states(&mut self) -> Result<Vec<SyncState>, StoreError> {
        let read = |row: &mut Row| serde_json::from_str(&row.text()?).map_err(broken);
        self.all("SELECT state FROM sync_states ORDER BY registry_id", &[], read).await
    }

    async fn starred(&mut self, user: UserId, repositories: &[RepositoryId]) -> Result<Vec<RepositoryId>, StoreError> {
        let ids: Vec<Value<'_>> = repositories.iter().map(|id| id.get().into()).collect();
        let sql = "SELECT repository_id FROM stars WHERE user_id = ? AND repository_id";
        let read = |row: &mut Row| row.integer().map(RepositoryId::new);
        self.ask_in((sql, ""), &[user.get().into()], &ids, read).await
    }

    async fn known_events(&mut self, registry: RegistryId, events: &[&str]) -> Result<Vec<String>, StoreError> {
        let keys: Vec<String> = events.iter().map(|event| key(event, LONGEST_KEY)).collect();
        let known = self.events(registry, &keys.iter().map(String::as_str).collect::<Vec<_>>()).await?;
        let known: BTreeSet<String> = known.into_iter().collect();
        let noted = events.iter().zip(&keys).filter(|(_, key)| known.contains(*key));
        Ok(noted.map(|(event, _)| (*event).to_owned()).collect())
    }
}

impl SqlTx {
    async fn tags_where(&mut self, condition: &str, values: &[Value<'_>]) -> Result<Vec<Tag>, StoreError> {
        let rows = self.session.fetch(format!("{} {condition}", tags::ALL), values, true).await?;
        rows.into_iter().map(|mut row| tags::read(&mut row)).collect()
    }
}

/// That tags or consumers are of a registry.
fn on_registry(registry: Option<RegistryId>, values: &mut Vec<Value<'_>>) -> &'static str {
    match registry {
        Some(registry) => {
            values.push(registry.get().into());
            "AND repository_id IN (SELECT id FROM repositories WHERE registry_id = ?)"
        }
        None => "",
    }
}
