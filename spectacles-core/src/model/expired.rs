//! What has expired.

use super::{Grantee, Published, Relation};
use crate::id::{GroupId, NamespaceId, SecretId, ServiceAccountId, UserId};

/// Something whose time is over. It counts as absent already; what is left is to take it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expired {
    /// A user's membership in a group.
    Member(GroupId, UserId),
    /// An assignment to a namespace.
    Assignment(NamespaceId, Grantee),
    /// A custom right on a namespace.
    Grant(NamespaceId, Grantee),
    /// What a group has to do with a registry or an app.
    Relation(Published, Relation, GroupId),
    /// A secret of a service account.
    Secret(ServiceAccountId, SecretId),
}
