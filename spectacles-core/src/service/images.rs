//! Images that are copied, or get another name.

use super::actor::{Actor, Standing};
use super::copying::{CopyError, CopyOptions, CopyProgress, Place, PlatformChoice, copy};
use super::repositories::{fits_any, policy};
use super::{Error, Member, Repositories, form};
use crate::model::Registry;
use crate::name::{Digest, MediaType, Reference, RepositoryName, ServiceName, TagName};
use crate::registry::ClientError;
use crate::right::Action;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Use cases of images: what is in registries themselves.
#[derive(Clone, Copy)]
pub struct Images<'a>(Actor<'a>);

impl<'a> Member<'a> {
    /// Images, for those who may pull from where they are, and push to where they are to be.
    pub fn images(self) -> Images<'a> {
        Images(self.0)
    }
}

/// An image that is to be copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CopyImage {
    /// Which.
    pub from: ImageSource,
    /// Where it is to be, and under which name.
    pub to: ImageTarget,
    /// Of an image for several platforms, only that for this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<PlatformChoice>,
    /// Whether signatures and whatever else refers to the image come along.
    #[serde(default = "form::yes")]
    pub referrers: bool,
}

/// An image that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageSource {
    /// On which registry.
    pub registry: ServiceName,
    /// In which repository.
    pub repository: RepositoryName,
    /// A tag, or a digest.
    #[schemars(with = "String", example = &"v1")]
    pub reference: Reference,
}

/// The name an image is to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageTarget {
    /// On which registry.
    pub registry: ServiceName,
    /// In which repository.
    pub repository: RepositoryName,
    /// Under which tag.
    pub tag: TagName,
}

/// An image that was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CopiedImage {
    /// Where it is, and under which name.
    #[serde(flatten)]
    pub to: ImageTarget,
    /// What it is: the same as where it came from.
    pub digest: Digest,
    /// What kind of manifest that is.
    pub media_type: MediaType,
    /// Manifests that were written.
    pub manifests: u64,
    /// Blobs that were sent.
    pub sent: u64,
    /// Blobs that the registry took over from another repository.
    pub mounted: u64,
    /// Blobs that were there already.
    pub present: u64,
    /// Bytes that were sent.
    pub bytes: u64,
}

/// A copy that may be made.
struct Checked {
    source: Registry,
    target: Registry,
    /// Tags that must not be moved, if they are there.
    immutable: Vec<String>,
}

impl Images<'_> {
    /// Copies an image, whatever its kind, between registries or within one. What the registry has already is not sent again, so that a copy that
    /// came to nothing half-way can be asked for again.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a registry or an image that is not there, or not for whoever asks to know; [`Error::Denied`] where he may not push;
    /// [`Error::Refused`] for a tag that a policy of retention lets nobody move; [`Error::Registry`] when a registry does not do its part;
    /// [`Error::TooMany`] while too many copies of his are being made.
    pub async fn copy(self, image: &CopyImage, progress: &(dyn Fn(CopyProgress) + Send + Sync)) -> Result<CopiedImage, Error> {
        let CopyImage { from, to, platform, referrers } = image;
        let _copying = self.0.administration.pace().begin_copy(self.0)?;
        let Checked { source, target, immutable } = self.check(image).await?;
        let administration = self.0.administration;
        let reading = administration.client_of(&source).await?;
        let same_registry = source.id == target.id;
        let writing = if same_registry { reading.clone() } else { administration.client_of(&target).await? };
        let tag = Reference::Tag(to.tag.clone());
        // The registry knows whether there is one, whether or not anybody has looked since.
        if fits_any(&immutable, to.tag.as_str()) && writing.head(&to.repository, &tag).await?.is_some() {
            return Err(unmovable(to, &to.tag));
        }
        let options = CopyOptions { platform: platform.clone(), referrers: *referrers, same_registry, immutable, ..CopyOptions::default() };
        let copied = copy(
            Place { client: reading.as_ref(), repository: &from.repository, reference: &from.reference },
            Place { client: writing.as_ref(), repository: &to.repository, reference: &tag },
            &options,
            progress,
        );
        let copied = copied.await.map_err(|error| failed(error, from, to))?;
        let copied = CopiedImage {
            to: to.clone(),
            digest: copied.digest,
            media_type: copied.media_type,
            manifests: copied.manifests,
            sent: copied.sent,
            mounted: copied.mounted,
            present: copied.present,
            bytes: copied.bytes,
        };
        let is_tag = same_registry && from.repository == to.repository;
        let object = format!("image {} {}:{}", to.registry, to.repository, to.tag);
        let details = json!({ "from": from, "to": to, "digest": copied.digest, "platform": platform });
        let change = administration.change(self.0.name).await?;
        change.commit(if is_tag { "image.tag" } else { "image.copy" }, object, details).await?;
        Ok(copied)
    }

    /// Whether he may pull the one and push the other, now. Nothing is held in the store while the image is on its way.
    async fn check(self, image: &CopyImage) -> Result<Checked, Error> {
        let CopyImage { from, to, .. } = image;
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let eye = Repositories(self.0).eye(tx.as_mut(), &standing).await?;
        eye.refresh().await?;
        let source = self.0.known_registry(tx.as_mut(), &standing, &from.registry).await?;
        let may = eye.actions(source.id, &from.repository);
        if !may.contains(Action::Pull) && !matches!(standing, Standing::Everything) {
            // Whoever may not pull does not come to know what there is.
            return Err(no_image(from));
        }
        if !may.contains(Action::Pull) {
            return Err(Error::Denied(format!("you may not pull from repository `{}` on registry `{}`", from.repository, from.registry)));
        }
        let target = self.0.known_registry(tx.as_mut(), &standing, &to.registry).await?;
        let may = eye.actions(target.id, &to.repository);
        if !may.contains(Action::Push) {
            let why = if target.read_only { ", which is read-only" } else { "" };
            return Err(Error::Denied(format!("you may not push to repository `{}` on registry `{}`{why}", to.repository, to.registry)));
        }
        let governing = eye.governing(target.id, &to.repository);
        let policy = policy(tx.as_mut(), target.id, governing, &to.repository).await?;
        let immutable = policy.map(|policy| policy.immutable).unwrap_or_default();
        Ok(Checked { source, target, immutable })
    }
}

fn no_image(from: &ImageSource) -> Error {
    let ImageSource { registry, repository, reference } = from;
    Error::NotFound { what: "image", name: format!("{repository}@{reference}` on registry `{registry}") }
}

fn unmovable(to: &ImageTarget, tag: &TagName) -> Error {
    let ImageTarget { registry, repository, .. } = to;
    Error::Refused(format!(
        "tag `{tag}` of repository `{repository}` on registry `{registry}` is there, and its namespace lets nobody move it"
    ))
}

/// What went wrong, and on which side.
fn failed(error: CopyError, from: &ImageSource, to: &ImageTarget) -> Error {
    let at = |service: &ServiceName, error: ClientError| {
        Error::Registry(ClientError { reason: format!("`{service}`: {}", error.reason), ..error })
    };
    match error {
        CopyError::Absent => no_image(from),
        CopyError::Immutable(tag) => unmovable(to, &tag),
        CopyError::Platform { .. } => Error::Refused(error.to_string()),
        CopyError::From(error) => at(&from.registry, error),
        CopyError::To(error) => at(&to.registry, error),
    }
}
