//! What recorded requests would get in another state.

use super::Principal;
use crate::access::questions::{Answer, Questions};
use crate::access::{Facts, Subject};
use crate::model::{Circumstances, Credential, DecisionEntry, DecisionFilter, DecisionRecord};
use crate::name::RepositoryName;
use crate::right::Actions;
use crate::service::{Audit, Error};
use crate::time::Timestamp;
use serde::Serialize;
use std::collections::HashMap;

/// How many decisions are read at once.
const PAGE: u32 = 1_000;

/// Requests of one kind that would get something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Replayed {
    /// Whose they were.
    #[serde(flatten)]
    pub principal: Principal,
    /// The service of the registry.
    pub registry: String,
    /// The repository.
    pub repository: RepositoryName,
    /// What they asked for.
    pub requested: Actions,
    /// What any of them would get that it does not get now.
    pub gained: Actions,
    /// What any of them would not get any more.
    pub lost: Actions,
    /// How many there were.
    pub count: u64,
    /// When the last of them was.
    pub last: Timestamp,
}

/// What is the same in requests of one kind.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    principal: String,
    registry: String,
    repository: String,
    requested: Actions,
}

/// Asks for every recorded request since then what it would get now by the facts there are, and what by the others; and lists those for which
/// that differs, with most requests first. Each is asked from where it came.
///
/// Requests that were refused for wrong credentials are left out: who made them is not known.
///
/// # Errors
/// [`Error::Unavailable`].
pub async fn replay(audit: Audit<'_>, questions: Questions<'_>, after: &Facts, since: Option<Timestamp>) -> Result<Vec<Replayed>, Error> {
    let mut found: HashMap<Key, Replayed> = HashMap::new();
    let mut filter = DecisionFilter { since, ..DecisionFilter::default() };
    loop {
        let page = audit.decisions(&filter, PAGE).await?;
        let full = page.len() >= PAGE as usize;
        filter.before = page.last().map(|entry| entry.id);
        page.iter().for_each(|entry| again(entry, questions, after, &mut found));
        if !full {
            break;
        }
    }
    let mut found: Vec<Replayed> = found.into_values().collect();
    let rank = |replayed: &Replayed| (std::cmp::Reverse(replayed.count), replayed.principal.clone(), replayed.repository.clone());
    found.sort_unstable_by_key(rank);
    Ok(found)
}

fn again(DecisionEntry { record, .. }: &DecisionEntry, questions: Questions<'_>, after: &Facts, found: &mut HashMap<Key, Replayed>) {
    if record.token.is_empty() && record.credential != Credential::None {
        return;
    }
    let from = record.address.as_deref().and_then(|address| address.parse().ok());
    let before = Questions { circumstances: Circumstances { from, ..questions.circumstances }, ..questions };
    let after = Questions { facts: after, ..before };
    let (Some(one), Some(other)) = (subject(&before, record), subject(&after, record)) else { return };
    for (name, requested) in record.scopes.iter().filter_map(|scope| scope.repository()) {
        let Ok(repository) = name.parse::<RepositoryName>() else { continue };
        let allowed = |questions: &Questions<'_>, subject: Option<Subject<'_>>| {
            let registry = questions.facts.registry(&record.service);
            let answer = |(registry, subject)| -> Answer { questions.answer(registry, subject, &repository, requested) };
            registry.zip(subject).map_or(Actions::NONE, |asked| answer(asked).allowed)
        };
        let (now, then) = (allowed(&before, one), allowed(&after, other));
        let Some(principal) = other.or(one).filter(|_| now != then).map(Principal::from) else { continue };
        let key = Key { principal: record.principal.clone(), registry: record.service.clone(), repository: name.to_owned(), requested };
        let replayed = found.entry(key).or_insert_with(|| Replayed {
            principal,
            registry: record.service.clone(),
            repository,
            requested,
            gained: Actions::NONE,
            lost: Actions::NONE,
            count: 0,
            last: record.at,
        });
        replayed.gained |= then - now;
        replayed.lost |= now - then;
        replayed.count = replayed.count.saturating_add(1);
        replayed.last = replayed.last.max(record.at);
    }
}

/// Whose request it was, in one state: `Some(None)` where he is not there; nothing where the record does not say.
#[allow(clippy::option_option, reason = "not known and not there are two")]
fn subject<'f>(questions: &Questions<'f>, record: &DecisionRecord) -> Option<Option<Subject<'f>>> {
    if record.credential == Credential::None {
        return Some(Some(Subject::Anonymous));
    }
    if let Some(service) = record.principal.strip_prefix("service:") {
        // A node may stand behind.
        let name = service.split_once('@').map_or(service, |(name, _)| name);
        return Some(questions.facts.service(name).map(|service| Subject::Service(service)));
    }
    Some(questions.facts.user(&record.principal).map(|user| questions.subject(user)))
}
