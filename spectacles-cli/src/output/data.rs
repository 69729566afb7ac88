//! Results for programs.

use super::{json, line, text};
use crate::failure::Failure;
use serde::Serialize;
use serde_json::Value;

/// How results are printed for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Data {
    /// As JSON.
    Json,
    /// As YAML.
    Yaml,
    /// With a line for each thing, and a column for each of its fields.
    Csv,
    /// Only what things are called.
    Name,
}

/// By these fields things are told from each other; the first of them that a thing has is its name.
const NAMES: [&str; 5] = ["name", "path", "service", "user", "id"];

impl Data {
    /// Prints a thing, or a list of things.
    pub(crate) fn print(self, thing: &impl Serialize) -> Result<(), Failure> {
        match self {
            Self::Json => json(thing),
            Self::Yaml => {
                let yaml = serde_saphyr::to_string(thing).map_err(|error| Failure::failed(format!("the result is no YAML: {error}")))?;
                text(&yaml)
            }
            Self::Csv => csv(&things(thing)?),
            Self::Name => names(&things(thing)?),
        }
    }
}

/// What is printed, one by one.
fn things(thing: &impl Serialize) -> Result<Vec<Value>, Failure> {
    match serde_json::to_value(thing).map_err(|error| Failure::failed(format!("the result is no JSON: {error}")))? {
        Value::Array(things) => Ok(things),
        thing @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => Ok(vec![thing]),
    }
}

fn names(things: &[Value]) -> Result<(), Failure> {
    let name = |thing: &Value| NAMES.iter().find_map(|field| thing.get(field)).map(cell);
    let names: Option<Vec<String>> = things.iter().map(name).collect();
    let names = names.ok_or_else(|| Failure::usage("what this command prints has no names; choose another --output"))?;
    names.iter().try_for_each(|name| line(name))
}

fn csv(things: &[Value]) -> Result<(), Failure> {
    let mut columns: Vec<&str> = Vec::new();
    for field in things.iter().filter_map(Value::as_object).flat_map(|fields| fields.keys()) {
        if !columns.contains(&field.as_str()) {
            columns.push(field);
        }
    }
    // What says which thing it is comes first; the rest is in the order of the alphabet.
    let rank = |column: &&str| ["id", "registry"].iter().chain(&NAMES).position(|known| known == column).unwrap_or(usize::MAX);
    columns.sort_by_key(|column| (rank(column), *column));
    let failed = |error: csv::Error| Failure::failed(format!("the result is no CSV: {error}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    if !columns.is_empty() {
        writer.write_record(&columns).map_err(failed)?;
    }
    for thing in things {
        writer.write_record(columns.iter().map(|column| thing.get(column).map(cell).unwrap_or_default())).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| Failure::failed(format!("the result is no CSV: {error}")))?;
    text(&String::from_utf8_lossy(&bytes))
}

/// A value in one cell: text as it is, lists of texts joined by blanks, everything else as JSON.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}
