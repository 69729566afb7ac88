//! Examples of what is shown, made from its schema and from what is sent.

use crate::api::operation::{Form, Operation};
use serde_json::{Map, Value, json};

/// Nothing is deeper than this; it only keeps a type that holds itself from going on for ever.
const DEEPEST: usize = 20;

/// What texts are like that their schemas say nothing of, by the names of fields.
const WORDS: &[(&str, &str)] = &[
    ("action", "user.create"),
    ("actor", "admin"),
    ("address", "192.0.2.7"),
    ("agent", "docker/28.3.0"),
    ("app", "shop"),
    ("asked", "pull,push"),
    ("area", "team/…"),
    ("because", "alice has the right READ on the namespace team"),
    ("chain", "changes"),
    ("commands", "spectacles namespace grant registry.example.com team --user alice READ"),
    ("default_group", "devs"),
    ("description", "Those who build"),
    ("display_name", "Alice Example"),
    ("email", "alice@example.com"),
    ("external_url", "https://registry.example.com"),
    ("field", "description"),
    ("from", "192.0.2.7"),
    ("given", "pull"),
    ("gains", "pull"),
    ("group", "devs"),
    ("item", "alice"),
    ("kind", "user"),
    ("libtrust", "PYYO:TEWU:V7JH:26JV:AQTZ:LJC3:SXVJ:XGHA:34F2:2LAQ:ZRMK:Z7Q6"),
    ("loses", "push"),
    ("members", "alice"),
    ("name", "alice"),
    ("namespace", "team"),
    ("networks", "192.0.2.0/24"),
    ("next", "eyJvIjoibmFtZSJ9"),
    ("node", "node1"),
    ("object", "user alice"),
    ("owner", "alice"),
    ("path", "assert[0]"),
    ("principal", "alice"),
    ("publication", "devs"),
    ("reason", "incorrect username or password"),
    ("registry", "registry.example.com"),
    ("repositories", "team/…"),
    ("repository", "team/app"),
    ("requested", "pull"),
    ("resource", "repository:team/app"),
    ("responsible", "devs"),
    ("rfc7638", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
    ("rule", "custom-right"),
    ("scope", "users"),
    ("secret", "spectacles_5Zq0wJ5cVbS0hJ3Ck1n0kA8f2E"),
    ("service", "ci"),
    ("slug", "devs"),
    ("sub", "spectacles-checkpoint"),
    ("subject", "user alice"),
    ("text", "alice has the right READ on the namespace team"),
    ("token", "u3Vd0yX7Q0mJx1sN"),
    ("url", "http://registry:5000"),
    ("user", "alice"),
];

/// Adds an example to whatever operations answer with.
pub(super) fn add(document: &mut Value, operations: &[Operation]) {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object).cloned().unwrap_or_default();
    for operation in operations {
        let path = operation.path.replace('~', "~0").replace('/', "~1");
        let method = operation.method.as_str().to_lowercase();
        let place = format!("/paths/{path}/{method}/responses/{}/content/application~1json", operation.success.status.as_str());
        let Some(media) = document.pointer_mut(&place).and_then(Value::as_object_mut) else { continue };
        let Some(mut example) = media.get("schema").map(|schema| Maker { schemas: &schemas }.of(schema, "", 0)) else { continue };
        match operation.success.form {
            Form::Page(_) => last_page(&mut example),
            Form::One(_) => repeat(&mut example, operation),
            Form::Nothing | Form::Picture(_) => {}
        }
        media.insert("example".to_owned(), example);
    }
}

/// A list of one thing, which is on the first page, and counted only where that was asked for.
fn last_page(example: &mut Value) {
    if let Some(page) = example.as_object_mut() {
        page.insert("next".to_owned(), Value::Null);
        page.remove("total");
    }
}

/// What was sent is what is there after a change.
fn repeat(example: &mut Value, operation: &Operation) {
    let sent = operation.body.as_ref().filter(|_| operation.writes).map(|body| &body.example);
    if let Some(sent) = sent {
        lay_over(example, sent);
    }
}

/// Takes over what is in both.
fn lay_over(shown: &mut Value, sent: &Value) {
    match (shown, sent) {
        (Value::Object(shown), Value::Object(sent)) => {
            for (name, value) in sent {
                if let Some(place) = shown.get_mut(name) {
                    lay_over(place, value);
                }
            }
        }
        (shown, sent) => shown.clone_from(sent),
    }
}

struct Maker<'a> {
    schemas: &'a Map<String, Value>,
}

impl Maker<'_> {
    fn of(&self, schema: &Value, name: &str, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
            let target = path.rsplit('/').next().and_then(|name| self.schemas.get(name));
            return target.map(|schema| self.of(schema, name, depth + 1)).unwrap_or_default();
        }
        let given = schema.get("const").or_else(|| schema.get("examples")?.get(0)).or_else(|| schema.get("enum")?.get(0));
        if let Some(given) = given {
            return given.clone();
        }
        let chosen = ["oneOf", "anyOf"].iter().find_map(|word| schema.get(word)?.get(0)).map(|one| self.of(one, name, depth + 1));
        match kind(schema) {
            Some("object") => self.object(schema, chosen, depth),
            Some("array") => {
                let item = schema.get("items").map(|items| self.of(items, name, depth + 1));
                item.map_or_else(|| json!([]), |item| json!([item]))
            }
            Some("boolean") => schema.get("default").cloned().unwrap_or(Value::Bool(false)),
            Some("integer") => schema
                .get("default")
                .or_else(|| schema.get("minimum"))
                .filter(|number| **number != json!(0))
                .cloned()
                .unwrap_or_else(|| json!(1)),
            Some("string") if schema.get("format").is_some_and(|format| format == "date-time") => json!("2030-01-01T00:00:00Z"),
            Some("string") => json!(WORDS.iter().find(|(known, _)| *known == name).map_or("text", |(_, word)| word)),
            _ => chosen.unwrap_or_else(|| json!({})),
        }
    }

    fn object(&self, schema: &Value, chosen: Option<Value>, depth: usize) -> Value {
        let mut object = match chosen {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            object.extend(properties.iter().map(|(name, schema)| (name.clone(), self.of(schema, name, depth + 1))));
        } else if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
            object.insert("name".to_owned(), self.of(values, "", depth + 1));
        }
        Value::Object(object)
    }
}

/// The type of a schema, null left aside.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}
