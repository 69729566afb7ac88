//! Reading scopes never panics; what is accepted is bounded and means the same when it is written out and read again; what is refused is
//! told in a text that can be sent back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spectacles_core::scope::{MOST_SCOPES, Scope};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Scope::parse_all([text]) {
        Ok(scopes) => {
            assert!(scopes.len() <= MOST_SCOPES);
            for scope in &scopes {
                let written = format!("{}:{}", scope.resource, scope.requested.actions());
                let again = Scope::parse(&written).expect("what was accepted is accepted again");
                assert_eq!(again.resource, scope.resource, "{written}");
                assert_eq!(again.requested.actions(), scope.requested.actions(), "{written}");
                assert_eq!(scopes.iter().filter(|other| other.resource == scope.resource).count(), 1, "merged: {written}");
            }
        }
        Err(error) => {
            let message = error.to_string();
            assert!(message.len() < 1000 && !message.chars().any(char::is_control), "{message:?}");
        }
    }
});
