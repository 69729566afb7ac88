//! `spectacles access who-can`

use super::table::{Csv, columns, may};
use super::{When, tell_of_addresses};
use crate::commands::context::Context;
use crate::commands::values::actions;
use crate::failure::Failure;
use crate::output;
use spectacles_core::name::{RepositoryName, ServiceName};
use spectacles_core::right::Actions;
use spectacles_core::service::{PrincipalAnswer, WhoCan};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The registry, by its service name
    service: ServiceName,
    /// The repository; it need not exist
    repository: RepositoryName,
    /// Only who may do all of this when he asks for it: pull, push, delete, separated by commas
    #[arg(long, value_name = "ACTIONS", value_parser = actions)]
    action: Option<Actions>,
    /// Name those, too, who have only what everybody has
    #[arg(long)]
    all: bool,
    /// Write CSV, with everybody
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    when: When,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let requested = args.action.unwrap_or(Actions::ALL);
    let mut answer = context.client().who_can(&args.service, &args.repository, requested, args.when.of()).await?;
    tell_of_addresses(answer.address_missing);
    if let Some(wanted) = args.action {
        let has = |allowed: Actions| (wanted - allowed).is_empty();
        answer.principals.retain(|principal| has(principal.given.allowed));
        answer.groups.retain(|group| has(group.allowed | group.with_privileges));
        answer.everybody_else = answer.everybody_else.filter(|given| has(given.allowed));
    }
    if args.csv {
        return csv(&answer);
    }
    context.print(&answer, |answer| table(answer, args.all))
}

fn csv(answer: &WhoCan) -> Result<(), Failure> {
    let mut csv = Csv::new(["kind", "name", "pull", "push", "delete", "rule", "because"])?;
    for PrincipalAnswer { principal, given, .. } in &answer.principals {
        let [pull, push, delete] = columns(given.allowed, given.pull_needs_push);
        let name = principal.name.as_deref().unwrap_or_default();
        csv.row([&principal.kind, name, pull, push, delete, &given.because.rule, &given.because.text])?;
    }
    csv.end()
}

fn table(answer: &WhoCan, all: bool) -> Result<(), Failure> {
    let is_shown = |principal: &&PrincipalAnswer| all || !principal.like_everybody || principal.principal.name.is_none();
    let mut rows: Vec<[String; 3]> = Vec::new();
    rows.extend(
        answer
            .groups
            .iter()
            .map(|group| [format!("group {}", group.group), may(group.allowed | group.with_privileges, false), group.text.clone()]),
    );
    rows.extend(answer.principals.iter().filter(is_shown).map(|principal| {
        let PrincipalAnswer { principal, given, .. } = principal;
        [principal.to_string(), may(given.allowed, given.pull_needs_push), given.because.to_string()]
    }));
    if let Some(given) = &answer.everybody_else {
        let count = |kind: &str| answer.principals.iter().filter(|one| one.like_everybody && one.principal.kind == kind).count();
        let who = format!("everybody else ({} users, {} services)", count("user"), count("service"));
        rows.push([who, may(given.allowed, given.pull_needs_push), given.because.to_string()]);
    }
    if rows.is_empty() {
        return output::line(&format!("Nobody but administrators may do this with {} on {}.", answer.repository, answer.registry));
    }
    output::list(["who", "may", "because"], rows)
}
