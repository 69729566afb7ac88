//! `spectacles plan`

use super::super::context::Context;
use super::{declaration, failure, request, saved, show};
use crate::failure::Failure;
use spectacles_http::resources::Look;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The file, in YAML or JSON; `-` for standard input
    file: PathBuf,
    /// Delete what the file owns by its `scope` and does not mention
    #[arg(long)]
    prune: bool,
    /// End with 1 when there is anything to do, so that a check can tell
    #[arg(long)]
    check: bool,
    /// Do not say who may do more or less afterwards, which takes long where much is changed
    #[arg(long)]
    no_access: bool,
    /// Keep the plan in a file, for `spectacles apply --plan`
    #[arg(long, value_name = "PLANFILE")]
    save: Option<PathBuf>,
}

pub(crate) async fn run(args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let declaration = declaration(&args.file)?;
    let look = if args.no_access { Look::Assertions } else { Look::Access };
    let request = request(&declaration, args.prune, None, look)?;
    let planned = context.client().plan(&request).await.map_err(|error| failure(&args.file, &declaration, error))?;
    show::plan(&planned, args.prune, context)?;
    if let Some(file) = &args.save {
        saved::write(file, &declaration, args.prune, &planned.plan)?;
    }
    if !planned.broken_assertions.is_empty() {
        return Err(show::broken(&planned.broken_assertions));
    }
    if args.check && !planned.plan.is_empty() {
        return Err(Failure::failed("what is known differs from the file"));
    }
    Ok(())
}
