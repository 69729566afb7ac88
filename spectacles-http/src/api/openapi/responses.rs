//! What may be answered.

use super::schemas::Schemas;
use crate::api::operation::{Describe, Form, Operation};
use crate::api::table::table;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

/// What tells what is wrong.
pub(super) const PROBLEM: &str = "Problem";

/// Each status of a problem, its kind, what it means, and an example of what it says.
const PROBLEMS: [(StatusCode, &str, &str, &str); 12] = [
    (
        StatusCode::BAD_REQUEST,
        "invalid",
        "The request makes no sense. Fields and parameters that are not known are wrong, too.",
        "there is no such field; the fields are email, name",
    ),
    (StatusCode::UNAUTHORIZED, "unauthorized", "There are no credentials, or wrong ones.", "incorrect username or password"),
    (StatusCode::FORBIDDEN, "denied", "This is not for whoever calls; the text says for whom it is.", "this is for administrators"),
    (StatusCode::NOT_FOUND, "not-found", "It is not there, or not for whoever calls to know.", "there is no user `alice`"),
    (StatusCode::REQUEST_TIMEOUT, "timeout", "The body did not come in time.", "the body did not come in time"),
    (
        StatusCode::CONFLICT,
        "conflict",
        "The name is taken (`conflict`), the state does not permit it (`refused`), or it was done before (`repeated`).",
        "there is a user `alice` already",
    ),
    (
        StatusCode::PRECONDITION_FAILED,
        "stale",
        "It has changed since it was read.",
        "it has changed since you read it: read it again, and decide again",
    ),
    (StatusCode::PAYLOAD_TOO_LARGE, "size-invalid", "The body is too long.", "the body is longer than 65536 bytes"),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", "The body is of another media type.", "send the body as application/json"),
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        "key-reused",
        "The `Idempotency-Key` was used for another request.",
        "this Idempotency-Key was used for another request; take a new one for each",
    ),
    (
        StatusCode::PRECONDITION_REQUIRED,
        "precondition-needed",
        "The client has to say what it has seen.",
        "send the ETag of what you have read as If-Match",
    ),
    (
        StatusCode::TOO_MANY_REQUESTS,
        "toomanyrequests",
        "Too many attempts to log in have failed, or too much is asked for; `Retry-After` says when to try again.",
        "too many failed attempts, try again later",
    ),
];
/// Two more, which are not up to the client.
const REGISTRY_FAILED: (StatusCode, &str, &str, &str) = (
    StatusCode::BAD_GATEWAY,
    "registry-failed",
    "A registry did not do its part; the text says what it answered.",
    "registry `registry.example.com` cannot be reached: connection refused",
);
const UNAVAILABLE: (StatusCode, &str, &str, &str) = (
    StatusCode::SERVICE_UNAVAILABLE,
    "unavailable",
    "The database does not answer, or there is too much to do; try again.",
    "the database is not available now, try again",
);

/// What an operation may answer, by status.
pub(super) fn of(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut responses: Map<String, Value> = Map::new();
    responses.insert(operation.success.status.as_str().to_owned(), succeeded(operation, schemas));
    for status in others(operation) {
        responses.insert(status.as_str().to_owned(), json!({ "$ref": format!("#/components/responses/{}", name(status)) }));
    }
    Value::Object(responses)
}

/// What several operations may answer.
pub(super) fn shared() -> Value {
    let mut all: Map<String, Value> = PROBLEMS.iter().chain([&REGISTRY_FAILED, &UNAVAILABLE]).map(failed).collect();
    let headers = json!({ "ETag": header("ETag"), "X-Request-Id": header("X-Request-Id") });
    all.insert(name(StatusCode::NOT_MODIFIED), json!({ "description": "It is still what is known.", "headers": headers }));
    Value::Object(all)
}

/// What several answers carry.
pub(super) fn headers() -> Value {
    let text = |text: &str, required: bool, example: &str| json!({ "description": text, "required": required, "schema": { "type": "string" }, "example": example });
    json!({
        "X-Request-Id": text(
            "By this the log of the server speaks of the request; the one that the request brought, where it brought one.", true, "u3Vd0yX7Q0mJx1sN"
        ),
        "ETag": text("Another one whenever anything of it is another.", true, "\"8xq0wJ5cVbS0hJ3Ck1n0kA\""),
        "Location": text("Where it is, relative to the address of the request.", true, "users/alice"),
        "Link": text("The next page, where there is one (RFC 8288).", false, "<?limit=100&after=...>; rel=\"next\""),
        "Idempotency-Replayed": text("`true`, where the request was carried out before and this is the answer to it.", false, "true"),
        "WWW-Authenticate": text("What credentials are taken.", true, "Basic realm=\"Spectacles\", charset=\"UTF-8\""),
        "Retry-After": {
            "description": "When to try again, in seconds.", "required": true, "schema": { "type": "integer", "minimum": 1 }, "example": 30
        },
    })
}

