//! `spectacles apply`

use super::super::context::Context;
use super::{declaration, failure, saved, show};
use crate::ask;
use crate::config::settings;
use crate::failure::Failure;
use spectacles_core::service::Request;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    what: What,
    /// Delete what the file owns by its `scope` and does not mention
    #[arg(long, conflicts_with = "plan")]
    prune: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct What {
    /// The file, in YAML or JSON; `-` for standard input
    file: Option<PathBuf>,
    /// What `spectacles plan --save` has kept: exactly that is done
    #[arg(long, value_name = "PLANFILE")]
    plan: Option<PathBuf>,
}

pub(crate) async fn run(args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let admin_bypass = settings(context.global())?.admin_bypass;
    let file = args.what.file.as_ref().or(args.what.plan.as_ref()).ok_or_else(|| Failure::usage("name a file"))?;
    let (declaration, prune, kept) = match &args.what.plan {
        Some(file) => saved::read(file).map(|(declaration, prune, plan)| (declaration, prune, Some(plan)))?,
        None => (declaration(file)?, args.prune, None),
    };
    // What it leads to is for people, and takes as long again.
    let rehearse = !args.yes && ask::somebody_is_there();
    let request = Request { declaration: &declaration, prune, rehearse, admin_bypass };
    let state = context.admin().state();
    let planned = state.plan(request).await.map_err(|error| failure(file, error))?;
    if kept.is_some_and(|kept| kept.changes != planned.plan.changes) {
        return Err(failure(file, spectacles_core::service::StateError::Moved));
    }
    show::plan(&planned, show::access(&planned, admin_bypass, context), prune, context)?;
    if !planned.broken.is_empty() {
        return Err(show::broken(&planned.broken));
    }
    if planned.plan.is_empty() {
        return Ok(());
    }
    ask::confirm("This makes the configuration what the file says.", args.yes)?;
    state.apply(request, &planned.plan).await.map_err(|error| failure(file, error))?;
    context.done("applied")
}
