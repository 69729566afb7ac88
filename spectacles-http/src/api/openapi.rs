//! The description of the API for programs: OpenAPI 3.1, made from the table.

use super::operation::{Describe, Form, Operation, Parameter};
use super::schemas::Schemas;
use super::table::table;
use super::topic::{self, Topic};
use crate::answer::{self, Answer};
use http::header::{CACHE_CONTROL, HeaderValue};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// What tells what is wrong.
const PROBLEM: &str = "Problem";

static DOCUMENT: LazyLock<Value> = LazyLock::new(make);

/// The answer to whoever wants to know what the API can do. It is no secret.
pub(crate) fn description() -> Answer {
    let mut answer = answer::json(StatusCode::OK, &*DOCUMENT);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    answer
}

fn make() -> Value {
    let mut schemas = Schemas::new(table());
    let mut paths: Map<String, Value> = Map::new();
    for operation in table() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.as_str().to_lowercase(), described(operation, &mut schemas));
        }
    }
    let tags: Vec<Value> =
        Topic::ALL.iter().filter(|topic| table().iter().any(|operation| operation.topic == **topic)).map(|topic| tag(*topic)).collect();
    let mut components = schemas.finish();
    components.insert(PROBLEM.to_owned(), problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Spectacles",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access control for container registries",
            "description": "Everything an administrator or a program can do with Spectacles. What all operations have in common, such as pages, \
                            filters, preconditions and problems, is described once, on the page of conventions.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        // Relative to this document, which knows nothing of a prefix that a proxy may put in front.
        "servers": [{ "url": "../v1" }],
        "security": [{ "password": [] }, { "token": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                "password": { "type": "http", "scheme": "basic", "description": "Name and password of a user." },
                "token": { "type": "http", "scheme": "bearer", "description": "An API token." },
            },
            "headers": {
                "X-Request-Id": {
                    "description": "By this the log of the server speaks of the request; the one that the request brought, where it brought one.",
                    "schema": { "type": "string" },
                },
            },
            "schemas": components,
        },
    })
}

fn tag(topic: Topic) -> Value {
    json!({ "name": topic.as_str(), "description": topic::described(topic) })
}

fn described(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut parameters: Vec<Value> = operation.path_parameters().map(in_path).collect();
    parameters.extend(operation.parameters.iter().map(in_query));
    let has_fields = !matches!(operation.success.form, Form::Nothing);
    if has_fields {
        parameters.push(json!({
            "name": "fields", "in": "query", "description": "Only these fields, separated by commas.", "schema": { "type": "string" },
        }));
    }
    if operation.reader().is_some() {
        parameters.push(json!({
            "name": if operation.method == Method::GET { "If-None-Match" } else { "If-Match" },
            "in": "header",
            "required": operation.needs_precondition,
            "description": if operation.method == Method::GET {
                "The ETag of what is known already: the answer is 304 while it is still so."
            } else {
                "The ETag of what was read, so that nobody's change is overwritten unseen; `*` takes whatever is there."
            },
            "schema": { "type": "string", "pattern": r#"^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$"# },
            "example": "*",
        }));
    }
    if operation.method == Method::POST && operation.writes {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header",
            "description": "The same request with the same key is carried out once, within a day.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            "example": "2f8f4c5e-8a1d-4c0e-9f57-3f1f6f0f2a10",
        }));
    }
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.topic.as_str()],
        "summary": operation.summary,
        "responses": responses(operation, schemas),
    });
    let Some(fields) = described.as_object_mut() else { return described };
    if !operation.text.is_empty() {
        fields.insert("description".to_owned(), operation.text.into());
    }
    if !parameters.is_empty() {
        fields.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(body) = &operation.body {
        let media = json!({ "schema": schemas.taken(body), "example": body.example });
        let content = match body.is_patch {
            true => json!({ "application/merge-patch+json": media, "application/json": media }),
            false => json!({ "application/json": media }),
        };
        fields.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    described
}

fn in_path(name: &'static str) -> Value {
    let (schema, example) = super::schemas::of_part(name);
    json!({ "name": name, "in": "path", "required": true, "schema": schema, "example": example })
}

fn in_query(parameter: &Parameter) -> Value {
    let schema = match parameter.repeated {
        true => json!({ "type": "array", "items": parameter.schema }),
        false => parameter.schema.clone(),
    };
    let mut described = json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.text,
        "schema": schema,
    });
    if let (Some(example), Some(fields)) = (parameter.example, described.as_object_mut()) {
        fields.insert("example".to_owned(), example.into());
    }
    described
}

