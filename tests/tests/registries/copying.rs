//! Images that go from one registry to another.

use super::alone::{Alone, Asks, Kind, push, push_index, put, upload};
use super::{repository, tag};
use async_trait::async_trait;
use serde_json::json;
use spectacles_core::name::{Digest, Reference, RepositoryName, TagName};
use spectacles_core::registry::{
    BlobReader, BlobUpload, ClientError, Deletion, Descriptor, ListPage, PageLink, Ping, RawManifest, RegistryClient, Trouble,
};
use spectacles_core::service::copying::{Copied, CopyError, CopyOptions, CopyProgress, Place, copy};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

async fn from_to(
    from: &dyn RegistryClient,
    source: &str,
    to: &dyn RegistryClient,
    target: &str,
    options: &CopyOptions,
) -> Result<Copied, CopyError> {
    let named = |name: &str| {
        let (name, reference) = name.split_once('@').expect("a name and a reference");
        (repository(name), reference.parse::<Reference>().expect("a reference"))
    };
    let ((source, from_reference), (target, to_reference)) = (named(source), named(target));
    let from = Place { client: from, repository: &source, reference: &from_reference };
    let to = Place { client: to, repository: &target, reference: &to_reference };
    copy(from, to, options, &|_| {}).await
}

#[tokio::test]
async fn everything_that_belongs_to_an_image_arrives_as_it_was() {
    let (here, there) = (Alone::start(Asks::Tokens, &[]), Alone::start(Asks::Password, &[]));
    let (from, to) = (here.client(), there.client());
    let (source, target) = (repository("team/app"), repository("mirror/of/app"));
    for kind in [Kind::Docker, Kind::Oci] {
        let name = format!("{kind:?}");
        let large: Vec<u8> = name.bytes().cycle().take(5_000_000).collect();
        let one = push(&*from, &source, None, kind, &[b"shared", &large]).await;
        let two = push(&*from, &source, None, kind, &[b"shared", name.as_bytes()]).await;
        let index = push_index(&*from, &source, Some(&tag(&name)), kind, &[("amd64", &one), ("arm64", &two)]).await;

        let (told, last) = (AtomicUsize::new(0), Mutex::new(CopyProgress::default()));
        let progress = |progress| {
            told.fetch_add(1, Ordering::SeqCst);
            *last.lock().expect("nobody panicked") = progress;
        };
        let (named, v1) = (tag(&name), tag(&format!("v1-{name}")));
        let from_place = Place { client: &*from, repository: &source, reference: &named };
        let to_place = Place { client: &*to, repository: &target, reference: &v1 };
        let copied = copy(from_place, to_place, &CopyOptions::default(), &progress).await.expect("it is copied");
        assert_eq!((&copied.digest, copied.manifests), (&index.digest, 3));
        // What both images have goes once: the layer and the configuration.
        assert_eq!(copied.sent + copied.present, 6, "{copied:?}");
        let last = *last.lock().expect("nobody panicked");
        assert_eq!((last.blobs, last.bytes), (last.of_blobs, last.of_bytes), "{last:?}");
        assert!(told.load(Ordering::SeqCst) > 6);

        assert_eq!(to.manifest(&target, &v1).await.expect("an answer"), Some(index));
        assert_eq!(to.manifest(&target, &Reference::Digest(one.digest.clone())).await.expect("an answer"), Some(one));
        let blob = to.blob(&target, &Digest::sha256(&large), 10_000_000).await.expect("an answer");
        assert_eq!(blob.as_deref(), Some(&large[..]));

        // The second time there is nothing to send.
        let again = copy(from_place, to_place, &CopyOptions::default(), &|_| {}).await.expect("it is copied");
        assert_eq!((again.sent, again.mounted, again.bytes), (0, 0, 0));
    }
}

