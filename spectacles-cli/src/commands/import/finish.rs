//! What is done with an import: it is reported, written as a document, or applied.

use super::super::state;
use crate::ask;
use crate::config::{Global, settings};
use crate::failure::Failure;
use crate::output::{self, Format};
use serde_json::json;
use spectacles_core::access::Facts;
use spectacles_core::declarative::{Declaration, Tree, consequences};
use spectacles_core::import::{Import, Outcome, Report};
use spectacles_core::service::{self, Request};
use spectacles_core::time::Timestamp;
use spectacles_http::resources::Planned;
use std::path::{Path, PathBuf};

/// What to do with an import. Without any of these it is reported only.
#[derive(clap::Args)]
pub(crate) struct Finish {
    /// Write what would be applied to a file, for `spectacles plan` and `apply`. Passwords are not in it
    #[arg(long, value_name = "FILE", conflicts_with = "apply")]
    out: Option<PathBuf>,
    /// Apply it in one transaction, with the passwords that can be kept
    #[arg(long)]
    apply: bool,
    /// Do not ask
    #[arg(long, short, requires = "apply")]
    yes: bool,
}

impl Finish {
    pub(super) async fn run(self, import: Import, file: &Path, global: &Global) -> Result<(), Failure> {
        if !self.apply {
            report(&import, global, self.out.is_none())?;
        }
        if let Some(out) = &self.out {
            let head =
                "# Written by `spectacles import`. `spectacles plan FILE` says what it would change, `spectacles apply FILE` does it.\n";
            let text = format!("{head}{}", state::export::yaml(&import.document)?);
            std::fs::write(out, text).map_err(|error| Failure::failed(format!("{} cannot be written: {error}", out.display())))?;
            output::note(&format!("wrote {}", out.display()));
            if !import.credentials.is_empty() {
                output::note("Passwords are not in it: `spectacles import` with --apply takes them over.");
            }
        }
        if self.apply {
            apply(&import, self.yes, file, global).await?;
        }
        Ok(())
    }
}

fn report(import: &Import, global: &Global, is_all: bool) -> Result<(), Failure> {
    if let Format::Data(data) = global.output() {
        let passwords = import.credentials.len();
        return data.print(&json!({ "document": import.document, "findings": import.report.findings, "passwords": passwords }));
    }
    output::text(&told(&import.report))?;
    let count = |outcome| import.report.of(outcome).count();
    let registries = import.document.registries.values();
    output::line(&format!(
        "{} users ({} with their password), {} groups, {} registries, {} namespaces; {} only nearly, {} not at all.",
        import.document.users.len(),
        import.credentials.len(),
        import.document.groups.len(),
        import.document.registries.len(),
        registries.map(|registry| registry.namespaces.len()).sum::<usize>(),
        count(Outcome::Approximated),
        count(Outcome::Unmapped),
    ))?;
    if is_all {
        output::note("Nothing was changed. --out FILE writes it as a file to look at, --apply applies it.");
    }
    Ok(())
}

/// For people: what needs attention comes last, where it is seen.
fn told(report: &Report) -> String {
    let sections = [
        (Outcome::Mapped, "Taken over:"),
        (Outcome::Advice, "To be done by hand:"),
        (Outcome::Unmapped, "Not taken over:"),
        (Outcome::Approximated, "Only nearly taken over:"),
    ];
    let mut text = String::new();
    for (outcome, head) in sections {
        let lines: String = report.of(outcome).map(|finding| format!("  {finding}\n")).collect();
        if !lines.is_empty() {
            text.push_str(&format!("{head}\n{lines}"));
        }
    }
    text
}

async fn apply(import: &Import, yes: bool, file: &Path, global: &Global) -> Result<(), Failure> {
    // The same way as a file goes, so that the same is checked.
    let document = serde_json::to_value(&import.document).map_err(|error| Failure::failed(format!("the result is no JSON: {error}")))?;
    let declaration = Declaration::read(&Tree::from(document)).map_err(|problems| state::refused(file, &problems))?;
    let context = super::open(global).await?;
    let administration = context.machine("import")?;
    let admin_bypass = settings(global)?.admin_bypass;
    let rehearse = !yes && ask::somebody_is_there();
    let request = Request { declaration: &declaration, prune: false, rehearse, admin_bypass };
    let state_of = administration.operator().state();
    let planned = state_of.plan(request).await.map_err(|error| state::failure_here(file, error))?;
    let planned = told_about(planned, administration.clock().now(), admin_bypass);
    if global.output() == Format::Table {
        output::text(&told(&import.report))?;
    }
    state::show::plan(&planned, false, &context)?;
    if planned.plan.is_empty() {
        return Ok(());
    }
    ask::confirm("This takes over what is listed.", yes)?;
    let applied = state_of.apply_with(request, &planned.plan, &import.credentials).await;
    applied.map_err(|error| state::failure_here(file, error))?;
    context.done("applied")
}

/// A plan with who may do more or less afterwards, where that was tried.
fn told_about(planned: service::Planned, now: Timestamp, admin_bypass: bool) -> Planned {
    /// For programs: people are shown fewer.
    const MOST: usize = 10_000;
    let compare = |(before, after): &(Facts, Facts)| consequences(before, after, admin_bypass, now, MOST);
    let access = planned.facts.as_ref().map(compare);
    let (access, access_truncated) = access.map_or((None, false), |(access, more)| (Some(access), more));
    Planned { plan: planned.plan, broken_assertions: planned.broken, access, access_truncated }
}
