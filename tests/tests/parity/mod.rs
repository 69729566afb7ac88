//! One surface, every framework: the same requests, the same bytes.
//!
//! [`suite`] holds the requests with what must come back. They are made directly, through axum and through poem, at the root and nested,
//! of servers that are alike to the last random byte; and a few of them over real sockets.

mod host;
mod sockets;
mod suite;
mod twin;

use host::{Exchange, Host};
use suite::suite;

/// Every request of the suite gets the answer it says, and no host changes a byte of it.
#[tokio::test(flavor = "multi_thread")]
async fn every_framework_answers_the_same_at_the_root_and_nested() {
    let hosts = Host::all().await;
    for case in suite() {
        let direct = hosts[0].ask(&case).await;
        case.check(&direct);
        for host in &hosts[1..] {
            let answer = host.ask(&case).await;
            assert_eq!(answer, direct, "`{}` differs in {}", case.what, host.name);
        }
    }
}

/// What is beside the surface is the framework's: a mounted surface leaves other paths alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_surface_that_is_merged_leaves_other_paths_alone() {
    for host in Host::all().await.iter().filter(|host| host.is_shared()) {
        let answer = host.ask(&suite::Case::get("another path", "/hello")).await;
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()), "{}", host.name);
    }
}

/// Handlers beside the surface know their caller the same way.
#[tokio::test(flavor = "multi_thread")]
async fn extractors_admit_and_refuse_alike() {
    for host in Host::all().await.iter().filter(|host| host.is_shared()) {
        for (path, user, status, body) in [
            ("/me", Some(("alice", "alice's password")), 200, "alice"),
            ("/me", Some(("alice", "wrong")), 401, "incorrect username or password"),
            ("/me", None, 401, "authentication required"),
            ("/admin", Some(("root", "root's password")), 200, "root"),
            ("/admin", Some(("alice", "alice's password")), 403, "only an administrator"),
            ("/admin", Some(("dora", "dora's password")), 401, "incorrect username or password"),
        ] {
            let mut case = suite::Case::get("an extractor", path);
            if let Some((name, password)) = user {
                case = case.login(name, password);
            }
            let answer: Exchange = host.ask(&case).await;
            assert_eq!(answer.status, status, "{path} {user:?} in {}", host.name);
            assert!(answer.text().contains(body), "{path} {user:?} in {}: {}", host.name, answer.text());
            assert_eq!(answer.header("www-authenticate").is_some(), status == 401, "{}", host.name);
        }
    }
}
