//! `spectacles plan`

use super::super::context::Context;
use super::{declaration, failure, saved, show};
use crate::config::settings;
use crate::failure::Failure;
use spectacles_core::service::Request;
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
    let admin_bypass = settings(context.global())?.admin_bypass;
    let request = Request { declaration: &declaration, prune: args.prune, rehearse: true, admin_bypass };
    let planned = context.admin().state().plan(request).await.map_err(|error| failure(&args.file, error))?;
    let access = match args.no_access {
        true => None,
        false => show::access(&planned, admin_bypass, context),
    };
    show::plan(&planned, access, args.prune, context)?;
    if let Some(file) = &args.save {
        saved::write(file, &declaration, args.prune, &planned.plan)?;
    }
    if !planned.broken.is_empty() {
        return Err(show::broken(&planned.broken));
    }
    if args.check && !planned.plan.is_empty() {
        return Err(Failure::failed("what is known differs from the file"));
    }
    Ok(())
}
