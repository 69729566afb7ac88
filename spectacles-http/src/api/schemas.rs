//! The schemas of what is shown and taken, as the document of the API repeats them.

use super::fields;
use super::operation::{Body, Describe, Form, Operation};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};
use spectacles_core::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};

/// Where the document keeps them.
const HOME: &str = "/components/schemas";

/// Collects schemas. What is shown and what is taken may differ for one type: fields with a default need not be sent, and are always shown.
pub(crate) struct Schemas {
    shown: SchemaGenerator,
    taken: SchemaGenerator,
    /// What is the whole of a body somewhere.
    bodies: Vec<(String, bool)>,
}

impl Schemas {
    pub(crate) fn new(operations: &[Operation]) -> Self {
        let settings = || SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = HOME.into());
        let mut schemas = Self {
            shown: settings().for_serialize().into_generator(),
            taken: settings().for_deserialize().into_generator(),
            bodies: Vec::new(),
        };
        for operation in operations {
            if let Form::One(describe) | Form::Page(describe) = operation.success.form {
                schemas.shown(describe);
            }
        }
        schemas
    }

    /// The schema of what is shown.
    pub(crate) fn shown(&mut self, describe: Describe) -> Value {
        describe(&mut self.shown).to_value()
    }

    /// The schema of a body.
    pub(crate) fn taken(&mut self, body: &Body) -> Value {
        let mut schema = (body.describe)(&mut self.taken).to_value();
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
            self.bodies.push((name.to_owned(), body.is_patch));
        }
        self.rename(&mut schema);
        schema
    }

    /// All of them by name.
    pub(crate) fn finish(mut self) -> Map<String, Value> {
        let mut shown = self.shown.take_definitions(true);
        let bodies = std::mem::take(&mut self.bodies);
        let mut taken = self.taken.definitions().clone();
        for (name, is_patch) in &bodies {
            if let Some(schema) = taken.get_mut(name) {
                tidy_body(schema, *is_patch, &shown);
            }
        }
        for (name, mut schema) in taken {
            rename(&mut schema, &|name| clashes(name, &shown, self.taken.definitions()));
            let name = if clashes(&name, &shown, self.taken.definitions()) { taken_name(&name) } else { name };
            shown.entry(name).or_insert(schema);
        }
        shown.values_mut().for_each(tidy_texts);
        shown
    }

    fn rename(&self, schema: &mut Value) {
        let shown = self.shown.definitions();
        rename(schema, &|name| clashes(name, shown, self.taken.definitions()));
    }
}

/// Whether a type is shown otherwise than it is taken.
fn clashes(name: &str, shown: &Map<String, Value>, taken: &Map<String, Value>) -> bool {
    shown.get(name).is_some_and(|schema| taken.get(name).is_some_and(|other| other != schema))
}

fn taken_name(name: &str) -> String {
    format!("{name}Input")
}

/// Renames what is referred to.
fn rename(schema: &mut Value, clashes: &dyn Fn(&str) -> bool) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(path)) = fields.get_mut("$ref")
                && let Some((home, name)) = path.clone().rsplit_once('/')
                && clashes(name)
            {
                *path = format!("{home}/{}", taken_name(name));
            }
            fields.values_mut().for_each(|value| rename(value, clashes));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, clashes)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A body has no fields but those that are known, and of a change only some can be `null`.
fn tidy_body(schema: &mut Value, is_patch: bool, shown: &Map<String, Value>) {
    let mut known = Vec::new();
    fields::collect(schema, &mut known);
    let Some(object) = schema.as_object_mut() else { return };
    object.remove("unevaluatedProperties");
    object.insert("additionalProperties".to_owned(), false.into());
    let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for property in properties.values_mut().filter_map(Value::as_object_mut) {
        let removable = property.remove("removable").is_some();
        if is_patch && !removable {
            without_null(property);
        }
        if let Some(text) = property.get("description").and_then(Value::as_str).map(|text| referred(text, shown)) {
            property.insert("description".to_owned(), text.into());
        }
    }
}

/// Takes `null` out of the values there may be.
fn without_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            property.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(any)) = property.get_mut("anyOf") {
        any.retain(|one| one.get("type").is_none_or(|kind| kind != "null"));
        if let [one] = any.as_slice()
            && let Value::Object(one) = one.clone()
        {
            property.remove("anyOf");
            property.extend(one);
        }
    }
    if let Some(Value::Array(values)) = property.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
}

/// What a description refers to, in its place: forms say `See [`User::admin`]` of what the view of a user explains.
fn referred(text: &str, shown: &Map<String, Value>) -> String {
    let found = text.strip_prefix("See [`").and_then(|rest| {
        let (path, _) = rest.split_once("`]")?;
        let (kind, field) = path.split_once("::")?;
        let kind = kind.trim_start_matches("Service").trim_end_matches("Settings");
        let views = [format!("{kind}View"), "ServiceView".to_owned(), "RegistryView".to_owned(), kind.to_owned()];
        let described = |view: &String| shown.get(view)?.get("properties")?.get(field)?.get("description")?.as_str();
        views.iter().find_map(described)
    });
    found.unwrap_or(text).to_owned()
}

/// Links of the source mean nothing outside of it.
fn tidy_texts(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                tidy_texts(value);
                if let Value::String(text) = value
                    && name == "description"
                {
                    *text = text.replace("[`", "`").replace("`]", "`");
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The schema of a part of a path, and an example.
pub(crate) fn of_part(name: &str) -> (Value, Value) {
    fn schema<T: JsonSchema>() -> Value {
        T::json_schema(&mut SchemaGenerator::default()).to_value()
    }
    match name {
        "user" => (schema::<UserName>(), json!("alice")),
        "group" => (schema::<GroupName>(), json!("devs")),
        "app" => (schema::<AppName>(), json!("shop")),
        "service" => (schema::<ServiceAccountName>(), json!("ci")),
        "registry" => (schema::<ServiceName>(), json!("registry.example.com")),
        "namespace" => (schema::<NamespacePath>(), json!("team/app")),
        "grantee_kind" => (json!({ "type": "string", "enum": ["user", "group", "service"] }), json!("user")),
        "grantee" => (json!({ "type": "string", "minLength": 1, "maxLength": 128 }), json!("alice")),
        "secret" | "token" => (json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX }), json!(1)),
        _ => (json!({ "type": "string" }), json!("x")),
    }
}
