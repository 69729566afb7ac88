//! What values are, in words.

use serde_json::Value;

/// What a value is.
#[derive(Default)]
pub(super) struct Kind {
    /// `list of`, where it is one.
    pub(super) before: &'static str,
    pub(super) word: String,
    /// The schema that describes it.
    pub(super) link: Option<String>,
    /// What is said of it besides: how long it is, which values there are.
    pub(super) more: String,
}

/// What a schema says that a value is.
pub(super) fn kind(schema: &Value) -> Kind {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
        return Kind { word: name.to_owned(), link: Some(name.to_owned()), ..Kind::default() };
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let any = schema.get("anyOf").and_then(Value::as_array);
    let is_null = |schema: &&Value| schema.get("type").is_some_and(|kind| kind == "null");
    let or_null = types.contains(&"null") || any.is_some_and(|any| any.iter().any(|one| is_null(&one)));
    let mut found = match (types.iter().find(|kind| **kind != "null"), any.and_then(|any| any.iter().find(|one| !is_null(one)))) {
        (Some(&"array"), _) => {
            let item = schema.get("items").map(kind).unwrap_or_default();
            Kind { before: "list of ", ..item }
        }
        (Some(&"string"), _) => {
            Kind { word: text(schema).to_owned(), more: limits(schema, "minLength", "maxLength", " characters"), ..Kind::default() }
        }
        (Some(&"integer"), _) => Kind { word: "number".to_owned(), more: limits(schema, "minimum", "maximum", ""), ..Kind::default() },
        (Some(&"boolean"), _) => Kind { word: "true or false".to_owned(), ..Kind::default() },
        (Some(&"object"), _) => match schema.get("additionalProperties").filter(|values| values.is_object()) {
            Some(values) => Kind { before: "by name: ", ..kind(values) },
            None => Kind { word: "object".to_owned(), ..Kind::default() },
        },
        (_, Some(one)) => kind(one),
        _ => Kind { word: "any value".to_owned(), ..Kind::default() },
    };
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let words: Vec<String> = words.iter().map(shown).collect();
        found.word = words.join(", ");
        found.more.clear();
    }
    if or_null {
        found.more.push_str(" or null");
    }
    if let Some(default) = schema.get("default").filter(|default| !default.is_null() && **default != "") {
        found.more.push_str(&format!("; {} where nothing is said", shown(default)));
    }
    found
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(","),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// The kind of text.
fn text(schema: &Value) -> &'static str {
    match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => "moment",
        Some("password") => "secret",
        Some("uri") => "URL",
        Some("ip-network") => "network",
        _ if schema.get("anyOf").is_some() => "address",
        _ => "text",
    }
}

fn limits(schema: &Value, least: &str, most: &str, unit: &str) -> String {
    /// Nobody wants to read how large numbers may be that nobody has.
    const LARGE: u64 = 1 << 32;
    let limit = |name| schema.get(name).and_then(Value::as_u64).filter(|limit| *limit < LARGE);
    match (limit(least), limit(most)) {
        (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
        (None, Some(most)) => format!(", up to {most}{unit}"),
        _ => String::new(),
    }
}
