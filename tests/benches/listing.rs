//! A hundred users out of a hundred thousand: the first, the middle and the last page, in SQLite, PostgreSQL and MariaDB, compared with a hundred out of
//! a hundred.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it found, and what a server said that failed")]

#[allow(dead_code, reason = "tests need more of it")]
#[path = "../support/database.rs"]
mod database;
#[allow(dead_code, reason = "tests need more of it")]
#[path = "../support/process.rs"]
mod process;

use database::{Database, Engine};
use spectacles_core::listing::{Cursor, Given, Listing, UserField};
use spectacles_core::model::{NewGroup, NewUser, Privileges};
use spectacles_core::random::SystemRandom;
use spectacles_core::service::Administration;
use spectacles_core::store::Store;
use spectacles_core::time::{SystemClock, Timestamp};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

const FEW: u32 = 100;
const MANY: u32 = 100_000;
const ROUNDS: usize = 60;

fn main() {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(async {
        println!("| database | order | filter | page | ms | to 100 of 100 |");
        println!("|---|---|---|---|---|---|");
        let directory = tempfile::tempdir().expect("a directory");
        let file = |name: &str| format!("sqlite:///{}", directory.path().join(name).display());
        measure("SQLite", &file("few.db"), &file("many.db"), || {}).await;
        for (name, engine) in [("PostgreSQL", Engine::PostgreSql), ("MariaDB", Engine::MariaDb)] {
            let server = Database::start(engine);
            // As either does by itself within a minute or so; until then it knows nothing of the tables.
            let statement = if engine == Engine::PostgreSql { "ANALYZE" } else { "ANALYZE TABLE users, user_groups, group_members" };
            let analyse = || ["few", "many"].into_iter().for_each(|name| drop(server.query(name, statement)));
            measure(name, &server.create("few"), &server.create("many"), analyse).await;
        }
    });
}

async fn measure(name: &str, few: &str, many: &str, analyse: impl Fn()) {
    let (few, many) = (desk(few, FEW).await, desk(many, MANY).await);
    analyse();
    for order in ["name", "-created"] {
        let middle = behind(&many, order, &[], MANY / 2).await;
        let last = behind(&many, order, &[], MANY - 100).await;
        for (page, after) in [("first", None), ("middle", Some(&middle)), ("last", Some(&last))] {
            compare(name, order, "", page, &few, &many, after).await;
        }
        let filter = "enabled true";
        let middle = behind(&many, order, &[filter], MANY / 2).await;
        let last = behind(&many, order, &[filter], MANY - 100).await;
        for (page, after) in [("first", None), ("middle", Some(&middle)), ("last", Some(&last))] {
            compare(name, order, filter, page, &few, &many, after).await;
        }
    }
}

/// In turn, so that whatever else the machine does is shared by both.
async fn compare(name: &str, order: &str, filter: &str, page: &str, few: &Administration, many: &Administration, after: Option<&Cursor>) {
    let filters: Vec<&str> = Some(filter).into_iter().filter(|filter| !filter.is_empty()).collect();
    let read = |after: Option<&Cursor>| {
        let given = Given { filters: &filters, order: Some(order), after: after.map(Cursor::as_str), ..Given::default() };
        Listing::read(given).expect("a listing")
    };
    let (one, other) = (read(None), read(after));
    let (mut times, mut ratios) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (base, time) = (list(few, &one).await, list(many, &other).await);
        // The first ones fill caches.
        if round >= ROUNDS / 6 {
            times.push(time.as_secs_f64() * 1_000.0);
            ratios.push(time.as_secs_f64() / base.as_secs_f64());
        }
    }
    println!(
        "| {name} | `{order}` | {} | {page} | {:.2} | {:.2} |",
        if filter.is_empty() { "" } else { "`enabled true`" },
        median(times),
        median(ratios)
    );
}

async fn list(administration: &Administration, listing: &Listing<UserField>) -> Duration {
    let begun = Instant::now();
    let page = administration.operator().users().page(listing).await.expect("a page");
    let took = begun.elapsed();
    assert_eq!(page.items.len(), 100);
    assert!(page.items.iter().all(|view| view.groups.len() == 2));
    took
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The place behind that many users.
async fn behind(administration: &Administration, order: &str, filters: &[&str], number: u32) -> Cursor {
    let offset = (number - 1).to_string();
    let given = Given { filters, order: Some(order), offset: Some(&offset), limit: Some("1"), ..Given::default() };
    let page = administration.operator().users().page(&Listing::read(given).expect("a listing")).await.expect("a page");
    page.next.expect("a cursor")
}

/// That many users, each in two groups. Ten at a time come into being at the same moment.
async fn desk(url: &str, number: u32) -> Administration {
    let store = spectacles_store::open(url, spectacles_store::Options::default()).await.expect("a store");
    fill(store.as_ref(), number).await;
    Administration::new(store, Arc::new(SystemClock::new()), Arc::new(SystemRandom)).expect("threads")
}

async fn fill(store: &dyn Store, number: u32) {
    let created = |number: u32| Timestamp::from_unix_millis(1_767_323_045_000 + i64::from(number / 10));
    let mut groups = Vec::new();
    let mut tx = store.write().await.expect("a transaction");
    for number in 0..20 {
        let name = format!("group{number}").parse().expect("a name");
        groups
            .push(tx.insert_group(&NewGroup { name, slug: None, description: String::new(), created: created(0) }).await.expect("a group"));
    }
    for user in 0..number {
        let new = NewUser {
            // Not in the order in which they come into being.
            name: format!("user{:06}", (u64::from(user) * 7_919) % 1_000_003).parse().expect("a name"),
            display_name: format!("User {user}"),
            email: None,
            password: None,
            admin: false,
            auditor: false,
            enabled: true,
            privileges: Privileges::NONE,
            default_group: None,
            created: created(user),
        };
        let id = tx.insert_user(&new).await.expect("a user");
        let mut into = groups.iter().cycle().skip(user as usize % 20);
        for _ in 0..2 {
            tx.add_to_group(*into.next().expect("a group"), id, None).await.expect("a member");
        }
        if user % 20_000 == 19_999 {
            tx.commit().await.expect("a commit");
            tx = store.write().await.expect("a transaction");
        }
    }
    tx.commit().await.expect("a commit");
}
