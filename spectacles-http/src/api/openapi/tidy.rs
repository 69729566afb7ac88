//! From schemas as types make them to schemas that can be read without the source.

use crate::api::fields;
use serde_json::{Map, Value};

/// Gives what is referred to another name, where there is one.
pub(super) fn rename(schema: &mut Value, named: &dyn Fn(&str) -> Option<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(path)) = fields.get_mut("$ref")
                && let Some((home, name)) = path.clone().rsplit_once('/')
                && let Some(name) = named(name)
            {
                *path = format!("{home}/{name}");
            }
            fields.values_mut().for_each(|value| rename(value, named));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What is shown of a user is a user, for whoever does not know the source: takes the word `View` out of the names of schemas.
pub(super) fn name_views(document: &mut Value) {
    fn plain(name: &str) -> Option<String> {
        name.strip_suffix("View").map(str::to_owned)
    }
    rename(document, &plain);
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        *schemas = std::mem::take(schemas).into_iter().map(|(name, schema)| (plain(&name).unwrap_or(name), schema)).collect();
    }
}

/// A body has no fields but those that are known, and of a change only some can be `null`.
pub(super) fn tidy_body(schema: &mut Value, is_patch: bool, shown: &Map<String, Value>) {
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
        let (path, more) = rest.split_once("`]")?;
        let (kind, field) = path.split_once("::")?;
        let kind = kind.trim_start_matches("Service").trim_end_matches("Settings");
        let views = [format!("{kind}View"), "ServiceView".to_owned(), "RegistryView".to_owned(), kind.to_owned()];
        let described = |view: &String| shown.get(view)?.get("properties")?.get(field)?.get("description")?.as_str();
        let described = views.iter().find_map(described)?;
        Some(format!("{}{more}", described.trim_end_matches('.')))
    });
    found.unwrap_or_else(|| text.to_owned())
}

/// Links of the source mean nothing outside of it, and neither does where its lines end.
pub(super) fn tidy_texts(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                tidy_texts(value);
                if let Value::String(text) = value
                    && name == "description"
                {
                    let paragraphs: Vec<String> = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " ")).collect();
                    *text = paragraphs.join("\n\n").replace("[`", "`").replace("`]", "`");
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy_texts),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
