//! One operation, described.

use super::schemas::Schemas;
use super::{parameters, responses};
use crate::api::operation::{Body, Operation};
use http::Method;
use serde_json::{Value, json};

/// An operation as OpenAPI says it.
pub(super) fn described(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.topic.as_str()],
        "summary": operation.summary,
        "responses": responses::of(operation, schemas),
    });
    let Some(fields) = described.as_object_mut() else { return described };
    if !operation.text.is_empty() {
        fields.insert("description".to_owned(), operation.text.into());
    }
    let parameters = parameters::of(operation);
    if !parameters.is_empty() {
        fields.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(body) = &operation.body {
        let media = json!({ "schema": schemas.taken(body), "example": body.example });
        let content = match body.is_patch {
            true => json!({ "application/merge-patch+json": media, "application/json": media }),
            false => json!({ "application/json": media }),
        };
        fields.insert("requestBody".to_owned(), json!({ "required": is_needed(operation, body), "content": content }));
    }
    if !operation.pictures.is_empty() {
        fields.insert("requestBody".to_owned(), json!({ "required": true, "content": responses::pictures(operation.pictures) }));
    }
    described
}

/// To make something so needs no body where everything in it has a default.
fn is_needed(operation: &Operation, body: &Body) -> bool {
    operation.method != Method::PUT || body.schema.get("required").is_some()
}
