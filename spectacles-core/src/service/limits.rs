//! Ends and networks: which can be set, and how they are shown.

use super::Error;
use crate::id::GroupId;
use crate::model::{Grantee, Namespace, Published, Relation, Terms, TimedGroup, canonical_network, is_current};
use crate::name::{GroupName, UserName};
use crate::right::Right;
use crate::store::ReadTx;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A member of a group until some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitedMember {
    /// Who.
    pub user: UserName,
    /// Until when.
    pub until: Timestamp,
    /// Whether that is over: he counts as absent.
    pub expired: bool,
}

/// A group in which somebody is until some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitedGroup {
    /// Which.
    pub group: GroupName,
    /// Until when.
    pub until: Timestamp,
    /// Whether that is over: he counts as absent.
    pub expired: bool,
}

/// A group that has to do with a registry or an app until some moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
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
        Self::read_some(tx, of, now, |_| true).await
    }

    /// The same of those groups only that somebody may know of.
    pub(super) async fn read_some(
        tx: &mut dyn ReadTx,
        of: Published,
        now: Timestamp,
        known: impl Fn(GroupId) -> bool + Send,
    ) -> Result<Self, Error> {
        let groups = tx.related_to(&[of]).await?.into_iter().map(|(_, relation, group, name)| (relation, group, name));
        Ok(Self::new(groups.filter(|(_, there, _)| known(there.group)).collect(), now))
    }

    /// Those that have these relations, by name.
    pub(super) fn new(groups: Vec<(Relation, TimedGroup, GroupName)>, now: Timestamp) -> Self {
        let mut related = Self::default();
        for (relation, TimedGroup { until, .. }, group) in groups {
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
        // Those that answer for it first.
        related.limited.sort_by_key(|limited| limited.relation == Relation::Publication);
        related
    }
}

/// The last moment that RFC 3339 can write: later ones could be stored, and read by nobody.
const LAST: Timestamp = Timestamp::from_unix_millis(253_402_300_799_999);

/// Each one is looked at in every decision.
const MOST_NETWORKS: usize = 64;

/// Refuses an end that is over already, or that cannot be written.
pub(super) fn check_end(until: Option<Timestamp>, now: Timestamp) -> Result<(), Error> {
    match until {
        Some(until) if until > LAST => Err(Error::Invalid("the end is after the year 9999; leave it out for what has no end".to_owned())),
        Some(until) if until <= now => {
            Err(Error::Invalid(format!("the end {} is in the past: it is {} now", until.to_rfc3339_seconds(), now.to_rfc3339_seconds())))
        }
        Some(_) | None => Ok(()),
    }
}

/// Terms as they are stored: with an end to come, and each network once.
pub(super) fn checked(terms: Terms, now: Timestamp) -> Result<Terms, Error> {
    check_end(terms.until, now)?;
    let mut networks: Vec<_> = terms.networks.iter().map(|network| canonical_network(*network)).collect();
    networks.sort_unstable();
    networks.dedup();
    if networks.len() > MOST_NETWORKS {
        return Err(Error::Invalid(format!("{} networks are too many: at most {MOST_NETWORKS}", networks.len())));
    }
    Ok(Terms { until: terms.until, networks: networks.into() })
}

/// Refuses NONE from certain networks only: it would let pass whoever comes from elsewhere, or from nobody knows where.
pub(super) fn check_none(right: Right, terms: &Terms) -> Result<(), Error> {
    if right == Right::None && !terms.networks.is_empty() {
        return Err(Error::Invalid(
            "NONE cannot be limited to networks: they say from where something is given. To refuse requests from elsewhere, limit the right \
             that would admit them to the networks it is for"
                .to_owned(),
        ));
    }
    Ok(())
}

/// What somebody has who is assigned to a namespace.
pub(super) fn right_of(namespace: &Namespace, assigned: Grantee) -> Right {
    match assigned {
        Grantee::User(_) | Grantee::Service(_) => namespace.members_right,
        Grantee::Group(_) => namespace.groups_right,
    }
}