/// The name that a status goes by.
fn name(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or_default().replace(' ', "")
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn failed((status, kind, text, detail): &(StatusCode, &str, &str, &str)) -> (String, Value) {
    let more = match *status {
        StatusCode::UNAUTHORIZED => Some("WWW-Authenticate"),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Some("Retry-After"),
        _ => None,
    };
    let headers: Map<String, Value> = ["X-Request-Id"].into_iter().chain(more).map(|name| (name.to_owned(), header(name))).collect();
    let mut example = json!({
        "type": format!("urn:spectacles:problem:{kind}"),
        "title": text.split('.').next().unwrap_or_default(),
        "status": status.as_u16(),
        "detail": detail,
        "request_id": "u3Vd0yX7Q0mJx1sN",
    });
    if *status == StatusCode::BAD_REQUEST
        && let Some(example) = example.as_object_mut()
    {
        example.insert("errors".to_owned(), json!([{ "pointer": "#/nmae", "detail": detail }]));
    }
    let media = json!({ "schema": { "$ref": format!("#/components/schemas/{PROBLEM}") }, "example": example });
    (name(*status), json!({ "description": text, "headers": headers, "content": { "application/problem+json": media } }))
}

fn succeeded(operation: &Operation, schemas: &mut Schemas) -> Value {
    let created = operation.success.status == StatusCode::CREATED;
    let (description, more, schema) = match operation.success.form {
        Form::Nothing => ("It is done.", vec![], None),
        Form::One(describe) if created => {
            ("What was created.", vec!["ETag", "Location", "Idempotency-Replayed"], Some(schemas.shown(describe)))
        }
        Form::One(describe) => ("As it is now.", vec!["ETag"], Some(schemas.shown(describe))),
        Form::Picture(_) => ("The picture.", vec!["ETag"], None),
        Form::Page(describe) => ("A page of the list.", vec!["Link"], Some(page(schemas, describe))),
    };
    let headers: Map<String, Value> = ["X-Request-Id"].into_iter().chain(more).map(|name| (name.to_owned(), header(name))).collect();
    if let Form::Picture(media) = operation.success.form {
        return json!({ "description": description, "headers": headers, "content": pictures(media) });
    }
    let links = if created { links(operation) } else { Map::new() };
    match schema {
        Some(schema) if !links.is_empty() => {
            json!({ "description": description, "headers": headers, "content": { "application/json": { "schema": schema } }, "links": links })
        }
        Some(schema) => json!({ "description": description, "headers": headers, "content": { "application/json": { "schema": schema } } }),
        None => json!({ "description": description, "headers": headers }),
    }
}

/// Pictures of these media types, taken or answered.
pub(super) fn pictures(media: &[&str]) -> Value {
    let all: Map<String, Value> =
        media.iter().map(|media| ((*media).to_owned(), json!({ "schema": { "type": "string", "format": "binary" } }))).collect();
    Value::Object(all)
}

/// What can be done with what was created: it is named by its name, not by its id.
fn links(operation: &Operation) -> Map<String, Value> {
    let Some((reader, part)) = operation.item_reader() else { return Map::new() };
    let field = match part {
        "registry" => "service",
        "namespace" => "path",
        "token" => "id",
        _ => "name",
    };
    let mut parameters: Map<String, Value> =
        operation.path_parameters().map(|name| (name.to_owned(), format!("$request.path.{name}").into())).collect();
    parameters.insert(part.to_owned(), format!("$response.body#/{field}").into());
    let is_of_it = |other: &&Operation| {
        let is_list = other.method == Method::GET && other.path_parameters().count() == parameters.len();
        other.path == reader.path || other.path.starts_with(&format!("{}/", reader.path)) && is_list
    };
    let link = |other: &Operation| {
        (other.id.to_owned(), json!({ "operationId": other.id, "parameters": parameters, "description": other.summary }))
    };
    table().iter().filter(is_of_it).map(link).collect()
}

fn page(schemas: &mut Schemas, describe: Describe) -> Value {
    json!({
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": { "type": "array", "items": schemas.shown(describe), "description": "The things on this page." },
            "next": { "type": ["string", "null"], "description": "What to say as `after` for the next page; null on the last." },
            "total": { "type": "integer", "minimum": 0, "description": "How many there are on all pages, where `total` was asked for." },
        },
    })
}

/// What an operation may answer instead.
fn others(operation: &Operation) -> Vec<StatusCode> {
    let mut statuses = vec![
        StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::NOT_FOUND,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::PRECONDITION_FAILED,
    ];
    if operation.method != Method::GET {
        statuses.extend([
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::CONFLICT,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ]);
    } else if matches!(operation.success.form, Form::One(_) | Form::Picture(_)) {
        statuses.push(StatusCode::NOT_MODIFIED);
    }
    if operation.needs_registry {
        statuses.push(StatusCode::BAD_GATEWAY);
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
pub(super) fn problem() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({
        "type": "object",
        "description": "What is wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail", "request_id"],
        "properties": {
            "type": text("The kind of problem, for programs: `urn:spectacles:problem:stale`."),
            "title": text("The kind of problem, for people."),
            "status": { "type": "integer", "description": "The status of the answer." },
            "detail": text("What is wrong this time, and what to do about it."),
            "request_id": text("By this the log of the server speaks of the request."),
            "errors": {
                "type": "array",
                "description": "What is wrong where; each has one place at most.",
                "items": {
                    "type": "object",
                    "required": ["detail"],
                    "properties": {
                        "pointer": text("A place in the body: a JSON pointer (RFC 6901) as a fragment, `#/name`."),
                        "parameter": text("A parameter of the query."),
                        "header": text("A header."),
                        "detail": text("What is wrong there."),
                    },
                },
            },
        },
    })
}
