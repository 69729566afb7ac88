//! What checks of content have in common.

use crate::conformance::support::{commit, new_registry, read};
use spectacles_core::id::{RegistryId, RepositoryId};
use spectacles_core::model::{Pulls, PutTag, Repository, Tag};
use spectacles_core::name::Digest;
use spectacles_core::store::{ContentTx, Store};
use spectacles_core::time::Timestamp;

/// Does something in a transaction that changes content, and commits.
macro_rules! learn {
    ($store:expr, $tx:ident => $work:expr) => {{
        let mut $tx = $store.content().await.expect("a transaction of content");
        let done = $work;
        spectacles_core::store::ContentTx::commit($tx).await.expect("a commit");
        done
    }};
}
pub(in crate::conformance) use learn;

/// A registry.
pub(in crate::conformance) async fn registry(store: &dyn Store, service: &str) -> RegistryId {
    commit!(store, tx => tx.insert_registry(&new_registry(service)).await.expect("a registry"))
}

/// Repositories of these names, which have no tags yet.
pub(in crate::conformance) async fn meet(store: &dyn Store, registry: RegistryId, names: &[&str], at: Timestamp) -> Vec<RepositoryId> {
    let names: Vec<_> = names.iter().map(|name| name.parse().expect(name)).collect();
    learn!(store, tx => tx.meet_repositories(registry, &names, at).await.expect("repositories"))
}

/// A digest like no other.
pub(in crate::conformance) fn digest(number: i64) -> Digest {
    Digest::sha256(&number.to_be_bytes())
}

/// A tag that was seen.
pub(in crate::conformance) fn seen(repository: RepositoryId, name: &str, what: i64, at: Timestamp) -> PutTag {
    PutTag {
        repository,
        name: name.parse().expect(name),
        digest: digest(what),
        media_type: "application/vnd.oci.image.manifest.v1+json".parse().expect("a media type"),
        size: Some(u64::try_from(what).expect("a size") * 1_000),
        at,
        pushed_by: None,
        pushed: false,
    }
}

/// A tag that was pushed.
pub(in crate::conformance) fn pushed(repository: RepositoryId, name: &str, what: i64, at: Timestamp, by: &str) -> PutTag {
    PutTag { size: None, pushed: true, pushed_by: Some(by.to_owned()), ..seen(repository, name, what, at) }
}

/// One pull by a tag.
pub(in crate::conformance) fn pulled(repository: RepositoryId, tag: &str, what: i64, at: Timestamp, by: &str) -> Pulls {
    Pulls {
        repository,
        tag: Some(tag.parse().expect(tag)),
        digest: digest(what),
        principal: by.to_owned(),
        address: Some("192.0.2.7".to_owned()),
        count: 1,
        at,
    }
}

/// Tags are noted.
pub(in crate::conformance) async fn put(store: &dyn Store, tags: &[PutTag]) {
    learn!(store, tx => tx.put_tags(tags).await.expect("tags"));
}

/// The repository as it is now.
pub(in crate::conformance) async fn repository(store: &dyn Store, id: RepositoryId) -> Repository {
    read!(store, tx => tx.repository(id).await.expect("an answer").expect("a repository"))
}

/// Its tags as they are now.
pub(in crate::conformance) async fn tags(store: &dyn Store, id: RepositoryId) -> Vec<Tag> {
    read!(store, tx => tx.tags_of(&[id]).await.expect("tags"))
}

/// A transaction that changes content.
pub(in crate::conformance) async fn content(store: &dyn Store) -> Box<dyn ContentTx> {
    store.content().await.expect("a transaction of content")
}
