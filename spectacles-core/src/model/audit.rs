//! The audit trail of changes.

use crate::audit::Link;
use crate::id::AuditId;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One change, as the audit trail keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditEntry {
    /// Ascending in the order of the changes: its place in the chain.
    pub id: AuditId,
    /// What happened.
    #[serde(flatten)]
    pub record: AuditRecord,
    /// Ties it to the entry before; none for entries that are older than the chain.
    pub link: Option<Link>,
}

/// What an audit entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRecord {
    /// When.
    pub at: Timestamp,
    /// Who: a user's name, or `operator` for somebody at the machine itself.
    pub actor: String,
    /// What was done: `user.create`, `namespace.grant`, ...
    pub action: String,
    /// To what: `user alice`, `namespace registry.example.com team/app`.
    pub object: String,
    /// What was before and after, without secrets.
    pub details: serde_json::Value,
}
