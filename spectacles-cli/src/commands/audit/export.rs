//! `spectacles audit export`

use crate::commands::context::Context;
use crate::failure::Failure;
use crate::output;
use serde::Serialize;
use spectacles_core::id::{AuditId, DecisionId};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which audit trail
    #[arg(value_enum)]
    trail: Trail,
    /// Only entries behind the one with this number, as when the rest is there from the last time
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    after: i64,
}

/// An audit trail.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Trail {
    /// What was changed
    Changes,
    /// What was decided
    Decisions,
}

pub(super) async fn run(args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let audit = context.admin().audit();
    let mut after = args.after;
    loop {
        // A page at a time: a trail may be longer than there is memory.
        after = match args.trail {
            Trail::Changes => {
                let page = audit.changes_after(AuditId::new(after)).await?;
                let Some(last) = page.last() else { return Ok(()) };
                print(&page)?;
                last.id.get()
            }
            Trail::Decisions => {
                let page = audit.decisions_after(DecisionId::new(after)).await?;
                let Some(last) = page.last() else { return Ok(()) };
                print(&page)?;
                last.id.get()
            }
        };
    }
}

fn print(page: &[impl Serialize]) -> Result<(), Failure> {
    let mut lines = String::new();
    for entry in page {
        let line = serde_json::to_string(entry).map_err(|error| Failure::failed(format!("an entry is no JSON: {error}")))?;
        lines.push_str(&line);
        lines.push('\n');
    }
    output::text(&lines)
}
