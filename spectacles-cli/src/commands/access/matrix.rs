//! `spectacles access matrix`

use super::table::{Csv, columns};
use super::{When, tell_of_addresses};
use crate::commands::context::Context;
use crate::commands::values::joined;
use crate::failure::Failure;
use spectacles_core::name::ServiceName;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only of this registry, by its service name
    #[arg(long, value_name = "SERVICE")]
    registry: Option<ServiceName>,
    #[command(flatten)]
    when: When,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let mut after = None;
    let mut csv = None;
    loop {
        // A part at a time: it may be longer than there is memory.
        let part = context.client().matrix(args.registry.as_ref(), after.as_deref(), args.when.of()).await?;
        if after.is_none() {
            tell_of_addresses(part.address_missing);
        }
        let mut rows = match csv {
            Some(csv) => csv,
            None => Csv::new(["registry", "area", "kind", "name", "pull", "push", "delete", "rule"])?,
        };
        for row in part.items {
            let [pull, push, delete] = columns(row.allowed, row.pull_needs_push);
            let name = row.principal.name.as_deref().unwrap_or_default();
            rows.row([row.registry.as_str(), &joined(&row.area), &row.principal.kind, name, pull, push, delete, &row.rule])?;
        }
        after = part.next;
        if after.is_none() {
            return rows.end();
        }
        csv = Some(rows);
    }
}
