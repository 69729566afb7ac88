//! `spectacles image`: repositories and tags as container tools spell them.

use super::context::Context;
use super::listing::Listing;
use super::repository::Place;
use super::{image_copy, tag};
use crate::failure::Failure;
use spectacles_core::model::DeleteTags;
use spectacles_core::name::{RepositoryName, ServiceName, TagName};
use std::str::FromStr;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List the tags of a repository
    Ls {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        listing: Listing,
    },
    /// Copy an image to another repository, on the same registry or another one
    Copy(image_copy::Copy),
    /// Give an image another tag in its repository
    Tag {
        #[command(flatten)]
        from: image_copy::Source,
        /// The tag it is to have
        #[arg(value_name = "NEW-TAG")]
        tag: TagName,
    },
    /// Delete images by `REPOSITORY:TAG`
    Rm {
        /// The registry, by its service name
        service: ServiceName,
        /// `team/app:1.0`; `latest` where no tag is said
        #[arg(required = true)]
        images: Vec<Image>,
        /// Let other tags of the same images go as well, where the registry cannot do without
        #[arg(long)]
        with_siblings: bool,
        /// Only say what would be deleted
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

/// A tag of a repository, as container tools spell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    repository: RepositoryName,
    tag: TagName,
}

impl FromStr for Image {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (repository, tag) = match text.rsplit_once(':') {
            // A port has a slash behind it.
            Some((repository, tag)) if !tag.contains('/') => (repository, tag),
            Some(_) | None => (text, "latest"),
        };
        let repository = repository.parse().map_err(|error: spectacles_core::name::NameError| error.to_string())?;
        Ok(Self { repository, tag: tag.parse().map_err(|error: spectacles_core::name::NameError| error.to_string())? })
    }
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::Ls { place, listing } => tag::list(&place, &listing, context).await,
        Command::Copy(image) => image_copy::copy(image, context).await,
        Command::Tag { from, tag } => image_copy::tag(from, tag, context).await,
        Command::Rm { service, images, with_siblings, dry_run, yes } => {
            let mut left = images;
            // What is in one repository goes at once, so that tags of one image do not stand in each other's way.
            while let Some(first) = left.first() {
                let name = first.repository.clone();
                let (these, others): (Vec<Image>, Vec<Image>) = left.into_iter().partition(|image| image.repository == name);
                left = others;
                let tags = these.into_iter().map(|image| image.tag).collect();
                let wanted = DeleteTags { tags, with_siblings, dry_run, ..DeleteTags::default() };
                tag::carry_out(&Place { service: service.clone(), name }, &wanted, yes, context).await?;
            }
            Ok(())
        }
    }
}
