//! Groups.

use crate::id::GroupId;
use crate::name::{GroupName, Slug};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Users who get rights together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// Never reused.
    pub id: GroupId,
    /// Unique.
    pub name: GroupName,
    /// Unique; `groups/<slug>/...` names it.
    pub slug: Option<Slug>,
    /// What the group is for.
    pub description: String,
    /// When the group was created.
    pub created: Timestamp,
    /// When its name or description was last changed.
    pub updated: Timestamp,
}

/// A group to be created.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// See [`Group::name`].
    pub name: GroupName,
    /// See [`Group::slug`].
    pub slug: Option<Slug>,
    /// See [`Group::description`].
    pub description: String,
    /// See [`Group::created`].
    pub created: Timestamp,
}
