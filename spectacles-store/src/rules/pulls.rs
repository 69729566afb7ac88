//! What becomes of the one who pulled.

use super::plain;
use spectacles_core::model::{Consumer, Pulls};
use spectacles_core::time::Timestamp;

/// On which of the last days somebody has pulled from a repository. Notifications come late and in any order; those that come more than two
/// months late are not told apart from what was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Days {
    /// The last of them, counted from 1970.
    pub(crate) last: i64,
    /// One bit for each day before it, the lowest for itself. The highest is never set, so that every database takes the number.
    pub(crate) before: i64,
}

/// How many days are told apart.
const KEPT: i64 = 62;

impl Days {
    /// Before the first pull.
    pub(crate) const NONE: Self = Self { last: i64::MIN, before: 0 };

    /// Counts the day of a moment (UTC); whether it was not counted before.
    pub(crate) fn count(&mut self, at: Timestamp) -> bool {
        const DAY: i64 = 86_400_000;
        let day = at.unix_millis().div_euclid(DAY);
        if day > self.last {
            let passed = day.saturating_sub(self.last);
            let older = if passed > KEPT { 0 } else { (self.before << passed) & i64::MAX };
            *self = Self { last: day, before: older | 1 };
            return true;
        }
        let bit = match self.last.saturating_sub(day) {
            ago @ 0..=KEPT => 1_i64 << ago,
            _ => return false,
        };
        let is_new = self.before & bit == 0;
        self.before |= bit;
        is_new
    }
}

/// Adds pulls to what is known of the one who pulled.
pub(crate) fn consumed(known: Option<Consumer>, pulls: &Pulls, principal: &str) -> Consumer {
    let Some(mut consumer) = known else {
        return Consumer {
            principal: principal.to_owned(),
            address: plain(pulls.address.as_ref()),
            tag: pulls.tag.clone(),
            pulls: pulls.count,
            first: pulls.at,
            last: pulls.at,
        };
    };
    consumer.pulls = consumer.pulls.saturating_add(pulls.count);
    if pulls.at >= consumer.last {
        consumer.address = plain(pulls.address.as_ref());
        consumer.tag = pulls.tag.clone().or(consumer.tag);
    } else if consumer.tag.is_none() {
        consumer.tag.clone_from(&pulls.tag);
    }
    consumer.first = consumer.first.min(pulls.at);
    consumer.last = consumer.last.max(pulls.at);
    consumer
}
