//! Lists: filters, order, pages and totals, the same everywhere.

use super::call::Call;
use super::operation::Parameter;
use super::reply::{self, Page, Reply};
use crate::parameters::Parameters;
use crate::problem::{Place, Problem};
use serde::Serialize;
use serde_json::json;
use spectacles_core::listing::{self, Field, Given, Listing, ListingError};
use spectacles_core::service::Error;

/// The parameters of a list.
const FILTER: &str = "filter";
const ORDER: &str = "order";
const AFTER: &str = "after";
const LIMIT: &str = "limit";
const OFFSET: &str = "offset";
const TOTAL: &str = "total";

/// The parameters of a list that can be filtered and ordered by these fields.
pub(crate) fn parameters<F: Field>() -> Vec<Parameter> {
    let all: Vec<_> = F::ALL.iter().map(|field| field.name()).collect();
    let ordered = F::ALL.iter().filter(|field| field.can_order()).map(|field| field.name());
    let orders: Vec<String> = ordered.flat_map(|name| [name.to_owned(), format!("-{name}")]).collect();
    let usual: Vec<&str> = F::ORDER.split(',').collect();
    let filtered = all.join(", ");
    vec![
        Parameter {
            repeated: true,
            ..Parameter::new(
                FILTER,
                format!(
                    "`field value`, where `%` in the value stands for any text, `>`, `<`, `>=` and `<=` compare, `(a,b)` is one of several, \
                     `empty` is nothing at all, `!` negates, and `&` or `|` join tests: `created >-2d`. Several filters must all hold. \
                     The fields are {filtered}."
                ),
            )
            .schema(json!({ "type": "string", "pattern": format!("^({}) .*[^ ]", all.join("|")) }))
            .example(example::<F>())
        },
        Parameter::new(ORDER, "Fields to order by, separated by commas, each once, with `-` before one that descends.")
            .schema(json!({ "type": "array", "items": { "type": "string", "enum": orders }, "minItems": 1, "uniqueItems": true, "default": usual })),
        Parameter::new(AFTER, "Where the page begins: what `next` of the page before said."),
        Parameter::new(LIMIT, "How many at most; 0 for all of them, when they are not too many.")
            .schema(json!({ "type": "integer", "minimum": 0, "maximum": 1000, "default": 100 })),
        Parameter::new(OFFSET, "How many to leave out; not together with `after`.")
            .schema(json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX })),
        Parameter::new(TOTAL, "Whether to count them all.").schema(json!({ "type": "boolean", "default": false })),
    ]
}

/// What happened lately, or else the first.
fn example<F: Field>() -> String {
    let moment = F::ALL.iter().find(|field| matches!(field.kind(), listing::Kind::Moment));
    moment.map_or_else(|| format!("{} 1", F::ID.name()), |field| format!("{} >-2d", field.name()))
}

/// What of a list is wanted.
pub(crate) fn listing<F: Field>(call: &Call<'_>) -> Result<Listing<F>, Problem> {
    let query = call.query;
    let filters: Vec<&str> = query.all(FILTER).collect();
    let given = Given {
        filters: &filters,
        order: query.one(ORDER)?,
        after: query.one(AFTER)?,
        limit: query.one(LIMIT)?,
        offset: query.one(OFFSET)?,
    };
    Listing::read(given).map_err(Into::into)
}

/// Replies with a page. All that follow are counted where that is wanted.
pub(crate) async fn reply<T: Serialize>(
    call: &Call<'_>,
    page: listing::Page<T>,
    count: impl Future<Output = Result<u64, Error>>,
) -> Result<Reply, Problem> {
    let total = if wants_total(call)? { Some(count.await?) } else { None };
    let next = page.next.map(|cursor| cursor.to_string());
    let link = next.as_deref().map(|next| continued(call.query, next));
    let items = page.items.iter().map(reply::value).collect::<Result<_, _>>()?;
    Ok(Reply::Page(Page { items, next, total, link }))
}

fn wants_total(call: &Call<'_>) -> Result<bool, Problem> {
    match call.query.one(TOTAL)? {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Problem::at(Place::Parameter(TOTAL.to_owned()), "`total` is `true` or `false`")),
    }
}

/// The same query for the page that follows.
fn continued(query: &Parameters<'_>, next: &str) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.pairs().filter(|(name, _)| *name != AFTER && *name != OFFSET) {
        text.append_pair(name, value);
    }
    text.append_pair(AFTER, next).finish()
}

impl From<ListingError> for Problem {
    fn from(error: ListingError) -> Self {
        Self::at(Place::Parameter(error.parameter.to_owned()), error.message)
    }
}
