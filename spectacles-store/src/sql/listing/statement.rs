//! Putting queries together: the text from names of ours, everything else as parameters.

use super::columns::{Column, Columns};
use crate::sql::backend;
use crate::sql::spelling::Spelling;
use spectacles_core::listing::{Condition, Filter, Key, Query, Test, Value};
use spectacles_core::time::Timestamp;

/// A query in the making.
pub(super) struct Statement {
    sql: String,
    values: Vec<Value>,
    /// Whether there is a condition already.
    restricted: bool,
    spelling: &'static Spelling,
}

/// One column as it is compared: as the index has it, and by its bytes where that differs.
struct Compared {
    plain: String,
    exact: String,
}

impl Statement {
    /// Begins with a query without conditions.
    pub(super) fn new(select: &str, spelling: &'static Spelling) -> Self {
        Self { sql: select.to_owned(), values: Vec::new(), restricted: false, spelling }
    }

    /// The text, and the parameters.
    pub(super) fn parts(&self) -> (String, Vec<backend::Value<'_>>) {
        let values = self.values.iter().map(|value| match value {
            Value::Number(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
        });
        (self.sql.clone(), values.collect())
    }

    /// Adds a condition.
    pub(super) fn restrict(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(if self.restricted { " AND " } else { " WHERE " });
        self.restricted = true;
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    /// Adds the filters.
    pub(super) fn filter<F: Columns>(&mut self, query: &Query<'_, F>) {
        for filter in query.filters {
            let mut values = Vec::new();
            let condition = self.condition(filter, query.now, &mut values);
            self.restrict(&condition, values);
        }
    }

    /// Adds order, beginning and limit.
    pub(super) fn part<F: Columns>(&mut self, query: &Query<'_, F>) {
        let keys: Vec<(String, bool)> = query.order.iter().map(|key| (self.key(key), key.descending)).collect();
        if let Some(after) = &query.after {
            let (condition, values) = behind(&keys, after, self.spelling.compares_rows);
            self.restrict(&condition, values);
        }
        let order: Vec<_> = keys.iter().map(|(key, descending)| format!("{key}{}", if *descending { " DESC" } else { "" })).collect();
        self.sql.push_str(&format!(" ORDER BY {} LIMIT ?", order.join(", ")));
        self.values.push(i64::from(query.limit).into());
        if query.offset > 0 {
            self.sql.push_str(" OFFSET ?");
            self.values.push(i64::from(query.offset).into());
        }
    }

    /// What a list is ordered by. Names of which no two differ in blanks at the end are in the order of their bytes as they are, and in an index.
    fn key<F: Columns>(&self, key: &Key<F>) -> String {
        match key.field.column() {
            Column::Number(column) | Column::Name(column) => column.to_owned(),
            Column::Text(column) | Column::Reference { expression: column, .. } => (self.spelling.text)(column),
        }
    }

    fn condition<F: Columns>(&self, filter: &Filter<F>, now: Timestamp, values: &mut Vec<Value>) -> String {
        match filter.field.column() {
            Column::Number(column) => self.tests(filter, &same(column.to_owned()), now, values),
            Column::Name(column) => self.tests(filter, &self.name(column), now, values),
            Column::Text(column) => self.tests(filter, &same((self.spelling.text)(column)), now, values),
            // By the ids of what has such names, so that an index of the references can be followed.
            Column::Reference { id, table, name, .. } => {
                let tests = self.tests(filter, &self.name(name), now, values);
                let among = format!("{id} IN (SELECT id FROM {table} WHERE {tests})");
                let absent = filter.passes(&Value::Text(String::new()), now);
                if absent { format!("({id} IS NULL OR {among})") } else { among }
            }
        }
    }

    fn name(&self, column: &str) -> Compared {
        Compared { plain: column.to_owned(), exact: (self.spelling.name)(column) }
    }

    fn tests<F>(&self, filter: &Filter<F>, column: &Compared, now: Timestamp, values: &mut Vec<Value>) -> String {
        let tests: Vec<_> = filter.tests.iter().map(|test| self.test(test, column, now, values)).collect();
        format!("({})", tests.join(if filter.any { " OR " } else { " AND " }))
    }

    fn test(&self, test: &Test, column: &Compared, now: Timestamp, values: &mut Vec<Value>) -> String {
        let Compared { plain, exact } = column;
        let mut parts = Vec::new();
        match &test.condition {
            Condition::Compare(comparison, with) => {
                parts.push(format!("{exact} {} ?", comparison.as_str()));
                values.push(with.at(now));
            }
            Condition::OneOf { values: wanted, patterns } => {
                if !wanted.is_empty() {
                    let mut among = |column: &str| {
                        values.extend(wanted.iter().map(|value| value.at(now)));
                        format!("{column} IN (?{})", ", ?".repeat(wanted.len().saturating_sub(1)))
                    };
                    // What the index finds may have more blanks than what was asked for.
                    let by_index = if plain == exact { String::new() } else { format!("{} AND ", among(plain)) };
                    parts.push(format!("({by_index}{})", among(exact)));
                }
                for pattern in patterns {
                    parts.push(format!("{exact} {}", self.spelling.fits));
                    values.push(Value::Text((self.spelling.pattern)(pattern.pieces())));
                }
            }
        }
        format!("{}({})", if test.negated { "NOT " } else { "" }, parts.join(" OR "))
    }
}

fn same(column: String) -> Compared {
    Compared { plain: column.clone(), exact: column }
}

/// That a row is behind one with these keys.
fn behind(keys: &[(String, bool)], after: &[Value], compares_rows: bool) -> (String, Vec<Value>) {
    let sign = |descending: bool| if descending { "<" } else { ">" };
    let one_way = keys.windows(2).all(|pair| matches!(pair, [(_, one), (_, other)] if one == other));
    match keys {
        [(_, descending), _, ..] if compares_rows && one_way => {
            let names: Vec<_> = keys.iter().map(|(key, _)| key.as_str()).collect();
            let places = vec!["?"; keys.len()].join(", ");
            (format!("({}) {} ({places})", names.join(", "), sign(*descending)), after.to_vec())
        }
        _ => {
            let (mut ways, mut values) = (Vec::new(), Vec::new());
            for (place, (key, descending)) in keys.iter().enumerate() {
                let equal = keys.iter().take(place).map(|(key, _)| format!("{key} = ?"));
                let way: Vec<_> = equal.chain([format!("{key} {} ?", sign(*descending))]).collect();
                ways.push(format!("({})", way.join(" AND ")));
                values.extend(after.iter().take(place.saturating_add(1)).cloned());
            }
            (format!("({})", ways.join(" OR ")), values)
        }
    }
}
