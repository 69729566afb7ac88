//! The description of the API for programs: OpenAPI 3.1, made from the table.
//!
//! | | |
//! |---|---|
//! | [`operations`] | one operation |
//! | [`parameters`] | what may be said in paths, queries and headers |
//! | [`responses`] | what may be answered, with every status |
//! | [`schemas`], [`tidy`] | what is shown and taken, and how its schemas become readable |
//! | [`examples`] | examples of what is shown |

mod examples;
mod operations;
mod parameters;
mod responses;
mod schemas;
mod tidy;

use super::operation::ROOT;
use super::table::table;
use super::topic::{self, Topic};
use crate::answer::{self, Answer};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use schemas::Schemas;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(make);

/// The OpenAPI document: everything the API can do, for programs.
pub fn openapi() -> &'static Value {
    &DOCUMENT
}

/// The answer to whoever wants to know what the API can do. It is no secret.
pub(crate) fn description() -> Answer {
    public(openapi())
}

/// The answer to an editor that wants to know what may be in a file with configuration. That is no secret either.
pub(crate) fn state_schema() -> Answer {
    static SCHEMA: LazyLock<Value> = LazyLock::new(spectacles_core::declarative::schema);
    public(&SCHEMA)
}

fn public(document: &Value) -> Answer {
    let mut answer = answer::json(StatusCode::OK, document);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    answer
}

fn make() -> Value {
    let mut schemas = Schemas::new(table());
    let mut paths: Map<String, Value> = Map::new();
    for operation in table() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.as_str().to_lowercase(), operations::described(operation, &mut schemas));
        }
    }
    let mut components = schemas.finish();
    components.insert(responses::PROBLEM.to_owned(), responses::problem());
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Spectacles",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Access control for container registries",
            "description": INTRODUCTION,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        // Relative to this document, which knows nothing of a prefix that a proxy may put in front.
        "servers": [{ "url": "../v1", "description": format!("This server, at {ROOT}") }],
        "externalDocs": { "url": "../docs", "description": "The same to read, without anything but a browser" },
        "security": [{ "password": [] }, { "token": [] }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "password": { "type": "http", "scheme": "basic", "description": "Name and password of a user." },
                "token": { "type": "http", "scheme": "bearer", "description": "An API token: `spectacles_...`." },
            },
            "parameters": parameters::shared(),
            "headers": responses::headers(),
            "responses": responses::shared(),
            "schemas": components,
        },
    });
    tidy::name_views(&mut document);
    examples::add(&mut document, table());
    document
}

/// What holds for all operations, in short.
const INTRODUCTION: &str = "\
Everything an administrator or a program can do with Spectacles.

**Names** are one part of a path each: a slash in a name is written `%2F`. The namespace for names without a slash is `%2F`.

**Lists** come in pages: `{\"items\": [...], \"next\": \"...\", \"total\": 123}`. `next` is what to say as `after` for the next page, and null on \
the last.

**Changes** with `PATCH` change the fields that are sent, and `null` removes what can be removed. They need `If-Match` with the `ETag` of what was \
read, so that nobody overwrites what he has not seen; `If-Match: *` takes whatever is there.

**Creating** with `POST` takes an `Idempotency-Key`: the same request with the same key is carried out once, within a day.

**Problems** are `application/problem+json` (RFC 9457), with a place for each thing that is wrong. Beside the statuses that are listed with each \
operation, any may answer 500, in the same form: that is a defect, and the log of the server says more by the `X-Request-Id` of the answer.

**Fields** may be added to answers at any time: ignore those you do not know.";

/// What operations are about, in the order of the table.
fn tags() -> Vec<Value> {
    let is_used = |topic: &&Topic| table().iter().any(|operation| operation.topic == **topic);
    let tag = |topic: &Topic| {
        let description = format!("{}. {}", topic::described(*topic), topic::who(*topic));
        json!({ "name": topic.as_str(), "description": description })
    };
    Topic::ALL.iter().filter(is_used).map(tag).collect()
}
