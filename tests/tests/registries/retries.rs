//! What is tried again, and what is not.

use super::{client, connect, limits, repository, tag, target, with_tokens};
use crate::support::process::free_port;
use crate::support::stub::{Does, Stub, says};
use spectacles_core::name::MediaType;
use spectacles_core::registry::{Login, RawManifest, Target, Trouble};
use std::sync::atomic::Ordering;
use std::time::Duration;

const EMPTY: &str = r#"{"tags":[]}"#;

#[tokio::test]
async fn what_passes_is_tried_again() {
    for status in [429, 500, 502, 503, 504] {
        let stub = Stub::start(move |_, before| if before < 2 { says(status, &[], "") } else { says(200, &[], EMPTY) });
        assert!(client(&stub.url()).tags(&repository("a"), None).await.is_ok(), "{status}");
        assert_eq!(stub.asked().len(), 3);
    }
    // A connection that breaks off.
    let stub = Stub::start(|_, before| if before < 1 { Does::Says(Vec::new()) } else { says(200, &[], EMPTY) });
    assert!(client(&stub.url()).tags(&repository("a"), None).await.is_ok());
}

#[tokio::test]
async fn it_is_not_tried_for_ever() {
    let stub = Stub::start(|_, _| says(503, &[], ""));
    let error = client(&stub.url()).tags(&repository("a"), None).await.expect_err("it never gets better");
    assert_eq!((error.trouble, stub.asked().len()), (Trouble::Failed, 3));
    assert!(error.trouble.passes());
    for status in [400, 403, 404, 501] {
        let stub = Stub::start(move |_, _| says(status, &[], ""));
        assert!(client(&stub.url()).tags(&repository("a"), None).await.is_err());
        assert_eq!(stub.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_registry_that_wants_to_be_left_alone_for_long_is() {
    let stub =
        Stub::start(|_, _| says(429, &[("retry-after", "3600")], r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}"#));
    let error = client(&stub.url()).tags(&repository("a"), None).await.expect_err("busy");
    assert_eq!((error.trouble, error.retry_after, stub.asked().len()), (Trouble::Busy, Some(Duration::from_secs(3_600)), 1));
    assert!(error.reason.contains("TOOMANYREQUESTS: slow down"), "{error}");
    // A short time is waited for.
    let stub = Stub::start(|_, before| if before == 0 { says(429, &[("retry-after", "0")], "") } else { says(200, &[], EMPTY) });
    assert!(client(&stub.url()).tags(&repository("a"), None).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_repeated_is_not() {
    let stub = Stub::start(|_, _| says(503, &[], ""));
    let client = client(&stub.url());
    assert!(client.upload_blob(&repository("a")).await.is_err());
    assert_eq!(stub.asked().len(), 1);
    let media_type: MediaType = "application/vnd.oci.image.manifest.v1+json".parse().expect("a type");
    let manifest = RawManifest { digest: spectacles_core::name::Digest::sha256(b"{}"), media_type, bytes: b"{}".to_vec() };
    assert!(client.put_manifest(&repository("a"), &tag("v1"), &manifest).await.is_err());
    assert_eq!(stub.asked().len(), 4);
    assert_eq!(stub.asked()[1].body, b"{}");
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_made_anew_once() {
    let stub = Stub::start(|asked, _| match asked.header("authorization") {
        Some("Bearer token-2-repository:a:pull") => says(200, &[], EMPTY),
        _ => says(401, &[], r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#),
    });
    let (client, tokens) = with_tokens(&stub.url());
    assert!(client.tags(&repository("a"), None).await.is_ok());
    assert!(client.tags(&repository("a"), None).await.is_ok());
    assert_eq!((stub.asked().len(), tokens.made.load(Ordering::SeqCst)), (3, 2));
    let error = client.tags(&repository("b"), None).await.expect_err("never taken");
    assert_eq!((error.trouble, stub.asked().len()), (Trouble::Unauthorized, 5));
    assert!(error.reason.contains("status 401 (UNAUTHORIZED: authentication required)"), "{error}");
}

#[tokio::test]
async fn a_password_that_is_wrong_is_tried_once() {
    let stub = Stub::start(|_, _| says(401, &[], ""));
    let login = Login::Basic { username: "system".to_owned(), password: "s3cret".to_owned().into() };
    let client = connect(Target { login, ..target(&stub.url()) }, limits()).expect("a client");
    let error = client.tags(&repository("a"), None).await.expect_err("wrong");
    assert_eq!((error.trouble, stub.asked().len()), (Trouble::Unauthorized, 1));
    assert_eq!(stub.asked()[0].header("authorization"), Some("Basic c3lzdGVtOnMzY3JldA=="));
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[tokio::test]
async fn nobody_there_is_said_plainly() {
    let error = client(&format!("http://127.0.0.1:{}", free_port())).ping().await.expect_err("nobody");
    assert_eq!(error.trouble, Trouble::Unreachable);
    assert!(error.reason.contains("nobody listens there"), "{error}");
}
