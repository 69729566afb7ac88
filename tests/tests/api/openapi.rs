//! The OpenAPI document as it is kept, served and read.

use super::desk::desk;
use super::document::{document, errors, resolved};
use crate::support::http::{self, Credentials};
use crate::support::process::run;
use crate::support::server::spectacles;
use serde_json::Value;
use std::fs;

/// Every object in the document, with where it is.
fn walk(value: &'static Value, place: &str, see: &mut dyn FnMut(&str, &'static Value)) {
    match value {
        Value::Object(fields) => {
            see(place, value);
            fields.iter().for_each(|(name, value)| walk(value, &format!("{place}/{name}"), see));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, place, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn what_is_kept_is_what_is_printed_and_served() {
    let printed = run(spectacles().args(["schema", "api"]).current_dir("/"), "");
    assert!(printed.succeeded(), "{}", printed.text());
    let kept = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json")).expect("the document is kept");
    assert!(
        kept == printed.stdout,
        "the API is not the one that is described: write it again with `spectacles schema api > docs/openapi.json`"
    );
    let desk = desk();
    let served = http::get(&format!("{}/api/v1/openapi.json", desk.spectacles.url()), Credentials::None);
    assert_eq!((served.status, served.header("content-type")), (200, "application/json"));
    assert_eq!(&served.json(), document());
    assert_eq!(serde_json::from_str::<Value>(&kept).expect("JSON"), *document());
    let printed = run(spectacles().args(["schema", "state"]).current_dir("/"), "");
    let served = http::get(&format!("{}/api/v1/state.schema.json", desk.spectacles.url()), Credentials::None);
    assert_eq!((served.status, served.json()), (200, serde_json::from_str(&printed.stdout).expect("JSON")));
}

#[test]
fn whatever_is_referred_to_is_there() {
    let mut found = 0;
    walk(document(), "", &mut |_, value| {
        if value.get("$ref").is_some_and(Value::is_string) {
            resolved(value);
            found += 1;
        }
    });
    assert!(found > 500, "only {found} references were looked at");
}

#[test]
fn every_body_has_an_example_and_every_example_is_what_its_schema_says() {
    let mut found = 0;
    walk(document(), "", &mut |place, value| {
        // Pictures are no text that could be written down.
        let is_media = value.get("schema").is_some_and(|schema| schema["format"] != "binary");
        assert!(!is_media || !place.contains("/content/") || value.get("example").is_some(), "{place} has no example");
        if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
            let errors = errors(schema, example, None);
            assert!(errors.is_empty(), "{place}: {example}: {errors:#?}");
            found += 1;
        }
    });
    assert!(found > 100, "only {found} examples were looked at");
}

#[test]
fn it_speaks_to_whoever_does_not_know_the_source() {
    walk(document(), "", &mut |place, value| {
        let text = value.get("description").and_then(Value::as_str).unwrap_or_default();
        for strange in ["None", "Some(", "::", "See `", "[`", "](", "TODO"] {
            assert!(!text.contains(strange), "{place}: {text}");
        }
        // What is one of several is described as a whole.
        if place.ends_with("/properties") && !place.contains("/oneOf/") {
            for (name, property) in value.as_object().into_iter().flatten() {
                assert!(property.get("description").is_some(), "{place}/{name} has no description");
            }
        }
    });
}
