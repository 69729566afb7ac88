//! What a whole token request costs without a network: from the parsed HTTP request to the response, by a remembered password.
//!
//! The yardstick is the signature alone, by a key that was parsed before. Metrics and logs have no receiver here; the benchmark
//! `endpoint` measures a server with everything.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

mod compare;
mod keys;
mod world;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use criterion::Criterion;
use http::{Request, StatusCode};
use spectacles_core::service::{Settings as AppSettings, Spectacles};
use spectacles_http::{Settings, Surface};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Builder;

const SCOPE: &str = "repository:team1/app:pull,push";

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut criterion = Criterion::default().configure_from_args();
    let mut table = compare::Table::new("signature", "request");
    let mut group = criterion.benchmark_group("surface");
    group.sample_size(50).measurement_time(Duration::from_secs(3));
    for kind in ["RSA-2048", "P-256"] {
        for namespaces in [10, 100_000] {
            let keys::Key { ring, sign } = keys::generate(kind);
            let start = async {
                // Nobody asks the store for news while this is measured.
                let settings = AppSettings { grace: Duration::from_secs(86_400), ..AppSettings::default() };
                Spectacles::builder(world::store(namespaces).await).settings(settings).keys(ring).start().await
            };
            let app = Arc::new(runtime.block_on(start).expect("a server"));
            let surface = Surface::new(app, Settings::default()).expect("a surface");
            let request = Request::get(format!("/token_auth?service={}&scope={}", world::SERVICE, SCOPE))
                .header("authorization", format!("Basic {}", STANDARD.encode(format!("{}:{}", world::USER, world::PASSWORD))))
                .header("user-agent", "docker/28.5.1 go/go1.24.9 kernel/6.12.0 os/linux arch/amd64")
                .body(Bytes::new())
                .expect("a request");
            let ask = || {
                let answer = runtime.block_on(surface.call(black_box(request.clone())));
                assert_eq!(answer.status(), StatusCode::OK);
                answer.into_body()
            };
            let answer: serde_json::Value = serde_json::from_slice(&ask()).expect("an answer");
            let (signed, _) = answer["token"].as_str().and_then(|token| token.rsplit_once('.')).expect("a token");
            let name = format!("{kind}, {namespaces} namespaces");
            table.compare(&mut group, &name, || sign(black_box(signed.as_bytes())), || drop(ask()));
        }
    }
    group.finish();
    table.print(&criterion);
}
