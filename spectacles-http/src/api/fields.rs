//! Which fields of an answer are wanted.

use super::operation::{Form, Operation};
use crate::parameters::Parameters;
use crate::problem::{Place, Problem};
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Which fields are wanted; all, where nothing is said.
pub(crate) struct Fields(Option<Vec<String>>);

/// The parameter for it.
pub(crate) const NAME: &str = "fields";

impl Fields {
    /// The fields that a request wants of what an operation answers.
    pub(crate) fn read(operation: &Operation, query: &Parameters<'_>) -> Result<Self, Problem> {
        let Some(text) = query.one(NAME)? else { return Ok(Self(None)) };
        let known = known(operation);
        let wanted: Vec<String> = text.split(',').map(str::to_owned).collect();
        match wanted.iter().find(|field| !known.contains(field)) {
            None => Ok(Self(Some(wanted))),
            Some(strange) => Err(Problem::at(
                Place::Parameter(NAME.to_owned()),
                format!("there is no field `{}`; the fields are {}", spectacles_core::name::excerpt(strange), known.join(", ")),
            )),
        }
    }

    /// A thing with these fields only.
    pub(crate) fn of(&self, thing: Value) -> Value {
        match (&self.0, thing) {
            (Some(wanted), Value::Object(fields)) => Value::Object(fields.into_iter().filter(|(name, _)| wanted.contains(name)).collect()),
            (_, thing) => thing,
        }
    }
}

/// The fields of what an operation answers.
pub(crate) fn known(operation: &Operation) -> Vec<String> {
    let describe = match operation.success.form {
        Form::Nothing | Form::Picture(_) => return Vec::new(),
        Form::One(describe) | Form::Page(describe) => describe,
    };
    let mut generator = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).for_serialize().into_generator();
    let schema = describe(&mut generator).to_value();
    let mut known = Vec::new();
    collect(&schema, &mut known);
    known
}

/// The properties of a schema, and of those it is made of.
pub(crate) fn collect(schema: &Value, known: &mut Vec<String>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        known.extend(properties.keys().cloned());
    }
    for part in ["allOf", "oneOf", "anyOf"].iter().filter_map(|word| schema.get(word)?.as_array()).flatten() {
        collect(part, known);
    }
    known.sort_unstable();
    known.dedup();
}
