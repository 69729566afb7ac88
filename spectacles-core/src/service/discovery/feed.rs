//! What people are told of a pass: each thing that happened, as long as somebody would read it, and how much it was where nobody would.

use super::super::rooms::{MOST_REPOSITORIES, Rooms};
use crate::access::{Facts, RegistryState};
use crate::id::RegistryId;
use crate::model::{ActivityKind, ActivityRecord};
use crate::name::{Digest, RepositoryName, TagName};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// How many things one pass tells one by one; of the first pass all that is told is how much there is, if it is more than a few.
const MOST: usize = 100;
const MOST_AT_FIRST: usize = 20;
/// How many tags of one repository are told of one by one.
const MOST_OF_ONE: usize = 10;
/// How many names are told of repositories that nothing governs.
const NAMED: usize = 10;

/// Something that happened.
pub(super) enum Event {
    /// With so many tags; this is one of them.
    NewRepository(RepositoryName, usize, Option<(TagName, Digest)>),
    LostRepository(RepositoryName, usize),
    NewTag(RepositoryName, TagName, Digest),
    MovedTag(RepositoryName, TagName, Digest),
    LostTag(RepositoryName, TagName, Digest),
}

/// What is told of one pass.
pub(super) struct Feed {
    registry: RegistryId,
    at: Timestamp,
    /// Nobody has looked at the registry before.
    is_first: bool,
    told: usize,
    /// What is told at the end.
    held: Vec<ActivityRecord>,
    /// How much was not told one by one.
    untold: BTreeMap<&'static str, u64>,
    ungoverned: Vec<RepositoryName>,
    all_ungoverned: u64,
    rooms: Rooms,
}

impl Feed {
    pub(super) fn new(registry: RegistryId, at: Timestamp, is_first: bool) -> Self {
        let (told, held, untold) = (0, Vec::new(), BTreeMap::new());
        Self { registry, at, is_first, told, held, untold, ungoverned: Vec::new(), all_ungoverned: 0, rooms: Rooms::new(MOST_REPOSITORIES) }
    }

    /// Room for repositories that are new, during this pass.
    pub(super) fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    fn record(&self, kind: ActivityKind, text: Option<String>) -> ActivityRecord {
        ActivityRecord {
            at: self.at,
            registry: self.registry,
            kind,
            repository: None,
            tag: None,
            digest: None,
            principal: String::new(),
            address: None,
            agent: None,
            text,
            event: None,
        }
    }

    /// Looks whether a namespace governs a repository that is new here.
    pub(super) fn check(&mut self, repository: &RepositoryName, facts: &Facts) {
        if facts.registry_with(self.registry).is_some_and(|registry| !is_governed(registry, repository)) {
            self.all_ungoverned = self.all_ungoverned.saturating_add(1);
            if self.ungoverned.len() < NAMED {
                self.ungoverned.push(repository.clone());
            }
        }
    }

    /// What is to be told at once.
    pub(super) fn records(&mut self, events: Vec<Event>) -> Vec<ActivityRecord> {
        let (mut records, mut of_one) = (Vec::new(), (None, 0));
        for event in events {
            let (kind, repository, tag, text, what) = match event {
                Event::NewRepository(name, tags, first) => {
                    let text = Some(format!("a repository with {}", count(tags, "tag", "tags")));
                    (ActivityKind::Appeared, name, first.filter(|_| tags == 1), text, "repositories appeared")
                }
                Event::LostRepository(name, tags) => {
                    let text = Some(format!("the repository with its {}", count(tags, "tag", "tags")));
                    (ActivityKind::Disappeared, name, None, text, "repositories disappeared")
                }
                Event::NewTag(name, tag, digest) => (ActivityKind::Appeared, name, Some((tag, digest)), None, "tags appeared"),
                Event::MovedTag(name, tag, digest) => (ActivityKind::Moved, name, Some((tag, digest)), None, "tags moved"),
                Event::LostTag(name, tag, digest) => (ActivityKind::Disappeared, name, Some((tag, digest)), None, "tags disappeared"),
            };
            of_one = if of_one.0.as_ref() == Some(&repository) { (of_one.0, of_one.1 + 1) } else { (Some(repository.clone()), 1) };
            if self.told >= MOST || of_one.1 > MOST_OF_ONE {
                self.leave_out(what, 1);
                continue;
            }
            self.told += 1;
            let (tag, digest) = tag.unzip();
            records.push(ActivityRecord { repository: Some(repository), tag, digest, ..self.record(kind, text) });
        }
        if self.is_first {
            self.held.append(&mut records);
        }
        records
    }

    fn leave_out(&mut self, what: &'static str, count: u64) {
        let untold = self.untold.entry(what).or_default();
        *untold = untold.saturating_add(count);
    }

    /// What is told at the end of the pass, which has seen so many repositories and tags.
    pub(super) fn last(&mut self, repositories: u64, tags: u64) -> Vec<ActivityRecord> {
        let mut records = std::mem::take(&mut self.held);
        let untold = std::mem::take(&mut self.untold);
        if self.is_first && (records.len() > MOST_AT_FIRST || !untold.is_empty()) {
            let text = format!("this registry was looked at for the first time: {repositories} repositories with {tags} tags");
            records = vec![self.record(ActivityKind::Appeared, Some(text))];
        } else {
            for (what, count) in untold {
                let kind = match what.rsplit(' ').next() {
                    Some("moved") => ActivityKind::Moved,
                    Some("disappeared") => ActivityKind::Disappeared,
                    Some(_) | None => ActivityKind::Appeared,
                };
                records.push(self.record(kind, Some(format!("{count} more {what}"))));
            }
        }
        records.extend(self.tell_of_ungoverned());
        records
    }

    fn tell_of_ungoverned(&mut self) -> Option<ActivityRecord> {
        let mut named = std::mem::take(&mut self.ungoverned);
        named.sort_unstable();
        let [first, others @ ..] = named.as_slice() else { return None };
        let names: Vec<_> = named.iter().map(RepositoryName::as_str).collect();
        let more = self.all_ungoverned.saturating_sub(u64::try_from(named.len()).unwrap_or_default());
        let (repository, text) = match (others, more) {
            ([], 0) => (Some(first.clone()), "no namespace governs this repository: only administrators get at it".to_owned()),
            (_, 0) => (None, format!("no namespace governs {}: only administrators get at them", names.join(", "))),
            (_, more) => (None, format!("no namespace governs {} and {more} more: only administrators get at them", names.join(", "))),
        };
        Some(ActivityRecord { repository, ..self.record(ActivityKind::Ungoverned, Some(text)) })
    }
}

/// Whether any policy of its registry has something to say about a repository.
fn is_governed(registry: &RegistryState, repository: &RepositoryName) -> bool {
    let policy = registry.facts.policy;
    // Where both count, and nobody has made use of paths, they say nothing.
    let by_path = policy.has_paths() && (!policy.has_namespaces() || !registry.facts.publications.is_empty());
    by_path || policy.has_namespaces() && registry.namespaces.governing(repository).is_some()
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("{number} {one}") } else { format!("{number} {many}") }
}
