//! Answers that are not what was asked for.

use super::{by_digest, client, repository, tag, with_tokens};
use crate::support::stub::{Does, Stub, answer, says};
use spectacles_core::name::Digest;
use spectacles_core::registry::{Deletion, Trouble};

const OCI: &str = "application/vnd.oci.image.manifest.v1+json";
const MANIFEST: &str = r#"{"schemaVersion":2,"config":{},"layers":[]}"#;

#[tokio::test]
async fn a_manifest_has_the_digest_that_was_asked_for_and_said() {
    let lie = Digest::sha256(b"something else");
    let stub = Stub::start(move |_, _| says(200, &[("content-type", OCI), ("docker-content-digest", lie.as_str())], MANIFEST));
    let (client, app) = (client(&stub.url()), repository("team/app"));
    assert_eq!(client.manifest(&app, &tag("v1")).await.expect_err("a lie").trouble, Trouble::WrongDigest);
    assert_eq!(client.manifest(&app, &by_digest(MANIFEST.as_bytes())).await.expect_err("a lie").trouble, Trouble::WrongDigest);
    assert_eq!(client.head(&app, &by_digest(MANIFEST.as_bytes())).await.expect_err("a lie").trouble, Trouble::WrongDigest);
    assert_eq!(client.blob(&app, &Digest::sha256(b"x"), 1_000).await.expect_err("a lie").trouble, Trouble::WrongDigest);

    let stub = Stub::start(move |_, _| says(200, &[("content-type", OCI)], MANIFEST));
    let client = super::client(&stub.url());
    assert_eq!(client.manifest(&app, &by_digest(b"other")).await.expect_err("another").trouble, Trouble::WrongDigest);
    let manifest = client.manifest(&app, &tag("v1")).await.expect("an answer").expect("a manifest");
    assert_eq!((manifest.digest, manifest.bytes), (Digest::sha256(MANIFEST.as_bytes()), MANIFEST.as_bytes().to_vec()));
}

#[tokio::test]
async fn a_head_without_what_is_needed_is_followed_by_a_look() {
    let stub = Stub::start(|asked, _| {
        let head = answer(200, &[("content-type", "text/plain")], MANIFEST.len(), b"");
        if asked.method == "HEAD" { Does::Says(head) } else { says(200, &[("content-type", "text/plain")], MANIFEST) }
    });
    let found = client(&stub.url()).head(&repository("team/app"), &tag("v1")).await.expect("an answer").expect("a manifest");
    assert_eq!((found.digest, found.size), (Digest::sha256(MANIFEST.as_bytes()), MANIFEST.len() as u64));
    assert_eq!(found.media_type.as_str(), OCI);
    let accept = stub.asked()[0].header("accept").expect("a header").to_owned();
    for kind in [
        OCI,
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ] {
        assert!(accept.contains(kind), "{accept}");
    }
}

#[tokio::test]
async fn nonsense_is_no_manifest() {
    for body in ["", "<html>", "[]", "7", "{", r#"{"schemaVersion":2}"#] {
        let stub = Stub::start(move |_, _| says(200, &[("content-type", "application/json")], body));
        let error = client(&stub.url()).manifest(&repository("team/app"), &tag("v1")).await.expect_err(body);
        assert_eq!(error.trouble, Trouble::Garbage, "{body}: {error}");
    }
}

#[tokio::test]
async fn what_breaks_off_is_no_answer() {
    let stub = Stub::start(|_, _| Does::Says(answer(200, &[("content-type", OCI)], 1_000, MANIFEST.as_bytes())));
    let (client, app) = (client(&stub.url()), repository("team/app"));
    assert_eq!(client.manifest(&app, &tag("v1")).await.expect_err("half of it").trouble, Trouble::Unreachable);
    assert_eq!(client.tags(&app, None).await.expect_err("half of it").trouble, Trouble::Unreachable);
    let mut reader = client.read_blob(&app, &Digest::sha256(b""), 0).await.expect("an answer").expect("a blob");
    assert_eq!(reader.next().await, Ok(Some(MANIFEST.as_bytes().to_vec())));
    assert_eq!(reader.next().await.expect_err("no end").trouble, Trouble::Unreachable);
}

