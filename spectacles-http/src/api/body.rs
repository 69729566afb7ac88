//! Reading bodies: whatever is wrong is said with where it is, and all of it at once.

use super::fields;
use super::operation::{Body, Operation};
use super::strict;
use crate::problem::{Fault, Kind, Place, Problem};
use http::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads the body that an operation takes.
pub(crate) fn read<T: DeserializeOwned>(operation: &Operation, bytes: &[u8]) -> Result<T, Problem> {
    // To make something so needs no more to be said where everything has a default.
    let bytes = if bytes.is_empty() && operation.method == Method::PUT { b"{}" } else { bytes };
    let value =
        strict::parse(bytes).map_err(|error| Problem::new(Kind::Invalid, format!("the body is no JSON that can be read: {error}")))?;
    let Value::Object(object) = value else {
        return Err(Problem::at(Place::Pointer("#".to_owned()), "the body must be a JSON object"));
    };
    let mut faults = operation.body.as_ref().map(|body| look(body, &object)).unwrap_or_default();
    let read = attempt(object, &mut faults);
    match read {
        Some(read) if faults.is_empty() => Ok(read),
        Some(_) | None => Err(Problem::with(faults)),
    }
}

/// What can be seen to be wrong by the schema: fields that are not known, `null` where nothing can be removed, texts that are too long.
fn look(body: &Body, object: &Map<String, Value>) -> Vec<Fault> {
    let mut known = Vec::new();
    fields::collect(&body.schema, &mut known);
    let property = |name: &str| body.schema.get("properties")?.get(name);
    object
        .iter()
        .filter_map(|(name, value)| {
            if !known.contains(name) {
                let text = if known.is_empty() {
                    "there are no fields here".to_owned()
                } else {
                    format!("there is no such field; the fields are {}", known.join(", "))
                };
                return Some(fault(name, text));
            }
            let schema = property(name)?;
            let removable = schema.get("removable").is_some();
            if value.is_null() && body.is_patch && !removable {
                return Some(fault(name, "this cannot be removed; leave it out to let it stay".to_owned()));
            }
            let longest = schema.get("maxLength").and_then(Value::as_u64)?;
            let length = u64::try_from(value.as_str()?.chars().count()).unwrap_or(u64::MAX);
            (length > longest).then(|| fault(name, format!("at most {longest} characters, not {length}")))
        })
        .collect()
}

/// Reads the fields into what they are. One that cannot be read is noted and left out, and it is tried again without it, so that nothing that is
/// wrong hides what else is.
fn attempt<T: DeserializeOwned>(mut object: Map<String, Value>, faults: &mut Vec<Fault>) -> Option<T> {
    loop {
        let error = match serde_path_to_error::deserialize::<_, T>(Value::Object(object.clone())) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let pointer = pointer(error.path());
        let field = error.path().iter().find_map(|segment| match segment {
            serde_path_to_error::Segment::Map { key } => Some(key.clone()),
            serde_path_to_error::Segment::Seq { .. }
            | serde_path_to_error::Segment::Enum { .. }
            | serde_path_to_error::Segment::Unknown => None,
        });
        let text = error.into_inner().to_string();
        // One that was noted and left out may be missed now.
        let is_missed = |fault: &Fault| matches!(&fault.place, Place::Pointer(place) if text == format!("missing field `{}`", place.trim_start_matches("#/")));
        if field.is_some() || !faults.iter().any(is_missed) {
            faults.push(Fault::new(Place::Pointer(pointer), text));
        }
        field.and_then(|field| object.remove(&field))?;
    }
}

fn fault(name: &str, detail: String) -> Fault {
    Fault::new(Place::Pointer(format!("#/{}", escaped(name))), detail)
}

/// RFC 6901, as a fragment.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = "#".to_owned();
    for segment in path {
        match segment {
            serde_path_to_error::Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            serde_path_to_error::Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            serde_path_to_error::Segment::Enum { .. } | serde_path_to_error::Segment::Unknown => {}
        }
    }
    pointer
}

fn escaped(name: &str) -> String {
    const FRAGMENT: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'%');
    percent_encoding::utf8_percent_encode(&spectacles_core::name::excerpt(name).replace('~', "~0").replace('/', "~1"), FRAGMENT).to_string()
}
