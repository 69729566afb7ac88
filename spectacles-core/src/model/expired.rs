//! What has expired.

use super::{Grantee, Published, Relation, Terms};
use crate::id::{ApiTokenId, GroupId, NamespaceId, SecretId, ServiceAccountId, UserId};
use crate::right::Right;

/// Something whose time is over. It counts as absent already; what is left is to take it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expired {
    /// A user's membership in a group.
    Member(GroupId, UserId),
    /// An assignment to a namespace.
    Assignment(NamespaceId, Grantee),
    /// A custom right on a namespace.
    Grant(NamespaceId, Grantee, Right),
    /// What a group has to do with a registry or an app.
    Relation(Published, Relation, GroupId),
    /// A secret of a service account.
    Secret(ServiceAccountId, SecretId),
    /// An API token of a user.
    ApiToken(UserId, ApiTokenId),
}

/// Something that has expired, and the terms on which it was there: what has an end only, and no networks, has none of those.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// What.
    pub what: Expired,
    /// Until when and from where it held.
    pub terms: Terms,
}
