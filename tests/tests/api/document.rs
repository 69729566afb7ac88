//! The OpenAPI document, and whether requests and answers are what it says.

use crate::support::http::Answer;
use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// One request and its answer.
pub(super) struct Exchange<'a> {
    pub(super) method: &'a str,
    /// Below the root of the API, with its query.
    pub(super) path: &'a str,
    /// What was sent; null where nothing was.
    pub(super) body: &'a Value,
    pub(super) answer: &'a Answer,
}

/// That the document says the truth about an exchange: whatever was accepted is what may be sent, and the answer is one that may come.
pub(super) fn check(exchange: &Exchange<'_>) {
    let Exchange { method, path, body, answer } = exchange;
    let what = format!("{method} {path}: {} {}", answer.status, answer.text());
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let Some(item) = find(path) else {
        assert!(matches!(answer.status, 400 | 401 | 404), "a path that is not documented: {what}");
        return check_body(&what, &problem(), answer, None);
    };
    let operation = match *method {
        "HEAD" => item.get("get"),
        method => item.get(method.to_lowercase()),
    };
    let Some(operation) = operation else {
        assert_eq!(answer.status, 405, "a method that is not documented: {what}");
        return check_body(&what, &problem(), answer, None);
    };
    let response = operation["responses"].get(answer.status.to_string()).map(resolved);
    let response = response.unwrap_or_else(|| panic!("a status that is not documented: {what}"));
    check_headers(&what, response, answer);
    if *method == "HEAD" {
        return;
    }
    let fields = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "fields").map(|(_, fields)| fields.into_owned());
    check_body(&what, response, answer, fields.as_deref());
    if answer.status < 300 && !body.is_null() && method != &"DELETE" {
        let media = &operation["requestBody"]["content"]["application/json"];
        let errors = errors(&media["schema"], body, None);
        assert!(errors.is_empty(), "what was accepted is not what may be sent: {errors:#?}: {body} {what}");
    }
}

/// The document itself.
pub(super) fn document() -> &'static Value {
    spectacles_http::openapi()
}

/// What is wrong with a value. With `fields`, what is not among them need not be there, and must not.
pub(super) fn errors(schema: &Value, value: &Value, fields: Option<&str>) -> Vec<String> {
    let wanted: Option<Vec<&str>> = fields.map(|fields| fields.split(',').collect());
    let is_left_out = |error: &ValidationErrorKind, depth: usize| match (error, &wanted) {
        (ValidationErrorKind::Required { property }, Some(wanted)) => {
            depth <= 2 && !property.as_str().is_some_and(|property| wanted.contains(&property))
        }
        _ => false,
    };
    let validator = validator(schema);
    let wrong =
        validator.iter_errors(value).filter(|error| !is_left_out(error.kind(), error.instance_path().as_str().matches('/').count()));
    let mut wrong: Vec<String> = wrong.map(|error| format!("{}: {error}", error.instance_path())).collect();
    if let Some(wanted) = &wanted {
        let things = value["items"].as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        let names = things.iter().filter_map(Value::as_object).flat_map(|thing| thing.keys());
        wrong.extend(names.filter(|name| !wanted.contains(&name.as_str())).map(|name| format!("{name} was not asked for")));
    }
    wrong
}

/// What a reference stands for.
pub(super) fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            let place = reference.strip_prefix('#').and_then(|place| document().pointer(place));
            place.unwrap_or_else(|| panic!("{reference} leads nowhere"))
        }
        None => value,
    }
}

fn check_headers(what: &str, response: &'static Value, answer: &Answer) {
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        let header = resolved(header);
        let is_there = answer.headers.contains_key(name.as_str());
        assert!(is_there || header["required"] != true, "no {name}: {what}");
    }
}

fn check_body(what: &str, response: &Value, answer: &Answer, fields: Option<&str>) {
    let Some(content) = response["content"].as_object() else {
        assert!(answer.body.is_empty(), "nothing was to be answered: {what}");
        return;
    };
    let kind = answer.header("content-type");
    let media = content.get(kind).unwrap_or_else(|| panic!("not to be answered as {kind}: {what}"));
    let fields = fields.filter(|_| answer.status < 300);
    let errors = errors(&media["schema"], &answer.json(), fields);
    assert!(errors.is_empty(), "{errors:#?}: {what}");
}

fn problem() -> Value {
    json!({ "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } })
}

/// The path of the document that a path is: words that are written there come before names.
fn find(path: &str) -> Option<&'static Value> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |known: &str| {
        let known: Vec<&str> = known.split('/').collect();
        let fits = |(known, part): (&&str, &&str)| known == part || (known.starts_with('{') && !part.is_empty());
        known.len() == parts.len() && known.iter().zip(&parts).all(fits)
    };
    let paths = document()["paths"].as_object().expect("paths");
    let found = paths.iter().filter(|(known, _)| fits(known)).min_by_key(|(known, _)| known.matches('{').count());
    found.map(|(_, item)| item)
}

/// What checks values by a schema of the document. Making it takes a while.
fn validator(schema: &Value) -> Arc<Validator> {
    static MADE: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let make = || {
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": document()["components"],
        });
        let validator = jsonschema::options().should_validate_formats(true).build(&whole);
        Arc::new(validator.unwrap_or_else(|error| panic!("{schema}: {error}")))
    };
    Arc::clone(made.entry(schema.to_string()).or_insert_with(make))
}
