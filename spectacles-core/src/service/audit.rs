//! The audit trail.

use super::Error;
use super::administration::Administrator;
use crate::id::AuditId;
use crate::model::AuditEntry;

/// Use cases of the audit trail.
#[derive(Clone, Copy)]
pub struct Audit<'a>(pub(super) Administrator<'a>);

impl Audit<'_> {
    /// The newest `limit` entries before `before`, newest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn list(self, before: Option<AuditId>, limit: u32) -> Result<Vec<AuditEntry>, Error> {
        Ok(self.0.read().await?.audit_entries(before, limit).await?)
    }
}
