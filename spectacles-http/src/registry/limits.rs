//! How long is waited, and how much is read.

use std::time::Duration;

/// What a registry may take of our time and memory. What goes beyond ends with an error that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Until there is a connection, TLS included.
    pub connect: Duration,
    /// Until a small answer is there as a whole, and until a large one begins.
    pub answer: Duration,
    /// Between two pieces of a blob that is read.
    pub idle: Duration,
    /// Until a piece of a blob that is written is taken.
    pub piece: Duration,
    /// Until a blob that was written is put in its place: the registry reads all of it then.
    pub commit: Duration,
    /// How often a request is made that may be repeated.
    pub tries: u32,
    /// What is waited before the second try; twice as long before each further one.
    pub pause: Duration,
    /// The longest time a registry may ask for before the next try. Longer ones are told to whoever asked.
    pub patience: Duration,
    /// Bytes of a manifest.
    pub manifest: u64,
    /// Bytes of one page of a list.
    pub page: u64,
    /// Bytes of an error that are looked at.
    pub error: u64,
    /// Pages of one list.
    pub pages: u64,
    /// Names of one list.
    pub names: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            piece: Duration::from_secs(120),
            commit: Duration::from_secs(300),
            tries: 3,
            pause: Duration::from_millis(250),
            patience: Duration::from_secs(30),
            manifest: 4 << 20,
            page: 8 << 20,
            error: 64 << 10,
            pages: 100_000,
            names: 10_000_000,
        }
    }
}
