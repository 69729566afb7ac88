//! Searching a million repositories for common and rare parts of names, long and short ones, in SQLite and PostgreSQL: for somebody who sees all
//! of them, and for somebody who sees what is below a hundred paths, one in a hundred.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it found, and what a server said that failed")]

#[allow(dead_code, reason = "tests need more of it")]
#[path = "../support/database.rs"]
mod database;
#[allow(dead_code, reason = "tests need more of it")]
#[path = "../support/process.rs"]
mod process;

use database::{Database, Engine};
use spectacles_core::id::RegistryId;
use spectacles_core::model::{
    ActivityKind, ActivityRecord, Anonymous, Connection, NewRegistry, Policy, Pulls, PutTag, RepositoryDescription, TokenSettings,
};
use spectacles_core::name::{Digest, RepositoryName};
use spectacles_core::store::{RepositoryChoice, RepositorySearch, Store};
use spectacles_core::time::Timestamp;
use std::time::Instant;
use tokio::runtime::Builder;

const NAMESPACES: u32 = 10_000;
const EACH: u32 = 100;
/// Of how many notifications it is measured how fast they are noted.
const EVENTS: u32 = 20_000;
const ROUNDS: u32 = 40;

const TEAMS: [&str; 20] = [
    "payments",
    "billing",
    "search",
    "platform",
    "mobile",
    "data",
    "identity",
    "infra",
    "search-ui",
    "checkout",
    "logistics",
    "insights",
    "media",
    "growth",
    "security",
    "network",
    "storage",
    "machine",
    "quality",
    "research",
];
const THINGS: [&str; 25] = [
    "api",
    "web",
    "worker",
    "server",
    "proxy",
    "cache",
    "database",
    "frontend",
    "backend",
    "gateway",
    "importer",
    "exporter",
    "scheduler",
    "agent",
    "operator",
    "migrations",
    "tests",
    "docs",
    "cli",
    "webserver",
    "queue",
    "monitor",
    "builder",
    "runner",
    "nginx",
];

fn main() {
    let only = std::env::args().nth(1).filter(|argument| !argument.starts_with('-')).unwrap_or_default();
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(async {
        println!("| database | sees | part | found | p50, ms | p95, ms |");
        println!("|---|---|---|---|---|---|");
        if "SQLite".contains(&only) {
            let directory = tempfile::tempdir().expect("a directory");
            measure("SQLite", &format!("sqlite:///{}", directory.path().join("search.db").display()), || {}).await;
        }
        if "PostgreSQL".contains(&only) {
            let server = Database::start(Engine::PostgreSql);
            // As it does by itself within a minute or so; until then it knows nothing of the tables.
            measure("PostgreSQL", &server.create("search"), || drop(server.query("search", "VACUUM ANALYZE"))).await;
        }
    });
}

async fn measure(name: &str, url: &str, analyse: impl Fn()) {
    let store = spectacles_store::open(url, spectacles_store::Options::default()).await.expect("a store");
    let begun = Instant::now();
    let registry = fill(store.as_ref()).await;
    eprintln!("{name}: filled in {:.0} s", begun.elapsed().as_secs_f64());
    analyse();
    let below: Vec<_> = (0..NAMESPACES).step_by(100).map(|number| (registry, team(number))).collect();
    for (sees, below) in [("all", None), ("1 %", Some(below))] {
        let choice = RepositoryChoice { registry: None, below };
        for term in [
            "web",
            "webserver",
            "payments",
            "payments1",
            "payments15",
            "pay",
            "eb",
            "qz",
            "s",
            "q",
            "7/",
            "rare-one",
            "thing 77",
            "nothing",
            "",
        ] {
            let search = RepositorySearch { choice: choice.clone(), term: term.to_owned(), after: None, limit: 100, by_pulls: false };
            let (mut times, mut found) = (Vec::new(), 0);
            for _ in 0..ROUNDS {
                let begun = Instant::now();
                let mut tx = store.read().await.expect("a transaction");
                found = tx.search_repositories(&search).await.expect("an answer").len();
                times.push(begun.elapsed().as_secs_f64() * 1_000.0);
            }
            times.sort_by(f64::total_cmp);
            println!("| {name} | {sees} | `{term}` | {found} | {:.1} | {:.1} |", times[times.len() / 2], times[times.len() * 95 / 100]);
        }
    }
    note_events(name, store.as_ref(), registry).await;
}

fn team(number: u32) -> String {
    format!("{}{number}", TEAMS[number as usize % TEAMS.len()])
}

