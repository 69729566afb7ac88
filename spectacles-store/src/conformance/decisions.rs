//! Recorded decisions, and the transactions that record them.

use super::support::{at, commit, new_user, read};
use spectacles_core::audit::{self, Chain, ChainEnds};
use spectacles_core::id::DecisionId;
use spectacles_core::model::{Credential, DecisionEntry, DecisionFilter, DecisionRecord, Outcome, RecordedScope};
use spectacles_core::store::{ReadTx, Revision, Store};
use std::sync::Arc;
use std::time::Duration;

/// One of many, all of which differ.
fn record(number: i64) -> DecisionRecord {
    let one_of = |count: usize| usize::try_from(number).unwrap() % count;
    let scope = |rule: Option<&str>| RecordedScope {
        resource: format!("repository:team/\"app\"-{number}"),
        asked: "pull,push".to_owned(),
        given: "pull".to_owned(),
        rule: rule.map(str::to_owned),
    };
    DecisionRecord {
        at: at(number),
        token: format!("token {number}"),
        outcome: Outcome::ALL[one_of(Outcome::ALL.len())],
        principal: ["alice", "Alice", "ci/builder@node"][one_of(3)].to_owned(),
        credential: Credential::ALL[one_of(Credential::ALL.len())],
        address: (number % 2 == 0).then(|| "2001:db8::1".to_owned()),
        agent: "docker/28 – größer".to_owned(),
        service: ["registry.example.com", "mirror"][one_of(2)].to_owned(),
        scopes: [scope(None), scope(Some("owner"))].into_iter().take(one_of(3)).collect(),
        reason: (number % 5 == 0).then(|| format!("because {number}")),
    }
}

async fn append(store: &Arc<dyn Store>, numbers: impl IntoIterator<Item = i64>) {
    let records: Vec<_> = numbers.into_iter().map(record).collect();
    let mut tx = store.log().await.unwrap();
    tx.append_decisions(&records).await.unwrap();
    tx.commit().await.unwrap();
}

/// Follows the chain from its beginning to its end, and returns its entries.
async fn follow(tx: &mut dyn ReadTx) -> Vec<DecisionEntry> {
    let ends = tx.chain_ends(Chain::Decisions).await.unwrap();
    let entries = tx.decisions_after(DecisionId::new(i64::MIN), 10_000).await.unwrap();
    let (mut place, mut link) = (ends.before_first, ends.first_link);
    for entry in &entries {
        place += 1;
        link = audit::decision(link, place, &entry.record);
        assert_eq!((entry.id.get(), entry.link), (place, link), "{entry:?}");
    }
    assert_eq!((place, link), (ends.last, ends.last_link));
    entries
}

pub(super) async fn every_field_is_kept_in_a_chain(store: Arc<dyn Store>) {
    // As many as a store may take at once, and some more, and none.
    let mut expected = Vec::new();
    for count in [1, 0, 2, 9, 300, 1] {
        let numbers: Vec<_> = (0..count).map(|number| number + i64::try_from(expected.len()).unwrap()).collect();
        append(&store, numbers.clone()).await;
        expected.extend(numbers.into_iter().map(record));
    }
    let mut tx = store.read().await.unwrap();
    let entries = follow(tx.as_mut()).await;
    assert_eq!(entries.iter().map(|entry| entry.record.clone()).collect::<Vec<_>>(), expected);
    assert_eq!(tx.decisions_after(entries[4].id, 3).await.unwrap(), entries[5..8]);
    assert_eq!(tx.decisions_after(entries.last().unwrap().id, 3).await.unwrap(), []);
    assert_eq!(tx.chain_ends(Chain::Changes).await.unwrap(), ChainEnds::default(), "the other chain is another chain");
}

pub(super) async fn they_are_listed_by_what_they_say(store: Arc<dyn Store>) {
    append(&store, 0..60).await;
    let mut tx = store.read().await.unwrap();
    let mut all = follow(tx.as_mut()).await;
    all.reverse();
    let filters = [
        DecisionFilter::default(),
        DecisionFilter { before: Some(all[10].id), ..DecisionFilter::default() },
        DecisionFilter { since: Some(at(40)), ..DecisionFilter::default() },
        DecisionFilter { principal: Some("alice".to_owned()), ..DecisionFilter::default() },
        DecisionFilter { principal: Some("ALICE".to_owned()), ..DecisionFilter::default() },
        DecisionFilter { outcome: Some(Outcome::Refused), ..DecisionFilter::default() },
        DecisionFilter { service: Some("mirror".to_owned()), ..DecisionFilter::default() },
        DecisionFilter {
            before: Some(all[3].id),
            since: Some(at(10)),
            principal: Some("Alice".to_owned()),
            outcome: Some(Outcome::Granted),
            service: Some("registry.example.com".to_owned()),
        },
    ];
    for filter in filters {
        let fits = |entry: &&DecisionEntry| {
            filter.before.is_none_or(|before| entry.id < before)
                && filter.since.is_none_or(|since| entry.record.at >= since)
                && filter.principal.as_ref().is_none_or(|principal| entry.record.principal == *principal)
                && filter.outcome.is_none_or(|outcome| entry.record.outcome == outcome)
                && filter.service.as_ref().is_none_or(|service| entry.record.service == *service)
        };
        let expected: Vec<_> = all.iter().filter(fits).cloned().collect();
        assert_eq!(tx.decisions(&filter, 100).await.unwrap(), expected, "{filter:?}");
        assert_eq!(tx.decisions(&filter, 2).await.unwrap(), expected[..expected.len().min(2)], "{filter:?}");
    }
}

