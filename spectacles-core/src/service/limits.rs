//! Ends and networks: which can be set, and how they are shown.

use super::Error;
use crate::model::{Published, Relation, Terms, TimedGroup, is_current};
use crate::name::{GroupName, UserName};
use crate::store::ReadTx;
use crate::time::Timestamp;
use serde::Serialize;

/// A member of a group until some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitedMember {
    /// Who.
    pub user: UserName,
    /// Until when.
    pub until: Timestamp,
    /// Whether that is over: he counts as absent.
    pub expired: bool,
}

/// A group in which somebody is until some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitedGroup {
    /// Which.
    pub group: GroupName,
    /// Until when.
    pub until: Timestamp,
    /// Whether that is over: he counts as absent.
    pub expired: bool,
}

/// A group that has to do with a registry or an app until some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LimitedRelation {
    /// What it has to do with it.
    pub relation: Relation,
    /// Which.
    pub group: GroupName,
    /// Until when.
    pub until: Timestamp,
    /// Whether that is over: it counts as absent.
    pub expired: bool,
}

/// The groups that have to do with a registry or an app.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Related {
    /// Those that answer for it now.
    pub responsible: Vec<GroupName>,
    /// Those it is published to now.
    pub publication: Vec<GroupName>,
    /// Those of both with an end, also when it is over.
    pub limited: Vec<LimitedRelation>,
}

impl Related {
    pub(super) async fn read(tx: &mut dyn ReadTx, of: Published, now: Timestamp) -> Result<Self, Error> {
        let mut related = Self::default();
        for relation in [Relation::Responsible, Relation::Publication] {
            let mut groups = Vec::new();
            for TimedGroup { group, until } in tx.related(of, relation).await? {
                let gone = || Error::Broken(format!("a relation of group {group} outlived it"));
                groups.push((tx.group(group).await?.ok_or_else(gone)?.name, until));
            }
            groups.sort_unstable();
            for (group, until) in groups {
                let expired = !is_current(until, now);
                if let Some(until) = until {
                    related.limited.push(LimitedRelation { relation, group: group.clone(), until, expired });
                }
                let current = match relation {
                    Relation::Responsible => &mut related.responsible,
                    Relation::Publication => &mut related.publication,
                };
                if !expired {
                    current.push(group);
                }
            }
        }
        Ok(related)
    }
}

/// Refuses an end that is over already.
pub(super) fn check_end(until: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
    match until {
        Some(until) if until <= now => {
            Err(Error::Invalid(format!("the end {} is in the past: it is {} now", until.to_rfc3339_seconds(), now.to_rfc3339_seconds())))
        }
        Some(_) | None => Ok(()),
    }
}

/// Terms as they are stored: with an end to come, and each network once.
pub(super) fn checked(terms: Terms, now: Timestamp) -> Result<Terms, Error> {
    check_end(terms.until, now)?;
    let mut networks: Vec<_> = terms.networks.iter().map(ipnet::IpNet::trunc).collect();
    networks.sort_unstable();
    networks.dedup();
    Ok(Terms { until: terms.until, networks: networks.into() })
}