/// A million repositories without stars, as after the first look at a registry: their order is that of their names.
async fn fill(store: &dyn Store) -> RegistryId {
    let created = Timestamp::from_unix_millis(1_767_323_045_000);
    let new = NewRegistry {
        service: "registry.test".parse().expect("a name"),
        url: "http://127.0.0.1:9".parse().expect("a URL"),
        external_url: None,
        enabled: true,
        read_only: false,
        delete_enabled: false,
        anonymous: Anonymous::Off,
        policy: Policy::Both,
        restricted: true,
        token: TokenSettings::default(),
        connection: Connection::default(),
        created,
    };
    let mut tx = store.write().await.expect("a transaction");
    let registry = tx.insert_registry(&new).await.expect("a registry");
    tx.commit().await.expect("a commit");
    for namespaces in (0..NAMESPACES).collect::<Vec<_>>().chunks(10) {
        let mut tx = store.content().await.expect("a transaction");
        let names: Vec<RepositoryName> = namespaces.iter().flat_map(|namespace| (0..EACH).map(|number| name(*namespace, number))).collect();
        let ids = tx.meet_repositories(registry, &names, created).await.expect("repositories");
        let tags: Vec<_> = ids.iter().map(|id| tag(*id, created)).collect();
        tx.put_tags(&tags).await.expect("tags");
        let said = RepositoryDescription { description: format!("Does thing {}", namespaces[0]), ..RepositoryDescription::default() };
        for id in ids.iter().step_by(100) {
            tx.describe_repository(*id, &said, created).await.expect("a description");
        }
        tx.commit().await.expect("a commit");
    }
    registry
}

fn name(namespace: u32, number: u32) -> RepositoryName {
    let rare = if namespace == 7_777 { "rare-one-" } else { "" };
    let thing = THINGS[number as usize % THINGS.len()];
    format!("{}/{rare}{thing}-{}", team(namespace), number / 25).parse().expect("a name")
}

fn tag(repository: spectacles_core::id::RepositoryId, at: Timestamp) -> PutTag {
    PutTag {
        repository,
        name: "latest".parse().expect("a tag"),
        digest: Digest::sha256(&repository.get().to_be_bytes()),
        media_type: "application/vnd.oci.image.manifest.v1+json".parse().expect("a media type"),
        size: None,
        at,
        pushed_by: None,
        pushed: false,
    }
}

/// Notifications of pulls from repositories all over the place, a thousand in each transaction.
async fn note_events(name: &str, store: &dyn Store, registry: RegistryId) {
    let begun = Instant::now();
    for batch in 0..EVENTS / 1_000 {
        let mut tx = store.content().await.expect("a transaction");
        let numbers: Vec<u32> = (0..1_000).map(|number| batch * 1_000 + number).collect();
        let names: Vec<RepositoryName> = numbers
            .iter()
            .map(|number| self::name(number * 7 % NAMESPACES, number * 13 % EACH))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        let ids = tx.meet_repositories(registry, &names, Timestamp::from_unix_millis(0)).await.expect("repositories");
        let at = |number: u32| Timestamp::from_unix_millis(1_767_400_000_000 + i64::from(number));
        let events: Vec<String> = numbers.iter().map(|number| format!("event-{number}")).collect();
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        assert!(tx.known_events(registry, &events).await.expect("events").is_empty());
        let place = |number: u32| number as usize % ids.len();
        let pulls: Vec<_> = numbers
            .iter()
            .map(|number| Pulls {
                repository: ids[place(*number)],
                tag: Some("latest".parse().expect("a tag")),
                digest: Digest::sha256(&ids[place(*number)].get().to_be_bytes()),
                principal: format!("user{}", number % 100),
                address: Some("192.0.2.1".to_owned()),
                count: 1,
                at: at(*number),
            })
            .collect();
        tx.count_pulls(&pulls).await.expect("pulls");
        let activities: Vec<_> = numbers
            .iter()
            .map(|number| ActivityRecord {
                at: at(*number),
                registry,
                kind: ActivityKind::Pull,
                repository: Some(names[place(*number)].clone()),
                tag: Some("latest".parse().expect("a tag")),
                digest: None,
                principal: format!("user{}", number % 100),
                address: Some("192.0.2.1".to_owned()),
                agent: Some("docker/28".to_owned()),
                text: None,
                event: Some(format!("event-{number}")),
            })
            .collect();
        tx.append_activities(&activities).await.expect("activities");
        tx.commit().await.expect("a commit");
    }
    let second = f64::from(EVENTS) / begun.elapsed().as_secs_f64();
    println!("| {name} | | notifications of pulls a second | {second:.0} | | |");
}
