//! One link after the other.

use crate::model::{AuditRecord, DecisionRecord};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chain {
    /// Of what was changed.
    Changes,
    /// Of what was decided.
    Decisions,
}

impl Chain {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Changes, Self::Decisions];

    /// The chain of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chain| chain.as_str() == name)
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Decisions => "decisions",
        }
    }
}

/// Where a chain begins and ends. Kept apart from the entries, so that some that are missing at either end are missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct ChainEnds {
    /// The place before the first entry: what was there is gone for good reason, because it was old, or there was nothing.
    pub before_first: i64,
    /// The link of what was there.
    pub first_link: Link,
    /// The place of the last entry; that before the first where there is none.
    pub last: i64,
    /// Its link.
    pub last_link: Link,
}

/// A hash that ties an entry to the one before. The first of a chain is tied to the default, which is all zeros.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Link([u8; 32]);

/// The link of a change at this place, behind another link.
pub fn change(previous: Link, place: i64, record: &AuditRecord) -> Link {
    let mut hash = Hash::behind(Chain::Changes, previous, place);
    hash.number(record.at.unix_millis());
    hash.text(&record.actor);
    hash.text(&record.action);
    hash.text(&record.object);
    // What was stored as this text is the same text when it is read and written again, in whatever order its keys are.
    hash.text(&record.details.to_string());
    hash.finish()
}

/// The link of a decision at this place, behind another link.
pub fn decision(previous: Link, place: i64, record: &DecisionRecord) -> Link {
    let mut hash = Hash::behind(Chain::Decisions, previous, place);
    hash.number(record.at.unix_millis());
    hash.text(&record.token);
    hash.text(record.outcome.as_str());
    hash.text(&record.principal);
    hash.text(record.credential.as_str());
    hash.optional(record.address.as_deref());
    hash.text(&record.agent);
    hash.text(&record.service);
    hash.number(i64::try_from(record.scopes.len()).unwrap_or(i64::MAX));
    for scope in &record.scopes {
        hash.text(&scope.resource);
        hash.text(&scope.asked);
        hash.text(&scope.given);
        hash.optional(scope.rule.as_deref());
    }
    hash.optional(record.reason.as_deref());
    hash.finish()
}

/// A hash of fields of which each says where it ends, so that no two entries look the same. They are hashed at once: doing that for each of
/// many short fields takes longer than the hash itself.
struct Hash(Vec<u8>);

impl Hash {
    fn behind(chain: Chain, previous: Link, place: i64) -> Self {
        /// More than most entries are long.
        const ROOM: usize = 1024;
        let mut hash = Self(Vec::with_capacity(ROOM));
        hash.text(chain.as_str());
        hash.0.extend_from_slice(&previous.0);
        hash.number(place);
        hash
    }

    fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(i64::try_from(text.len()).unwrap_or(i64::MAX));
        self.0.extend_from_slice(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.number(-1),
        }
    }

    fn finish(self) -> Link {
        let mut link = Link::default();
        link.0.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        link
    }
}

/// Hexadecimal.
impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 64];
        HEXLOWER.encode_mut(&self.0, &mut text);
        f.pad(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({self})")
    }
}

/// Text that is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a link of an audit trail has 64 hexadecimal digits")]
pub struct BadLink;

impl FromStr for Link {
    type Err = BadLink;

    fn from_str(text: &str) -> Result<Self, BadLink> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| BadLink)?;
        bytes.try_into().map(Self).map_err(|_| BadLink)
    }
}

impl Serialize for Link {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Link {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
