//! A million namespaces with three grants each, in SQLite: what they cost in memory, how long a start takes, and how soon a change counts.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, reason = "it prints what it found")]

mod world;

use spectacles_core::access::{Question, Subject, decide};
use spectacles_core::model::{Circumstances, Grantee, NewGroup, NewNamespace, NewUser, Privileges, Terms};
use spectacles_core::right::{Actions, Right};
use spectacles_core::service::{GranteeName, Settings, Spectacles};
use spectacles_core::store::Store;
use spectacles_core::time::{Clock, SystemClock};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

const NAMESPACES: usize = 1_000_000;

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let directory = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite:///{}", directory.path().join("spectacles.db").display());
    let store = spectacles_store::open(&url, spectacles_store::Options::default()).await.expect("a store");
    world::fill(store.as_ref(), 0).await;
    let begun = Instant::now();
    fill(store.as_ref()).await;
    println!("filling it took {:.1} s", begun.elapsed().as_secs_f64());

    let before = resident();
    let begun = Instant::now();
    // Nobody asks the store for news while this is measured.
    let settings = Settings { grace: Duration::MAX, ..Settings::default() };
    let spectacles = Spectacles::builder(Arc::clone(&store)).settings(settings).start().await.expect("a server");
    println!("starting took {:.1} s", begun.elapsed().as_secs_f64());
    println!("{NAMESPACES} namespaces with 3 grants each take {} MB of {} MB", resident() - before, resident());

    let admin = spectacles.administration().operator();
    let namespaces = admin.namespaces();
    let bob = GranteeName::User("bob".parse().expect("a name"));
    let (service, path) = (world::SERVICE.parse().expect("a name"), "team500000".parse().expect("a path"));
    let mut times = Vec::new();
    for round in 0..21 {
        let right = if round % 2 == 0 { Right::Full } else { Right::None };
        let begun = Instant::now();
        namespaces.grant(&service, &path, &bob, right, Terms::none()).await.expect("a grant");
        times.push(begun.elapsed());
        let allowed = spectacles.facts().read(|facts| {
            let subject = Subject::User(facts.user("bob").expect("bob"));
            let circumstances = Circumstances { at: SystemClock::new().now(), from: None };
            let repository = &"team500000/app".parse().expect("a name");
            decide(facts, facts.registry(world::SERVICE), &Question { subject, repository, requested: Actions::ALL, circumstances }).allowed
        });
        assert_eq!(!allowed.is_empty(), right == Right::Full, "the change counts when the call returns");
    }
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    println!("a change counts after {:.2} ms, at most {:.2} ms", millis(median), millis(times.last().copied().unwrap_or_default()));
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Each with a custom right of a user, one of a group, and an assignment.
async fn fill(store: &dyn Store) {
    let created = SystemClock::new().now();
    let mut tx = store.write().await.expect("a transaction");
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    for number in 0..100 {
        let name = if number == 0 { "bob".to_owned() } else { format!("user{number}") };
        let user = NewUser {
            name: name.parse().expect("a name"),
            display_name: String::new(),
            email: None,
            password: None,
            admin: false,
            auditor: false,
            enabled: true,
            privileges: Privileges::NONE,
            default_group: None,
            created,
        };
        users.push(tx.insert_user(&user).await.expect("a user"));
        let group = NewGroup { name: format!("group{number}").parse().expect("a name"), slug: None, description: String::new(), created };
        groups.push(tx.insert_group(&group).await.expect("a group"));
    }
    let registry = tx.registry_named(&world::SERVICE.parse().expect("a name")).await.expect("read").expect("a registry").id;
    let each = |number: usize, of: usize| number % of;
    for number in 1..=NAMESPACES {
        let namespace = NewNamespace {
            registry,
            path: format!("team{number}").parse().expect("a path"),
            owner: None,
            description: String::new(),
            public: false,
            members_right: Right::Full,
            groups_right: Right::None,
            others_right: Right::None,
            created,
        };
        let id = tx.insert_namespace(&namespace).await.expect("a namespace");
        let (user, member, group) = (each(number, 99) + 1, each(number, 97) + 1, each(number, 100));
        let pick = |list: &[spectacles_core::id::UserId], place: usize| list.get(place).copied().expect("a user");
        tx.grant(id, Grantee::User(pick(&users, user)), Right::Read, &Terms::none()).await.expect("a grant");
        tx.assign(id, Grantee::User(pick(&users, member)), &Terms::none()).await.expect("an assignment");
        tx.grant(id, Grantee::Group(groups.get(group).copied().expect("a group")), Right::Write, &Terms::none()).await.expect("a grant");
    }
    tx.commit().await.expect("a commit");
}

/// Megabytes of memory in use, as Linux counts them.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1_024
}
