//! A real registry.

use super::alone::{Alone, Asks, Kind, PASSWORD, push, push_index, tokens, upload};
use super::{connect, limits, repository, tag};
use spectacles_core::name::{Digest, Reference};
use spectacles_core::registry::{Deletion, Login, Target, Trouble};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::task::JoinSet;

#[tokio::test]
async fn whoever_proves_who_he_is_is_admitted() {
    for (asks, scheme) in [(Asks::Nothing, None), (Asks::Password, Some("basic")), (Asks::Tokens, Some("bearer"))] {
        let registry = Alone::start(asks, &[]);
        let ping = registry.client().ping().await.expect("a registry");
        assert!(ping.admitted, "{asks:?}: {ping:?}");
        assert_eq!(ping.api_version.as_deref(), Some("registry/2.0"));
        assert_eq!(ping.challenge.as_ref().map(|challenge| challenge.scheme.as_str()), scheme);
        let repository = repository("team/app");
        let manifest = push(&*registry.client(), &repository, Some(&tag("v1")), Kind::Oci, &[b"a layer"]).await;
        let found = registry.client().head(&repository, &tag("v1")).await.expect("an answer").expect("a manifest");
        assert_eq!(found.digest, manifest.digest);

        if asks == Asks::Nothing {
            continue;
        }
        let wrong = match asks {
            Asks::Password => Login::Basic { username: "system".to_owned(), password: PASSWORD.to_uppercase().into() },
            Asks::Nothing | Asks::Tokens => Login::Tokens(Arc::new(tokens().0)),
        };
        for login in [wrong, Login::None] {
            let client = connect(Target { login, ..registry.target() }, limits()).expect("a client");
            let ping = client.ping().await.expect("a registry");
            assert!(!ping.admitted && ping.refusal.is_some(), "{asks:?}: {ping:?}");
            let error = client.head(&repository, &tag("v1")).await.expect_err("not admitted");
            assert_eq!(error.trouble, Trouble::Unauthorized, "{asks:?}: {error}");
            assert!(error.reason.contains("UNAUTHORIZED"), "{error}");
        }
    }
}

#[tokio::test]
async fn every_repository_is_found_however_short_the_pages_are() {
    let registry = Alone::start(Asks::Tokens, &[("REGISTRY_CATALOG_MAXENTRIES", "40")]);
    let client = registry.client();
    let names: BTreeSet<_> = (0..250).map(|number| repository(&format!("team{}/app-{number}", number % 7))).collect();
    let mut pushes = JoinSet::new();
    for name in names.clone() {
        let client = Arc::clone(&client);
        pushes.spawn(async move {
            push(&*client, &name, Some(&tag("v1")), Kind::Docker, &[]).await;
        });
    }
    while let Some(pushed) = pushes.join_next().await {
        pushed.expect("it was pushed");
    }
    let (mut found, mut pages, mut next) = (BTreeSet::new(), 0, None);
    loop {
        let page = client.catalog(next.as_ref()).await.expect("a page");
        assert_eq!(page.left_out, 0);
        (pages, next) = (pages + 1, page.next);
        found.extend(page.items);
        if next.is_none() {
            break;
        }
    }
    assert_eq!(found, names);
    assert!(pages > 2, "{pages} pages");
}

#[tokio::test]
async fn every_kind_of_manifest_comes_as_it_went() {
    let registry = Alone::start(Asks::Tokens, &[]);
    let (client, app) = (registry.client(), repository("team/app"));
    for kind in [Kind::Docker, Kind::Oci] {
        let (one, two) = (push(&*client, &app, None, kind, &[b"one"]).await, push(&*client, &app, None, kind, &[b"two", b"layers"]).await);
        let named = tag(&format!("{kind:?}"));
        let index = push_index(&*client, &app, Some(&named), kind, &[("amd64", &one), ("arm64", &two)]).await;
        for (reference, manifest) in [(named, &index), (Reference::Digest(one.digest.clone()), &one)] {
            let head = client.head(&app, &reference).await.expect("an answer").expect("a manifest");
            assert_eq!((head.digest, head.size), (manifest.digest.clone(), manifest.bytes.len() as u64));
            assert_eq!(head.media_type, manifest.media_type);
            assert_eq!(client.manifest(&app, &reference).await.expect("an answer").as_ref(), Some(manifest));
        }
    }
    let page = client.tags(&app, None).await.expect("tags");
    let found: BTreeSet<_> = page.items.iter().map(|tag| tag.as_str()).collect();
    assert_eq!(found, BTreeSet::from(["Docker", "Oci"]));
    assert_eq!(client.head(&app, &tag("other")).await, Ok(None));
    assert_eq!(client.manifest(&app, &tag("other")).await, Ok(None));
    assert!(client.tags(&repository("team/none"), None).await.expect("no tags").items.is_empty());
    // This version does not know who refers to what.
    assert_eq!(client.referrers(&app, &Digest::sha256(b"")).await, Ok(None));
}

