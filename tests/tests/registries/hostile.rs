//! Registries that want to harm: credentials do not leave, and nothing grows without bounds.

use super::{by_digest, client, connect, limits, repository, tag, target, with_tokens};
use crate::support::stub::{Does, Stub, answer, says};
use spectacles_core::name::Digest;
use spectacles_core::registry::{Login, Target, Trouble};
use spectacles_http::registry::Limits;
use std::time::Duration;

#[tokio::test]
async fn a_redirect_is_not_followed_with_credentials() {
    let other = Stub::start(|_, _| says(200, &[], "{}"));
    let to = format!("{}/v2/team/app/manifests/v1", other.url());
    let stub = Stub::start(move |_, _| says(307, &[("location", &to)], ""));
    let login = Login::Basic { username: "system".to_owned(), password: "s3cret".to_owned().into() };
    let (tokens, basic) = (with_tokens(&stub.url()).0, connect(Target { login, ..target(&stub.url()) }, limits()).expect("a client"));
    for client in [tokens, basic] {
        let trouble = client.manifest(&repository("team/app"), &tag("v1")).await.expect_err("a redirect is no manifest").trouble;
        assert_eq!(trouble, Trouble::Redirected);
        assert_eq!(client.tags(&repository("team/app"), None).await.expect_err("no list").trouble, Trouble::Redirected);
        assert_eq!(client.delete(&repository("team/app"), &tag("v1")).await.expect_err("no deletion").trouble, Trouble::Redirected);
    }
    assert!(other.asked().is_empty(), "it was followed: {:?}", other.asked());
    assert!(stub.asked().iter().all(|asked| asked.header("authorization").is_some()));
}

#[tokio::test]
async fn storage_gets_no_credentials() {
    let storage = Stub::start(|_, _| says(200, &[], "a layer"));
    let to = format!("{}/bucket/a-layer?signature=x", storage.url());
    let stub = Stub::start(move |_, _| says(307, &[("location", &to)], ""));
    let digest = Digest::sha256(b"a layer");
    let (client, _) = with_tokens(&stub.url());
    let blob = client.blob(&repository("team/app"), &digest, 100).await.expect("a blob");
    assert_eq!(blob.as_deref(), Some(&b"a layer"[..]));
    assert_eq!(client.blob_size(&repository("team/app"), &digest).await, Ok(Some(7)));
    let mut reader = client.read_blob(&repository("team/app"), &digest, 0).await.expect("an answer").expect("a blob");
    assert_eq!(reader.next().await, Ok(Some(b"a layer".to_vec())));
    assert_eq!(reader.next().await, Ok(None));
    assert_eq!(storage.asked().len(), 3);
    for asked in storage.asked() {
        assert_eq!(asked.header("authorization"), None);
        assert_eq!(asked.target, "/bucket/a-layer?signature=x");
    }
}

#[tokio::test]
async fn storage_does_not_send_us_round_in_circles_nor_where_nobody_should_go() {
    let stub = Stub::start(|asked, _| says(307, &[("location", &asked.target)], ""));
    let digest = Digest::sha256(b"a layer");
    let client = client(&stub.url());
    let error = client.blob(&repository("team/app"), &digest, 100).await.expect_err("a circle");
    assert_eq!((error.trouble, stub.asked().len()), (Trouble::Redirected, 4));

    for to in ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:a9fe:a9fe]/", "http://0.0.0.0:1/", "http://[fe80::1]/"] {
        let stub = Stub::start(move |_, _| says(307, &[("location", to)], ""));
        let client = super::client(&stub.url());
        let error = client.blob(&repository("team/app"), &digest, 100).await.expect_err("a forbidden address");
        assert_eq!(error.trouble, Trouble::Forbidden, "{to}: {error}");
        assert_eq!(stub.asked().len(), 1);
    }
    for to in ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user:password@127.0.0.1/"] {
        let stub = Stub::start(move |_, _| says(307, &[("location", to)], ""));
        let error = super::client(&stub.url()).blob(&repository("team/app"), &digest, 100).await.expect_err("no blob");
        assert_eq!(error.trouble, Trouble::Redirected, "{to}: {error}");
    }
}

