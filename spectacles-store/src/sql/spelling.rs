//! How databases write what they write differently in queries that are put together.

/// One way to write it.
pub(crate) struct Spelling {
    /// A name, to be compared by its bytes: one that is never absent, and has no blanks at its ends.
    pub(super) name: fn(&str) -> String,
    /// Any text, to be compared by its bytes; what is absent is empty.
    pub(super) text: fn(&str) -> String,
    /// Behind a text: that it is like a pattern.
    pub(super) fits: &'static str,
    /// The pattern of what stands before, between and behind wildcards.
    pub(super) pattern: fn(&[String]) -> String,
    /// Whether `(a, b) > (?, ?)` follows an index.
    pub(super) compares_rows: bool,
    /// Whether a statement that is kept is planned again for each set of parameters, so that every statement may be kept.
    pub(super) plans_each_time: bool,
}

/// A pattern of LIKE, with `!` before what has no meaning in it.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn like(pieces: &[String]) -> String {
    let plain = |piece: &String| piece.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    pieces.iter().map(plain).collect::<Vec<_>>().join("%")
}