#[tokio::test]
async fn whoever_does_not_know_ranges_is_read_from_the_beginning() {
    let stub = Stub::start(|asked, _| match asked.target.contains(Digest::sha256(b"part").as_str()) {
        true => says(206, &[("content-range", "bytes 4-9/10")], "456789"),
        false => says(200, &[], "0123456789"),
    });
    let (client, app) = (client(&stub.url()), repository("team/app"));
    let rest = async |digest: &Digest, from| {
        let mut reader = client.read_blob(&app, digest, from).await?.expect("a blob");
        let mut all = Vec::new();
        while let Some(piece) = reader.next().await? {
            all.extend(piece);
        }
        Ok::<_, spectacles_core::registry::ClientError>(all)
    };
    assert_eq!(rest(&Digest::sha256(b"whole"), 4).await.expect("the rest"), b"456789");
    assert_eq!(rest(&Digest::sha256(b"part"), 4).await.expect("the rest"), b"456789");
    assert_eq!(rest(&Digest::sha256(b"part"), 5).await.expect_err("another part").trouble, Trouble::Garbage);
    assert_eq!(stub.asked()[1].header("range"), Some("bytes=4-"));
}

#[tokio::test]
async fn what_is_not_there_is_told_from_who_does_not_know_manifests() {
    let unknown = r#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#;
    let stub = Stub::start(move |_, _| says(404, &[], unknown));
    let (client, app) = (client(&stub.url()), repository("team/app"));
    assert_eq!(client.manifest(&app, &tag("v1")).await, Ok(None));
    assert_eq!(client.head(&app, &tag("v1")).await, Ok(None));
    assert_eq!(client.delete(&app, &tag("v1")).await, Ok(Deletion::Absent));
    assert_eq!(client.referrers(&app, &Digest::sha256(b"")).await, Ok(None));
    let stub = Stub::start(move |_, _| says(404, &[], "<h1>Not Found</h1>"));
    let client = super::client(&stub.url());
    assert_eq!(client.manifest(&app, &tag("v1")).await.expect_err("no registry").trouble, Trouble::Refused);
    assert_eq!(client.delete(&app, &tag("v1")).await.expect_err("no registry").trouble, Trouble::Refused);
}

#[tokio::test]
async fn registries_that_do_not_delete_so_say_it_in_different_ways() {
    let said = |code: &str| format!(r#"{{"errors":[{{"code":"{code}"}}]}}"#);
    for (status, code, tagged, digested) in [
        (202, "", Some(Deletion::Done), Some(Deletion::Done)),
        (405, "UNSUPPORTED", Some(Deletion::Unsupported), Some(Deletion::Unsupported)),
        (400, "UNSUPPORTED", Some(Deletion::Unsupported), Some(Deletion::Unsupported)),
        (400, "DIGEST_INVALID", Some(Deletion::Unsupported), None),
        (400, "OTHER", None, None),
    ] {
        let body = said(code);
        let stub = Stub::start(move |_, _| says(status, &[], &body));
        let (client, _) = with_tokens(&stub.url());
        let app = repository("team/app");
        assert_eq!(client.delete(&app, &tag("v1")).await.ok(), tagged, "{status} {code}");
        assert_eq!(client.delete(&app, &by_digest(b"")).await.ok(), digested, "{status} {code}");
        assert_eq!(stub.asked()[0].header("authorization"), Some("Bearer token-1-repository:team/app:*"));
    }
}

#[tokio::test]
async fn referrers_come_from_an_index() {
    let digest = Digest::sha256(b"a signature");
    let entry = format!(r#"{{"mediaType":"{OCI}","digest":"{digest}","size":7,"artifactType":"application/vnd.example.signature"}}"#);
    let body = format!(r#"{{"schemaVersion":2,"manifests":[{entry},{{"digest":"nonsense","mediaType":"x","size":1}},3]}}"#);
    let stub = Stub::start(move |_, _| says(200, &[], &body));
    let found = client(&stub.url()).referrers(&repository("team/app"), &digest).await.expect("an answer").expect("a list");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].digest, found[0].size), (&digest, 7));
    assert_eq!(found[0].artifact_type.as_deref(), Some("application/vnd.example.signature"));
}
