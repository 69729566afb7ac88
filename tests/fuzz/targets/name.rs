//! Reading names never panics; what is accepted is kept to the letter; what is refused is told in a text that can be sent back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spectacles_core::name::grammar::is_component;
use spectacles_core::name::{Email, GroupName, NameError, NamespacePath, RegistryUrl, RepositoryName, ServiceName, UserName};
use std::fmt::Display;
use std::str::FromStr;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let path = kept::<NamespacePath>(text);
    if let Some(name) = kept::<RepositoryName>(text) {
        assert!(name.components().all(is_component), "{text}");
        // A namespace governs the repository of its own name, unless a host is in front of that.
        if let Some(path) = path.filter(|_| name.host().is_none()) {
            assert!(path.covers(&name), "{text}");
        }
    }
    kept::<UserName>(text);
    kept::<GroupName>(text);
    kept::<ServiceName>(text);
    kept::<Email>(text);
    told(text.parse::<RegistryUrl>());
});

fn kept<Name: FromStr<Err = NameError> + Display>(text: &str) -> Option<Name> {
    let name = told(text.parse::<Name>())?;
    assert_eq!(name.to_string(), text);
    Some(name)
}

fn told<Name>(outcome: Result<Name, NameError>) -> Option<Name> {
    outcome
        .inspect_err(|error| {
            let message = error.to_string();
            assert!(message.len() < 1000 && !message.chars().any(char::is_control), "{message:?}");
        })
        .ok()
}
