//! What checking a password costs: of a user, of somebody unknown, and of a user who was here a moment ago.
//!
//! The yardstick is argon2id alone. A login that has to be checked costs that and nothing to speak of; one of an unknown account costs the
//! same, so that names cannot be found out by their time; and a remembered one costs next to nothing, too little to be called in turn with
//! the yardstick.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

mod compare;
mod world;

use criterion::Criterion;
use spectacles_core::auth::{Credentials, hash_password, verify_password};
use spectacles_core::random::SystemRandom;
use spectacles_core::service::{Settings, Spectacles};
use spectacles_core::time::{Clock, SystemClock, Timestamp};
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Builder;

/// A clock that stands still until it is put forward.
struct Leaping(SystemClock, AtomicU64);

impl Leaping {
    /// Past everything that is remembered: passwords and failures.
    fn leap(&self) {
        self.1.fetch_add(1000, Ordering::Relaxed);
    }
}

impl Clock for Leaping {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.1.load(Ordering::Relaxed))
    }
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clock = Arc::new(Leaping(SystemClock::new(), AtomicU64::new(0)));
    let start = async {
        // Nobody asks the store for news while this is measured.
        let settings = Settings { grace: Duration::MAX, ..Settings::default() };
        Spectacles::builder(world::store(10).await).settings(settings).clock(clock.clone()).start().await
    };
    let spectacles = runtime.block_on(start).expect("a server");
    let credentials = |account: &str| Credentials { account: account.to_owned(), secret: world::PASSWORD.into() };
    let (alice, mallory) = (credentials(world::USER), credentials("mallory"));
    let hash = hash_password(&alice.secret, &SystemRandom).expect("a hash");
    let raw = || assert!(verify_password(black_box(&alice.secret), &hash));
    let login = |who: &Credentials| {
        let caller = runtime.block_on(spectacles.authenticate(black_box(who), None)).expect("a verdict");
        caller.is_some()
    };

    let mut criterion = Criterion::default().configure_from_args();
    let mut table = compare::Table::new("argon2id", "login");
    let mut group = criterion.benchmark_group("login");
    group.sample_size(20);
    table.compare(&mut group, "password", raw, || {
        clock.leap();
        assert!(login(&alice));
    });
    table.compare(&mut group, "unknown account", raw, || {
        clock.leap();
        assert!(!login(&mallory));
    });
    assert!(login(&alice));
    group.bench_function("remembered", |bencher| bencher.iter(|| assert!(login(&alice))));
    group.finish();
    table.print(&criterion);
}