#[tokio::test]
async fn within_a_registry_nothing_is_sent() {
    let registry = Alone::start(Asks::Tokens, &[]);
    let client = registry.client();
    let image = push(&*client, &repository("team/app"), Some(&tag("v1")), Kind::Oci, &[b"one", b"two"]).await;
    let options = CopyOptions { same_registry: true, ..CopyOptions::default() };
    let copied = from_to(&*client, "team/app@v1", &*client, "team/other@v2", &options).await.expect("it is copied");
    assert_eq!((copied.mounted, copied.sent, copied.bytes), (3, 0, 0));
    assert_eq!(client.manifest(&repository("team/other"), &tag("v2")).await.expect("an answer").as_ref(), Some(&image));
    // Another name in the same repository.
    let copied = from_to(&*client, "team/app@v1", &*client, "team/app@stable", &options).await.expect("it is copied");
    assert_eq!((copied.mounted, copied.sent, copied.present, copied.digest), (0, 0, 3, image.digest));
}

#[tokio::test]
async fn one_platform_is_enough_for_some() {
    let (here, there) = (Alone::start(Asks::Nothing, &[]), Alone::start(Asks::Nothing, &[]));
    let (from, to, source) = (here.client(), there.client(), repository("app"));
    let one = push(&*from, &source, None, Kind::Oci, &[b"for one"]).await;
    let two = push(&*from, &source, None, Kind::Oci, &[b"for another"]).await;
    push_index(&*from, &source, Some(&tag("v1")), Kind::Oci, &[("amd64", &one), ("arm64", &two)]).await;
    let wanted = |platform: &str| CopyOptions { platform: Some(platform.parse().expect("a platform")), ..CopyOptions::default() };
    let copied = from_to(&*from, "app@v1", &*to, "app@v1", &wanted("linux/arm64")).await.expect("it is copied");
    assert_eq!((copied.digest, copied.manifests), (two.digest, 1));
    assert_eq!(to.head(&source, &Reference::Digest(one.digest)).await, Ok(None));
    let error = from_to(&*from, "app@v1", &*to, "app@v1", &wanted("plan9/mips")).await.expect_err("no such platform");
    assert_eq!(error.to_string(), "the image is not for plan9/mips, but for linux/amd64, linux/arm64");
    assert_eq!(from_to(&*from, "app@v2", &*to, "app@v1", &CopyOptions::default()).await, Err(CopyError::Absent));
}

#[tokio::test]
async fn what_refers_to_an_image_comes_along() {
    let (here, there) = (Alone::start(Asks::Nothing, &[]), Alone::start(Asks::Nothing, &[]));
    let (from, to, app) = (here.client(), there.client(), repository("app"));
    let image = push(&*from, &app, Some(&tag("v1")), Kind::Oci, &[b"a layer"]).await;
    let empty = upload(&*from, &app, b"{}").await;
    let subject = json!({ "mediaType": image.media_type, "digest": image.digest, "size": image.bytes.len() });
    let config = json!({ "mediaType": "application/vnd.oci.empty.v1+json", "digest": empty, "size": 2 });
    let signature = json!({ "schemaVersion": 2, "mediaType": Kind::Oci.image(), "artifactType": "application/vnd.example.signature",
                            "config": config, "layers": [], "subject": subject });
    let signature = put(&*from, &app, None, Kind::Oci.image(), signature).await;
    let fallback = tag(&image.digest.as_str().replace(':', "-"));
    push_index(&*from, &app, Some(&fallback), Kind::Oci, &[("unknown", &signature)]).await;
    let cosign = tag(&format!("{fallback}.sig"));
    push(&*from, &app, Some(&cosign), Kind::Oci, &[b"signed by somebody"]).await;

    let alone = CopyOptions { referrers: false, ..CopyOptions::default() };
    from_to(&*from, "app@v1", &*to, "alone@v1", &alone).await.expect("it is copied");
    let found = to.tags(&repository("alone"), None).await.expect("tags");
    assert_eq!(found.items.iter().map(TagName::as_str).collect::<Vec<_>>(), ["v1"]);

    for _ in 0..2 {
        from_to(&*from, "app@v1", &*to, "app@v1", &CopyOptions::default()).await.expect("it is copied");
        let index = to.manifest(&app, &fallback).await.expect("an answer").expect("a list");
        let index: serde_json::Value = serde_json::from_slice(&index.bytes).expect("JSON");
        assert_eq!(index["manifests"].as_array().map(Vec::len), Some(1));
        assert_eq!(index["manifests"][0]["digest"], signature.digest.as_str());
    }
    let there = to.manifest(&app, &Reference::Digest(signature.digest.clone())).await.expect("an answer");
    assert_eq!(there, Some(signature));
    assert!(to.head(&app, &cosign).await.expect("an answer").is_some());
}

