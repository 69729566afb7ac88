//! Lists in a document: who is in a group, who has a right, and how long.
//!
//! In memory each is a map, so that nobody is in it twice and two of them are compared whatever their order.

use crate::model::Terms;
use crate::name::{GroupName, UserName};
use crate::right::Right;
use crate::service::GranteeName;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Who is in a group, each with the end of that.
pub type Members = BTreeMap<UserName, Option<Timestamp>>;
/// Groups that have to do with something, each with the end of that.
pub type RelatedGroups = BTreeMap<GroupName, Option<Timestamp>>;
/// Who is assigned to a namespace.
pub type Assigned = BTreeMap<GranteeName, Terms>;
/// Custom rights on a namespace.
pub type Grants = BTreeMap<GranteeName, Granted>;

/// Users, then groups, then service accounts, each by name: the order of lists.
impl Ord for GranteeName {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |grantee: &Self| match grantee {
            Self::User(_) => 0,
            Self::Group(_) => 1,
            Self::Service(_) => 2,
        };
        place(self).cmp(&place(other)).then_with(|| text(self).cmp(text(other)))
    }
}

impl PartialOrd for GranteeName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn text(grantee: &GranteeName) -> &str {
    match grantee {
        GranteeName::User(name) => name.as_str(),
        GranteeName::Group(name) => name.as_str(),
        GranteeName::Service(name) => name.as_str(),
    }
}

/// A custom right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Granted {
    /// What.
    pub right: Right,
    /// How long and from where.
    #[serde(flatten)]
    pub terms: Terms,
}

/// A member, as it is written.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum MemberItem<'a> {
    /// For ever: the name alone.
    Always(#[schemars(with = "String")] &'a UserName),
    /// Until some moment.
    Limited(LimitedMemberItem<'a>),
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitedMemberItem<'a> {
    /// The user.
    #[schemars(with = "String")]
    user: &'a UserName,
    /// Until when, in RFC 3339.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    until: Option<Timestamp>,
}

/// A group that has to do with something, as it is written.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum RelatedItem<'a> {
    /// For ever: the name alone.
    Always(#[schemars(with = "String")] &'a GroupName),
    /// Until some moment.
    Limited(LimitedGroupItem<'a>),
}

#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitedGroupItem<'a> {
    /// The group.
    #[schemars(with = "String")]
    group: &'a GroupName,
    /// Until when, in RFC 3339.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    until: Option<Timestamp>,
}

/// Somebody who is assigned, as it is written: one of user, group and service.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignedItem<'a> {
    #[serde(flatten)]
    #[schemars(flatten, with = "Holder")]
    grantee: &'a GranteeName,
    #[serde(flatten)]
    #[schemars(flatten, with = "Limits")]
    terms: &'a Terms,
}

/// A custom right, as it is written: one of user, group and service, and the right.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantItem<'a> {
    #[serde(flatten)]
    #[schemars(flatten, with = "Holder")]
    grantee: &'a GranteeName,
    /// What. NONE is a right too: it stops the search.
    right: Right,
    #[serde(flatten)]
    #[schemars(flatten, with = "Limits")]
    terms: &'a Terms,
}

/// One of three.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "for the schema only")]
struct Holder {
    /// A user.
    #[schemars(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// Everybody in a group.
    #[schemars(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    /// A service account.
    #[schemars(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
}

/// How long and from where.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "for the schema only")]
struct Limits {
    /// Until when, in RFC 3339.
    #[schemars(extend("format" = "date-time"), skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// From which networks: 192.0.2.0/24, or one address.
    #[serde(default)]
    #[schemars(skip_serializing_if = "Vec::is_empty")]
    networks: Vec<String>,
}

pub(super) fn members<S: Serializer>(members: &Members, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(members.iter().map(|(user, until)| match until {
        None => MemberItem::Always(user),
        Some(_) => MemberItem::Limited(LimitedMemberItem { user, until: *until }),
    }))
}

pub(super) fn related<S: Serializer>(groups: &RelatedGroups, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(groups.iter().map(|(group, until)| match until {
        None => RelatedItem::Always(group),
        Some(_) => RelatedItem::Limited(LimitedGroupItem { group, until: *until }),
    }))
}

pub(super) fn assigned<S: Serializer>(assigned: &Assigned, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(assigned.iter().map(|(grantee, terms)| AssignedItem { grantee, terms }))
}

pub(super) fn grants<S: Serializer>(grants: &Grants, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(grants.iter().map(|(grantee, Granted { right, terms })| GrantItem { grantee, right: *right, terms }))
}
