//! What the ports say about the content of registries, apart from where it is stored: the same for memory and SQL.

mod pulls;
mod tags;

pub(crate) use pulls::{Days, consumed};
pub(crate) use tags::{Noted, is_push};

use spectacles_core::model::{ActivityRecord, Repository};
use spectacles_core::store::{RepositoryChoice, RepositorySearch};
use spectacles_core::time::Timestamp;

/// The longest text that every database puts into an index, in characters.
pub(crate) const LONGEST_KEY: usize = 512;
/// The longest label and the longest value that can be looked for, in characters.
pub(crate) const LONGEST_LABEL: usize = 255;

/// The beginning of a text.
fn cut(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// The beginning of a text from outside, as every database takes it.
pub(crate) fn key(text: &str, characters: usize) -> String {
    cut(text, characters).replace('\0', "\u{fffd}")
}

/// A text from outside, as every database takes it.
fn plain(text: Option<&String>) -> Option<String> {
    text.map(|text| text.replace('\0', "\u{fffd}"))
}

/// What is noted of something that happened: what comes from outside has no signs that a database refuses, and what is looked for by an index is not
/// longer than that takes.
pub(crate) fn noted(record: &ActivityRecord) -> ActivityRecord {
    ActivityRecord {
        principal: key(&record.principal, LONGEST_KEY),
        address: plain(record.address.as_ref()),
        agent: plain(record.agent.as_ref()),
        text: plain(record.text.as_ref()),
        event: record.event.as_deref().map(|event| key(event, LONGEST_KEY)),
        ..record.clone()
    }
}

/// The later of two moments.
pub(crate) fn later(one: Option<Timestamp>, other: Timestamp) -> Option<Timestamp> {
    Some(one.map_or(other, |one| one.max(other)))
}

/// Whether a repository is at or below a path.
pub(crate) fn is_below(name: &str, path: &str) -> bool {
    match path {
        "" => !name.contains('/'),
        path => name.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    }
}

/// Whether a repository is among those of a choice.
pub(crate) fn is_chosen(choice: &RepositoryChoice, repository: &Repository) -> bool {
    let among = |(registry, path): &(_, String)| *registry == repository.registry && is_below(repository.name.as_str(), path);
    choice.registry.is_none_or(|registry| registry == repository.registry)
        && choice.below.as_ref().is_none_or(|below| below.iter().any(among))
}

/// What is looked through when somebody searches: the name and the first line of the description, in lower case. A line break is in neither.
pub(crate) fn searched(repository: &Repository) -> String {
    searched_text(repository.name.as_str(), &repository.said.summary())
}

/// The same, of its parts.
pub(crate) fn searched_text(name: &str, summary: &str) -> String {
    format!("{}\n{}", name.to_lowercase(), summary.to_lowercase())
}

/// What repositories are ordered by when somebody searches.
pub(crate) fn worth(search: &RepositorySearch, repository: &Repository) -> u64 {
    if search.by_pulls { repository.pull_days } else { repository.stars }
}
