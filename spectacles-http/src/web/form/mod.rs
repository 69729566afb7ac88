//! Forms: each is an operation of the API.

mod field;
mod read;
mod schema;
mod words;

pub(crate) use field::{Choice, FieldView, Input};
pub(crate) use read::body;

use super::texts::Language;
use super::undo::Undo;
use super::visit::Visit;
use crate::api::{self, Operation};
use crate::client::Refusal;
use http::{Method, StatusCode};
use serde_json::Value;
use spectacles_core::random::{Random as _, SystemRandom};
use std::sync::atomic::Ordering;

/// A form as it is shown.
pub(crate) struct Form {
    /// The operation it carries out.
    pub(crate) operation: &'static str,
    /// What is said without being asked for: names and values.
    pub(crate) hidden: Vec<(String, String)>,
    pub(crate) fields: Vec<FieldView>,
    /// What the button says.
    pub(crate) button: &'static str,
    /// Whether something is lost by it.
    pub(crate) is_dangerous: bool,
    /// What has to be typed before it is done, so that it is not done by mistake.
    pub(crate) confirm: Option<String>,
    /// What is wrong with it as a whole, where it was sent and refused.
    pub(crate) problem: Option<String>,
}

impl Form {
    /// A form for this operation. `names` are the fields of its body that are shown, in this order; names of fields within fields have dots.
    pub(crate) fn new(visit: &Visit<'_>, operation: &'static str, button: &'static str, names: &[&str]) -> Self {
        let found = find(operation);
        let mut form =
            Self { operation, hidden: Vec::new(), fields: Vec::new(), button, is_dangerous: false, confirm: None, problem: None };
        let schema = found.and_then(schema::of);
        form.fields = names.iter().filter_map(|name| FieldView::of(visit.language, schema?, name)).collect();
        if found.is_some_and(|found| found.method == Method::POST && found.writes) {
            // Two clicks are one request. Without chance there is no key, and they are two.
            let mut once = [0; 16];
            if SystemRandom.fill(&mut once).is_ok() {
                form.hidden.push(("_once".to_owned(), data(&once)));
            }
        }
        form
    }

    /// With a part of the path of the operation.
    pub(crate) fn at(self, name: &str, value: impl ToString) -> Self {
        self.with(&format!(":{name}"), value)
    }

    /// With a parameter of the query.
    pub(crate) fn asking(self, name: &str, value: impl ToString) -> Self {
        self.with(&format!("?{name}"), value)
    }