#[tokio::test]
async fn a_copy_goes_on_where_it_broke_off_and_holds_little_in_memory() {
    let (here, there) = (Alone::start(Asks::Tokens, &[]), Alone::start(Asks::Tokens, &[]));
    let source = here.client();
    let layers: Vec<Vec<u8>> = (0..4_u8).map(|number| (0..3_000_000_u32).map(|at| (at / 7) as u8 ^ number).collect()).collect();
    let borrowed: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
    let image = push(&*source, &repository("app"), Some(&tag("v1")), Kind::Oci, &borrowed).await;
    let shaky = Shaky { inside: source, every: 700_000, opened: AtomicU64::new(0) };
    let to = Counting { inside: there.client(), largest: Arc::default() };
    let options = CopyOptions { piece: 1 << 18, ..CopyOptions::default() };
    let copied = from_to(&shaky, "app@v1", &to, "app@v1", &options).await.expect("it is copied");
    assert_eq!(copied.digest, image.digest);
    let total: u64 = layers.iter().map(|layer| layer.len() as u64).sum();
    let opened = shaky.opened.load(Ordering::SeqCst);
    assert!(opened >= 16, "it was read {opened} times");
    // What was read was sent, and nothing twice.
    assert!((total..total + 10_000).contains(&copied.bytes), "{} of {total}", copied.bytes);
    let largest = to.largest.load(Ordering::SeqCst);
    assert!(largest <= (1 << 18) + (1 << 20), "a piece of {largest} bytes");
}

#[tokio::test]
async fn a_registry_that_never_gives_anything_is_given_up() {
    let (here, there) = (Alone::start(Asks::Nothing, &[]), Alone::start(Asks::Nothing, &[]));
    let source = here.client();
    push(&*source, &repository("app"), Some(&tag("v1")), Kind::Oci, &[&[7; 100_000]]).await;
    let shaky = Shaky { inside: source, every: 0, opened: AtomicU64::new(0) };
    let error = from_to(&shaky, "app@v1", &*there.client(), "app@v1", &CopyOptions::default()).await.expect_err("nothing comes");
    assert!(matches!(error, CopyError::From(ClientError { trouble: Trouble::Unreachable, .. })), "{error}");
    assert_eq!(there.client().head(&repository("app"), &tag("v1")).await, Ok(None));
}

/// A registry whose connections break off after so many bytes of a blob.
struct Shaky {
    inside: Arc<dyn RegistryClient>,
    every: u64,
    opened: AtomicU64,
}

struct ShakyReader {
    inside: Box<dyn BlobReader>,
    left: u64,
}

#[async_trait]
impl BlobReader for ShakyReader {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ClientError> {
        let piece = self.inside.next().await?;
        let Some(piece) = piece else { return Ok(None) };
        match self.left.checked_sub(piece.len() as u64) {
            Some(left) => {
                self.left = left;
                Ok(Some(piece))
            }
            None => Err(ClientError::new(Trouble::Unreachable, "it broke off")),
        }
    }
}

/// A registry that notes the largest piece it was sent.
struct Counting {
    inside: Arc<dyn RegistryClient>,
    largest: Arc<AtomicUsize>,
}

