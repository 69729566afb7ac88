//! `spectacles image copy` and `image tag`

use super::context::Context;
use crate::failure::Failure;
use spectacles_core::name::{Reference, RepositoryName, ServiceName, TagName};
use spectacles_core::service::copying::PlatformChoice;
use spectacles_core::service::{CopiedImage, CopyImage, ImageSource, ImageTarget};

#[derive(clap::Args)]
pub(crate) struct Copy {
    #[command(flatten)]
    from: Source,
    /// The registry it goes to, by its service name
    to_service: ServiceName,
    /// The repository it goes to
    to_repository: RepositoryName,
    /// The tag it gets there [default: the one it has]
    #[arg(long)]
    tag: Option<TagName>,
    /// Of an image for several platforms, only that for this one: `linux/amd64`
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<PlatformChoice>,
    /// Leave signatures and whatever else refers to the image behind
    #[arg(long)]
    no_referrers: bool,
}

#[derive(clap::Args)]
pub(crate) struct Source {
    /// The registry, by its service name
    service: ServiceName,
    /// The repository
    repository: RepositoryName,
    /// A tag, or a digest
    reference: Reference,
}

/// `image tag`
pub(super) async fn tag(from: Source, tag: TagName, context: &Context<'_>) -> Result<(), Failure> {
    let to = ImageTarget { registry: from.service.clone(), repository: from.repository.clone(), tag };
    // What refers to it is in the same repository already.
    carry_out(CopyImage { from: from.into(), to, platform: None, referrers: false }, context).await
}

/// `image copy`
pub(super) async fn copy(copy: Copy, context: &Context<'_>) -> Result<(), Failure> {
    let Copy { from, to_service, to_repository, tag, platform, no_referrers } = copy;
    let tag = match (tag, &from.reference) {
        (Some(tag), _) => tag,
        (None, Reference::Tag(tag)) => tag.clone(),
        (None, Reference::Digest(_)) => return Err(Failure::usage("a digest is no tag: say with --tag which one it gets")),
    };
    let to = ImageTarget { registry: to_service, repository: to_repository, tag };
    carry_out(CopyImage { from: from.into(), to, platform, referrers: !no_referrers }, context).await
}

async fn carry_out(image: CopyImage, context: &Context<'_>) -> Result<(), Failure> {
    let copied = context.client().copy_image(&image).await?;
    context.print(&copied, |copied| crate::output::line(&sentence(copied)))
}

impl From<Source> for ImageSource {
    fn from(source: Source) -> Self {
        Self { registry: source.service, repository: source.repository, reference: source.reference }
    }
}

/// What came of it, for people.
fn sentence(copied: &CopiedImage) -> String {
    let CopiedImage { to, digest, sent, mounted, present, bytes, .. } = copied;
    let ImageTarget { registry, repository, tag } = to;
    let blobs = match (sent, mounted) {
        (0, 0) => "everything else was there already".to_owned(),
        (sent, mounted) => format!("{sent} blobs of {bytes} bytes were sent, {mounted} taken over, {present} there already"),
    };
    format!("`{repository}:{tag}` on {registry} is {digest} now; {blobs}.")
}
