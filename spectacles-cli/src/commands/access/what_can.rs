//! `spectacles access what-can`

use super::table::{Csv, columns, may};
use super::{Subject, When, tell_of_addresses};
use crate::commands::context::Context;
use crate::commands::values::joined;
use crate::failure::Failure;
use crate::output;
use spectacles_core::access::questions::Pattern;
use spectacles_core::name::ServiceName;
use spectacles_core::service::AreaAnswer;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    who: Subject,
    /// Only on this registry, by its service name
    #[arg(long, value_name = "SERVICE")]
    registry: Option<ServiceName>,
    /// Name those namespaces, too, that give him no more than he has everywhere
    #[arg(long)]
    all: bool,
    /// Write CSV, with everything
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    when: When,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let who = args.who.who();
    let found = context.client().what_can(args.registry.as_ref(), &who, args.when.of()).await?;
    tell_of_addresses(found.address_missing);
    let areas = found.areas;
    if args.csv {
        return csv(&areas);
    }
    context.print(&areas, |areas| table(areas, args.all))
}

fn csv(areas: &[AreaAnswer]) -> Result<(), Failure> {
    let mut csv = Csv::new(["registry", "area", "pull", "push", "delete", "rule", "because"])?;
    for area in areas {
        let [pull, push, delete] = columns(area.given.allowed, area.given.pull_needs_push);
        let because = &area.given.because;
        csv.row([area.registry.as_str(), &joined(&area.area), pull, push, delete, &because.rule, &because.text])?;
    }
    csv.end()
}

fn table(areas: &[AreaAnswer], all: bool) -> Result<(), Failure> {
    if areas.is_empty() {
        return output::line("Nothing, anywhere.");
    }
    let row = |area: &AreaAnswer| {
        let given = &area.given;
        [area.registry.to_string(), joined(&area.area), may(given.allowed, given.pull_needs_push), given.because.to_string()]
    };
    let head = ["registry", "repositories", "may", "because"];
    if all {
        return output::list(head, areas.iter().map(row));
    }
    // What he has where no namespace governs.
    let everywhere: Vec<&AreaAnswer> = areas.iter().filter(|area| area.area.iter().any(Pattern::is_everything)).collect();
    let adds_nothing = |area: &&AreaAnswer| {
        let same = |other: &&&AreaAnswer| other.registry == area.registry && other.given == area.given;
        area.by_path && area.namespace.is_some() && everywhere.iter().any(|other| same(&other))
    };
    output::list(head, areas.iter().filter(|area| !adds_nothing(area)).map(row))?;
    let left_out = areas.iter().filter(adds_nothing).count();
    if left_out > 0 {
        output::note(&format!("{left_out} namespace(s) give no more than there is everywhere; --all names them."));
    }
    Ok(())
}
