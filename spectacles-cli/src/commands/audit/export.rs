//! `spectacles audit export`

use crate::commands::context::Context;
use crate::failure::Failure;
use crate::output;
use serde::Serialize;
use spectacles_http::client::{Collection, Resource, Wanted};

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
    let client = context.client();
    match args.trail {
        Trail::Changes => export(&client.changes(), args.after).await,
        Trail::Decisions => export(&client.decisions(), args.after).await,
    }
}

async fn export<R: Resource<View: Serialize>>(entries: &Collection<'_, R>, after: i64) -> Result<(), Failure> {
    /// A page at a time: a trail may be longer than there is memory.
    const PAGE: u32 = 1_000;
    let wanted = Wanted { order: Some("id".to_owned()), limit: Some(PAGE), ..Wanted::filter(format!("id >{after}")) };
    let mut next = None;
    loop {
        let page = entries.page(&Wanted { after: next, ..wanted.clone() }).await?;
        print(&page.items)?;
        next = page.next;
        if next.is_none() {
            return Ok(());
        }
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
