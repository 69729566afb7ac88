//! What happened.

use super::many::Keyed;
use crate::rules;
use crate::sql::backend::{Row, Value};
use crate::sql::{SqlTx, StoreError, broken};
use spectacles_core::id::{ActivityId, RegistryId};
use spectacles_core::listing::NamedActivity;
use spectacles_core::model::{Activity, ActivityRecord};
use spectacles_core::name::{Digest, RepositoryName, TagName};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

/// A query for all of it with the service of the registry, to go on with.
pub(in crate::sql) const ALL_NAMED: &str = "SELECT (SELECT service FROM registries WHERE registries.id = activities.registry_id), id, happened, \
                                            registry_id, kind, repository, tag, digest, principal, address, agent, remark, event FROM activities";

const ACTIVITIES: Keyed = Keyed {
    table: "activities",
    key: &[],
    columns: &["happened", "registry_id", "kind", "repository", "tag", "digest", "principal", "address", "agent", "remark", "event"],
};

pub(in crate::sql) fn read_named(row: &mut Row) -> Result<NamedActivity, StoreError> {
    let registry = row.parsed()?;
    let id = ActivityId::new(row.integer()?);
    let record = ActivityRecord {
        at: row.timestamp()?,
        registry: RegistryId::new(row.integer()?),
        kind: row.parsed()?,
        repository: read_name(row)?,
        tag: read_name(row)?,
        digest: read_name(row)?,
        principal: row.text()?,
        address: row.optional_text()?,
        agent: row.optional_text()?,
        text: row.optional_text()?,
        event: row.optional_text()?,
    };
    Ok(NamedActivity { activity: Activity { id, record }, registry })
}

/// The next column, a name or empty text.
fn read_name<T: FromStr<Err: Display>>(row: &mut Row) -> Result<Option<T>, StoreError> {
    let text = row.text()?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(broken) }
}

impl SqlTx {
    pub(super) async fn note_activities(&mut self, records: &[ActivityRecord]) -> Result<(), StoreError> {
        self.lock_content().await?;
        let records: Vec<_> = records.iter().map(rules::noted).collect();
        let mut events: BTreeMap<RegistryId, BTreeSet<&str>> = BTreeMap::new();
        for record in &records {
            events.entry(record.registry).or_default().extend(record.event.as_deref());
        }
        let mut known = BTreeSet::new();
        for (registry, events) in events {
            let events: Vec<_> = events.into_iter().collect();
            let found = self.events(registry, &events).await?;
            known.extend(found.into_iter().map(|event| (registry, event)));
        }
        let mut is_new =
            |record: &&ActivityRecord| record.event.as_ref().is_none_or(|event| known.insert((record.registry, event.clone())));
        let rows: Vec<_> = records.iter().filter(|record| is_new(record)).map(row).collect();
        self.put_many(&ACTIVITIES, &rows).await
    }

    /// Which of these were noted already, as they are noted.
    pub(super) async fn events(&mut self, registry: RegistryId, events: &[&str]) -> Result<Vec<String>, StoreError> {
        let keys: Vec<Value<'_>> = events.iter().map(|event| (*event).into()).collect();
        let sql = "SELECT event FROM activities WHERE registry_id = ? AND event";
        let behind = if self.has_content { self.session.spelling().latest } else { "" };
        self.ask_in((sql, behind), &[registry.get().into()], &keys, Row::text).await
    }
}

fn row(record: &ActivityRecord) -> Vec<Value<'_>> {
    vec![
        record.at.into(),
        record.registry.get().into(),
        record.kind.as_str().into(),
        record.repository.as_ref().map_or("", RepositoryName::as_str).into(),
        record.tag.as_ref().map_or("", TagName::as_str).into(),
        record.digest.as_ref().map_or("", Digest::as_str).into(),
        record.principal.as_str().into(),
        (&record.address).into(),
        (&record.agent).into(),
        (&record.text).into(),
        (&record.event).into(),
    ]
}
