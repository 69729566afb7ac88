//! The page from the document.

use super::curl;
use super::kinds::kind;
use super::page::{Chapter, Field, Operation, Page, Problem, Schema};
use super::prose;
use serde_json::Value;
use std::collections::BTreeSet;

/// What all operations have in common.
const CONVENTIONS: &str = include_str!("../../../../docs/api-design.md");
/// As they come after each other on the page.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The page that shows a document.
pub(super) fn page(document: &Value) -> Page<'_> {
    let tags = document.get("tags").and_then(Value::as_array).into_iter().flatten();
    let components = |kind: &str| document.pointer(&format!("/components/{kind}")).and_then(Value::as_object).into_iter().flatten();
    let mut problems: Vec<Problem> = components("responses").map(|(_, response)| problem(response)).collect();
    problems.sort_unstable_by_key(|problem| problem.status);
    // Its heading is the page's own.
    let conventions = CONVENTIONS.split_once('\n').map_or(CONVENTIONS, |(_, rest)| rest);
    Page {
        version: string(document, "/info/version"),
        introduction: prose::html(string(document, "/info/description")),
        conventions: prose::html(conventions)
            .replace("<h2>", "<h3>")
            .replace("</h2>", "</h3>")
            .replace("<table>", "<div class=\"wide\"><table>")
            .replace("</table>", "</table></div>"),
        chapters: tags.map(|tag| chapter(document, tag)).collect(),
        problems,
        schemas: components("schemas").map(|(name, value)| schema(document, name, value)).collect(),
    }
}

fn chapter<'a>(document: &'a Value, tag: &'a Value) -> Chapter<'a> {
    let name = string(tag, "/name");
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let all = paths.flat_map(|(path, item)| METHODS.iter().filter_map(move |method| Some((path.as_str(), *method, item.get(method)?))));
    let operations = all.filter(|(_, _, described)| string(described, "/tags/0") == name);
    Chapter {
        name,
        text: prose::line(string(tag, "/description")),
        operations: operations.map(|(path, method, described)| operation(document, path, method, described)).collect(),
    }
}

fn operation<'a>(document: &'a Value, path: &'a str, method: &str, described: &'a Value) -> Operation<'a> {
    let parameters: Vec<&Value> =
        described.get("parameters").and_then(Value::as_array).into_iter().flatten().map(|one| resolved(document, one)).collect();
    let content = described.pointer("/requestBody/content").and_then(Value::as_object);
    let body = content.and_then(|content| content.iter().next());
    let responses = described.get("responses").and_then(Value::as_object);
    let statuses = || responses.into_iter().flatten();
    let success = statuses().find(|(status, _)| status.starts_with('2'));
    let answer = success.and_then(|(_, response)| response.pointer("/content/application~1json"));
    let item = answer.and_then(|answer| answer.pointer("/schema/properties/items/items"));
    let method = method.to_uppercase();
    Operation {
        id: string(described, "/operationId"),
        path,
        summary: string(described, "/summary"),
        text: prose::line(string(described, "/description")),
        parameters: parameters.iter().map(|parameter| parameter_field(parameter)).collect(),
        body: body.and_then(|(_, media)| media.get("schema")).map(|schema| fields(document, schema)).unwrap_or_default(),
        media: content.into_iter().flatten().map(|(media, _)| media.as_str()).collect(),
        success: success.map_or("", |(status, _)| status),
        success_text: success.map_or("", |(_, response)| string(response, "/description")),
        shown: item.or_else(|| answer?.get("schema")).map(|schema| shown(fields(document, schema))).unwrap_or_default(),
        is_list: item.is_some(),
        example: answer.and_then(|answer| answer.get("example")).map(pretty).unwrap_or_default(),
        others: statuses().map(|(status, _)| status.as_str()).filter(|status| !status.starts_with('2')).collect(),
        curl: curl::line(
            &method,
            path,
            &parameters,
            body.map(|(media, body)| (media.as_str(), body.get("example").unwrap_or(&Value::Null))),
        ),
        method,
    }
}

fn parameter_field(parameter: &Value) -> Field<'_> {
    Field {
        name: string(parameter, "/name"),
        place: string(parameter, "/in"),
        required: parameter.get("required").is_some_and(|required| required == true),
        kind: kind(parameter.get("schema").unwrap_or(&Value::Null)),
        text: prose::line(string(parameter, "/description")),
    }
}

/// The fields of an object, also of one that is one of several.
fn fields<'a>(document: &'a Value, schema: &'a Value) -> Vec<Field<'a>> {
    let schema = resolved(document, schema);
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|one| one == name));
    let own = schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, property)| Field {
        name,
        place: "",
        required: is_required(name),
        kind: kind(property),
        text: prose::line(string(property, "/description")),
    });
    let variants = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let of_variants = variants.flat_map(|variant| {
        variant.get("properties").and_then(Value::as_object).into_iter().flatten().map(move |(name, property)| Field {
            name,
            place: "",
            required: false,
            kind: kind(property),
            text: prose::line(
                property.get("description").or_else(|| variant.get("description")).and_then(Value::as_str).unwrap_or_default(),
            ),
        })
    });
    let mut all: Vec<Field<'_>> = of_variants.chain(own).collect();
    let mut seen = BTreeSet::new();
    all.retain(|field| seen.insert(field.name));
    // What is needed comes first.
    all.sort_by_key(|field| !field.required);
    all
}

/// What is shown is shown always, so that nothing is to be said of it.
fn shown(mut fields: Vec<Field<'_>>) -> Vec<Field<'_>> {
    fields.iter_mut().for_each(|field| field.required = false);
    fields.sort_by_key(|field| (field.name != "id", field.name != "name", field.name));
    fields
}

fn schema<'a>(document: &'a Value, name: &'a str, schema: &'a Value) -> Schema<'a> {
    let variants = || schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let words = variants().filter_map(|variant| Some((variant.get("const")?.as_str()?, prose::line(string(variant, "/description")))));
    let fields = fields(document, schema);
    // Only what is taken has no fields but those that are known.
    let is_taken = schema.get("additionalProperties").is_some_and(|more| more == false);
    let (fields, words) = (if is_taken { fields } else { shown(fields) }, words.collect::<Vec<_>>());
    let is_plain = fields.is_empty() && words.is_empty();
    Schema { name, text: prose::line(string(schema, "/description")), fields, words, kind: is_plain.then(|| kind(schema)) }
}

fn problem(response: &Value) -> Problem {
    let status = response.pointer("/content/application~1problem+json/example/status").and_then(Value::as_u64);
    // Of all of them only this one has no body.
    Problem { status: status.unwrap_or(304), text: prose::line(string(response, "/description")) }
}

/// What a reference stands for.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let place = value.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(value)
}

fn string<'a>(value: &'a Value, place: &str) -> &'a str {
    value.pointer(place).and_then(Value::as_str).unwrap_or_default()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
