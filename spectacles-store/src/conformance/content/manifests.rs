//! What manifests hold, and how it is forgotten.

use super::place::{digest, learn, meet, put, registry, seen, tags};
use crate::conformance::support::{at, read};
use spectacles_core::id::RegistryId;
use spectacles_core::model::{History, Layer, Manifest, ManifestDetails, Platform};
use spectacles_core::store::{Store, StoreError};
use std::sync::Arc;

/// An image with this configuration.
pub(in crate::conformance) fn image(number: i64, config: i64) -> Manifest {
    Manifest {
        digest: digest(number),
        media_type: "application/vnd.oci.image.manifest.v1+json".parse().unwrap(),
        config: Some(digest(config)),
        size: 1_000,
        details: ManifestDetails::default(),
    }
}

/// An index of images.
fn index(number: i64, of: &[i64]) -> Manifest {
    let platforms = of.iter().map(|part| Platform { digest: Some(digest(*part)), ..Platform::default() });
    Manifest { config: None, details: ManifestDetails { platforms: platforms.collect(), ..ManifestDetails::default() }, ..image(number, 0) }
}

fn labelled(number: i64, labels: &[(&str, &str)]) -> Manifest {
    let labels = labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned()));
    Manifest { details: ManifestDetails { labels: labels.collect(), ..ManifestDetails::default() }, ..image(number, 0) }
}

pub(in crate::conformance) async fn every_field_is_kept(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let details = ManifestDetails {
        artifact_type: Some("application/spdx+json".to_owned()),
        config_size: Some(7),
        created: Some(at(3)),
        author: Some("Größer \0 '\"\\".to_owned()),
        platforms: vec![Platform {
            os: "linux".to_owned(),
            architecture: "arm64".to_owned(),
            variant: Some("v8".to_owned()),
            digest: None,
            size: Some(5),
        }],
        layers: vec![Layer { digest: digest(9), media_type: "application/x".to_owned(), size: 1 << 41 }],
        history: vec![History { created: None, created_by: "RUN x".repeat(10_000), comment: "\u{1f980}".to_owned(), empty_layer: true }],
        labels: [("org.opencontainers.image.source".to_owned(), "https://git.test".to_owned())].into(),
        annotations: [("a".to_owned(), "b".to_owned())].into(),
        subject: Some(digest(8)),
        command: vec!["sh".to_owned(), "-c".to_owned()],
    };
    let manifest = Manifest { size: 1 << 42, details, ..image(1, 2) };
    learn!(store, tx => {
        tx.put_manifests(one, &[manifest.clone(), image(2, 3), image(2, 4)]).await.unwrap();
        tx.put_manifests(one, &[Manifest { size: 1, ..manifest.clone() }]).await.unwrap();
        tx.put_manifests(one, &[]).await.unwrap();
    });
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.manifests(one, &[digest(1), digest(7)]).await.unwrap(), [manifest], "what is known stays");
    assert_eq!(tx.manifests(one, &[digest(2)]).await.unwrap(), [image(2, 3)]);
    assert_eq!(tx.manifests(other, &[digest(1)]).await.unwrap(), []);
    drop(tx);
    let nowhere = store.content().await.unwrap().put_manifests(RegistryId::new(i64::MAX), &[image(1, 2)]).await;
    assert!(matches!(nowhere, Err(StoreError::InUse(_))), "{nowhere:?}");
}