pub(super) async fn recording_is_no_change(store: Arc<dyn Store>) {
    commit!(store, tx => tx.insert_user(&new_user("alice")).await.unwrap());
    let mut reader = store.read().await.unwrap();
    assert_eq!(reader.decisions(&DecisionFilter::default(), 10).await.unwrap(), []);
    append(&store, 0..3).await;
    assert_eq!(reader.decisions(&DecisionFilter::default(), 10).await.unwrap(), [], "a reader sees one moment");
    assert_eq!(reader.chain_ends(Chain::Decisions).await.unwrap(), ChainEnds::default());
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.revision().await.unwrap(), Revision(1));
    assert_eq!(tx.changes_since(Revision(1)).await.unwrap(), Some(vec![]));
    assert_eq!(follow(tx.as_mut()).await.len(), 3);
}

pub(super) async fn recording_and_changing_do_not_undo_each_other(store: Arc<dyn Store>) {
    let other = Arc::clone(&store);
    let recording = tokio::spawn(async move {
        for number in 0..20 {
            append(&other, [2 * number, 2 * number + 1]).await;
        }
    });
    for number in 0..20 {
        commit!(store, tx => tx.insert_user(&new_user(&format!("user-{number}"))).await.unwrap());
    }
    recording.await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(follow(tx.as_mut()).await.len(), 40);
    assert_eq!(tx.count_users().await.unwrap(), 20);
    assert_eq!(tx.revision().await.unwrap(), Revision(20));
}

pub(super) async fn many_at_once_form_one_chain(store: Arc<dyn Store>) {
    let recording: Vec<_> = (0..10)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for part in 0..3 {
                    append(&store, [number * 10 + part, number * 10 + part + 5]).await;
                }
            })
        })
        .collect();
    for one in recording {
        one.await.unwrap();
    }
    assert_eq!(read!(store, tx => follow(tx.as_mut()).await).len(), 60);
}

pub(super) async fn dropping_rolls_back(store: Arc<dyn Store>) {
    append(&store, 0..3).await;
    let before = read!(store, tx => tx.chain_ends(Chain::Decisions).await.unwrap());
    let mut tx = store.log().await.unwrap();
    tx.append_decisions(&[record(3)]).await.unwrap();
    assert_eq!(tx.prune_decisions(at(2), 10).await.unwrap(), 2);
    drop(tx);
    assert_eq!(read!(store, tx => tx.chain_ends(Chain::Decisions).await.unwrap()), before);
    append(&store, 4..6).await;
    assert_eq!(read!(store, tx => follow(tx.as_mut()).await).len(), 5);
}

pub(super) async fn one_that_is_aborted_does_all_or_nothing(store: Arc<dyn Store>) {
    for number in 0..40 {
        let store = Arc::clone(&store);
        let recording = tokio::spawn(async move { append(&store, [number, number + 1]).await });
        tokio::time::sleep(Duration::from_micros(100 * u64::try_from(number).unwrap())).await;
        recording.abort();
    }
    append(&store, 0..2).await;
    let entries = read!(store, tx => follow(tx.as_mut()).await);
    assert!(entries.len() >= 2 && entries.len() % 2 == 0, "{} entries", entries.len());
}

pub(super) async fn the_oldest_are_pruned(store: Arc<dyn Store>) {
    async fn prune(store: &Arc<dyn Store>, before: i64, limit: u32) -> u64 {
        let mut tx = store.log().await.unwrap();
        let pruned = tx.prune_decisions(at(before), limit).await.unwrap();
        tx.commit().await.unwrap();
        pruned
    }
    assert_eq!(prune(&store, 100, 10).await, 0, "there is nothing");
    // The clock went back once.
    append(&store, [0, 1, 2, 3, 9, 4, 5, 10]).await;
    let all = read!(store, tx => follow(tx.as_mut()).await);
    assert_eq!(prune(&store, 0, 10).await, 0, "nothing is that old");
    assert_eq!(prune(&store, 6, 2).await, 2, "up to the limit");
    let ends = read!(store, tx => tx.chain_ends(Chain::Decisions).await.unwrap());
    assert_eq!((ends.before_first, ends.first_link), (all[1].id.get(), all[1].link), "the beginning is behind them");
    assert_eq!(prune(&store, 6, 10).await, 2, "as far as the first that is younger");
    assert_eq!(read!(store, tx => follow(tx.as_mut()).await), all[4..]);
    // In the same transaction with others, and down to nothing.
    let mut tx = store.log().await.unwrap();
    tx.append_decisions(&[record(11)]).await.unwrap();
    assert_eq!(tx.prune_decisions(at(100), 3).await.unwrap(), 3);
    tx.append_decisions(&[record(12)]).await.unwrap();
    assert_eq!(tx.prune_decisions(at(100), 10).await.unwrap(), 3);
    tx.commit().await.unwrap();
    let ends = read!(store, tx => tx.chain_ends(Chain::Decisions).await.unwrap());
    assert_eq!((ends.before_first, ends.first_link), (ends.last, ends.last_link));
    assert_eq!(read!(store, tx => follow(tx.as_mut()).await), []);
    // And the chain goes on where it was.
    append(&store, 13..15).await;
    let entries = read!(store, tx => follow(tx.as_mut()).await);
    assert_eq!(entries.iter().map(|entry| entry.id.get()).collect::<Vec<_>>(), [11, 12]);
}
