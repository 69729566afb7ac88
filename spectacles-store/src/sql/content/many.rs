//! Statements for many rows at once. A database takes many rows at once much faster than one after the other; and there are few sizes, so that it
//! has few statements to prepare.

use crate::sql::backend::{Row, Value};
use crate::sql::{SqlTx, StoreError};

/// For how many things a query asks; the last one stands in the places that are left over.
const ASKED: [usize; 4] = [1, 8, 64, 256];
/// How many rows a statement writes.
const WRITTEN: [usize; 3] = [64, 8, 1];

/// A table with a unique key.
pub(super) struct Keyed {
    pub(super) table: &'static str,
    /// What is unique, or nothing where all rows are new.
    pub(super) key: &'static [&'static str],
    /// The other columns that are written.
    pub(super) columns: &'static [&'static str],
}

/// What [`SqlTx::change_each`] writes: rows by their id.
pub(super) struct Changed {
    pub(super) table: &'static str,
    pub(super) columns: &'static [&'static str],
}

impl SqlTx {
    /// Asks for what fits one of many keys: `before (... OR ...) behind`, where `condition` is for one of them.
    pub(super) async fn ask<'v, T, const N: usize>(
        &mut self,
        (before, condition, behind): (&str, &str, &str),
        first: &[Value<'v>],
        keys: &[[Value<'v>; N]],
        read: impl Fn(&mut Row) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        let [.., largest] = ASKED;
        let mut found = Vec::new();
        for chunk in keys.chunks(largest) {
            let size = ASKED.into_iter().find(|size| *size >= chunk.len()).unwrap_or(largest);
            let rest = chunk.last().into_iter().cycle().take(size.saturating_sub(chunk.len()));
            let values: Vec<Value<'v>> = first.iter().copied().chain(chunk.iter().chain(rest).flatten().copied()).collect();
            let either = vec![condition; size].join(" OR ");
            let rows = self.session.fetch(format!("{before} ({either}) {behind}"), &values, true).await?;
            found.extend(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(found)
    }

    /// The same of one column: `before IN (...) behind`.
    pub(super) async fn ask_in<'v, T>(
        &mut self,
        (before, behind): (&str, &str),
        first: &[Value<'v>],
        keys: &[Value<'v>],
        read: impl Fn(&mut Row) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for (sql, values) in within((before, behind), first, keys) {
            let rows = self.session.fetch(sql, &values, true).await?;
            found.extend(rows.into_iter().map(|mut row| read(&mut row)).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(found)
    }

    /// Runs a statement for many values of one column: `before IN (...) behind`; how many rows it has found.
    pub(super) async fn run_in<'v>(
        &mut self,
        (before, behind): (&str, &str),
        first: &[Value<'v>],
        keys: &[Value<'v>],
    ) -> Result<u64, StoreError> {
        let mut found = 0_u64;
        for (sql, values) in within((before, behind), first, keys) {
            found = found.saturating_add(self.session.run(sql, &values).await?);
        }
        Ok(found)
    }

    /// Writes rows: new ones, and those in place of which there is one of the same key.
    pub(super) async fn put_many(&mut self, keyed: &Keyed, rows: &[Vec<Value<'_>>]) -> Result<(), StoreError> {
        let columns: Vec<_> = keyed.key.iter().chain(keyed.columns).copied().collect();
        let row = format!("(?{})", ", ?".repeat(columns.len().saturating_sub(1)));
        let behind = if keyed.key.is_empty() { String::new() } else { (self.session.spelling().upsert)(keyed.key, keyed.columns) };
        let mut rest = rows;
        for size in WRITTEN {
            while let Some((now, later)) = rest.split_at_checked(size) {
                let (table, places) = (keyed.table, vec![row.as_str(); size].join(", "));
                let sql = format!("INSERT INTO {table} ({}) VALUES {places}{behind}", columns.join(", "));
                let values: Vec<_> = now.iter().flatten().copied().collect();
                self.session.run(sql, &values).await?;
                rest = later;
            }
        }
        Ok(())
    }

    /// Changes columns of rows, each row by its id to values of its own.
    pub(super) async fn change_each<const N: usize>(
        &mut self,
        changed: &Changed,
        rows: &[(i64, [Value<'_>; N])],
    ) -> Result<(), StoreError> {
        let mut rest = rows;
        for size in WRITTEN {
            while let Some((now, later)) = rest.split_at_checked(size) {
                let case = " WHEN ? THEN ?".repeat(size);
                let sets: Vec<_> = changed.columns.iter().map(|column| format!("{column} = CASE id{case} END")).collect();
                let places = format!("?{}", ", ?".repeat(size.saturating_sub(1)));
                let sql = format!("UPDATE {} SET {} WHERE id IN ({places})", changed.table, sets.join(", "));
                let mut values = Vec::with_capacity(size.saturating_mul(N.saturating_mul(2).saturating_add(1)));
                for column in 0..N {
                    values.extend(now.iter().flat_map(|(id, row)| [Value::from(*id)].into_iter().chain(row.get(column).copied())));
                }
                values.extend(now.iter().map(|(id, _)| Value::from(*id)));
                self.session.run(sql, &values).await?;
                rest = later;
            }
        }
        Ok(())
    }
}

/// The statements for some keys after the other.
fn within<'v>(
    (before, behind): (&str, &str),
    first: &[Value<'v>],
    keys: &[Value<'v>],
) -> impl Iterator<Item = (String, Vec<Value<'v>>)> + Send {
    let [.., largest] = ASKED;
    let statement = |chunk: &[Value<'v>]| {
        let size = ASKED.into_iter().find(|size| *size >= chunk.len()).unwrap_or(largest);
        let rest = chunk.last().into_iter().cycle().take(size.saturating_sub(chunk.len()));
        let values: Vec<_> = first.iter().chain(chunk).chain(rest).copied().collect();
        (format!("{before} IN (?{}) {behind}", ", ?".repeat(size.saturating_sub(1))), values)
    };
    keys.chunks(largest).map(statement).collect::<Vec<_>>().into_iter()
}
