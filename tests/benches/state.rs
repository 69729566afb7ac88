//! Ten thousand namespaces with fifty thousand grants as a file, in SQLite: what applying, planning and exporting them costs.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, reason = "it prints what it found")]

use spectacles_core::declarative::{Declaration, Tree};
use spectacles_core::random::SystemRandom;
use spectacles_core::service::{Administration, Request};
use spectacles_core::time::SystemClock;
use std::fs;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Builder;

const USERS: usize = 1_000;
const NAMESPACES: usize = 10_000;
const GRANTS: usize = 5;

fn main() {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(measure());
}

async fn measure() {
    let directory = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite:///{}", directory.path().join("spectacles.db").display());
    let store = spectacles_store::open(&url, spectacles_store::Options::default()).await.expect("a store");
    let administration = Administration::new(store, Arc::new(SystemClock::new()), Arc::new(SystemRandom)).expect("threads");
    let state = administration.operator().state();
    let declaration = declaration("READ");
    let request = Request { declaration: &declaration, prune: false, rehearse: false, admin_bypass: true };

    let begun = Instant::now();
    let planned = state.plan(request).await.expect("a plan");
    println!("planning {} new things took {:.2} s", planned.plan.changes.len(), begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    state.apply(request, &planned.plan).await.expect("it is applied");
    let (took, written) = (begun.elapsed().as_secs_f64(), USERS + 1 + NAMESPACES * (1 + GRANTS));
    println!("applying them took {took:.2} s: {:.0} users, namespaces and grants a second", written as f64 / took);

    let begun = Instant::now();
    let planned = state.plan(Request { rehearse: true, ..request }).await.expect("a plan");
    assert!(planned.plan.is_empty(), "it was applied");
    println!("planning the same again took {:.2} s", begun.elapsed().as_secs_f64());
    let changed = self::declaration("WRITE");
    let begun = Instant::now();
    let planned = state.plan(Request { declaration: &changed, rehearse: true, ..request }).await.expect("a plan");
    println!("planning and trying {} changes took {:.2} s", planned.plan.changes.len(), begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let document = state.export().await.expect("an export");
    println!("exporting took {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!(document.registries.values().next().map(|registry| registry.namespaces.len()), Some(NAMESPACES));
    println!("{} MB at most", peak());
}

/// One namespace in a hundred gives its first grantee this right.
fn declaration(right: &str) -> Declaration {
    let users: serde_json::Map<_, _> = (0..USERS).map(|user| (format!("user{user}"), serde_json::json!({}))).collect();
    let namespaces = (0..NAMESPACES).map(|number| {
        let grants = (0..GRANTS).map(|grant| {
            let right = if number % 100 == 0 && grant == 0 { right } else { "READ" };
            serde_json::json!({ "user": format!("user{}", (number * 7 + grant * 131) % USERS), "right": right })
        });
        let owner = format!("user{}", number % USERS);
        (format!("team{number}/app"), serde_json::json!({ "owner": owner, "grants": grants.collect::<Vec<_>>() }))
    });
    let namespaces: serde_json::Map<_, _> = namespaces.collect();
    let registries = serde_json::json!({ "registry.test": { "url": "http://127.0.0.1:5000", "namespaces": namespaces } });
    let document = serde_json::json!({ "version": 1, "users": users, "registries": registries });
    Declaration::read(&Tree::from(document)).expect("a document")
}

/// The most megabytes of memory that were in use, as Linux counts them.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1_024
}