    /// With a field that is not shown.
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.hidden.push((name.to_owned(), value.to_string()));
        self
    }

    /// With one more field in front, which is a part of the path (`:name`) or a parameter of the query (`?name`).
    pub(crate) fn asks(mut self, field: FieldView) -> Self {
        self.fields.insert(0, field);
        self
    }

    /// With the state of the thing that the form is filled with: it is changed only if it is still so.
    pub(crate) fn seen(self, tag: &str) -> Self {
        self.with("_seen", tag)
    }

    /// With the form that takes it back.
    pub(crate) fn undone_by(self, undo: &Undo) -> Self {
        self.with("_undo", undo.written())
    }

    /// With a field that says nothing where it is empty: what there is stays.
    pub(crate) fn left(self, name: &str) -> Self {
        self.with("_left", name)
    }

    /// Where to go when it is done: a path below the root, in which `{field}` stands for a field of the answer.
    pub(crate) fn then(self, path: impl ToString) -> Self {
        self.with("_next", path)
    }

    /// Filled with what there is.
    pub(crate) fn filled(mut self, thing: &Value) -> Self {
        for field in &mut self.fields {
            let pointer = format!("/{}", field.name.replace('.', "/"));
            field.fill(thing.pointer(&pointer).unwrap_or(&Value::Null));
        }
        self
    }

    /// With these to choose from in a field.
    pub(crate) fn choices(mut self, name: &str, choices: impl IntoIterator<Item = (String, String)>) -> Self {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.offer(choices.into_iter().map(|(value, label)| Choice { value, label, is_chosen: false }).collect());
        }
        self
    }

    /// With another way to enter a field, or another label for it.
    pub(crate) fn field(mut self, name: &str, change: impl FnOnce(&mut FieldView)) -> Self {
        self.fields.iter_mut().filter(|field| field.name == name).take(1).for_each(change_once(change));
        self
    }

    /// With another explanation of a field than the operation has.
    pub(crate) fn explain(self, visit: &Visit<'_>, name: &str, text: &str) -> Self {
        self.field(name, |field| field.help = visit.language.say(text).to_owned())
    }

    /// Something is lost by it.
    pub(crate) fn dangerous(self) -> Self {
        Self { is_dangerous: true, ..self }
    }

    /// Something is lost by it for ever: this is to be typed first.
    pub(crate) fn confirmed_by(self, name: impl ToString) -> Self {
        Self { is_dangerous: true, confirm: Some(name.to_string()), ..self }
    }

    /// The id of the element of a field.
    pub(crate) fn id(&self, field: &FieldView) -> String {
        format!("{}-{}", self.operation.replace('.', "-"), field.name.replace(['.', ':', '?', '[', ']'], "-"))
    }

    /// Whether a field says already what is wrong with the form as a whole.
    pub(crate) fn is_said_at_a_field(&self) -> bool {
        self.fields.iter().any(|field| field.error.is_some() && field.error == self.problem)
    }

    /// With what was sent and refused, where it was this form. To be called last.
    pub(crate) fn done(mut self, visit: &Visit<'_>) -> Self {
        let Some((sent, refusal)) = visit.sent.zip(visit.refusal).filter(|_| visit.field("_do") == Some(self.operation)) else {
            return self;
        };
        // There may be several forms of one operation on a page, for several things or for several fields.
        let is_for = |name: &str| !name.starts_with(['_', '?']);
        let is_this = self.hidden.iter().filter(|(name, _)| is_for(name)).all(|(name, value)| visit.field(name) == Some(value));
        let shown = visit.field("_fields").map(|names| names.split_whitespace().eq(self.fields.iter().map(|field| field.name.as_str())));
        let is_this = is_this && shown.unwrap_or(true);
        if !is_this {
            return self;
        }
        for field in &mut self.fields {
            let there = field.shown(visit.language);
            field.fill_sent(sent.all(&field.name).collect());
            if refusal.status == StatusCode::PRECONDITION_FAILED && field.shown(visit.language) != there {
                field.there = Some(there);
            }
            field.error = wrong_with(visit.language, refusal, &field.name);
        }
        self.problem = Some(visit.language.refusal(refusal));
        visit.is_told.store(true, Ordering::Relaxed);
        self
    }
}

/// A function that may be called once, as one that is called for each of at most one.
fn change_once(change: impl FnOnce(&mut FieldView)) -> impl FnMut(&mut FieldView) {
    let mut change = Some(change);
    move |field| {
        if let Some(change) = change.take() {
            change(field);
        }
    }
}

/// What is wrong with a field.
fn wrong_with(language: Language, refusal: &Refusal, name: &str) -> Option<String> {
    let is_there = |place: &&crate::client::Place| place.pointer.as_deref().is_some_and(|at| is_within(at, name));
    refusal.faults.iter().find(is_there).map(|place| language.fault(refusal, place))
}

/// Whether a pointer into a body is to a field, or to something within it.
fn is_within(pointer: &str, name: &str) -> bool {
    let Some(rest) = pointer.strip_prefix("#/") else { return false };
    let mut there = rest.split('/');
    name.split('.').all(|part| match part.strip_suffix("[]") {
        Some(list) => there.next() == Some(list) && there.next().is_some(),
        None => there.next() == Some(part),
    })
}

/// Every label and explanation that forms of an operation may show.
#[cfg(test)]
pub(crate) fn texts_of(operation: &str) -> Vec<String> {
    let mut texts = Vec::new();
    if let Some(schema) = find(operation).and_then(schema::of) {
        collect_texts(schema, &mut texts);
    }
    texts
}

#[cfg(test)]
fn collect_texts(schema: &'static Value, texts: &mut Vec<String>) {
    let properties = schema::main(schema).get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        if schema::main(property).get("properties").is_some() {
            collect_texts(property, texts);
            continue;
        }
        let description = property.get("description").or_else(|| schema::main(property).get("description")).and_then(Value::as_str);
        texts.extend([words::label(name), words::explained(description.unwrap_or_default())]);
    }
}

/// The operation of this id.
pub(crate) fn find(id: &str) -> Option<&'static Operation> {
    api::table().iter().find(|operation| operation.id == id)
}

fn data(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
