//! `spectacles apply`

use super::super::context::Context;
use super::{declaration, failure, request, saved, show};
use crate::failure::Failure;
use spectacles_core::service::StateError;
use spectacles_http::resources::Look;
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
    let file = args.what.file.as_ref().or(args.what.plan.as_ref()).ok_or_else(|| Failure::usage("name a file"))?;
    let (declaration, prune, kept) = match &args.what.plan {
        Some(file) => saved::read(file).map(|(declaration, prune, plan)| (declaration, prune, Some(plan)))?,
        None => (declaration(file)?, args.prune, None),
    };
    // What it leads to is for people, and takes as long again.
    let look = if context.asks(args.yes) { Look::Access } else { Look::Changes };
    let failed = |error| failure(file, &declaration, error);
    let planned = context.client().plan(&request(&declaration, prune, None, look)?).await.map_err(failed)?;
    if kept.is_some_and(|kept| kept.changes != planned.plan.changes) {
        return Err(Failure::failed(StateError::Moved.to_string()));
    }
    show::plan(&planned, prune, context)?;
    if !planned.broken_assertions.is_empty() {
        return Err(show::broken(&planned.broken_assertions));
    }
    if planned.plan.is_empty() {
        return Ok(());
    }
    context.confirm("This makes the configuration what the file says.", args.yes)?;
    context.client().apply(&request(&declaration, prune, Some(planned.plan), look)?).await.map_err(failed)?;
    context.done("applied")
}
