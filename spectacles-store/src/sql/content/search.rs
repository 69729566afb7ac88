//! Searching repositories.
//!
//! There is an index by what they are ordered by, and, but for MySQL, one by the parts of what is looked through. Of a common part enough are
//! among the first of the one, of a rare one there are few in the other. So the first some hundreds and thousands are looked at, and when too few
//! of them fit, all that the other has. MySQL goes on looking.

use super::repositories::{COLUMNS, read};
use crate::sql::backend::{Row, Value};
use crate::sql::{SqlTx, StoreError};
use spectacles_core::model::Repository;
use spectacles_core::store::RepositorySearch;
use std::cmp::Reverse;

mod parts;
mod paths;
mod question;
#[cfg(all(test, feature = "sqlite", feature = "conformance"))]
mod tests;

pub(in crate::sql) use paths::Paths;
use question::{Condition, Found, Held, Question, Stretch};

/// How many of the first are looked at, one after the other. Tests have fewer repositories, and are to go every way.
const WALKS: [u32; 2] = if cfg!(test) { [2, 5] } else { [500, 4_000] };
/// Of how many repositories below some paths all are looked at.
const FEW: u32 = if cfg!(test) { 9 } else { 20_000 };

fn read_found(row: &mut Row) -> Result<Found, StoreError> {
    Ok(Found { id: row.integer()?, place: (Reverse(row.integer()?), row.text()?, row.integer()?) })
}

impl SqlTx {
    pub(super) async fn search(&mut self, search: &RepositorySearch) -> Result<Vec<Repository>, StoreError> {
        let paths = search.choice.below.as_ref().map(|below| Paths::new(below));
        // No name and no first line has a line break, and no text in a database this sign.
        if search.limit == 0 || search.term.contains(['\n', '\0']) || paths.as_ref().is_some_and(Paths::is_empty) {
            return Ok(Vec::new());
        }
        let worth = if search.by_pulls { "pull_days" } else { "stars" };
        let question = Question { search, spelling: self.session.spelling(), worth, paths };
        let mut found = self.find(&question).await?;
        found.sort_by(|one, other| one.place.cmp(&other.place));
        found.dedup_by_key(|found| found.id);
        found.truncate(search.limit as usize);
        self.load(&found).await
    }

    async fn find(&mut self, question: &Question<'_>) -> Result<Vec<Found>, StoreError> {
        let plain = question.search.term.is_empty() && question.search.choice.registry.is_none() && question.paths.is_none();
        let walks: &[u32] = if plain { &[question.search.limit] } else { &WALKS };
        for most in walks {
            let (found, is_all) = self.walk(question, *most).await?;
            if question.is_full(&found) || is_all {
                return Ok(found);
            }
            // All of what is below few paths is looked at sooner than thousands of others.
            if let Some(found) = self.below(question).await? {
                return Ok(found);
            }
        }
        match self.by_parts(question).await? {
            Some(found) => Ok(found),
            None => self.everything(question).await,
        }
    }

    /// Looks at the first of the order; whether that were all.
    async fn walk(&mut self, question: &Question<'_>, most: u32) -> Result<(Vec<Found>, bool), StoreError> {
        let (mut found, mut left) = (Vec::new(), i64::from(most));
        for stretch in question.stretches() {
            let mut walked = Condition::default();
            question.behind(&mut walked, *stretch);
            walked.values.push(Held::Number(left));
            let (worth, order, within) = (question.worth, question.order(), &walked.text);
            let among = format!(
                "(SELECT id, {worth} AS worth, name, registry_id, searched FROM repositories WHERE gone IS NULL{within} ORDER BY {order} \
                 LIMIT ?) AS walked"
            );
            let mut condition = Condition { text: String::new(), values: walked.values.clone() };
            question.fits(&mut condition);
            let sql = format!("SELECT id, worth, name, registry_id FROM {among} WHERE 1 = 1{}", condition.text);
            found.extend(self.found(sql, &condition, question).await?);
            if question.is_full(&found) {
                return Ok((found, false));
            }
            let sql =
                format!("SELECT COUNT(*) FROM (SELECT id FROM repositories WHERE gone IS NULL{within} ORDER BY {order} LIMIT ?) AS walked");
            left = left.saturating_sub(self.count_some(sql, &walked).await?);
            if left <= 0 {
                return Ok((found, false));
            }
        }
        Ok((found, true))
    }

