//! `spectacles audit verify` and `spectacles audit checkpoint`

use crate::commands::context::Context;
use crate::failure::Failure;
use crate::output::{self, Format};
use spectacles_core::audit::Verification;
use spectacles_http::client::ClientError;
use spectacles_http::resources::Kept;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A file with lines that `audit checkpoint` has printed; may be repeated
    #[arg(long = "checkpoint", value_name = "FILE")]
    checkpoints: Vec<PathBuf>,
}

pub(super) async fn run(args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let lines = args.checkpoints.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?.concat();
    let kept = Kept { checkpoints: lines.iter().map(|line| line.text.clone()).collect() };
    let found = context.client().verify(&kept).await.map_err(|error| failure(error, &lines))?.chains;
    match context.global().output() {
        Format::Data(data) => data.print(&found)?,
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

/// A line that was kept.
#[derive(Clone)]
struct Line {
    /// Where.
    place: String,
    text: String,
}

fn read(path: &Path) -> Result<Vec<Line>, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::failed(format!("{shown}: {error}")))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    Ok(lines.map(|(number, line)| Line { place: format!("{shown}, line {}", number + 1), text: line.trim().to_owned() }).collect())
}

/// What went wrong, and with which of the lines.
fn failure(error: ClientError, lines: &[Line]) -> Failure {
    let at = |pointer: &str| lines.get(pointer.strip_prefix("#/checkpoints/")?.parse::<usize>().ok()?);
    if let ClientError::Refused(refusal) = &error
        && let [fault] = refusal.faults.as_slice()
        && let Some(line) = fault.pointer.as_deref().and_then(at)
    {
        return Failure::failed(format!("{}: {}", line.place, fault.detail));
    }
    error.into()
}

pub(super) async fn checkpoint(context: &Context<'_>) -> Result<(), Failure> {
    let signed = context.client().checkpoint().await?;
    context.print(&signed, |signed| output::line(&signed.checkpoint))
}
