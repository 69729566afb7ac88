//! The schemas of what is shown and taken, as the document of the API repeats them.

use super::tidy::{rename, tidy_body, tidy_texts};
use crate::api::operation::{Body, Describe, Form, Operation};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// Where the document keeps them.
const HOME: &str = "/components/schemas";

/// Collects schemas. What is shown and what is taken may differ for one type: fields with a default need not be sent, and are always shown.
pub(super) struct Schemas {
    shown: SchemaGenerator,
    taken: SchemaGenerator,
    /// What is the whole of a body somewhere.
    bodies: Vec<(String, bool)>,
}

impl Schemas {
    pub(super) fn new(operations: &[Operation]) -> Self {
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
    pub(super) fn shown(&mut self, describe: Describe) -> Value {
        describe(&mut self.shown).to_value()
    }

    /// The schema of a body.
    pub(super) fn taken(&mut self, body: &Body) -> Value {
        let mut schema = (body.describe)(&mut self.taken).to_value();
        if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
            self.bodies.push((name.to_owned(), body.is_patch));
        }
        self.rename(&mut schema);
        schema
    }

    /// All of them by name.
    pub(super) fn finish(mut self) -> Map<String, Value> {
        let mut shown = self.shown.take_definitions(true);
        let bodies = std::mem::take(&mut self.bodies);
        let mut taken = self.taken.definitions().clone();
        for (name, is_patch) in &bodies {
            if let Some(schema) = taken.get_mut(name) {
                tidy_body(schema, *is_patch, &shown);
            }
        }
        for (name, mut schema) in taken {
            rename(&mut schema, &|name| clashes(name, &shown, self.taken.definitions()).then(|| taken_name(name)));
            let name = if clashes(&name, &shown, self.taken.definitions()) { taken_name(&name) } else { name };
            shown.entry(name).or_insert(schema);
        }
        shown.values_mut().for_each(tidy_texts);
        shown
    }

    fn rename(&self, schema: &mut Value) {
        let shown = self.shown.definitions();
        rename(schema, &|name| clashes(name, shown, self.taken.definitions()).then(|| taken_name(name)));
    }
}

/// Whether a type is shown otherwise than it is taken.
fn clashes(name: &str, shown: &Map<String, Value>, taken: &Map<String, Value>) -> bool {
    shown.get(name).is_some_and(|schema| taken.get(name).is_some_and(|other| other != schema))
}

fn taken_name(name: &str) -> String {
    format!("{name}Input")
}
