//! `spectacles tag`

use super::context::Context;
use super::deletions;
use super::listing::Listing;
use super::repository::Place;
use super::values::{joined, or_dash};
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::{DeleteTags, Platform};
use spectacles_core::name::TagName;
use spectacles_core::service::TagView;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List the tags of a repository
    List {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        listing: Listing,
    },
    /// Show a tag
    Show {
        #[command(flatten)]
        place: Place,
        /// The tag
        tag: TagName,
    },
    /// Delete tags on the registry
    ///
    /// Registries up to 2.8 delete by digest only, so that every tag of the same image goes: that is refused unless --with-siblings is said.
    Delete(Delete),
}

#[derive(clap::Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    chosen: Chosen,
    /// Let other tags of the same images go as well, where the registry cannot do without
    #[arg(long)]
    with_siblings: bool,
    /// Only say what would be deleted
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Chosen {
    /// These tags
    tags: Vec<TagName>,
    /// Those whose names fit this pattern, where `*` stands for any text and `?` for one character; may be repeated
    #[arg(long, value_name = "PATTERN")]
    matching: Vec<String>,
    /// Of those, the ones that were pushed longer ago than so many days
    #[arg(long, value_name = "DAYS")]
    older_than: Option<u32>,
    /// Of those, not so many that were pushed last
    #[arg(long, value_name = "N")]
    keep_last: Option<u32>,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::List { place, listing } => list(&place, &listing, context).await,
        Command::Show { place, tag } => show(&place, &tag, context).await,
        Command::Delete(args) => delete(args, context).await,
    }
}

pub(super) async fn list(place: &Place, listing: &Listing, context: &Context<'_>) -> Result<(), Failure> {
    let views = context.client().tags(&place.service, &place.name).all(&listing.wanted()).await?;
    let head = ["tag", "digest", "size", "platforms", "pushed", "by", "pulled"];
    context.print_list(&views, listing.none("This repository has no tags."), head, |view| {
        [
            view.name.to_string(),
            short(view.digest.as_str()),
            or_dash(view.size.map(bytes).as_ref()),
            joined(view.platforms.iter().map(platform)),
            or_dash(view.pushed.as_ref()),
            or_dash(view.pushed_by.as_ref()),
            or_dash(view.pulled.as_ref()),
        ]
    })
}

pub(super) async fn show(place: &Place, tag: &TagName, context: &Context<'_>) -> Result<(), Failure> {
    print(&context.client().tags(&place.service, &place.name).show(tag.as_str()).await?.thing, context)
}

async fn delete(args: Delete, context: &Context<'_>) -> Result<(), Failure> {
    let Delete { place, chosen: Chosen { tags, matching, older_than, keep_last }, with_siblings, dry_run, yes } = args;
    let wanted = DeleteTags { tags, matching, older_than_days: older_than, keep_last, with_siblings, dry_run };
    carry_out(&place, &wanted, yes, context).await
}

/// Deletes, after whoever is there has seen what that means.
pub(super) async fn carry_out(place: &Place, wanted: &DeleteTags, yes: bool, context: &Context<'_>) -> Result<(), Failure> {
    let (client, Place { service, name }) = (context.client(), place);
    if context.asks(yes) && !wanted.dry_run {
        let plan = client.delete_tags(service, name, &DeleteTags { dry_run: true, ..wanted.clone() }).await?;
        if plan.tags.is_empty() {
            return deletions::print(&plan, context);
        }
        let siblings = deletions::siblings(&plan);
        let along = match (siblings.is_empty(), wanted.with_siblings) {
            (true, _) => String::new(),
            (false, true) => {
                format!(" If the registry deletes by digest only, these go as well, which are the same images: {}.", siblings.join(", "))
            }
            (false, false) => format!(" Other tags of the same images stay: {}.", siblings.join(", ")),
        };
        let consequences = format!("This deletes {} tag(s) of {name} on {service}: {}.{along}", plan.tags.len(), deletions::named(&plan));
        context.confirm(&consequences, yes)?;
    }
    deletions::print(&client.delete_tags(service, name, wanted).await?, context)
}

fn print(view: &TagView, context: &Context<'_>) -> Result<(), Failure> {
    context.print(view, |view| {
        output::fields([
            ("registry", view.registry.to_string()),
            ("repository", view.repository.to_string()),
            ("name", view.name.to_string()),
            ("pull", view.address.clone()),
            ("digest", view.digest.to_string()),
            ("type", view.media_type.to_string()),
            ("size", or_dash(view.size.map(bytes).as_ref())),
            ("platforms", joined(view.platforms.iter().map(platform))),
            ("same image", joined(view.siblings.iter().map(ToString::to_string))),
            ("image id", or_dash(view.config.as_ref())),
            ("built", or_dash(view.built.as_ref())),
            ("created", view.created.to_string()),
            ("updated", view.updated.to_string()),
            ("pushed", or_dash(view.pushed.as_ref())),
            ("pushed by", or_dash(view.pushed_by.as_ref())),
            ("pulled", or_dash(view.pulled.as_ref())),
            ("pulls", view.pulls.to_string()),
        ])
    })
}

/// `linux/amd64`, `linux/arm/v7`.
fn platform(platform: &Platform) -> String {
    let Platform { os, architecture, variant, .. } = platform;
    variant.as_ref().map_or_else(|| format!("{os}/{architecture}"), |variant| format!("{os}/{architecture}/{variant}"))
}

/// The first signs of a digest: enough to tell two apart.
fn short(digest: &str) -> String {
    digest.chars().take("sha256:".len().saturating_add(12)).collect()
}

/// A number of bytes as docker writes it: in powers of ten.
fn bytes(number: u64) -> String {
    let (mut rest, mut unit) = (number, "B");
    let mut tenth = 0;
    for next in ["kB", "MB", "GB", "TB"] {
        if rest < 1_000 {
            break;
        }
        (tenth, rest, unit) = (rest % 1_000 / 100, rest / 1_000, next);
    }
    if unit == "B" || rest >= 100 { format!("{rest} {unit}") } else { format!("{rest}.{tenth} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_written_as_people_say_them() {
        for (number, text) in
            [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (1_999, "1.9 kB"), (123_456_789, "123 MB"), (7_500_000_000, "7.5 GB")]
        {
            assert_eq!(bytes(number), text);
        }
        assert_eq!(bytes(u64::MAX), "18446744 TB");
    }
}
