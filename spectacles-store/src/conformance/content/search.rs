//! Searching: whatever is looked for, a store finds what looking at everything finds.

use super::activities::record;
use super::place::{learn, meet, pulled, pushed, put, registry, seen};
use crate::conformance::listing::random::Random;
use crate::conformance::support::{at, commit, new_user, read};
use spectacles_core::id::{RegistryId, RepositoryId, UserId};
use spectacles_core::model::{ActivityRecord, PutTag, Repository, RepositoryDescription};
use spectacles_core::store::{RepositoryChoice, RepositorySearch, Store};
use std::cmp::Reverse;
use std::sync::Arc;

/// Components of names, many of which have parts in common.
const WORDS: [&str; 16] =
    ["a", "ab", "abc", "team", "teamx", "te", "web", "webserver", "server", "x", "q", "api", "a-b", "a_b", "a.b", "00"];
/// First lines, of which databases think differently.
const LINES: [&str; 12] = [
    "",
    "# A WEB Server",
    "Größe über alles",
    "\n\n## 100% of a_b",
    "it's \"quoted\"",
    "日本語のアプリ",
    "back\\slash ! [x] *",
    "A\tB",
    "first\nserver second",
    "ŞİRİN ẞ",
    "  web  ",
    "🦀🦀",
];
const TERMS: [&str; 36] = [
    "",
    "a",
    "b",
    "q",
    "z",
    "ab",
    "te",
    "eb",
    "zz",
    "web",
    "team",
    "teamx",
    "server",
    "m/a",
    "/",
    "te/",
    "a-b",
    "a_b",
    "a%",
    "%",
    "_",
    "a.b",
    "größ",
    "ß",
    "日本",
    "日",
    "本語の",
    "'",
    "\"quoted\"",
    "\\",
    "[x]",
    "🦀",
    "🦀🦀",
    "second",
    "app\nx",
    "webserver/webserver",
];

/// Some hundred repositories on two registries, with stars, pulls and descriptions.
async fn crowd(store: &Arc<dyn Store>) -> (Vec<RegistryId>, Vec<Repository>) {
    let mut random = Random::new("search");
    let registries = vec![registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await];
    let users: Vec<UserId> = {
        let mut tx = store.write().await.unwrap();
        let mut users = Vec::new();
        for number in 0..4 {
            users.push(tx.insert_user(&new_user(&format!("user{number}"))).await.unwrap());
        }
        tx.commit().await.unwrap();
        users
    };
    let mut all = Vec::new();
    for registry in &registries {
        let mut names: Vec<String> =
            (0..250).map(|_| (0..=random.below(3)).map(|_| random.pick(&WORDS)).collect::<Vec<_>>().join("/")).collect();
        names.sort_unstable();
        names.dedup();
        let ids = meet(store.as_ref(), *registry, &names.iter().map(String::as_str).collect::<Vec<_>>(), at(0)).await;
        all.extend(ids);
    }
    let tagged: Vec<_> = all.iter().filter(|id| id.get() % 10 != 0).map(|id| seen(*id, "latest", 1, at(0))).collect();
    put(store.as_ref(), &tagged).await;
    learn!(store, tx => {
        for id in &all {
            let said = RepositoryDescription { description: random.pick(&LINES).to_owned(), ..RepositoryDescription::default() };
            assert!(tx.describe_repository(*id, &said, at(1)).await.unwrap());
            for user in users.iter().take(random.below(12)) {
                tx.star(*id, *user, true, at(1)).await.unwrap();
            }
            if random.one_in(3) {
                tx.count_pulls(&[pulled(*id, "latest", 1, at(1), random.pick(&["a", "b"]))]).await.unwrap();
            }
        }
    });
    let mut repositories = Vec::new();
    let mut tx = store.read().await.unwrap();
    for id in all {
        repositories.push(tx.repository(id).await.unwrap().unwrap());
    }
    (registries, repositories)
}

