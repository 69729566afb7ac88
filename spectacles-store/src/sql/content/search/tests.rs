#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use crate::Options;
use crate::conformance::CHECKS;

/// With so few that are looked at before the index by parts is asked, every way to search is gone: the checks of the suite have less repositories
/// than the numbers that are in use.
#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_search_finds_what_looking_at_everything_finds() {
    let checks: Vec<_> = CHECKS.iter().filter(|check| check.name().starts_with("search::")).collect();
    assert!(checks.len() > 2);
    let directory = tempfile::tempdir().unwrap();
    for (number, check) in checks.into_iter().enumerate() {
        let url = format!("sqlite:///{}/{number}.db", directory.path().display());
        check.run(crate::open(&url, Options::default()).await.unwrap()).await;
    }
}
