//! Counting pulls.

use super::many::{Changed, Keyed};
use super::tags::Place;
use super::{signed, unsigned};
use crate::rules::{Days, LONGEST_KEY, consumed, key, later};
use crate::sql::backend::{Row, Value};
use crate::sql::{SqlTx, StoreError};
use spectacles_core::id::RepositoryId;
use spectacles_core::model::{Consumer, Pulls};
use std::collections::{BTreeMap, BTreeSet};

const CONSUMERS: Keyed = Keyed {
    table: "consumers",
    key: &["repository_id", "digest", "principal"],
    columns: &["address", "tag", "pulls", "first_pull", "last_pull"],
};
const PULLERS: Keyed = Keyed { table: "pullers", key: &["repository_id", "principal"], columns: &["last_day", "days"] };
const TAGS: Changed = Changed { table: "tags", columns: &["pulls", "pulled"] };

/// What [`read_consumer`] reads.
pub(super) const CONSUMER: &str = "principal, address, tag, pulls, first_pull, last_pull";

pub(super) fn read_consumer(row: &mut Row) -> Result<Consumer, StoreError> {
    Ok(Consumer {
        principal: row.text()?,
        address: row.optional_text()?,
        tag: row.optional_parsed()?,
        pulls: unsigned(row.integer()?),
        first: row.timestamp()?,
        last: row.timestamp()?,
    })
}

/// From which repository, what, and who.
type Consumption = (RepositoryId, String, String);

impl SqlTx {
    pub(super) async fn note_pulls(&mut self, pulls: &[Pulls]) -> Result<(), StoreError> {
        self.lock_content().await?;
        let mut repositories = self.counted(&pulls.iter().map(|pull| pull.repository).collect()).await?;
        let there = |pull: &&Pulls| pull.count > 0 && repositories.contains_key(&pull.repository);
        let pulls: Vec<_> = pulls.iter().filter(there).map(|pull| (pull, key(&pull.principal, LONGEST_KEY))).collect();
        let places: BTreeSet<Place> =
            pulls.iter().filter_map(|(pull, _)| Some((pull.repository, pull.tag.as_ref()?.to_string()))).collect();
        let mut tags = self.noted(&places).await?;
        let mut pullers = self.pullers(&pulls.iter().map(|(pull, principal)| (pull.repository, principal.clone())).collect()).await?;
        let consumptions = pulls.iter().map(|(pull, principal)| (pull.repository, pull.digest.to_string(), principal.clone()));
        let mut consumers = self.consumed(&consumptions.collect()).await?;
        for (pull, principal) in &pulls {
            let days = pullers.entry((pull.repository, principal.clone())).or_insert(Days::NONE);
            let is_new = days.count(pull.at);
            if let Some(repository) = repositories.get_mut(&pull.repository) {
                repository.pulls = repository.pulls.saturating_add(pull.count);
                repository.pulled = later(repository.pulled, pull.at);
                repository.pull_days = repository.pull_days.saturating_add(is_new.into());
            }
            let place = pull.tag.as_ref().map(|tag| (pull.repository, tag.to_string()));
            if let Some(noted) = place.and_then(|place| tags.get_mut(&place)) {
                noted.tag.pulls = noted.tag.pulls.saturating_add(pull.count);
                noted.tag.pulled = later(noted.tag.pulled, pull.at);
            }
            let key = (pull.repository, pull.digest.to_string(), principal.clone());
            let known = consumers.remove(&key);
            consumers.insert(key, consumed(known, pull, principal));
        }
        let touched: BTreeSet<_> = pulls.iter().map(|(pull, _)| pull.repository).collect();
        repositories.retain(|id, _| touched.contains(id));
        self.store_pulled(&repositories).await?;
        let row = |noted: &crate::rules::Noted| (noted.tag.id.get(), [signed(noted.tag.pulls).into(), noted.tag.pulled.into()]);
        self.change_each(&TAGS, &tags.values().map(row).collect::<Vec<_>>()).await?;
        let rows: Vec<_> = pullers.iter().map(puller_row).collect();
        self.put_many(&PULLERS, &rows).await?;
        let rows: Vec<_> = consumers.iter().map(consumer_row).collect();
        self.put_many(&CONSUMERS, &rows).await
    }

    async fn pullers(&mut self, who: &BTreeSet<(RepositoryId, String)>) -> Result<BTreeMap<(RepositoryId, String), Days>, StoreError> {
        let keys: Vec<[Value<'_>; 2]> =
            who.iter().map(|(repository, principal)| [repository.get().into(), principal.as_str().into()]).collect();
        let sql = "SELECT repository_id, principal, last_day, days FROM pullers WHERE";
        let read = |row: &mut Row| {
            let who = (RepositoryId::new(row.integer()?), row.text()?);
            Ok((who, Days { last: row.integer()?, before: row.integer()? }))
        };
        let behind = self.session.spelling().latest;
        Ok(self.ask((sql, "(repository_id = ? AND principal = ?)", behind), &[], &keys, read).await?.into_iter().collect())
    }

    async fn consumed(&mut self, what: &BTreeSet<Consumption>) -> Result<BTreeMap<Consumption, Consumer>, StoreError> {
        let key = |(repository, digest, principal): &'_ Consumption| (repository.get(), digest.clone(), principal.clone());
        let owned: Vec<_> = what.iter().map(key).collect();
        let keys: Vec<[Value<'_>; 3]> = owned
            .iter()
            .map(|(repository, digest, principal)| [(*repository).into(), digest.as_str().into(), principal.as_str().into()])
            .collect();
        let sql = format!("SELECT repository_id, digest, {CONSUMER} FROM consumers WHERE");
        let read = |row: &mut Row| {
            let (repository, digest) = (RepositoryId::new(row.integer()?), row.text()?);
            let consumer = read_consumer(row)?;
            Ok(((repository, digest, consumer.principal.clone()), consumer))
        };
        let behind = self.session.spelling().latest;
        let found = self.ask((&sql, "(repository_id = ? AND digest = ? AND principal = ?)", behind), &[], &keys, read).await?;
        Ok(found.into_iter().collect())
    }
}

fn puller_row<'v>(((repository, principal), days): (&'v (RepositoryId, String), &'v Days)) -> Vec<Value<'v>> {
    vec![repository.get().into(), principal.as_str().into(), days.last.into(), days.before.into()]
}

fn consumer_row<'v>(((repository, digest, principal), consumer): (&'v Consumption, &'v Consumer)) -> Vec<Value<'v>> {
    vec![
        repository.get().into(),
        digest.as_str().into(),
        principal.as_str().into(),
        (&consumer.address).into(),
        consumer.tag.as_ref().map(spectacles_core::name::TagName::as_str).into(),
        signed(consumer.pulls).into(),
        consumer.first.into(),
        consumer.last.into(),
    ]
}
