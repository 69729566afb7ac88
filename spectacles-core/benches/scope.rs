//! What reading scopes costs.
#![allow(missing_docs, reason = "a benchmark")]

use criterion::{Criterion, criterion_group, criterion_main};
use spectacles_core::scope::Scope;
use std::hint::black_box;

fn scopes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scope");
    let many: Vec<String> = (0..100).map(|n| format!("repository:team{n}/app:pull,push")).collect();
    let many = many.join(" ");
    for (name, text) in [
        ("one", "repository:team/app:pull,push"),
        ("mount", "repository:team/app:pull,push repository:base/os:pull"),
        ("host", "repository(plugin):registry.example.com:5000/team/app:pull"),
        ("hundred", &many),
        ("junk", "repository:Team//App:pull"),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| Scope::parse_all([black_box(text)]).is_ok()));
    }
    group.finish();
}

criterion_group!(benches, scopes);
criterion_main!(benches);