    /// Looks at all that is below the paths, when that is not much.
    async fn below(&mut self, question: &Question<'_>) -> Result<Option<Vec<Found>>, StoreError> {
        let on_registry;
        let paths = match (&question.paths, question.search.choice.registry) {
            (Some(paths), _) => paths,
            (None, Some(registry)) => {
                on_registry = Paths::all_of(registry);
                &on_registry
            }
            (None, None) => return Ok(None),
        };
        let mut there = 0;
        for (from, condition) in paths.sources(question.spelling, "repositories") {
            let mut values = condition.values.clone();
            values.push(Held::Number(i64::from(FEW)));
            let sql = format!("SELECT COUNT(*) FROM (SELECT 1 FROM {from} WHERE 1 = 1{} LIMIT ?) AS covered", condition.text);
            there += self.count_some(sql, &Condition { text: String::new(), values }).await?;
            if there >= i64::from(FEW) {
                return Ok(None);
            }
        }
        let mut found = Vec::new();
        for (from, mut condition) in paths.sources(question.spelling, "repositories") {
            condition.and("gone IS NULL", []);
            question.fits(&mut condition);
            question.behind(&mut condition, Stretch::Both);
            condition.values.push(Held::Number(i64::from(question.search.limit)));
            let (worth, order, fits) = (question.worth, question.order(), &condition.text);
            let sql = format!("SELECT id, {worth}, name, registry_id FROM {from} WHERE 1 = 1{fits} ORDER BY {order} LIMIT ?");
            found.extend(self.found(sql, &condition, question).await?);
        }
        Ok(Some(found))
    }

    /// Looks at one after the other until there are enough.
    async fn everything(&mut self, question: &Question<'_>) -> Result<Vec<Found>, StoreError> {
        let mut condition = Condition::default();
        question.behind(&mut condition, Stretch::Both);
        question.fits(&mut condition);
        let (worth, order) = (question.worth, question.order());
        let mut sql = format!("SELECT id, {worth}, name, registry_id FROM repositories WHERE gone IS NULL{}", condition.text);
        sql.push_str(&format!(" ORDER BY {order}"));
        if question.paths.is_none() {
            sql.push_str(" LIMIT ?");
            condition.values.push(Held::Number(i64::from(question.search.limit)));
        }
        self.found(sql, &condition, question).await
    }

    async fn found(&mut self, sql: String, condition: &Condition, question: &Question<'_>) -> Result<Vec<Found>, StoreError> {
        let rows = self.session.fetch(sql, &condition.values(), false).await?;
        let found = rows.into_iter().map(|mut row| read_found(&mut row)).collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().filter(|found| question.is_below(found)).collect())
    }

    async fn count_some(&mut self, sql: String, condition: &Condition) -> Result<i64, StoreError> {
        let row = self.session.fetch(sql, &condition.values(), false).await?.pop();
        row.map_or(Ok(0), |mut row| row.integer())
    }

    /// The repositories that were found, in this order.
    async fn load(&mut self, found: &[Found]) -> Result<Vec<Repository>, StoreError> {
        let ids: Vec<Value<'_>> = found.iter().map(|found| found.id.into()).collect();
        let before = format!("SELECT {COLUMNS} FROM repositories WHERE id");
        let mut repositories: std::collections::BTreeMap<i64, Repository> =
            self.ask_in((&before, ""), &[], &ids, read).await?.into_iter().map(|repository| (repository.id.get(), repository)).collect();
        Ok(found.iter().filter_map(|found| repositories.remove(&found.id)).collect())
    }
}