/// The same, with many tags of one of them and what happened.
pub(in crate::conformance) async fn crowd_with_tags(store: &Arc<dyn Store>) -> (Vec<RegistryId>, RepositoryId) {
    const TAGS: [&str; 14] = ["1.9", "1.10", "1.10-rc1", "v1", "V1", "01", "1", "latest", "Latest", "_", "a.b", "a-b", "a_b", "1.9.0"];
    let (registries, repositories) = crowd(store).await;
    let id = repositories[0].id;
    let mut random = Random::new("tags");
    for (number, name) in (0..).zip(TAGS) {
        let tag = PutTag {
            size: random.one_in(2).then_some(7),
            ..pushed(id, name, number % 4, at(random.millis()), random.pick(&["a", "A", "a "]))
        };
        put(store.as_ref(), &[if random.one_in(2) { tag } else { PutTag { pushed: false, pushed_by: None, ..tag } }]).await;
        for _ in 0..random.below(4) {
            learn!(store, tx => tx.count_pulls(&[pulled(id, name, 1, at(random.millis()), "a")]).await.unwrap());
        }
    }
    let happened: Vec<_> = (0..60)
        .map(|number| {
            let record = record(random.pick(&registries), number);
            ActivityRecord { at: at(random.millis()), principal: random.pick(&["a", "A", "a ", "", "ä"]).to_owned(), ..record }
        })
        .collect();
    learn!(store, tx => tx.append_activities(&happened).await.unwrap());
    (registries, id)
}

/// What looking at everything finds.
fn wanted(all: &[Repository], search: &RepositorySearch) -> Vec<Repository> {
    let worth = |repository: &Repository| if search.by_pulls { repository.pull_days } else { repository.stars };
    let place = |repository: &Repository| (Reverse(worth(repository)), repository.name.clone(), repository.registry);
    let below = |repository: &Repository, path: &str| {
        let name = repository.name.as_str();
        if path.is_empty() { !name.contains('/') } else { name == path || name.starts_with(&format!("{path}/")) }
    };
    let fits = |repository: &&Repository| {
        let (name, summary) = (repository.name.as_str().to_lowercase(), repository.said.summary().to_lowercase());
        let choice = &search.choice;
        repository.gone.is_none()
            && choice.registry.is_none_or(|registry| repository.registry == registry)
            && choice
                .below
                .as_ref()
                .is_none_or(|paths| paths.iter().any(|(on, path)| *on == repository.registry && below(repository, path)))
            && (name.contains(&search.term) || summary.contains(&search.term))
            && search.after.as_ref().is_none_or(|(stars, name, registry)| place(repository) > (Reverse(*stars), name.clone(), *registry))
    };
    let mut found: Vec<_> = all.iter().filter(fits).cloned().collect();
    found.sort_by_key(place);
    found.truncate(search.limit as usize);
    found
}

pub(in crate::conformance) async fn parts_are_found_to_the_letter_and_in_order(store: Arc<dyn Store>) {
    let (registries, all) = crowd(&store).await;
    let mut random = Random::new("terms");
    let mut tx = store.read().await.unwrap();
    let mut found_some = 0;
    for term in TERMS {
        for round in 0..12 {
            let paths = |random: &mut Random| {
                let count = random.below(5);
                let path = |random: &mut Random| random.pick(&["", "team", "te", "a", "web/server", "teamx", "nothing", "a-b"]).to_owned();
                (0..count).map(|_| (random.pick(&registries), path(random))).collect::<Vec<_>>()
            };
            let choice = RepositoryChoice {
                registry: (round % 4 == 3).then(|| random.pick(&registries)),
                below: (round % 2 == 1).then(|| paths(&mut random)),
            };
            let limit = random.pick(&[1, 2, 7, 100, 1_000]);
            let mut search = RepositorySearch { choice, term: term.to_owned(), after: None, limit, by_pulls: round % 3 == 0 };
            // Page by page, but not all of the shortest ones.
            for _ in 0..4 {
                let found = tx.search_repositories(&search).await.unwrap();
                assert_eq!(names(&found), names(&wanted(&all, &search)), "{search:?}");
                assert_eq!(found, wanted(&all, &search), "{search:?}");
                found_some += found.len();
                let Some(last) = found.last() else { break };
                let stars = if search.by_pulls { last.pull_days } else { last.stars };
                search.after = Some((stars, last.name.clone(), last.registry));
            }
        }
    }
    assert!(found_some > 1_000, "there is not enough to compare: {found_some}");
}

