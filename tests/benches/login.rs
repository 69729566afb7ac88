//! What checking a password costs: of a user, of somebody unknown, and of a user who was here a moment ago.
//!
//! The yardstick is argon2id alone. A login that has to be checked costs that and nothing to speak of; one of an unknown account costs the
//! same, so that names cannot be found out by their time; and a remembered one costs next to nothing.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

mod compare;
mod world;

use criterion::Criterion;
use spectacles_core::auth::{Attempt, Authenticator as _, LocalUsers, SecretString, Verdict, VerifierPool, hash_password, verify_password};
use spectacles_core::live::LiveFacts;
use spectacles_core::random::SystemRandom;
use spectacles_core::time::{Clock, SystemClock, Timestamp};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Builder;

/// A clock that stands still until it is put forward.
#[derive(Default)]
struct Leaping(AtomicU64);

impl Leaping {
    /// Past everything that is remembered: passwords and failures.
    fn leap(&self) {
        self.0.fetch_add(1000, Ordering::Relaxed);
    }
}

impl Clock for Leaping {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(0)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clock = Arc::new(Leaping::default());
    let load = async { LiveFacts::load(world::store(10).await, Arc::new(SystemClock::new())).await };
    let facts = Arc::new(runtime.block_on(load).expect("facts"));
    let verifiers = Arc::new(VerifierPool::new(1).expect("a thread"));
    let users = LocalUsers::new(facts, verifiers, clock.clone(), &SystemRandom).expect("users");
    let secret: SecretString = world::PASSWORD.into();
    let hash = hash_password(&secret, &SystemRandom).expect("a hash");
    let raw = || assert!(verify_password(black_box(&secret), &hash));
    let login = |account: &str| {
        let attempt = Attempt { account: black_box(account), secret: &secret, address: None };
        runtime.block_on(users.authenticate(attempt)).expect("a verdict")
    };
    let user = Verdict::Accepted(world::USER.parse().expect("a name"));

    let mut criterion = Criterion::default().configure_from_args();
    let mut table = compare::Table::new("argon2id", "login");
    let mut group = criterion.benchmark_group("login");
    group.sample_size(20);
    table.compare(&mut group, "password", raw, || {
        clock.leap();
        assert_eq!(login(world::USER), user);
    });
    table.compare(&mut group, "unknown account", raw, || {
        clock.leap();
        assert_eq!(login("mallory"), Verdict::Unknown);
    });
    // Against itself: argon2id would take hours to be called as often.
    let remembered = || assert_eq!(login(world::USER), user);
    remembered();
    table.compare(&mut group, "remembered, against itself", remembered, remembered);
    group.finish();
    table.print(&criterion);
}
