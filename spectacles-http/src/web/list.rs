//! Tables: a part of a list, in some order.

use super::html;
use super::visit::{Trouble, Visit};
use crate::answer::{self, Answer};
use crate::client::{Collection, Page, Resource, Wanted};
use crate::problem::Problem;
use form_urlencoded::Serializer;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, HeaderValue};
use std::fmt::Display;

/// How many rows a table has.
const ROWS: u32 = 50;

/// How a table is shown: which part of which list, and the way to others.
pub(crate) struct Table {
    /// What a name has to have in it.
    pub(crate) searched: String,
    /// Filters as the API has them, one in a line.
    pub(crate) filters: String,
    order: String,
    /// The query of the next part.
    pub(crate) next: Option<String>,
    /// The query of the first part, when this is not it.
    pub(crate) first: Option<String>,
    /// How many there are, where that is told.
    pub(crate) total: Option<u64>,
    base: Vec<(String, String)>,
}

/// How a column is ordered, and how it will be by clicking on it.
pub(crate) struct Order {
    /// `ascending`, `descending` or `none`.
    pub(crate) state: &'static str,
    /// The query that turns it round.
    pub(crate) query: String,
}

impl Table {
    /// The part of a list that was asked for, and how it is shown. `name` is the field that the text in the box is looked for in.
    ///
    /// Parameters of the query: `q`, `filter`, `order`, `after`; `keep` are others that belong to the page.
    pub(crate) async fn read<R: Resource>(
        visit: &Visit<'_>,
        things: Collection<'_, R>,
        name: &str,
        usual: &str,
        keep: &[&str],
    ) -> Result<(Self, Page<R::View>), Trouble> {
        Self::part(visit, things, (name, usual), keep, true).await
    }

    /// The same of a list whose length is not told to everybody.
    pub(crate) async fn read_uncounted<R: Resource>(
        visit: &Visit<'_>,
        things: Collection<'_, R>,
        name: &str,
        usual: &str,
        keep: &[&str],
    ) -> Result<(Self, Page<R::View>), Trouble> {
        Self::part(visit, things, (name, usual), keep, false).await
    }

    async fn part<R: Resource>(
        visit: &Visit<'_>,
        things: Collection<'_, R>,
        (name, usual): (&str, &str),
        keep: &[&str],
        total: bool,
    ) -> Result<(Self, Page<R::View>), Trouble> {
        let (searched, shown, filters) = filters(visit, name);
        let order = visit.parameter("order").unwrap_or(usual).to_owned();
        let after = visit.parameter("after").map(str::to_owned);
        let wanted = Wanted { filters, order: Some(order.clone()), after: after.clone(), limit: Some(ROWS), offset: None, total };
        let page = things.page(&wanted).await?;
        let mut base: Vec<(String, String)> =
            keep.iter().filter_map(|name| Some(((*name).to_owned(), visit.parameter(name)?.to_owned()))).collect();
        if !searched.is_empty() {
            base.push(("q".to_owned(), searched.clone()));
        }
        if !shown.is_empty() {
            base.push(("filter".to_owned(), shown.clone()));
        }
        let mut table = Self { searched, filters: shown, order, next: None, first: None, total: page.total, base };
        table.next = page.next.as_ref().map(|next| table.query(&[("order", &table.order), ("after", next)]));
        table.first = after.map(|_| table.query(&[("order", &table.order)]));
        Ok((table, page))
    }

    /// How a column is ordered.
    pub(crate) fn by(&self, field: &str) -> Order {
        let mut first = self.order.split(',').next().unwrap_or_default();
        let is_backwards = first.starts_with('-');
        first = first.trim_start_matches('-');
        let (state, order) = match (first == field, is_backwards) {
            (true, false) => ("ascending", format!("-{field}")),
            (true, true) => ("descending", field.to_owned()),
            (false, _) => ("none", field.to_owned()),
        };
        Order { state, query: self.query(&[("order", &order)]) }
    }

    /// The query for all of it as a file.
    pub(crate) fn csv(&self) -> String {
        self.query(&[("order", &self.order), ("format", "csv")])
    }

    /// Parameters that belong to the page, for forms that ask for something else of it.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        self.base.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| !matches!(*name, "q" | "filter"))
    }

    /// Whether only a part of the things is looked for.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.searched.is_empty() || !self.filters.is_empty()
    }

    fn query(&self, more: &[(&str, &str)]) -> String {
        Serializer::new(String::new()).extend_pairs(&self.base).extend_pairs(more).finish()
    }
}

/// What is looked for: the text in the box, the filters as they were typed, and both as the API has them.
fn filters(visit: &Visit<'_>, name: &str) -> (String, String, Vec<String>) {
    let searched = visit.parameter("q").unwrap_or_default().to_owned();
    let lines = visit.query.all("filter").flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
    let mut filters: Vec<String> = lines.map(str::to_owned).collect();
    let shown = filters.join("\n");
    if !searched.trim().is_empty() {
        filters.push(format!("{name} %\"{}\"%", searched.trim().replace('\\', "\\\\").replace('"', "\\\"")));
    }
    (searched, shown, filters)
}

/// Whether a table is wanted as a file.
pub(crate) fn is_file(visit: &Visit<'_>) -> bool {
    visit.parameter("format") == Some("csv")
}

/// How many rows a file has at most.
const MOST: u32 = 100_000;

/// All rows of a table as a file (RFC 4180), with the same filters and in the same order. `by` is the field that the text in the box is looked
/// for in, and the usual order; `called` is the name of the file.
pub(crate) async fn file<R: Resource, const N: usize>(
    visit: &Visit<'_>,
    things: Collection<'_, R>,
    (name, usual): (&str, &str),
    called: &str,
    columns: &[&str; N],
    row: impl Fn(&R::View) -> [String; N],
) -> Result<Answer, Trouble> {
    let (_, _, filters) = filters(visit, name);
    let order = Some(visit.parameter("order").unwrap_or(usual).to_owned());
    let things = things.all(&Wanted { filters, order, limit: Some(MOST), ..Wanted::default() }).await?;
    let broken = |error: &dyn Display| Trouble::Problem(Problem::broken(format!("a table cannot be written: {error}")));
    let mut sheet = csv::Writer::from_writer(Vec::new());
    sheet.write_record(columns).map_err(|error| broken(&error))?;
    for thing in &things {
        sheet.write_record(row(thing).map(harmless)).map_err(|error| broken(&error))?;
    }
    let bytes = sheet.into_inner().map_err(|error| broken(&error))?;
    let mut answer = answer::body(StatusCode::OK, HeaderValue::from_static("text/csv; charset=utf-8"), bytes);
    html::secure(&mut answer);
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{called}.csv\"")).ok();
    answer.headers_mut().extend(disposition.map(|value| (CONTENT_DISPOSITION, value)));
    Ok(answer)
}

/// What there may be in a cell.
pub(crate) fn maybe(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// Several things in a cell.
pub(crate) fn several<T: Display>(things: impl IntoIterator<Item = T>) -> String {
    things.into_iter().map(|thing| thing.to_string()).collect::<Vec<_>>().join("; ")
}

/// A text that programs which show tables do not take for a formula.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(formula.to_owned()), format!("'{formula}"));
        }
        for text in ["", "alice", "a=b", "1-2"] {
            assert_eq!(harmless(text.to_owned()), text);
        }
    }
}
