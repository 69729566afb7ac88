//! `spectacles audit verify` and `spectacles audit checkpoint`

use crate::commands::context::Context;
use crate::failure::Failure;
use crate::output::{self, Format};
use spectacles_core::audit::{Checkpoint, Verification};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A file with lines that `audit checkpoint` has printed; may be repeated
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
}

pub(super) async fn run(args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let kept = read(args, context).await?;
    let found = context.admin().audit().verify(&kept).await?;
    match context.global().output() {
        Format::Json => output::json(&found)?,
        Format::Table => found.iter().try_for_each(print)?,
    }
    let faults: usize = found.iter().map(|chain| chain.faults.len()).sum();
    if faults == 0 {
        return Ok(());
    }
    Err(Failure::failed("the audit trails are not what was written"))
}

fn print(found: &Verification) -> Result<(), Failure> {
    let Verification { chain, entries, before_chain, last, checkpoints, faults } = found;
    if faults.is_empty() {
        let agreed = if *checkpoints > 0 { format!(", {checkpoints} of them agree with a checkpoint") } else { String::new() };
        output::line(&format!("{chain}: intact, {entries} entries up to number {last}{agreed}"))?;
    } else {
        for fault in faults {
            output::line(&format!("{chain}: {fault}"))?;
        }
    }
    if *before_chain > 0 {
        output::note(&format!("{chain}: {before_chain} entries are from before entries were tied together; nothing vouches for them"));
    }
    Ok(())
}

async fn read(args: &Args, context: &Context<'_>) -> Result<Vec<Checkpoint>, Failure> {
    if args.checkpoints.is_empty() {
        return Ok(Vec::new());
    }
    let keys = context.keys().await?;
    let mut kept = Vec::new();
    for path in &args.checkpoints {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::failed(format!("{}: {error}", path.display())))?;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let checkpoint = Checkpoint::read(line.trim(), &keys);
            kept.push(checkpoint.map_err(|error| Failure::failed(format!("{}, line {}: {error}", path.display(), number + 1)))?);
        }
    }
    Ok(kept)
}

pub(super) async fn checkpoint(context: &Context<'_>) -> Result<(), Failure> {
    let checkpoint = context.admin().audit().checkpoint().await?;
    let line = checkpoint.sign(&context.keys().await?).map_err(|error| Failure::failed(error.to_string()))?;
    match context.global().output() {
        Format::Table => output::line(&line),
        Format::Json => output::json(&serde_json::json!({ "checkpoint": line, "says": checkpoint })),
    }
}