fn responses(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut responses: Map<String, Value> = Map::new();
    let success = operation.success.status;
    responses.insert(success.as_str().to_owned(), succeeded(operation, schemas));
    for status in problems(operation) {
        let text = status.canonical_reason().unwrap_or_default();
        let response = if status == StatusCode::NOT_MODIFIED {
            json!({ "description": "It is still what is known." })
        } else {
            let content = json!({ "application/problem+json": { "schema": { "$ref": format!("#/components/schemas/{PROBLEM}") } } });
            json!({ "description": text, "headers": request_id(), "content": content })
        };
        responses.insert(status.as_str().to_owned(), response);
    }
    Value::Object(responses)
}

fn request_id() -> Value {
    json!({ "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } })
}

fn succeeded(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut headers = request_id();
    let mut header = |name: &str, text: &str, required: bool| {
        if let Some(headers) = headers.as_object_mut() {
            headers.insert(name.to_owned(), json!({ "description": text, "required": required, "schema": { "type": "string" } }));
        }
    };
    let schema = match operation.success.form {
        Form::Nothing => return json!({ "description": "Done.", "headers": headers }),
        Form::One(describe) => {
            header("ETag", "Another one whenever anything of it is another.", true);
            if operation.success.status == StatusCode::CREATED {
                header("Location", "Where it is.", true);
            }
            schemas.shown(describe)
        }
        Form::Page(describe) => {
            header("Link", "The next page, where there is one (RFC 8288).", false);
            page(schemas, describe)
        }
    };
    json!({ "description": operation.success.status.canonical_reason(), "headers": headers, "content": { "application/json": { "schema": schema } } })
}

/// With `fields` anything may be left out, so that nothing is required.
fn page(schemas: &mut Schemas, describe: Describe) -> Value {
    json!({
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": { "type": "array", "items": schemas.shown(describe) },
            "next": { "type": ["string", "null"], "description": "What to say as `after` for the next page; nothing on the last." },
            "total": { "type": "integer", "minimum": 0, "description": "How many there are on all pages, where `total` was asked for." },
        },
    })
}

/// What an operation may answer instead.
fn problems(operation: &Operation) -> Vec<StatusCode> {
    let mut statuses = vec![
        StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::NOT_FOUND,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    if operation.method == Method::GET {
        statuses.extend([StatusCode::NOT_MODIFIED, StatusCode::PRECONDITION_FAILED]);
    } else {
        statuses.extend([
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::CONFLICT,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            StatusCode::PRECONDITION_FAILED,
        ]);
    }
    if operation.needs_precondition {
        statuses.push(StatusCode::PRECONDITION_REQUIRED);
    }
    if operation.method == Method::POST && operation.writes {
        statuses.push(StatusCode::UNPROCESSABLE_ENTITY);
    }
    statuses.sort_unstable();
    statuses
}

/// RFC 9457.
fn problem() -> Value {
    json!({
        "type": "object",
        "description": "What is wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": { "type": "string", "description": "The kind of problem, for programs: `urn:spectacles:problem:stale`." },
            "title": { "type": "string", "description": "The kind of problem, for people." },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "What is wrong this time, and what to do about it." },
            "request_id": { "type": "string", "description": "By this the log of the server speaks of the request." },
            "errors": {
                "type": "array",
                "description": "What is wrong where.",
                "items": {
                    "type": "object",
                    "required": ["detail"],
                    "properties": {
                        "pointer": { "type": "string", "description": "A place in the body (RFC 6901, as a URI fragment)." },
                        "parameter": { "type": "string", "description": "A parameter of the query." },
                        "header": { "type": "string", "description": "A header." },
                        "detail": { "type": "string" },
                    },
                },
            },
        },
    })
}
