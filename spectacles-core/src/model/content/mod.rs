//! What registries hold, as far as we know.
//!
//! It is learnt from the registries by looking and from their notifications, and can be learnt again, except for what people have added:
//! descriptions, stars, and policies of retention.

mod activity;
mod deletion;
mod manifest;
mod repository;
mod retention;
mod sync;
mod tag;

pub use activity::{Activity, ActivityKind, ActivityRecord};
pub use deletion::{DeleteTags, DeletionOutcome, Deletions, TagDeletion};
pub use manifest::{History, Layer, Manifest, ManifestDetails, Platform};
pub use repository::{Repository, RepositoryDescription, Stars};
pub use retention::{RepositoryRetention, Retention, RetentionPolicy, RetentionRule, RetentionRun, RetentionVerdict, StoredRetention};
pub use sync::{SyncProgress, SyncState};
pub use tag::{Consumer, Pulls, PutTag, Tag};
