//! `spectacles search`

use super::context::Context;
use super::values::{text_or_dash, yes_no};
use crate::failure::Failure;
use crate::output;
use spectacles_core::name::ServiceName;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A part of the name or description of a repository; `team/app:1.` for its tags, `label:KEY` or `label:KEY=VALUE` for what images say
    term: String,
    /// Only on this registry
    #[arg(long, value_name = "SERVICE")]
    registry: Option<ServiceName>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
}

pub(super) async fn run(args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let client = context.client();
    let found = match &args.registry {
        Some(registry) => client.search_on(registry, &args.term, args.limit).await?,
        None => client.search(&args.term, args.limit).await?,
    };
    context.print(&found, |found| {
        if found.repositories.is_empty() && found.tags.is_empty() {
            output::note("No repository and no tag is called so.");
            return Ok(());
        }
        if !found.repositories.is_empty() {
            output::list(
                ["registry", "repository", "stars", "official", "automated", "summary"],
                found.repositories.iter().map(|row| {
                    [
                        row.registry.to_string(),
                        row.name.to_string(),
                        row.stars.to_string(),
                        yes_no(row.official),
                        yes_no(row.automated),
                        text_or_dash(&row.summary),
                    ]
                }),
            )?;
        }
        if !found.tags.is_empty() {
            output::list(
                ["registry", "tag", "digest"],
                found.tags.iter().map(|row| [row.registry.to_string(), format!("{}:{}", row.repository, row.tag), row.digest.to_string()]),
            )?;
        }
        Ok(())
    })
}