pub(in crate::conformance) async fn labels_lead_to_tags(store: Arc<dyn Store>) {
    let (one, other) = (registry(store.as_ref(), "one").await, registry(store.as_ref(), "other").await);
    let a = meet(store.as_ref(), one, &["a"], at(0)).await[0];
    let b = meet(store.as_ref(), other, &["b"], at(0)).await[0];
    let long = "x".repeat(3_000);
    learn!(store, tx => {
        tx.put_manifests(one, &[labelled(1, &[("revision", "abc"), ("Ä", " ")]), labelled(2, &[("revision", "ABC"), ("long", &long)])]).await.unwrap();
        tx.put_manifests(other, &[labelled(1, &[("revision", "abc")])]).await.unwrap();
        tx.put_tags(&[
            seen(a, "v1", 1, at(0)),
            seen(a, "latest", 1, at(0)),
            seen(a, "v2", 2, at(0)),
            seen(b, "v1", 1, at(0)),
            seen(b, "v2", 2, at(0)),
        ]).await.unwrap();
    });
    let mut tx = store.read().await.unwrap();
    for (registry, label, value, wanted) in [
        (None, "revision", None, &["a v1", "a latest", "a v2", "b v1"][..]),
        (None, "revision", Some("abc"), &["a v1", "a latest", "b v1"]),
        (Some(one), "revision", Some("abc"), &["a v1", "a latest"]),
        (None, "Revision", None, &[]),
        (None, "revision", Some("%"), &[]),
        (None, "long", Some(long.as_str()), &["a v2"]),
        (None, "Ä", Some(" "), &["a v1", "a latest"]),
        (Some(other), "Ä", None, &[]),
    ] {
        let found = tx.tags_labelled(registry, label, value, 10).await.unwrap();
        assert!(found.is_sorted_by_key(|tag| tag.id));
        let mut found: Vec<_> = found.iter().map(|tag| format!("{} {}", if tag.repository == a { "a" } else { "b" }, tag.name)).collect();
        let mut wanted = wanted.to_vec();
        found.sort();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{label} {value:?}");
    }
    assert_eq!(tx.tags_labelled(None, "revision", None, 3).await.unwrap().len(), 3);
}

pub(in crate::conformance) async fn what_nothing_leads_to_is_forgotten(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    let ids = meet(store.as_ref(), registry, &["a", "b"], at(0)).await;
    let known = async || {
        let digests: Vec<_> = (0..10).map(digest).collect();
        let there = read!(store, tx => tx.manifests(registry, &digests).await.unwrap());
        (0..10).filter(|number| there.iter().any(|manifest| manifest.digest == digest(*number))).collect::<Vec<i64>>()
    };
    let forget = async |moment| learn!(store, tx => tx.forget_gone(at(moment), 100).await.unwrap());
    learn!(store, tx => tx.put_manifests(registry, &[image(1, 9), image(2, 9), index(3, &[1, 2]), image(4, 9), image(5, 9)]).await.unwrap());
    put(store.as_ref(), &[seen(ids[0], "latest", 3, at(1)), seen(ids[1], "v1", 1, at(1)), seen(ids[1], "v4", 4, at(1))]).await;
    assert_eq!((forget(1).await, known().await), (1, vec![1, 2, 3, 4]), "an index leads to its images");
    assert_eq!(forget(1).await, 0);
    // The tag moves away, and the other image is still named by another one.
    put(store.as_ref(), &[seen(ids[0], "latest", 4, at(2))]).await;
    assert_eq!((forget(2).await, known().await), (2, vec![1, 4]));
    let all: Vec<_> = tags(store.as_ref(), ids[1]).await.into_iter().map(|tag| tag.id).collect();
    learn!(store, tx => tx.remove_tags(&all, at(10)).await.unwrap());
    assert_eq!((forget(10).await, known().await), (1, vec![4]), "it is not gone for long enough");
    assert!(read!(store, tx => tx.repository(ids[1]).await.unwrap()).is_some());
    assert_eq!((forget(11).await, known().await), (1, vec![4]));
    assert_eq!(read!(store, tx => tx.repository(ids[1]).await.unwrap()), None);
    assert!(read!(store, tx => tx.repository(ids[0]).await.unwrap()).is_some());
    // What is learnt of it again is learnt.
    learn!(store, tx => tx.put_manifests(registry, &[image(1, 9)]).await.unwrap());
    assert_eq!(known().await, [1, 4]);
}

pub(in crate::conformance) async fn no_more_is_forgotten_than_was_asked_for(store: Arc<dyn Store>) {
    let registry = registry(store.as_ref(), "registry").await;
    meet(store.as_ref(), registry, &["a", "b", "c", "d"], at(0)).await;
    let images: Vec<_> = (1..=4).map(|number| image(number, 9)).collect();
    learn!(store, tx => tx.put_manifests(registry, &images).await.unwrap());
    let mut forgotten = Vec::new();
    for _ in 0..3 {
        forgotten.push(learn!(store, tx => tx.forget_gone(at(1), 3).await.unwrap()));
    }
    assert_eq!(forgotten, [6, 2, 0]);
}
