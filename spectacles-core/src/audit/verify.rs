//! Following a chain from its beginning to its end.

use super::link::{Chain, ChainEnds, Link, change, decision};
use crate::model::{AuditEntry, DecisionEntry};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// Something that is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "fault")]
#[schemars(rename = "ChainFault")]
pub enum Fault {
    /// Entries are not there that were.
    Missing {
        /// The place of the first.
        from: i64,
        /// The place of the last.
        to: i64,
    },
    /// An entry does not say what it said, or is not where it was.
    Altered {
        /// Its place.
        at: i64,
    },
    /// There are entries behind the end of the chain, or before its beginning.
    Added {
        /// The place of the first.
        from: i64,
        /// The place of the last.
        to: i64,
    },
    /// The entries are tied together, but not to the end of the chain that is kept apart: they, or the end, were made anew.
    Replaced {
        /// The place of the last entry.
        at: i64,
    },
    /// The entry does not have the link that somebody outside has kept of it: the chain was made anew.
    Forged {
        /// Its place.
        at: i64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |from: i64, to: i64| if from == to { format!("entry {from} is") } else { format!("entries {from} to {to} are") };
        match self {
            Self::Missing { from, to } => write!(f, "{} missing", span(*from, *to)),
            Self::Altered { at } => write!(f, "entry {at} was altered, or is not where it was"),
            Self::Added { from, to } => write!(f, "{} beyond the ends of the chain", span(*from, *to)),
            Self::Replaced { at } => write!(f, "the chain up to entry {at} is not the one that was written"),
            Self::Forged { at } => write!(f, "entry {at} does not agree with a checkpoint: the chain was made anew"),
        }
    }
}

/// What became of following a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Verification {
    /// `changes` or `decisions`.
    pub chain: std::borrow::Cow<'static, str>,
    /// How many entries were followed.
    pub entries: u64,
    /// Entries from before there was a chain, which nothing vouches for.
    pub before_chain: u64,
    /// The place of the last entry.
    pub last: i64,
    /// How many checkpoints agree.
    pub checkpoints: u64,
    /// What is wrong, in the order of the places.
    pub faults: Vec<Fault>,
}