fn names(repositories: &[Repository]) -> Vec<String> {
    repositories.iter().map(|repository| format!("{} {}", repository.registry, repository.name)).collect()
}

pub(in crate::conformance) async fn what_changes_is_found_as_it_is_now(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let ids = meet(store.as_ref(), registry, &["team/app", "team/web"], at(0)).await;
    put(store.as_ref(), &[seen(ids[0], "latest", 1, at(0)), seen(ids[1], "latest", 1, at(0))]).await;
    let find = async |term: &str| {
        let search =
            RepositorySearch { choice: RepositoryChoice::default(), term: term.to_owned(), after: None, limit: 10, by_pulls: false };
        names(&read!(store, tx => tx.search_repositories(&search).await.unwrap())).len()
    };
    let say = async |description: &str| {
        let said = RepositoryDescription { description: description.to_owned(), ..RepositoryDescription::default() };
        learn!(store, tx => tx.describe_repository(ids[0], &said, at(1)).await.unwrap());
    };
    assert_eq!([find("app").await, find("squirrel").await, find("q").await], [1, 0, 0]);
    say("A Squirrel\nand a hedgehog").await;
    assert_eq!([find("squirrel").await, find("sq").await, find("q").await, find("hedgehog").await], [1, 1, 1, 0]);
    say("A hedgehog").await;
    assert_eq!([find("squirrel").await, find("sq").await, find("hedgehog").await, find("g").await], [0, 0, 1, 1]);
    // One that is gone is not found, until it comes back.
    let tag = read!(store, tx => tx.tags_of(&ids[..1]).await.unwrap()).remove(0).id;
    learn!(store, tx => tx.remove_tags(&[tag], at(2)).await.unwrap());
    assert_eq!([find("hedgehog").await, find("g").await, find("team").await], [0, 0, 1]);
    put(store.as_ref(), &[seen(ids[0], "latest", 1, at(3))]).await;
    assert_eq!(find("hedgehog").await, 1);
    // What was not committed is not found, and what goes is gone.
    let mut tx = store.content().await.unwrap();
    tx.describe_repository(ids[0], &RepositoryDescription::default(), at(4)).await.unwrap();
    drop(tx);
    assert_eq!(find("hedgehog").await, 1);
    assert!(commit!(store, tx => tx.delete_registry(registry).await.unwrap()));
    assert_eq!([find("hedgehog").await, find("").await], [0, 0]);
}

pub(in crate::conformance) async fn many_paths_are_looked_below(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let names: Vec<String> = (0..1_500).map(|number| format!("team{number}/app")).collect();
    let ids = meet(store.as_ref(), registry, &names.iter().map(String::as_str).collect::<Vec<_>>(), at(0)).await;
    put(store.as_ref(), &ids.iter().map(|id| seen(*id, "latest", 1, at(0))).collect::<Vec<_>>()).await;
    let below = (0..3_000).filter(|number| number % 2 == 0).map(|number| (registry, format!("team{number}"))).collect();
    let choice = RepositoryChoice { registry: None, below: Some(below) };
    for (term, wanted) in [("app", 750), ("team1", 5 + 50 + 250), ("", 750), ("pq", 0)] {
        let search = RepositorySearch { choice: choice.clone(), term: term.to_owned(), after: None, limit: 1_000, by_pulls: false };
        assert_eq!(read!(store, tx => tx.search_repositories(&search).await.unwrap()).len(), wanted, "{term}");
    }
}