struct CountingUpload {
    inside: Box<dyn BlobUpload>,
    largest: Arc<AtomicUsize>,
}

#[async_trait]
impl BlobUpload for CountingUpload {
    fn offset(&self) -> u64 {
        self.inside.offset()
    }

    async fn write(&mut self, piece: Vec<u8>) -> Result<(), ClientError> {
        self.largest.fetch_max(piece.len(), Ordering::SeqCst);
        self.inside.write(piece).await
    }

    async fn resume(&mut self) -> Result<u64, ClientError> {
        self.inside.resume().await
    }

    async fn finish(self: Box<Self>, digest: &Digest) -> Result<(), ClientError> {
        self.inside.finish(digest).await
    }
}

/// Everything but what is of interest goes to the registry inside.
macro_rules! pass_on {
    ($name:ident { $($own:item)* }) => {
        #[async_trait]
        impl RegistryClient for $name {
            $($own)*

            async fn ping(&self) -> Result<Ping, ClientError> {
                self.inside.ping().await
            }

            async fn catalog(&self, after: Option<&PageLink>) -> Result<ListPage<RepositoryName>, ClientError> {
                self.inside.catalog(after).await
            }

            async fn tags(&self, name: &RepositoryName, after: Option<&PageLink>) -> Result<ListPage<TagName>, ClientError> {
                self.inside.tags(name, after).await
            }

            async fn head(&self, name: &RepositoryName, reference: &Reference) -> Result<Option<Descriptor>, ClientError> {
                self.inside.head(name, reference).await
            }

            async fn manifest(&self, name: &RepositoryName, reference: &Reference) -> Result<Option<RawManifest>, ClientError> {
                self.inside.manifest(name, reference).await
            }

            async fn blob(&self, name: &RepositoryName, digest: &Digest, at_most: u64) -> Result<Option<Vec<u8>>, ClientError> {
                self.inside.blob(name, digest, at_most).await
            }

            async fn referrers(&self, name: &RepositoryName, digest: &Digest) -> Result<Option<Vec<Descriptor>>, ClientError> {
                self.inside.referrers(name, digest).await
            }

            async fn delete(&self, name: &RepositoryName, reference: &Reference) -> Result<Deletion, ClientError> {
                self.inside.delete(name, reference).await
            }

            async fn blob_size(&self, name: &RepositoryName, digest: &Digest) -> Result<Option<u64>, ClientError> {
                self.inside.blob_size(name, digest).await
            }

            async fn mount_blob(&self, to: &RepositoryName, digest: &Digest, from: &RepositoryName) -> Result<bool, ClientError> {
                self.inside.mount_blob(to, digest, from).await
            }

            async fn put_manifest(&self, name: &RepositoryName, reference: &Reference, manifest: &RawManifest) -> Result<(), ClientError> {
                self.inside.put_manifest(name, reference, manifest).await
            }
        }
    };
}

pass_on!(Shaky {
    async fn read_blob(&self, name: &RepositoryName, digest: &Digest, from: u64) -> Result<Option<Box<dyn BlobReader>>, ClientError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let reader = self.inside.read_blob(name, digest, from).await?;
        Ok(reader.map(|inside| Box::new(ShakyReader { inside, left: self.every }) as Box<dyn BlobReader>))
    }

    async fn upload_blob(&self, name: &RepositoryName) -> Result<Box<dyn BlobUpload>, ClientError> {
        self.inside.upload_blob(name).await
    }
});

pass_on!(Counting {
    async fn read_blob(&self, name: &RepositoryName, digest: &Digest, from: u64) -> Result<Option<Box<dyn BlobReader>>, ClientError> {
        self.inside.read_blob(name, digest, from).await
    }

    async fn upload_blob(&self, name: &RepositoryName) -> Result<Box<dyn BlobUpload>, ClientError> {
        let inside = self.inside.upload_blob(name).await?;
        Ok(Box::new(CountingUpload { inside, largest: Arc::clone(&self.largest) }))
    }
});
