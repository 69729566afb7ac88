//! What the audit trail says of each thing that is changed.

use crate::declarative::{DeclaredRegistry, Document, FieldChange, Kind, Object, ObjectChange, Verb};
use serde_json::{Map, Value, json};

/// What it is, where it is created or deleted; otherwise what of it was otherwise.
pub(super) fn details(change: &ObjectChange, before: &Document, after: &Document) -> Value {
    let whole = |document| {
        let mut details = Map::new();
        details.insert(change.object.kind.as_str().to_owned(), declared(document, &change.object));
        Value::Object(details)
    };
    match change.action {
        Verb::Create => whole(after),
        Verb::Delete => whole(before),
        Verb::Change => differences(&change.fields),
    }
}

/// `{"enabled": {"before": true, "after": false}, "members": {"bob": {"before": null, "after": {}}}}`.
fn differences(fields: &[FieldChange]) -> Value {
    let mut details = Map::new();
    for FieldChange { field, item, before, after } in fields {
        let difference = json!({ "before": before, "after": after });
        match item {
            None => drop(details.insert(field.clone(), difference)),
            Some(item) => {
                let items = details.entry(field.clone()).or_insert_with(|| Value::Object(Map::new()));
                if let Some(items) = items.as_object_mut() {
                    items.insert(item.clone(), difference);
                }
            }
        }
    }
    Value::Object(details)
}

fn declared(document: &Document, object: &Object) -> Value {
    let name = object.name.as_str();
    match object.kind {
        Kind::User => json!(document.users.get(name)),
        Kind::Group => json!(document.groups.get(name)),
        Kind::App => json!(document.apps.get(name)),
        Kind::Service => json!(document.services.get(name)),
        Kind::Registry => {
            // Its namespaces are told one by one.
            json!(document.registries.get(name).map(DeclaredRegistry::without_namespaces))
        }
        Kind::Namespace => {
            let found = name.rsplit_once(' ').and_then(|(service, path)| document.registries.get(service)?.namespaces.get(path));
            json!(found)
        }
    }
}
