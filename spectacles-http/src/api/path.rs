//! Parts of paths.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Everything that means something in a path, and `/`: a name is one part, whatever is in it.
const PART: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A name as one part of a path.
pub(crate) fn segment(name: &str) -> String {
    match name {
        // Clients take these parts out of a path before they send it.
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        name => utf8_percent_encode(name, PART).to_string(),
    }
}