impl Verification {
    /// Whether nothing is wrong.
    pub fn is_intact(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Follows a chain, entry by entry. Needs the memory of one entry, however many there are.
#[derive(Debug)]
pub struct Verifier {
    ends: ChainEnds,
    place: i64,
    link: Link,
    /// What the last entry that is counted before its end had as its link.
    kept: BTreeMap<i64, Link>,
    found: Verification,
}

impl Verifier {
    /// Begins at the beginning. `forgotten` is the place up to which entries may be gone because they were old. `kept` are links that somebody
    /// outside has kept, by their places.
    pub fn new(chain: Chain, ends: ChainEnds, forgotten: i64, mut kept: BTreeMap<i64, Link>) -> Self {
        let mut found =
            Verification { chain: chain.as_str().into(), entries: 0, before_chain: 0, last: ends.last, checkpoints: 0, faults: Vec::new() };
        // Changes that are older than the chain have no links; nothing else has none.
        let older = chain == Chain::Changes && ends.first_link == Link::default();
        if ends.before_first > forgotten && !older {
            found.faults.push(Fault::Missing { from: forgotten.saturating_add(1), to: ends.before_first });
        }
        // What is gone cannot be compared, but for the last of it; and what is older than the chain was never seen with a link.
        let still_there = kept.split_off(&ends.before_first.saturating_add(1));
        for (place, link) in kept {
            if place == ends.before_first && link == ends.first_link {
                found.checkpoints += 1;
            } else if place == ends.before_first || older && link != Link::default() {
                found.faults.push(Fault::Forged { at: place });
            }
        }
        let kept = still_there;
        Self { ends, place: ends.before_first, link: ends.first_link, kept, found }
    }

    /// The next entry of the chain of changes.
    pub fn change(&mut self, entry: &AuditEntry) {
        let place = entry.id.get();
        match entry.link {
            None if place <= self.ends.before_first => self.found.before_chain += 1,
            // The default is the link of nothing.
            link => self.entry(place, link.unwrap_or_default(), |previous| change(previous, place, &entry.record)),
        }
    }

    /// The next entry of the chain of decisions.
    pub fn decision(&mut self, entry: &DecisionEntry) {
        let place = entry.id.get();
        self.entry(place, entry.link, |previous| decision(previous, place, &entry.record));
    }

    fn entry(&mut self, place: i64, stored: Link, expected: impl Fn(Link) -> Link) {
        self.found.entries += 1;
        if place > self.ends.last || place <= self.ends.before_first {
            match self.found.faults.last_mut() {
                Some(Fault::Added { to, .. }) => *to = place,
                Some(_) | None => self.found.faults.push(Fault::Added { from: place, to: place }),
            }
            return;
        }
        let next = self.place.saturating_add(1);
        if place > next {
            self.found.faults.push(Fault::Missing { from: next, to: place.saturating_sub(1) });
        } else if stored != expected(self.link) {
            self.found.faults.push(Fault::Altered { at: place });
        }
        match self.kept.get(&place) {
            Some(kept) if *kept == stored => self.found.checkpoints += 1,
            Some(_) => self.found.faults.push(Fault::Forged { at: place }),
            None => {}
        }
        (self.place, self.link) = (place, stored);
    }

    /// There are no more entries.
    pub fn finish(mut self) -> Verification {
        if self.place < self.ends.last {
            self.found.faults.push(Fault::Missing { from: self.place.saturating_add(1), to: self.ends.last });
        } else if self.link != self.ends.last_link {
            self.found.faults.push(Fault::Replaced { at: self.place });
        }
        // Somebody has seen entries there that the chain does not know of.
        if let Some((seen, _)) = self.kept.last_key_value().filter(|(place, _)| **place > self.ends.last) {
            self.found.faults.push(Fault::Missing { from: self.ends.last.saturating_add(1), to: *seen });
        }
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::AuditId;
    use crate::model::AuditRecord;
    use crate::time::Timestamp;

    fn chain(length: i64) -> (ChainEnds, Vec<AuditEntry>) {
        let mut ends = ChainEnds::default();
        let mut entries = Vec::new();
        for place in 1..=length {
            let record = AuditRecord {
                at: Timestamp::from_unix_millis(place),
                actor: "operator".to_owned(),
                action: "user.create".to_owned(),
                object: format!("user u{place}"),
                details: serde_json::json!({ "b": 1, "a": [place] }),
            };
            ends.last_link = change(ends.last_link, place, &record);
            ends.last = place;
            entries.push(AuditEntry { id: AuditId::new(place), record, link: Some(ends.last_link) });
        }
        (ends, entries)
    }

    fn faults(ends: ChainEnds, entries: &[AuditEntry], kept: &[(i64, Link)]) -> Vec<Fault> {
        faults_of(ends, ends.before_first, entries, kept)
    }

    fn faults_of(ends: ChainEnds, forgotten: i64, entries: &[AuditEntry], kept: &[(i64, Link)]) -> Vec<Fault> {
        let mut verifier = Verifier::new(Chain::Changes, ends, forgotten, kept.iter().copied().collect());
        entries.iter().for_each(|entry| verifier.change(entry));
        verifier.finish().faults
    }

    /// Makes all links anew, as somebody would who can write into the database.
    fn forge(entries: &mut [AuditEntry]) -> Link {
        let mut link = Link::default();
        for entry in entries {
            link = change(link, entry.id.get(), &entry.record);
            entry.link = Some(link);
        }
        link
    }

    #[test]
    fn a_chain_that_nobody_touched_is_intact() {
        for length in [0, 1, 5] {
            let (ends, entries) = chain(length);
            assert_eq!(faults(ends, &entries, &[]), []);
        }
    }

    #[test]
    fn whatever_is_done_to_an_entry_is_found_where_it_was_done() {
        let (ends, entries) = chain(9);
        type Deed = fn(&mut Vec<AuditEntry>);
        let table: [(Deed, &[Fault]); 9] = [
            (|e| e[3].record.actor = "nobody".into(), &[Fault::Altered { at: 4 }]),
            (|e| e[3].record.at = Timestamp::from_unix_millis(0), &[Fault::Altered { at: 4 }]),
            (|e| e[3].record.details["a"] = 0.into(), &[Fault::Altered { at: 4 }]),
            (|e| drop(e.remove(3)), &[Fault::Missing { from: 4, to: 4 }]),
            (|e| drop(e.drain(2..5)), &[Fault::Missing { from: 3, to: 5 }]),
            (|e| drop(e.pop()), &[Fault::Missing { from: 9, to: 9 }]),
            (|e| drop(e.drain(..2)), &[Fault::Missing { from: 1, to: 2 }]),
            (|e| e[3].link = None, &[Fault::Altered { at: 4 }, Fault::Altered { at: 5 }]),
            (
                |e| {
                    let (one, other) = (e[3].record.clone(), e[4].record.clone());
                    (e[3].record, e[4].record) = (other, one);
                },
                &[Fault::Altered { at: 4 }, Fault::Altered { at: 5 }],
            ),
        ];
        for (place, (deed, expected)) in table.into_iter().enumerate() {
            let mut entries = entries.clone();
            deed(&mut entries);
            assert_eq!(faults(ends, &entries, &[]), expected, "deed {place}");
        }
    }

    #[test]
    fn who_makes_the_chain_anew_is_found_out_by_its_end_and_who_forges_that_by_a_checkpoint() {
        let (ends, entries) = chain(5);
        let kept = [(3, entries[2].link.unwrap())];
        let mut forged = entries.clone();
        forged[1].record.actor = "nobody".into();
        let last_link = forge(&mut forged);
        assert_eq!(faults(ends, &forged, &[]), [Fault::Replaced { at: 5 }]);
        let ends = ChainEnds { last_link, ..ends };
        assert_eq!(faults(ends, &forged, &[]), [], "nothing in the database tells");
        assert_eq!(faults(ends, &forged, &kept), [Fault::Forged { at: 3 }]);
        let cut = ChainEnds { last: 2, last_link: forged[1].link.unwrap(), ..ends };
        assert_eq!(faults(cut, &forged[..2], &kept), [Fault::Missing { from: 3, to: 3 }]);
        assert_eq!(faults(cut, &forged, &[]), [Fault::Added { from: 3, to: 5 }]);
    }

    #[test]
    fn a_chain_may_begin_later() {
        let (ends, entries) = chain(6);
        let ends = ChainEnds { before_first: 2, first_link: entries[1].link.unwrap(), ..ends };
        assert_eq!(faults(ends, &entries[2..], &[(1, Link::default())]), []);
        assert_eq!(faults(ends, &entries[3..], &[]), [Fault::Missing { from: 3, to: 3 }]);
        // But not whenever somebody says so.
        let gone = [Fault::Missing { from: 1, to: 2 }];
        assert_eq!(faults_of(ends, 0, &entries[2..], &[]), gone);
        let (seen, other) = ([(2, entries[1].link.unwrap())], [(2, Link::default())]);
        assert_eq!(faults(ends, &entries[2..], &seen), []);
        assert_eq!(faults(ends, &entries[2..], &other), [Fault::Forged { at: 2 }]);
    }

    #[test]
    fn a_trail_without_links_is_not_older_than_a_checkpoint_that_has_seen_it() {
        let (ends, mut entries) = chain(4);
        let kept = [(3, entries[2].link.unwrap())];
        entries.iter_mut().for_each(|entry| entry.link = None);
        let ends = ChainEnds { before_first: 4, first_link: ends.last_link, ..ends };
        assert_eq!(faults_of(ends, 0, &entries, &kept)[..1], [Fault::Missing { from: 1, to: 4 }], "changes are never forgotten");
        let ends = ChainEnds { first_link: Link::default(), last_link: Link::default(), ..ends };
        assert_eq!(faults(ends, &entries, &[]), [], "as if it was from before there were links");
        assert_eq!(faults(ends, &entries, &kept), [Fault::Forged { at: 3 }]);
    }
}
