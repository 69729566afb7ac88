//! Tables: a part of a list, in some order.

use super::visit::{Trouble, Visit};
use crate::client::{Collection, Page, Resource, Wanted};
use form_urlencoded::Serializer;

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
    /// How many there are.
    pub(crate) total: u64,
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
        let searched = visit.parameter("q").unwrap_or_default().to_owned();
        let mut filters: Vec<String> = Vec::new();
        for text in visit.query.all("filter") {
            filters.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
        }
        let shown = filters.join("\n");
        if !searched.trim().is_empty() {
            filters.push(format!("{name} %\"{}\"%", searched.trim().replace('\\', "\\\\").replace('"', "\\\"")));
        }
        let order = visit.parameter("order").unwrap_or(usual).to_owned();
        let after = visit.parameter("after").map(str::to_owned);
        let wanted = Wanted { filters, order: Some(order.clone()), after: after.clone(), limit: Some(ROWS), offset: None, total: true };
        let page = things.page(&wanted).await?;
        let mut base: Vec<(String, String)> =
            keep.iter().filter_map(|name| Some(((*name).to_owned(), visit.parameter(name)?.to_owned()))).collect();
        if !searched.is_empty() {
            base.push(("q".to_owned(), searched.clone()));
        }
        if !shown.is_empty() {
            base.push(("filter".to_owned(), shown.clone()));
        }
        let mut table = Self { searched, filters: shown, order, next: None, first: None, total: page.total.unwrap_or(0), base };
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
