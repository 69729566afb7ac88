//! What a field of a form may hold, from the description of the API.

use crate::api::{self, Operation};
use serde_json::Value;

/// The schema of the body of an operation.
pub(super) fn of(operation: &Operation) -> Option<&'static Value> {
    let method = operation.method.as_str().to_ascii_lowercase();
    let path = operation.path.replace('~', "~0").replace('/', "~1");
    let schema = api::openapi().pointer(&format!("/paths/{path}/{method}/requestBody/content"))?;
    let content = schema.as_object()?.values().next()?;
    Some(resolved(content.get("schema")?))
}

/// What a reference leads to.
pub(super) fn resolved(schema: &'static Value) -> &'static Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|path| api::openapi().pointer(path.trim_start_matches('#')));
    target.unwrap_or(schema)
}

/// One property of an object, or of one within it. A part that ends in `[]` is a list, of whose items the rest of the name is a property.
pub(super) fn property(schema: &'static Value, name: &str) -> Option<(&'static Value, bool)> {
    let mut schema = schema;
    let mut is_required = true;
    for part in name.split('.') {
        let (part, is_list) = part.strip_suffix("[]").map_or((part, false), |part| (part, true));
        let object = with_property(main(schema), part)?;
        is_required &= object.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|name| name == part));
        schema = object.get("properties")?.get(part)?;
        if is_list {
            // An item that nobody fills in is not there.
            (schema, is_required) = (main(schema).get("items")?, false);
        }
    }
    Some((schema, is_required))
}

/// An object that has this property: what was given, or one of the alternatives that it is.
fn with_property(schema: &'static Value, name: &str) -> Option<&'static Value> {
    let has = |schema: &&'static Value| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
    let alternatives = || schema.get("oneOf").and_then(Value::as_array)?.iter().map(resolved).find(has);
    Some(schema).filter(has).or_else(alternatives)
}

/// A schema without the possibility of `null`, and without a reference.
pub(super) fn main(schema: &'static Value) -> &'static Value {
    let schema = resolved(schema);
    let any = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    let one = any.and_then(|any| {
        let mut real = any.iter().filter(|one| one.get("type").is_none_or(|kind| kind != "null"));
        real.next().filter(|_| real.next().is_none())
    });
    one.map_or(schema, resolved)
}

/// Whether it may be `null`.
pub(super) fn is_optional(schema: &'static Value) -> bool {
    let is_null = |kind: &Value| kind == "null";
    let by_type = schema.get("type").is_some_and(|kind| is_null(kind) || kind.as_array().is_some_and(|kinds| kinds.iter().any(is_null)));
    let any = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    by_type || any.is_some_and(|any| any.iter().any(|one| one.get("type").is_some_and(is_null)))
}

/// The type, besides `null`.
pub(super) fn kind(schema: &'static Value) -> &'static str {
    match main(schema).get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("string"),
        Some(_) | None => "string",
    }
}

/// The words there are to choose from.
pub(super) fn words(schema: &'static Value) -> Option<Vec<&'static str>> {
    let schema = main(schema);
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return Some(words.iter().filter_map(Value::as_str).collect());
    }
    let one_of = schema.get("oneOf").and_then(Value::as_array)?;
    one_of.iter().map(|one| one.get("const").and_then(Value::as_str)).collect()
}