#[tokio::test]
async fn an_upload_goes_on_at_the_registry_or_not_at_all() {
    let other = Stub::start(|_, _| says(202, &[], ""));
    let to = format!("{}/v2/team/app/blobs/uploads/1", other.url());
    let stub = Stub::start(move |_, _| says(202, &[("location", &to)], ""));
    let (client, _) = with_tokens(&stub.url());
    let error = client.upload_blob(&repository("team/app")).await.map(|_| ()).expect_err("another server");
    assert_eq!(error.trouble, Trouble::Redirected);
    assert!(!error.reason.contains(&other.port.to_string()), "{error}");
    assert!(!client.mount_blob(&repository("team/app"), &Digest::sha256(b""), &repository("team/base")).await.expect("an answer"));
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn the_realm_of_a_challenge_is_never_asked() {
    let realm = Stub::start(|_, _| says(200, &[], r#"{"token":"x"}"#));
    let challenge = format!(r#"Bearer realm="{}/token",service="someone else",scope="x""#, realm.url());
    let stub = Stub::start(move |_, _| says(401, &[("www-authenticate", &challenge)], ""));
    let (client, tokens) = with_tokens(&stub.url());
    let error = client.tags(&repository("team/app"), None).await.expect_err("unauthorized");
    assert_eq!(error.trouble, Trouble::Unauthorized);
    let ping = client.ping().await.expect("somebody is there");
    assert!(!ping.admitted);
    assert_eq!(ping.challenge.and_then(|challenge| challenge.service).as_deref(), Some("someone else"));
    assert!(realm.asked().is_empty());
    // Two for the list, two for the ping: each was renewed once, and not for ever.
    assert_eq!(tokens.made.load(std::sync::atomic::Ordering::SeqCst), 4);
}

#[tokio::test]
async fn answers_larger_than_they_may_be_end_early() {
    let small = Limits { manifest: 1_000, page: 1_000, ..limits() };
    let large = vec![b' '; 10_000];
    for honest in [true, false] {
        let body = large.clone();
        // Without a length the end of the connection is the end of the answer.
        let stub = Stub::start(move |_, _| {
            if honest { says(200, &[], &body) } else { Does::Says([b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n", &body[..]].concat()) }
        });
        let client = connect(target(&stub.url()), small.clone()).expect("a client");
        let app = repository("team/app");
        assert_eq!(client.manifest(&app, &tag("v1")).await.expect_err("too large").trouble, Trouble::TooLarge);
        assert_eq!(client.tags(&app, None).await.expect_err("too large").trouble, Trouble::TooLarge);
        assert_eq!(client.catalog(None).await.expect_err("too large").trouble, Trouble::TooLarge);
        assert_eq!(client.blob(&app, &Digest::sha256(&large), 100).await.expect_err("too large").trouble, Trouble::TooLarge);
        assert_eq!(client.referrers(&app, &Digest::sha256(b"")).await.expect_err("too large").trouble, Trouble::TooLarge);
    }
    // An error that never ends is that error.
    let body = large.clone();
    let stub = Stub::start(move |_, _| Does::SaysAndWaits(answer(403, &[], 1 << 40, &body)));
    let client = connect(target(&stub.url()), Limits { error: 1_000, ..limits() }).expect("a client");
    assert_eq!(client.tags(&repository("team/app"), None).await.expect_err("denied").trouble, Trouble::Denied);
}

#[tokio::test]
async fn who_never_answers_is_not_waited_for() {
    let impatient = Limits { answer: Duration::from_millis(200), idle: Duration::from_millis(200), ..limits() };
    for begun in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"] {
        let stub = Stub::start(move |_, _| Does::SaysAndWaits(begun.into()));
        let client = connect(target(&stub.url()), impatient.clone()).expect("a client");
        let error = client.tags(&repository("team/app"), None).await.expect_err("no answer");
        assert_eq!(error.trouble, Trouble::Slow, "{begun}: {error}");
    }
    let stub = Stub::start(|_, _| Does::SaysAndWaits(answer(200, &[], 10, b"half")));
    let client = connect(target(&stub.url()), impatient).expect("a client");
    let mut reader = client.read_blob(&repository("team/app"), &Digest::sha256(b""), 0).await.expect("an answer").expect("a blob");
    assert_eq!(reader.next().await, Ok(Some(b"half".to_vec())));
    assert_eq!(reader.next().await.expect_err("no more").trouble, Trouble::Slow);
}

#[tokio::test]
async fn an_error_shows_nothing_but_what_registries_say() {
    let said = r#"{"errors":[{"code":"DENIED","message":"not\u001b[31m yours"},{"code":"OTHER"}]}"#;
    let stub = Stub::start(move |_, _| says(403, &[], said));
    let error = client(&stub.url()).tags(&repository("team/app"), None).await.expect_err("denied");
    assert!(error.reason.contains("status 403 (DENIED: not\\u{1b}[31m yours)"), "{error}");

    let stub = Stub::start(|_, _| says(403, &[("x-secret", "topsecret")], "<html>topsecret</html>"));
    let error = client(&stub.url()).manifest(&repository("team/app"), &by_digest(b"")).await.expect_err("denied");
    assert!(error.reason.ends_with("was answered with status 403"), "{error}");
}

#[tokio::test]
async fn a_registry_leads_nowhere_private_but_to_its_own_host() {
    let inside = Stub::start(|_, _| says(200, &[], "a layer"));
    let digest = Digest::sha256(b"a layer");
    let app = repository("team/app");
    for host in ["localhost", "127.0.0.2", "[::1]", "10.255.255.1", "192.168.255.1", "[fd12::7]", "[::ffff:10.255.255.1]"] {
        let to = format!("http://{host}:{}/internal", inside.port);
        let stub = Stub::start(move |_, _| says(307, &[("location", &to)], ""));
        let client = client(&stub.url());
        let errors = [
            client.blob(&app, &digest, 100).await.map(|_| ()).expect_err(host),
            client.blob_size(&app, &digest).await.map(|_| ()).expect_err(host),
            client.read_blob(&app, &digest, 0).await.map(|_| ()).expect_err(host),
        ];
        for error in errors {
            assert_eq!(error.trouble, Trouble::Forbidden, "{host}: {error}");
            assert!(error.reason.contains("storage.redirect.disable"), "{error}");
        }
    }
    assert!(inside.asked().is_empty(), "{:?}", inside.asked());
    // Also when its own storage sends us there.
    let to = format!("http://localhost:{}/internal", inside.port);
    let storage = Stub::start(move |_, _| says(307, &[("location", &to)], ""));
    let to = format!("{}/bucket", storage.url());
    let stub = Stub::start(move |_, _| says(307, &[("location", &to)], ""));
    let error = client(&stub.url()).blob(&app, &digest, 100).await.expect_err("a second step");
    assert_eq!((error.trouble, storage.asked().len(), inside.asked().len()), (Trouble::Forbidden, 1, 0), "{error}");
}