#[tokio::test]
async fn what_is_deleted_is_gone_where_that_is_allowed() {
    for (enabled, expected) in [("true", Deletion::Done), ("false", Deletion::Unsupported)] {
        let registry = Alone::start(Asks::Tokens, &[("REGISTRY_STORAGE_DELETE_ENABLED", enabled)]);
        let (client, app) = (registry.client(), repository("team/app"));
        let manifest = push(&*client, &app, Some(&tag("v1")), Kind::Oci, &[b"a layer"]).await;
        // This version deletes by digest only.
        assert_eq!(client.delete(&app, &tag("v1")).await, Ok(Deletion::Unsupported));
        let digest = Reference::Digest(manifest.digest);
        assert_eq!(client.delete(&app, &digest).await, Ok(expected));
        let left = client.head(&app, &tag("v1")).await.expect("an answer");
        assert_eq!(left.is_none(), expected == Deletion::Done);
        if expected == Deletion::Done {
            assert_eq!(client.delete(&app, &digest).await, Ok(Deletion::Absent));
            assert!(client.tags(&app, None).await.expect("no tags").items.is_empty());
        }
    }
}

#[tokio::test]
async fn blobs_are_taken_over_read_in_part_and_uploaded_in_pieces() {
    let registry = Alone::start(Asks::Tokens, &[]);
    let (client, app, base) = (registry.client(), repository("team/app"), repository("base"));
    let blob: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    let digest = upload(&*client, &base, &blob).await;
    assert_eq!(client.blob_size(&base, &digest).await, Ok(Some(blob.len() as u64)));
    assert_eq!(client.blob_size(&app, &digest).await, Ok(None));
    assert_eq!(client.blob(&app, &digest, 10).await, Ok(None));
    assert!(client.read_blob(&app, &digest, 0).await.expect("an answer").is_none());
    assert_eq!(client.blob(&base, &digest, 1_000).await.expect_err("too large").trouble, Trouble::TooLarge);

    assert_eq!(client.mount_blob(&app, &digest, &base).await, Ok(true));
    assert_eq!(client.blob_size(&app, &digest).await, Ok(Some(blob.len() as u64)));
    assert_eq!(client.mount_blob(&app, &Digest::sha256(b"nowhere"), &base).await, Ok(false));

    let mut rest = Vec::new();
    let mut reader = client.read_blob(&app, &digest, 1_000_000).await.expect("an answer").expect("a blob");
    while let Some(piece) = reader.next().await.expect("a piece") {
        rest.extend(piece);
    }
    assert_eq!(rest, blob[1_000_000..]);

    // Piece by piece, with a look in between at how far it has come.
    let other: Vec<u8> = blob.iter().rev().copied().collect();
    let mut upload = client.upload_blob(&app).await.expect("an upload");
    assert_eq!(upload.resume().await, Ok(0));
    let mut rest = &other[..];
    while !rest.is_empty() {
        let (piece, more) = rest.split_at(rest.len().min(500_000));
        upload.write(piece.to_vec()).await.expect("it is taken");
        let sent = (other.len() - more.len()) as u64;
        assert_eq!((upload.offset(), upload.resume().await), (sent, Ok(sent)));
        rest = more;
    }
    upload.finish(&Digest::sha256(&other)).await.expect("it is complete");
    assert_eq!(client.blob(&app, &Digest::sha256(&other), 2_000_000).await.expect("an answer").as_deref(), Some(&other[..]));

    // What is not what it says it is is not kept.
    let mut upload = client.upload_blob(&app).await.expect("an upload");
    upload.write(b"something".to_vec()).await.expect("it is taken");
    let wrong = Digest::sha256(b"something else");
    assert_eq!(upload.finish(&wrong).await.expect_err("a lie").trouble, Trouble::WrongDigest);
    assert_eq!(client.blob_size(&app, &wrong).await, Ok(None));
}
