//! What issuing a token costs, by the kind of key, beside the signature alone.
//!
//! Issuing is reading the scope, deciding, writing the claims and signing them; the yardstick is the library of cryptography signing the same
//! bytes by a key that was parsed before. The aims: at most 1.1 times the signature for RSA, at most 5 us more for P-256.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

mod compare;
mod keys;
mod world;

use criterion::Criterion;
use spectacles_core::live::LiveFacts;
use spectacles_core::random::SystemRandom;
use spectacles_core::scope::Scope;
use spectacles_core::time::SystemClock;
use spectacles_core::token::{Issuer, IssuerSettings, Principal};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Builder;

const SCOPE: &str = "repository:team1/app:pull,push";

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clock = Arc::new(SystemClock::new());
    let load = async { LiveFacts::load(world::store(1000).await, clock.clone()).await };
    let facts = Arc::new(runtime.block_on(load).expect("facts"));
    let user = world::USER.parse().expect("a name");

    let mut criterion = Criterion::default().configure_from_args();
    let mut table = compare::Table::new("signature", "token");
    let mut group = criterion.benchmark_group("token");
    group.sample_size(50).measurement_time(Duration::from_secs(3));
    for kind in ["RSA-2048", "RSA-4096", "P-256", "P-384", "Ed25519"] {
        let keys::Key { ring, sign } = keys::generate(kind);
        let settings = IssuerSettings { issuer: "Spectacles".to_owned(), admin_bypass: true };
        let issuer = Issuer::new(Arc::clone(&facts), ring, clock.clone(), Arc::new(SystemRandom), settings);
        let issue = || {
            let scopes = Scope::parse_all([black_box(SCOPE)]).expect("a scope");
            issuer.issue(Principal::User(&user), world::SERVICE, scopes, None).expect("a token")
        };
        let token = issue().token;
        let (signed, _) = token.rsplit_once('.').expect("a signature");
        table.compare(&mut group, kind, || sign(black_box(signed.as_bytes())), || drop(black_box(issue())));
    }
    group.finish();
    table.print(&criterion);
}
