//! What may be said in paths, queries and headers.

use crate::api::fields;
use crate::api::operation::{Form, Operation, Parameter};
use http::Method;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};
use spectacles_core::name::{
    AppName, Digest, GroupName, NamespacePath, RepositoryName, ServiceAccountName, ServiceName, TagName, UserName,
};

/// The parts of paths there are.
const PARTS: [&str; 14] = [
    "user",
    "group",
    "app",
    "service",
    "registry",
    "namespace",
    "repository",
    "tag",
    "digest",
    "grantee_kind",
    "grantee",
    "secret",
    "token",
    "session",
];
/// A list of entity tags (RFC 9110).
const TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$"#;

/// The parameters of an operation.
pub(super) fn of(operation: &Operation) -> Vec<Value> {
    let mut all: Vec<Value> = operation.path_parameters().map(reference).collect();
    all.extend(operation.parameters.iter().map(in_query));
    all.extend(wanted_fields(operation));
    let is_one = |reader: &Operation| matches!(reader.success.form, Form::One(_) | Form::Picture(_));
    if operation.reader().is_some_and(is_one) {
        all.push(reference(match operation.method {
            Method::GET => "If-None-Match",
            _ if operation.needs_precondition => "If-Match",
            _ => "If-Match-optional",
        }));
    }
    if operation.method == Method::POST && operation.writes && !operation.can_be_repeated {
        all.push(reference("Idempotency-Key"));
    }
    all
}

/// The parameters that several operations have.
pub(super) fn shared() -> Value {
    let mut all: Map<String, Value> = PARTS.iter().map(|name| ((*name).to_owned(), in_path(name))).collect();
    let mut header = |key: &str, name: &str, required: bool, text: &str, schema: Value, example: &str| {
        let header =
            json!({ "name": name, "in": "header", "required": required, "description": text, "schema": schema, "example": example });
        all.insert(key.to_owned(), header);
    };
    let tags = || json!({ "type": "string", "minLength": 1, "pattern": TAGS });
    let known = "The ETag of what is known already: the answer is 304 while it is still so.";
    header("If-None-Match", "If-None-Match", false, known, tags(), "\"8xq0wJ5cVbS0hJ3Ck1n0kA\"");
    let read = "The ETag of what was read, so that nobody's change is overwritten unseen; `*` takes whatever is there.";
    header("If-Match", "If-Match", true, read, tags(), "*");
    header("If-Match-optional", "If-Match", false, read, tags(), "*");
    header(
        "Idempotency-Key",
        "Idempotency-Key",
        false,
        "Any text that is new for each request, such as a UUID: the same request with the same key is carried out once, within a day.",
        json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" }),
        "2f8f4c5e-8a1d-4c0e-9f57-3f1f6f0f2a10",
    );
    Value::Object(all)
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

fn in_query(parameter: &Parameter) -> Value {
    let schema = match parameter.repeated {
        true => json!({ "type": "array", "items": parameter.schema }),
        false => parameter.schema.clone(),
    };
    let is_list = schema.get("type").is_some_and(|kind| kind == "array");
    let mut described =
        json!({ "name": parameter.name, "in": "query", "required": parameter.required, "description": parameter.text, "schema": schema });
    let Some(fields) = described.as_object_mut() else { return described };
    if is_list {
        // Either `filter=a&filter=b`, or `order=a,b`.
        fields.insert("explode".to_owned(), parameter.repeated.into());
    }
    if let Some(example) = &parameter.example {
        let example = if is_list { Value::from(example.split(',').collect::<Vec<_>>()) } else { example.as_str().into() };
        fields.insert("example".to_owned(), example);
    }
    described
}

/// Which fields of what is answered are wanted.
fn wanted_fields(operation: &Operation) -> Option<Value> {
    let known = fields::known(operation);
    (!known.is_empty()).then(|| {
        json!({
            "name": fields::NAME,
            "in": "query",
            "required": false,
            "description": "Only these fields, separated by commas. The schema of the answer describes the whole: with this parameter, whatever \
                            is not mentioned here is left out, although it is `required` there.",
            "schema": { "type": "array", "items": { "type": "string", "enum": known }, "minItems": 1 },
            "explode": false,
            "example": known.iter().take(2).collect::<Vec<_>>(),
        })
    })
}

fn in_path(name: &str) -> Value {
    let (schema, example, text) = part(name);
    json!({ "name": name, "in": "path", "required": true, "description": text, "schema": schema, "example": example })
}

/// The schema of a part of a path, an example, and what it is.
fn part(name: &str) -> (Value, Value, &'static str) {
    fn schema<T: JsonSchema>() -> Value {
        T::json_schema(&mut SchemaGenerator::default()).to_value()
    }
    match name {
        "user" => (schema::<UserName>(), json!("alice"), "The name of a user."),
        "group" => (schema::<GroupName>(), json!("devs"), "The name of a group; a slash in it is written `%2F`."),
        "app" => (schema::<AppName>(), json!("shop"), "The name of an app; a slash in it is written `%2F`."),
        "service" => (schema::<ServiceAccountName>(), json!("ci"), "The name of a service account; a slash in it is written `%2F`."),
        "registry" => {
            (schema::<ServiceName>(), json!("registry.example.com"), "What a registry calls itself: the `service` of its token requests.")
        }
        "namespace" => (
            schema::<NamespacePath>(),
            json!("team/app"),
            "The path of a namespace; a slash in it is written `%2F`: `team%2Fapp`. That for names without a slash is `%2F`.",
        ),
        "repository" => {
            (schema::<RepositoryName>(), json!("team/app"), "The name of a repository; a slash in it is written `%2F`: `team%2Fapp`.")
        }
        "tag" => (schema::<TagName>(), json!("v1.0"), "A tag of the repository."),
        "digest" => (
            schema::<Digest>(),
            json!("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            "The digest of a manifest, or of the configuration of an image where that is said.",
        ),
        "grantee_kind" => {
            (json!({ "type": "string", "enum": ["user", "group", "service"] }), json!("user"), "What kind of thing `grantee` names.")
        }
        "grantee" => (json!({ "type": "string", "minLength": 1, "maxLength": 128 }), json!("alice"), "The name of whoever has the right."),
        "secret" => (number(), json!(1), "The id of a secret."),
        "token" => (number(), json!(1), "The id of an API token."),
        "session" => (number(), json!(1), "The id of a session."),
        _ => (json!({ "type": "string" }), json!("x"), ""),
    }
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX })
}
