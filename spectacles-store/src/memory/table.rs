//! A table: rows by id and by a unique name.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// Rows are shared, so that a copy of the table copies none of them.
#[derive(Debug, Clone)]
pub(super) struct Table<Name, Row> {
    /// Only rises, so that no id comes twice.
    last_id: i64,
    rows: BTreeMap<i64, Arc<Row>>,
    ids: BTreeMap<Name, i64>,
}

impl<Name, Row> Default for Table<Name, Row> {
    fn default() -> Self {
        Self { last_id: 0, rows: BTreeMap::new(), ids: BTreeMap::new() }
    }
}

/// Another row has the name.
pub(super) struct Taken;

impl<Name: Ord + Clone, Row: Clone> Table<Name, Row> {
    pub(super) fn get(&self, id: i64) -> Option<&Row> {
        self.rows.get(&id).map(Arc::as_ref)
    }

    pub(super) fn named(&self, name: &Name) -> Option<&Row> {
        self.get(*self.ids.get(name)?)
    }

    /// Every row, by id.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values().map(Arc::as_ref)
    }

    /// The rows whose ids come after one, by id.
    pub(super) fn rows_after(&self, id: i64) -> impl Iterator<Item = &Row> {
        self.rows.range((Bound::Excluded(id), Bound::Unbounded)).map(|(_, row)| row.as_ref())
    }

    /// Names and rows from a bound on, by name.
    pub(super) fn named_from(&self, from: Bound<&Name>) -> impl Iterator<Item = (&Name, &Row)> {
        self.ids.range((from, Bound::Unbounded)).filter_map(|(name, id)| Some((name, self.get(*id)?)))
    }

    /// Up to `limit` rows whose names come after one, by name.
    pub(super) fn page(&self, after: Option<&Name>, limit: u32) -> Vec<Row> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.named_from(from).take(limit as usize).map(|(_, row)| row.clone()).collect()
    }

    /// Makes a row with the next id.
    pub(super) fn insert(&mut self, name: Name, make: impl FnOnce(i64) -> Row) -> Result<i64, Taken> {
        if self.ids.contains_key(&name) {
            return Err(Taken);
        }
        self.last_id += 1;
        self.ids.insert(name, self.last_id);
        self.rows.insert(self.last_id, Arc::new(make(self.last_id)));
        Ok(self.last_id)
    }

    /// Puts a row in place of the one with this id; `false` when there is none.
    pub(super) fn update(&mut self, id: i64, name: Name, row: Row) -> Result<bool, Taken> {
        if !self.rows.contains_key(&id) {
            return Ok(false);
        }
        if self.ids.get(&name).is_some_and(|other| *other != id) {
            return Err(Taken);
        }
        self.ids.retain(|_, known| *known != id);
        self.ids.insert(name, id);
        self.rows.insert(id, Arc::new(row));
        Ok(true)
    }

    /// Changes the rows that are meant, but for their ids and names.
    pub(super) fn change_all(&mut self, meant: impl Fn(&Row) -> bool, change: impl Fn(&mut Row)) {
        self.rows.values_mut().filter(|row| meant(row)).for_each(|row| change(Arc::make_mut(row)));
    }

    /// Changes the row with this id, but for its id and name.
    pub(super) fn change(&mut self, id: i64, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.get_mut(&id) {
            change(Arc::make_mut(row));
        }
    }

    /// Removes the row of this name; faster than by id.
    pub(super) fn remove_named(&mut self, name: &Name) {
        if let Some(id) = self.ids.remove(name) {
            self.rows.remove(&id);
        }
    }

    pub(super) fn remove(&mut self, id: i64) -> bool {
        self.ids.retain(|_, known| *known != id);
        self.rows.remove(&id).is_some()
    }
}
