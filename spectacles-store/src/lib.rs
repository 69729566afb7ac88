//! Stores for Spectacles: SQLite, PostgreSQL, MySQL/MariaDB, and memory.
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use spectacles_core::model::NewGroup;
//! use spectacles_core::time::Timestamp;
//! use spectacles_store::Options;
//!
//! let directory = tempfile::tempdir()?;
//! let url = format!("sqlite:///{}", directory.path().join("spectacles.db").display());
//! let store = spectacles_store::open(&url, Options::default()).await?;
//!
//! let mut tx = store.write().await?;
//! let created = Timestamp::from_unix_millis(0);
//! let group = tx.insert_group(&NewGroup { name: "Developers".parse()?, slug: None, description: String::new(), created }).await?;
//! // Without this everything is rolled back.
//! tx.commit().await?;
//!
//! let mut tx = store.read().await?;
//! assert_eq!(tx.group_named(&"Developers".parse()?).await?.map(|group| group.id), Some(group));
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```
//!
//! The traits, and what every store must keep, are in [`spectacles_core::store`]. Here are:
//!
//! | | |
//! |---|---|
//! | [`open()`], [`Options`], [`OpenError`] | a store from a URL, its tables brought up to date |
//! | [`DatabaseUrl`] | such a URL, shown without its password |
//! | [`read_original`] | the rows of the original Spectacles, for those who come from there |
//! | [`MemoryStore`] | a store for tests and for embedding |
//! | `conformance` | checks to run on one's own store, with the feature `conformance` |
//!
//! # One SQL text
//!
//! Each database is a feature: `sqlite`, `postgres`, `mysql` (which is MariaDB too). The SQL is written once, behind a seam that hides
//! what differs; the tables are in `migrations/`, once for each database under equal names. Numbers and text are the only types:
//! times are milliseconds, booleans 0 or 1.
//!
//! # How transactions are kept apart
//!
//! Every write transaction first raises the one row of the table `revision`, and so waits for the one before it. Every read
//! transaction is a snapshot. What a write transaction has changed is stored with it, for
//! [`changes_since`](spectacles_core::store::FactReads::changes_since).
//!
//! Transactions that record decisions leave that row alone, and lock the one of their chain in the table `chains` instead: they wait for each
//! other, and not for writers. Only SQLite, where one transaction writes at a time, makes both wait; so they had better be short.

#[cfg(feature = "conformance")]
pub mod conformance;
mod memory;
mod open;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod original;
mod rules;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod sql;
mod url;

pub use memory::MemoryStore;
pub use open::{OpenError, Options, open};
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
pub use original::{OriginalError, read_original};
pub use url::DatabaseUrl;
