//! `spectacles activity`

use super::context::Context;
use super::listing::{Watch, Which};
use super::values::{or_dash, text_or_dash};
use crate::failure::Failure;
use spectacles_core::service::ActivityView;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    #[command(flatten)]
    watch: Watch,
}

pub(super) async fn run(args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let wanted = args.which.up_to(args.limit);
    let list = async || Ok(context.client().activity().all(&wanted).await?);
    let head = ["when", "what", "registry", "repository", "tag", "who", "from"];
    let show = |entries: &[ActivityView]| context.print_list(entries, "Nothing has happened that is known of.", head, row);
    args.watch.run(context, true, list, show).await
}

fn row(view: &ActivityView) -> [String; 7] {
    [
        view.at.to_rfc3339_seconds(),
        view.kind.to_string(),
        view.registry.to_string(),
        or_dash(view.repository.as_ref()),
        or_dash(view.tag.as_ref()),
        printable(&text_or_dash(&view.principal)),
        or_dash(view.address.as_ref()),
    ]
}

/// What registries told, without signs that a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect()
}
