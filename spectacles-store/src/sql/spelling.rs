//! How databases write what they write differently in queries that are put together.

/// One way to write it.
pub(crate) struct Spelling {
    /// What the database is.
    pub(super) kind: &'static str,
    /// Asks for its version, and for how many bytes it takes.
    pub(super) about: &'static str,
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
    /// Behind a list of rows to insert: that a row with the same key is changed instead.
    pub(super) upsert: fn(key: &[&str], columns: &[&str]) -> String,
    /// Behind a query whose answer is changed afterwards: that it is about the latest state, also where a snapshot was made before.
    pub(super) latest: &'static str,
    /// That a text has a part, to the letter.
    pub(super) contains: fn(&str) -> String,
    /// From which tables, and by which condition, repositories, which are called this, are read that are in ranges of names: `[registry, from, to]`
    /// of each, in JSON, as a parameter. Where no index is followed from such a table, they are written out.
    pub(super) ranges: Option<Ranges>,
    /// By what repositories are found that have a part.
    pub(super) parts: Parts,
    /// Whether a statement that is kept is planned again for each set of parameters, so that every statement may be kept.
    pub(super) plans_each_time: bool,
}

/// A pattern of LIKE, with `!` before what has no meaning in it.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(super) fn like(pieces: &[String]) -> String {
    let plain = |piece: &String| piece.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    pieces.iter().map(plain).collect::<Vec<_>>().join("%")
}

/// From which tables, and by which condition, what is called this is read.
pub(super) type Ranges = fn(called: &str) -> (String, String);

/// An index of the parts of what is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    /// A table of its own, with every three characters in a row.
    #[cfg(feature = "sqlite")]
    Table,
    /// An index of words' three characters in a row, and one of one and two.
    #[cfg(feature = "postgres")]
    Indexes,
    /// None.
    #[cfg(feature = "mysql")]
    Nothing,
}

/// What SQLite and PostgreSQL write behind a list of rows.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(super) fn on_conflict(key: &[&str], columns: &[&str]) -> String {
    let sets: Vec<_> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    format!(" ON CONFLICT ({}) DO UPDATE SET {}", key.join(", "), sets.join(", "))
}
